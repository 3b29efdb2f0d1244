"""A transaction whose answer is lost is asked again as itself, until the outcome is known: it never refuses itself."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from chalicelib.services.shared.outcomes import OutcomeUnknownError, TryAgainError
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.transactions import RefusedError, Transaction


class Table:
    """Takes one write, then refuses every other: DynamoDB knows a repeated one by its token."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.tokens: list[str] = []
        self.written = ""

    @property
    def retries(self) -> "Table":
        return self

    def run(self, attempt: Callable[[], None]) -> None:
        for _ in range(5):
            try:
                return attempt()
            except TryAgainError:
                continue
        raise TryAgainError

    def call(self, operation: str, request: dict[str, Any]) -> None:
        assert operation == "TransactWriteItems"
        token = request["ClientRequestToken"]
        self.tokens.append(token)
        answer = self.answers.pop(0) if self.answers else "done"
        if answer == "conflict":
            raise TryAgainError
        if self.written not in {"", token}:
            reasons = [{"Code": "ConditionalCheckFailed"}]
            error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, operation)
        self.written = token
        if answer == "lost":
            raise OutcomeUnknownError


def committed(table: Table) -> int:
    """How many tokens it took."""
    transaction = Transaction(cast("Dynamo", table), names=["row 0"], operations=[{}])
    transaction.commit()
    return len(set(table.tokens))


@pytest.mark.parametrize("lost", [1, 2, 3, 4, 7])
def test_a_write_whose_answers_are_lost_is_not_refused_by_itself(lost: int) -> None:
    assert committed(Table(*["lost"] * lost)) == 1


def test_a_conflict_after_a_lost_answer_leaves_it_the_same_write() -> None:
    assert committed(Table("lost", "conflict", "lost", "lost", "conflict")) == 1


def test_a_conflict_alone_did_nothing_and_is_a_new_request() -> None:
    assert committed(Table("conflict", "conflict")) == 3


def test_what_somebody_else_wrote_is_refused() -> None:
    table = Table()
    table.written = "of somebody else"

    with pytest.raises(RefusedError, match="row 0"):
        committed(table)
