"""One place that talks to DynamoDB: typed reads and conditional writes over PynamoDB's connection.

The SDK never retries here (a repeated `ADD` would count twice); `Retries` does, and only what is safe to repeat.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as SdkConnectionError
from pynamodb.connection.base import Connection, MetaTable
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.observability import usage
from chalicelib.services.shared.outcomes import OutcomeUnknownError, TryAgainError
from chalicelib.store.dynamo.definitions import DEFINITIONS, Item, Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.retries import Retries

I = TypeVar("I", bound=Item)  # noqa: E741
Raw = dict[str, Any]

_CONFLICTS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_BATCH_KEYS = 100
_UNKNOWN = {"InternalServerError", "ServiceUnavailable", "TransactionInProgressException"}
_REFUSED = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionConflictException",
}


class ConditionFailedError(Exception):
    """The condition of a single write did not hold; `item` is the item as it was then."""

    def __init__(self, item: Raw | None) -> None:
        super().__init__("condition failed")
        self.item = item


def only_conflicts(error: ClientError) -> bool:
    """A transaction that was cancelled for nothing but other people's work on the same items: nothing happened."""
    codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return bool(codes & _CONFLICTS) and codes <= _CONFLICTS | {"None"}


@dataclass(frozen=True, slots=True)
class Get:
    """One item to read."""

    model: type[Item]
    key: Key
    consistent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Raw items of one query and whether more follow."""

    items: list[Raw]
    more: bool


def connect(region: str | None = None) -> Connection:
    """The connection of a process: short time-outs, no retries of the SDK's own."""
    return Connection(
        region=region,
        connect_timeout_seconds=1,
        read_timeout_seconds=3,
        max_retry_attempts=0,
        max_pool_connections=32,
    )


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


class Dynamo:
    """Short table names in, items out. Raises `TryAgainError` for what may be repeated, anything else as it came."""

    def __init__(self, connection: Connection, prefix: str, retries: Retries) -> None:
        self.connection = connection
        self.retries = retries
        self._prefix = prefix
        for name, definition in DEFINITIONS.items():
            keys = definition["keys"]
            connection.add_meta_table(
                MetaTable(
                    {
                        "TableName": self.table(name),
                        "KeySchema": [
                            {"AttributeName": key, "KeyType": kind}
                            for (key, _), kind in zip(keys, ("HASH", "RANGE"), strict=False)
                        ],
                        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": type_} for key, type_ in keys],
                    }
                )
            )

    def table(self, short: str) -> str:
        return f"{self._prefix}-{short}"

    def table_of(self, model: type[Item]) -> str:
        return self.table(model.Meta.table_name)

    def call(self, operation: str, kwargs: Raw) -> Raw:
        """One AWS call. Throttles, conflicts and lost responses become `TryAgainError`."""
        try:
            answer = self.connection.dispatch(operation, {**kwargs, "ReturnConsumedCapacity": "TOTAL"})
        except (HTTPClientError, SdkConnectionError) as error:
            usage.refused(conflict=False)
            raise OutcomeUnknownError(type(error).__name__) from error
        except ClientError as error:
            self._fail(error)
        usage.called(operation, answer)
        return answer

    @staticmethod
    def _fail(error: ClientError) -> NoReturn:
        """Raise what a refusal means."""
        # PynamoDB wraps the SDK's error and leaves the cancelled items behind in the original.
        inner = error.__cause__ if isinstance(error.__cause__, ClientError) else error
        is_conflict = code_of(inner) in _REFUSED or only_conflicts(inner)
        usage.refused(conflict=is_conflict)
        if code_of(inner) in _UNKNOWN:
            raise OutcomeUnknownError(code_of(inner)) from error
        if is_conflict:
            raise TryAgainError(code_of(inner)) from error
        raise inner from None

    def _read(self, operation: str, kwargs: Raw) -> Raw:
        return self.retries.run(lambda: self.call(operation, kwargs))

    @staticmethod
    def raw_key(key: Key) -> Raw:
        pk, sk = key
        return {"pk": {"S": pk}} if sk is None else {"pk": {"S": pk}, "sk": {"S": sk}}

    def get(self, model: type[I], key: Key, *, consistent: bool = False) -> I | None:
        raw = self.get_raw(model, key, consistent=consistent)
        return model.from_raw_data(raw) if raw else None

    def get_raw(self, model: type[Item], key: Key, *, consistent: bool = False) -> Raw | None:
        """As it was read, for where the time must not tell whether there is one: to make an item takes long."""
        request = {"TableName": self.table_of(model), "Key": self.raw_key(key), "ConsistentRead": consistent}
        return self._read("GetItem", request).get("Item")

    def batch_get(self, gets: Sequence[Get]) -> list[Raw | None]:
        """Read items of several tables in one call, in the order asked. It is not a snapshot.

        Consistency is per table (DynamoDB's rule): one consistent read makes all of that table's consistent.
        """
        if not gets:
            return []
        if len(gets) > _BATCH_KEYS:
            return self.batch_get(gets[:_BATCH_KEYS]) + self.batch_get(gets[_BATCH_KEYS:])
        found = self._fetch(self._by_table(gets))
        return [found.get((self.table_of(get.model), get.key[0], get.key[1] or "")) for get in gets]

    def _by_table(self, gets: Sequence[Get]) -> dict[str, Raw]:
        wanted: dict[str, Raw] = {}
        for get in gets:
            table = wanted.setdefault(self.table_of(get.model), {"Keys": [], "ConsistentRead": False})
            key = self.raw_key(get.key)
            if key not in table["Keys"]:
                table["Keys"].append(key)
            table["ConsistentRead"] = table["ConsistentRead"] or get.consistent
        return wanted

    def _fetch(self, wanted: dict[str, Raw]) -> dict[tuple[str, str, str], Raw]:
        """Items by table and key; what DynamoDB leaves unprocessed is asked again."""
        found: dict[tuple[str, str, str], Raw] = {}
        for _ in self.retries.tries():
            answer = self._read("BatchGetItem", {"RequestItems": wanted})
            for table_name, items in answer.get("Responses", {}).items():
                for item in items:
                    found[table_name, item["pk"]["S"], item.get("sk", {}).get("S", "")] = item
            wanted = answer.get("UnprocessedKeys") or {}
            if not wanted:
                return found
        raise TryAgainError("UnprocessedKeys")

    def transact_get(self, gets: Iterable[Get]) -> list[Raw | None]:
        """Read items at one moment (serialisable)."""
        answer = self._read(
            "TransactGetItems",
            {
                "TransactItems": [
                    {"Get": {"TableName": self.table_of(get.model), "Key": self.raw_key(get.key)}} for get in gets
                ]
            },
        )
        return [response.get("Item") for response in answer["Responses"]]

    def query(self, query: Query) -> Raw:
        """One page of a Query as DynamoDB answers it."""
        return self._read("Query", query.request(self.table_of(query.model)))

    def update(self, model: type[I], key: Key, actions: Sequence[Action], condition: Condition | None) -> I:
        """One conditional update, returning the new item. Never repeated here: raises `TryAgainError` when in doubt.

        Raises `ConditionFailedError` with the item as it was.
        """
        return model.from_raw_data(self.update_raw(model, key, actions, condition))

    def update_raw(self, model: type[Item], key: Key, actions: Sequence[Action], condition: Condition | None) -> Raw:
        """The same, as it was written: see `get_raw`."""
        kwargs = self.expressions(model, key, condition, actions=actions)
        kwargs["ReturnValues"] = "ALL_NEW"
        if condition is not None:
            kwargs["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        written: Raw = self._conditional("UpdateItem", kwargs)["Attributes"]
        return written

    def put(self, item: Item, condition: Condition | None = None) -> None:
        """One put. With a condition it raises `ConditionFailedError`; `TryAgainError` when in doubt."""
        kwargs = self.put_kwargs(item, condition)
        if condition is not None:
            kwargs["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._conditional("PutItem", kwargs)

    def delete(self, model: type[Item], key: Key) -> None:
        self._read("DeleteItem", {"TableName": self.table_of(model), "Key": self.raw_key(key)})

    def _conditional(self, operation: str, kwargs: Raw) -> Raw:
        try:
            return self.call(operation, kwargs)
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                raise ConditionFailedError(error.response.get("Item") or None) from error
            raise

    def expressions(
        self,
        model: type[Item],
        key: Key,
        condition: Condition | None,
        *,
        actions: Sequence[Action] | None = None,
    ) -> Raw:
        """Key, condition and update expression as PynamoDB serialises them."""
        kwargs = self.connection.get_operation_kwargs(
            self.table_of(model), key[0], range_key=key[1], condition=condition, actions=actions
        )
        return dict(kwargs)

    def put_kwargs(self, item: Item, condition: Condition | None) -> Raw:
        raw = item.serialize()
        kwargs: Raw = {"TableName": self.table_of(type(item)), "Item": raw}
        if condition is not None:
            key = (raw["pk"]["S"], raw["sk"]["S"] if "sk" in raw else None)
            clauses: Mapping[str, Any] = self.expressions(type(item), key, condition)
            kwargs |= {name: value for name, value in clauses.items() if name not in {"Key", "TableName"}}
        return kwargs
