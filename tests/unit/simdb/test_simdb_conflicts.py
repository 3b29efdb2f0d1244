"""Transactions that overlap on an item in virtual time conflict; others do not."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.dynamodb.subject import ITEMS, Subject, number, text
from tests.unit.simdb.conftest import Simulate, Simulation

WINDOW = 0.010
STILL = (0.0, 0.0)


def add(subject: Subject, sort: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": ITEMS,
            "Key": subject.key(sort),
            "UpdateExpression": "ADD n :a",
            "ExpressionAttributeValues": {":a": number(1)},
        }
    }


def at_times(simulation: Simulation, *actions: tuple[float, Callable[[], Any]]) -> list[Any]:
    """What each action answered, or the error that it raised; each begins at its second."""
    clients = [simulation.scheduler.spawn(action, after=after) for after, action in actions]
    simulation.scheduler.run(check=False)
    return [client.error or client.result for client in clients]


def code(outcome: Any) -> str:
    """The code of an error, those of its reasons, or ok."""
    if not isinstance(outcome, ClientError):
        return "ok"
    reasons = [reason["Code"] for reason in outcome.response.get("CancellationReasons", ())]
    return ", ".join(reasons) or str(outcome.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("later_by", "expected"),
    [(0.004, "None, TransactionConflict"), (0.011, "ok")],
    ids=["within the window", "after it"],
)
def test_two_transactions_on_one_item(simulate: Simulate, later_by: float, expected: str) -> None:
    simulation = simulate(latency=STILL, conflict_window=WINDOW)
    subject = simulation.subject

    outcomes = at_times(
        simulation,
        (1, lambda: subject.transact(add(subject, "shared"), add(subject, "a"))),
        (1 + later_by, lambda: subject.transact(add(subject, "b"), add(subject, "shared"))),
    )

    assert [code(outcome) for outcome in outcomes] == ["ok", expected]
    assert subject.get("shared") == {"n": number(1 if "Conflict" in expected else 2)}
    assert (subject.get("b") is None) == ("Conflict" in expected)


def test_transactions_on_different_items_do_not_conflict(simulate: Simulate) -> None:
    simulation = simulate(latency=STILL, conflict_window=WINDOW)
    subject = simulation.subject

    outcomes = at_times(
        simulation,
        (1, lambda: subject.transact(add(subject, "a"))),
        (1, lambda: subject.transact(add(subject, "b"))),
    )

    assert [code(outcome) for outcome in outcomes] == ["ok", "ok"]


def test_without_a_window_nothing_conflicts(simulate: Simulate) -> None:
    simulation = simulate()
    subject = simulation.subject

    outcomes = at_times(simulation, *[(1, lambda: subject.transact(add(subject, "a"))) for _ in range(5)])

    assert {code(outcome) for outcome in outcomes} == {"ok"}
    assert subject.get("a") == {"n": number(5)}


def test_a_write_during_a_transaction_conflicts(simulate: Simulate) -> None:
    simulation = simulate(latency=STILL, conflict_window=WINDOW)
    subject = simulation.subject

    outcomes = at_times(
        simulation,
        (1, lambda: subject.transact(add(subject, "a"))),
        (1.005, lambda: subject.put("a")),
        (1.005, lambda: subject.put("b")),
        (1.020, lambda: subject.put("a", word=text("later"))),
    )

    assert [code(outcome) for outcome in outcomes] == ["ok", "TransactionConflictException", "ok", "ok"]
    assert subject.get("a") == {"word": text("later")}


def test_reads_during_a_transaction(simulate: Simulate) -> None:
    """Plain reads see the item as it was; a transactional read is cancelled."""
    simulation = simulate(latency=STILL, conflict_window=WINDOW)
    subject = simulation.subject
    gets = [{"Get": {"TableName": ITEMS, "Key": subject.key(sort)}} for sort in "xa"]

    outcomes = at_times(
        simulation,
        (1, lambda: subject.transact(add(subject, "a"))),
        (1.005, lambda: subject.get("a")),
        (1.005, lambda: subject.call("TransactGetItems", TransactItems=gets)),
        (1.020, lambda: subject.get("a")),
    )

    assert outcomes[1] is None
    assert code(outcomes[2]) == "None, TransactionConflict"
    assert outcomes[3] == {"n": number(1)}


def test_a_token_in_use_is_in_progress(simulate: Simulate) -> None:
    simulation = simulate(latency=STILL, conflict_window=WINDOW)
    subject = simulation.subject

    outcomes = at_times(
        simulation,
        *[(1 + at, lambda: subject.transact(add(subject, "a"), ClientRequestToken="t")) for at in (0, 0.005, 0.02)],
    )

    assert [code(outcome) for outcome in outcomes] == ["ok", "TransactionInProgressException", "ok"]
    assert subject.get("a") == {"n": number(1)}


@pytest.mark.parametrize(
    ("operation", "halves"),
    [("BatchGetItem", True), ("TransactGetItems", False)],
    ids=["a batch may see half of a transaction", "a transactional read may not"],
)
def test_how_much_of_a_transaction_is_seen(simulate: Simulate, operation: str, halves: bool) -> None:  # noqa: FBT001
    seen = set()
    for seed in range(300):
        simulation = simulate(seed, conflict_window=0.002)
        subject = simulation.subject

        def look(subject: Subject = subject) -> int:
            keys = [subject.key(sort) for sort in "ab"]
            if operation == "BatchGetItem":
                wanted = {ITEMS: {"Keys": keys, "ConsistentRead": True}}
                return len(subject.call(operation, RequestItems=wanted)["Responses"][ITEMS])
            gets = [{"Get": {"TableName": ITEMS, "Key": key}} for key in keys]
            found = subject.call(operation, TransactItems=gets)["Responses"]
            return sum("Item" in each for each in found)

        _, looked = at_times(
            simulation,
            (1, lambda s=subject: s.transact(add(s, "a"), add(s, "b"))),  # type: ignore[misc]
            (1, look),
        )
        seen.add(looked if isinstance(looked, int) else code(looked))

    assert {0, 2} <= seen
    assert (1 in seen) == halves
