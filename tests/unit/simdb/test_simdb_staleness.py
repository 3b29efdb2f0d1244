"""Answers that are not a snapshot, and reads that lag behind, as far as DynamoDB allows it."""

from typing import Any

from tests.contract.dynamodb.subject import ITEMS, Subject, number, sorts, text
from tests.unit.simdb.conftest import Simulate, Simulation


def move(subject: Subject) -> None:
    """A seat goes from b to a in one transaction: there is one at every moment."""
    items = ({**subject.key("a"), "n": number(1)}, {**subject.key("b"), "n": number(0)})
    subject.transact(*[{"Put": {"TableName": ITEMS, "Item": item}} for item in items])


def seats_seen(simulation: Simulation, read: Any) -> int:
    subject = simulation.subject
    subject.put("a", n=number(0))
    subject.put("b", n=number(1))
    simulation.scheduler.spawn(lambda: move(subject))
    reader = simulation.scheduler.spawn(lambda: read(subject))
    simulation.scheduler.run()
    return sum(int(item["n"]["N"]) for item in reader.result)


def batch(subject: Subject) -> Any:
    wanted = {ITEMS: {"Keys": [subject.key("a"), subject.key("b")], "ConsistentRead": True}}
    return subject.call("BatchGetItem", RequestItems=wanted)["Responses"][ITEMS]


def page(subject: Subject) -> Any:
    return subject.page(ConsistentRead=True)["Items"]


def transaction(subject: Subject) -> Any:
    gets = [{"Get": {"TableName": ITEMS, "Key": subject.key(sort)}} for sort in "ab"]
    return [answer["Item"] for answer in subject.call("TransactGetItems", TransactItems=gets)["Responses"]]


def test_a_batch_is_not_a_snapshot(simulate: Simulate) -> None:
    """It may miss the seat, and it may see it twice."""
    assert {seats_seen(simulate(seed), batch) for seed in range(300)} == {0, 1, 2}


def test_a_query_is_not_a_snapshot(simulate: Simulate) -> None:
    """It reads a before b, so that it may miss the seat but never see it twice."""
    assert {seats_seen(simulate(seed), page) for seed in range(300)} == {0, 1}


def test_a_transactional_read_is_a_snapshot(simulate: Simulate) -> None:
    assert {seats_seen(simulate(seed), transaction) for seed in range(300)} == {1}


def test_a_batch_has_no_order(simulate: Simulate) -> None:
    orders = set()
    for seed in range(20):
        simulation = simulate(seed)
        subject = simulation.subject
        subject.put("a", n=number(1))
        subject.put("b", n=number(2))
        client = simulation.scheduler.spawn(lambda s=subject: batch(s))  # type: ignore[misc]
        simulation.scheduler.run()
        orders.add(tuple(item["sk"]["S"] for item in client.result))

    assert orders == {("a", "b"), ("b", "a")}


def read_after_write(simulation: Simulation, consistent: bool, wait: float = 0.0) -> list[Any]:  # noqa: FBT001
    """What a get, a batch and a query answer soon after a write."""
    subject = simulation.subject

    def client() -> list[Any]:
        subject.put("a", n=number(1))
        subject.put("a", n=number(2))
        simulation.scheduler.sleep(wait)
        more = {"ConsistentRead": consistent}
        wanted = {ITEMS: {"Keys": [subject.key("a")], **more}}
        found = [
            subject.call("GetItem", TableName=ITEMS, Key=subject.key("a"), **more).get("Item"),
            *subject.call("BatchGetItem", RequestItems=wanted)["Responses"][ITEMS],
            *subject.page(**more)["Items"],
        ]
        return [item and int(item["n"]["N"]) for item in found]

    started = simulation.scheduler.spawn(client)
    simulation.scheduler.run()
    result: list[Any] = started.result
    return result


def test_eventually_consistent_reads_may_be_stale(simulate: Simulate) -> None:
    answers = [read_after_write(simulate(seed, read_lag=0.05), consistent=False) for seed in range(100)]

    assert {answer[0] for answer in answers} == {None, 1, 2}
    assert any(len(answer) < 3 for answer in answers)


def test_consistent_reads_are_not_stale(simulate: Simulate) -> None:
    for seed in range(50):
        assert read_after_write(simulate(seed, read_lag=0.05), consistent=True) == [2, 2, 2]


def test_staleness_has_an_end(simulate: Simulate) -> None:
    for seed in range(50):
        assert read_after_write(simulate(seed, read_lag=0.05), consistent=False, wait=0.06) == [2, 2, 2]


def index_pages(simulation: Simulation, wait: float) -> list[str]:
    subject = simulation.subject

    def client() -> list[str]:
        for sort in "ab":
            subject.put(sort, team=text("t"), score=text(sort))
        subject.update("REMOVE team", sort="a")
        simulation.scheduler.sleep(wait)
        return sorts(subject.query("team = :t", values={"t": text("t")}, IndexName="by_team"))

    started = simulation.scheduler.spawn(client)
    simulation.scheduler.run()
    result: list[str] = started.result
    return result


def test_an_index_may_lag_behind_its_table(simulate: Simulate) -> None:
    pages = {tuple(index_pages(simulate(seed, index_lag=0.1), wait=0)) for seed in range(100)}

    assert {("a",), ("b",), ()} <= pages


def test_an_index_catches_up(simulate: Simulate) -> None:
    for seed in range(50):
        assert index_pages(simulate(seed, index_lag=0.1), wait=0.2) == ["b"]
