"""The scheduler: deterministic, in virtual time, with a switch at every call."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.simdb.faults import Crash, Fault, Faults
from devtools.simdb.scheduler import EPOCH, Scheduler
from tests.contract.dynamodb.subject import Subject, number, refused, text
from tests.unit.simdb.conftest import Simulate, Simulation

ROUGH = Faults(dict.fromkeys(Fault, 0.05))
SCRIPT = "from tests.unit.simdb.test_simdb_scheduler import printed_trace; print(printed_trace())"


def contend(simulation: Simulation, clients: int = 6) -> None:
    """Everybody reads a batch, then takes one of three seats in a transaction."""
    subject = simulation.subject
    subject.put("seats", n=number(3))

    def take(name: str) -> None:
        subject.call(
            "BatchGetItem", RequestItems={"contract-items": {"Keys": [subject.key("seats"), subject.key(name)]}}
        )
        subject.transact(
            {
                "Update": {
                    "TableName": "contract-items",
                    "Key": subject.key("seats"),
                    "UpdateExpression": "SET n = n - :a",
                    "ConditionExpression": "n >= :a",
                    "ExpressionAttributeValues": {":a": number(1)},
                }
            },
            {"Put": {"TableName": "contract-items", "Item": subject.key(name)}},
        )

    for at in range(clients):
        simulation.scheduler.spawn(lambda name=f"row {at}": take(name), f"client {at}")  # type: ignore[misc]
    simulation.scheduler.run(check=False)


def printed_trace() -> str:
    """A fingerprint of one rough schedule, to be compared between processes."""
    from devtools.simdb.client import SimClient
    from devtools.simdb.database import SimDB
    from tests.contract.dynamodb.subject import TABLES

    scheduler = Scheduler(11, faults=ROUGH)
    db = SimDB(scheduler, conflict_window=0.01, index_lag=0.05, read_lag=0.05)
    for table in TABLES:
        db.create_table(table)
    contend(Simulation(scheduler, db, Subject(SimClient(db), "p")))
    return hashlib.sha256(repr(scheduler.trace).encode()).hexdigest()


def test_the_same_seed_gives_the_same_trace(simulate: Simulate) -> None:
    options = {"conflict_window": 0.01, "index_lag": 0.05, "read_lag": 0.05}
    first, second = (simulate(7, faults=ROUGH, **options) for _ in range(2))

    contend(first)
    contend(second)

    assert first.scheduler.trace == second.scheduler.trace
    assert first.db.snapshot_all("contract-items") == second.db.snapshot_all("contract-items")
    assert len(first.scheduler.trace) > 6


def test_the_same_seed_gives_the_same_trace_in_another_process() -> None:
    traces = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": hash_seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }

    assert traces == {printed_trace()}


def test_other_seeds_give_other_orders(simulate: Simulate) -> None:
    orders = set()
    for seed in range(20):
        simulation = simulate(seed)
        contend(simulation, clients=3)
        orders.add(tuple(step.client for step in simulation.scheduler.trace))

    assert len(orders) > 10


@pytest.mark.parametrize("latency", [(0.0, 0.0), (0.001, 0.008)], ids=["no latency", "latency"])
def test_reading_before_writing_oversells_in_some_schedule(simulate: Simulate, latency: tuple[float, float]) -> None:
    """The bug that a simulator must find: two clients see the last seat, and both take it."""
    sold = []
    for seed in range(30):
        simulation = simulate(seed, latency=latency)
        subject = simulation.subject
        subject.put("seats", n=number(1))

        def take(subject: Subject = subject) -> bool:
            if subject.get("seats") == {"n": number(0)}:
                return False
            subject.update("SET n = :a", {"a": number(0)}, sort="seats")
            return True

        for _ in range(3):
            simulation.scheduler.spawn(take)
        sold.append(sum(client.result for client in simulation.scheduler.run()))

    assert 1 < max(sold) <= 3
    assert min(sold) >= 1


def test_a_condition_does_not_oversell_in_any_schedule(simulate: Simulate) -> None:
    for seed in range(50):
        simulation = simulate(seed, conflict_window=0.01)
        contend(simulation)

        rows = simulation.db.snapshot_all("contract-items")
        (seats,) = [row for row in rows if row["sk"] == text("seats")]
        assert int(seats["n"]["N"]) + len(rows) - 1 == 3


def test_sleeping_moves_the_virtual_clock_only() -> None:
    scheduler = Scheduler(1)
    woken: list[tuple[str, float]] = []

    def sleeper(name: str, seconds: float) -> None:
        scheduler.sleep(seconds)
        woken.append((name, scheduler.now - EPOCH))

    for name, seconds in (("long", 86_400.0), ("short", 60.0), ("none", 0.0)):
        scheduler.spawn(lambda name=name, seconds=seconds: sleeper(name, seconds), name)  # type: ignore[misc]
    scheduler.run()

    assert woken == [("none", 0.0), ("short", 60.0), ("long", 86_400.0)]


def test_time_passes_outside_of_a_run_only_when_it_is_put_forward() -> None:
    scheduler = Scheduler(1)

    scheduler.sleep(5)

    assert scheduler.now == EPOCH + 5


def test_others_run_before_and_after_an_effect() -> None:
    """The effect is in the middle of the call: others see the world before it and after it."""
    seen = set()
    for seed in range(40):
        scheduler = Scheduler(seed)
        effects: list[str] = []
        state: dict[str, bool] = {"returned": False}

        def write(
            scheduler: Scheduler = scheduler, effects: list[str] = effects, state: dict[str, bool] = state
        ) -> None:
            scheduler.call("x:Write", lambda: effects.append("done"))
            state["returned"] = True

        def look(
            scheduler: Scheduler = scheduler, effects: list[str] = effects, state: dict[str, bool] = state
        ) -> None:
            seen.add(scheduler.call("x:Read", lambda: (bool(effects), state["returned"])))

        scheduler.spawn(write)
        scheduler.spawn(look)
        scheduler.run()

    assert seen == {(False, False), (True, False), (True, True)}


def test_any_service_can_be_a_point_of_switch_and_fault() -> None:
    sent: list[str] = []
    scheduler = Scheduler(1, faults=Faults(at={1: Fault.CRASH_AFTER}))

    def send() -> None:
        for mail in ("first", "second", "third"):
            scheduler.call("ses:SendEmail", lambda mail=mail: sent.append(mail))  # type: ignore[misc]

    client = scheduler.spawn(send)
    scheduler.run()

    assert sent == ["first", "second"]
    assert client.crashed
    assert [step.site for step in scheduler.trace] == ["ses:SendEmail", "ses:SendEmail"]


def test_outside_of_a_run_a_call_is_just_its_effect() -> None:
    scheduler = Scheduler(1, faults=Faults({Fault.CRASH_BEFORE: 1.0}))

    assert scheduler.call("ses:SendEmail", lambda: 42) == 42
    assert scheduler.trace == []


def test_a_failing_client_fails_the_run_with_its_name_and_seed() -> None:
    scheduler = Scheduler(77)
    scheduler.spawn(lambda: 1 / 0, "divider")

    with pytest.raises(ZeroDivisionError) as failure:
        scheduler.run()

    assert failure.value.__notes__ == ["simulated client 'divider', seed 77"]


def test_a_failing_client_does_not_stop_the_others() -> None:
    scheduler = Scheduler(1)
    broken = scheduler.spawn(lambda: 1 / 0)
    working = scheduler.spawn(lambda: scheduler.call("x:y", lambda: "done"))

    scheduler.run(check=False)

    assert isinstance(broken.error, ZeroDivisionError)
    assert working.result == "done"


def test_a_daemon_ends_with_the_last_client() -> None:
    scheduler = Scheduler(1)
    ticks: list[float] = []

    def tick() -> None:
        while True:
            scheduler.call("x:Tick", lambda: ticks.append(scheduler.now))
            scheduler.sleep(60)

    scheduler.spawn(tick, daemon=True)
    scheduler.spawn(lambda: scheduler.sleep(300))
    scheduler.run()

    assert 5 <= len(ticks) <= 6


def test_a_client_may_start_others_and_runs_follow_each_other() -> None:
    scheduler = Scheduler(1)
    done: list[str] = []

    def parent() -> None:
        scheduler.spawn(lambda: done.append("child"), after=5)
        done.append("parent")

    scheduler.spawn(parent)
    scheduler.run()
    scheduler.spawn(lambda: done.append("sweeper"))
    scheduler.run()

    assert done == ["parent", "child", "sweeper"]


def test_a_schedule_without_end_is_an_error() -> None:
    scheduler = Scheduler(3, max_calls=100)

    def forever() -> None:
        while True:
            try:
                scheduler.call("x:y", lambda: None)
            except Exception:  # noqa: BLE001, S112  # a program that swallows everything must not hide it
                continue

    scheduler.spawn(forever)

    with pytest.raises(RuntimeError, match="no end after 100 calls, seed 3"):
        scheduler.run()


def test_a_crashed_client_cannot_call_on_its_way_out(simulate: Simulate) -> None:
    simulation = simulate(faults=Faults(at={0: Fault.CRASH_BEFORE}))
    subject = simulation.subject

    def guarded() -> None:
        try:
            subject.put("first")
        finally:
            subject.put("cleanup")

    client = simulation.scheduler.spawn(guarded)
    simulation.scheduler.run()

    assert client.crashed
    assert simulation.db.snapshot_all("contract-items") == []


def test_a_crash_is_no_exception(simulate: Simulate) -> None:
    simulation = simulate(faults=Faults(at={0: Fault.CRASH_BEFORE}))

    def careless() -> str:
        try:
            simulation.subject.put()
        except Exception:  # noqa: BLE001  # what a careless program would do
            return "survived"
        return "never faulted"

    client = simulation.scheduler.spawn(careless)
    simulation.scheduler.run()

    assert client.crashed
    assert client.result is None
    assert not issubclass(Crash, Exception)


def test_without_a_scheduler_the_database_simply_works(subject: Subject) -> None:
    subject.put("a", n=number(1))

    assert subject.get("a") == {"n": number(1)}
    with refused("ResourceNotFoundException"):
        subject.call("GetItem", TableName="nowhere", Key=subject.key())
