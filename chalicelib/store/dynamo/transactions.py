"""Named transactions: every operation has a name, and every failure is read by that name."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.services.shared.outcomes import OutcomeUnknownError
from chalicelib.store.dynamo.client import Dynamo, Raw, code_of
from chalicelib.store.dynamo.definitions import Item, Key

CANCELLED = "TransactionCanceledException"
_LOST_RESPONSE_TRIES = 3


class RefusedError(Exception):
    """At least one condition failed; `items` holds, by operation name, the item that failed it (None: no item)."""

    def __init__(self, items: dict[str, Raw | None]) -> None:
        super().__init__(", ".join(items))
        self.items = items

    def has(self, name: str) -> bool:
        return name in self.items


@dataclass(slots=True)
class Transaction:
    """Operations in the order they were named. Build it, then `commit` it once."""

    dynamo: Dynamo
    names: list[str] = field(default_factory=list)
    operations: list[dict[str, Raw]] = field(default_factory=list)

    def _add(self, name: str, kind: str, kwargs: Raw, condition: Condition | None) -> None:
        assert name not in self.names, name
        if condition is not None:
            kwargs["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self.names.append(name)
        self.operations.append({kind: kwargs})

    def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
        self._add(name, "Put", self.dynamo.put_kwargs(item, condition), condition)

    def update(
        self,
        name: str,
        model: type[Item],
        key: Key,
        actions: Sequence[Action],
        condition: Condition | None = None,
    ) -> None:
        self._add(name, "Update", self.dynamo.expressions(model, key, condition, actions=actions), condition)

    def delete(self, name: str, model: type[Item], key: Key, condition: Condition | None = None) -> None:
        self._add(name, "Delete", self.dynamo.expressions(model, key, condition), condition)

    def check(self, name: str, model: type[Item], key: Key, condition: Condition) -> None:
        self._add(name, "ConditionCheck", self.dynamo.expressions(model, key, condition), condition)

    def commit_once(self, token: str | None = None) -> None:
        """One attempt. Raises `RefusedError`, or `TryAgainError` when nothing happened or nobody knows."""
        request: dict[str, Any] = {
            "TransactItems": self.operations,
            "ClientRequestToken": token or uuid.uuid4().hex,
        }
        try:
            self.dynamo.call("TransactWriteItems", request)
        except ClientError as error:
            if code_of(error) != CANCELLED:
                raise
            failed = {
                name: reason.get("Item") or None
                for name, reason in zip(self.names, error.response["CancellationReasons"], strict=True)
                if reason.get("Code") == "ConditionalCheckFailed"
            }
            if not failed:
                raise
            raise RefusedError(failed) from error

    def commit(self) -> None:
        """Until it is known to have happened once, or is refused, or the tries are used up (`TryAgainError`).

        A lost response is asked again with the same parameters and token, which DynamoDB applies at most once within
        ten minutes, so that a refusal is never about this very write. A conflict did nothing: unless a response was
        lost before, its retry is a new request with a new token.
        """
        self.dynamo.retries.run(_Commit(self).once)


@dataclass(slots=True)
class _Commit:
    """The tries of one transaction."""

    transaction: Transaction
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    unsure: bool = False

    def once(self) -> None:
        if not self.unsure:
            self.token = uuid.uuid4().hex
        for left in reversed(range(_LOST_RESPONSE_TRIES)):
            try:
                return self.transaction.commit_once(self.token)
            except OutcomeUnknownError:
                self.unsure = True
                if not left:
                    raise
        return None
