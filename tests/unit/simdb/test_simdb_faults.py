"""Every fault can be made to happen, and looks to the program as it would on AWS."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from devtools.simdb.faults import Fault, Faults
from tests.contract.dynamodb.subject import ITEMS, Item, number
from tests.unit.simdb.conftest import Simulate, Simulation


def first(fault: Fault) -> Faults:
    """The fault strikes the first call."""
    return Faults(at={0: fault})


def put(simulation: Simulation) -> tuple[Any, Item | None]:
    """One client puts an item: how that ended for it, and the item that it then finds."""
    subject = simulation.subject

    def client() -> tuple[Any, Item | None]:
        try:
            outcome: Any = subject.put("a", n=number(1))
        except (ClientError, ConnectTimeoutError, ReadTimeoutError) as error:
            outcome = error
        return outcome, subject.get("a")

    started = simulation.scheduler.spawn(client)
    simulation.scheduler.run()
    if started.crashed:
        return "crashed", None
    result: tuple[Any, Item | None] = started.result
    return result


def left(simulation: Simulation) -> int:
    return len(simulation.db.snapshot_all(ITEMS))


def test_crash_before(simulate: Simulate) -> None:
    simulation = simulate(faults=first(Fault.CRASH_BEFORE))

    assert put(simulation)[0] == "crashed"
    assert left(simulation) == 0


def test_crash_after(simulate: Simulate) -> None:
    simulation = simulate(faults=first(Fault.CRASH_AFTER))

    assert put(simulation)[0] == "crashed"
    assert left(simulation) == 1


def test_lost_request(simulate: Simulate) -> None:
    simulation = simulate(faults=first(Fault.LOST_REQUEST))

    outcome, found = put(simulation)

    assert isinstance(outcome, ConnectTimeoutError)
    assert found is None


def test_lost_response(simulate: Simulate) -> None:
    simulation = simulate(faults=first(Fault.LOST_RESPONSE))
    began = simulation.scheduler.now

    outcome, found = put(simulation)

    assert isinstance(outcome, ReadTimeoutError)
    assert found == {"n": number(1)}
    assert simulation.scheduler.now - began >= simulation.scheduler.faults.timeout


def test_a_late_effect_comes_after_the_time_out_or_before(simulate: Simulate) -> None:
    found_at_once = set()
    for seed in range(30):
        simulation = simulate(seed, faults=first(Fault.LATE))
        outcome, found = put(simulation)
        assert isinstance(outcome, ReadTimeoutError)
        assert left(simulation) == 1
        found_at_once.add(found is not None)

    assert found_at_once == {True, False}


def test_stall(simulate: Simulate) -> None:
    simulation = simulate(faults=Faults(at={0: Fault.STALL}, stall=90))
    began = simulation.scheduler.now

    outcome, found = put(simulation)

    assert outcome["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert found == {"n": number(1)}
    assert 90 <= simulation.scheduler.now - began < 91


def test_throttle(simulate: Simulate) -> None:
    codes = set()
    for seed in range(20):
        outcome, found = put(simulate(seed, faults=first(Fault.THROTTLE)))
        assert found is None
        codes.add(outcome.response["Error"]["Code"])

    assert codes == {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}


def test_server_error_leaves_open_whether_it_was_done(simulate: Simulate) -> None:
    done = set()
    for seed in range(20):
        outcome, found = put(simulate(seed, faults=first(Fault.SERVER_ERROR)))
        assert outcome.response["Error"]["Code"] == "InternalServerError"
        assert outcome.response["ResponseMetadata"]["HTTPStatusCode"] == 500
        done.add(found is not None)

    assert done == {True, False}


def test_conflict_of_a_write(simulate: Simulate) -> None:
    outcome, found = put(simulate(faults=first(Fault.CONFLICT)))

    assert outcome.response["Error"]["Code"] == "TransactionConflictException"
    assert found is None


@pytest.mark.parametrize("fault", [Fault.CONFLICT, Fault.THROTTLE])
def test_a_transaction_is_cancelled_by_the_fault(simulate: Simulate, fault: Fault) -> None:
    reasons = set()
    for seed in range(20):
        simulation = simulate(seed, faults=first(fault))
        subject = simulation.subject
        writes = [{"Put": {"TableName": ITEMS, "Item": subject.key(sort)}} for sort in "ab"]
        client = simulation.scheduler.spawn(lambda s=subject, w=writes: s.transact(*w))  # type: ignore[misc]
        simulation.scheduler.run(check=False)
        assert isinstance(client.error, ClientError)
        assert left(simulation) == 0
        reasons.add(tuple(each["Code"] for each in client.error.response.get("CancellationReasons", ())))

    code = "TransactionConflict" if fault is Fault.CONFLICT else "ThrottlingError"
    whole = set() if fault is Fault.CONFLICT else {()}
    assert reasons == {(code, "None"), ("None", code)} | whole


def test_partial_batches_can_be_asked_again(simulate: Simulate) -> None:
    served = set()
    for seed in range(20):
        simulation = simulate(seed, faults=first(Fault.PARTIAL))
        subject = simulation.subject
        for sort in "abc":
            subject.put(sort)
        request = {
            ITEMS: {
                "Keys": [subject.key(sort) for sort in "abc"],
                "ConsistentRead": True,
                "ProjectionExpression": "#s",
                "ExpressionAttributeNames": {"#s": "sk"},
            }
        }

        def read(subject: Any = subject, request: Any = request) -> list[int]:
            counts, left = [], request
            while left:
                answer = subject.call("BatchGetItem", RequestItems=left)
                counts.append(len(answer["Responses"][ITEMS]))
                left = answer["UnprocessedKeys"]
            return counts

        client = simulation.scheduler.spawn(read)
        simulation.scheduler.run()
        assert sum(client.result) == 3
        served.add(client.result[0])

    assert served == {0, 1, 2}


def test_faults_strike_a_named_client_at_its_own_count(simulate: Simulate) -> None:
    simulation = simulate(faults=Faults(at={("b", 1): Fault.CRASH_BEFORE}))
    subject = simulation.subject

    def work(name: str) -> None:
        for at in range(3):
            subject.put(f"{name}{at}")

    for name in "ab":
        simulation.scheduler.spawn(lambda name=name: work(name), name)  # type: ignore[misc]
    simulation.scheduler.run()

    assert {item["sk"]["S"] for item in simulation.db.snapshot_all(ITEMS)} == {"a0", "a1", "a2", "b0"}
    assert simulation.scheduler.unfired == set()


def test_faults_that_no_call_met_are_told(simulate: Simulate) -> None:
    simulation = simulate(faults=Faults(at={99: Fault.THROTTLE, 0: Fault.PARTIAL}))

    put(simulation)

    assert simulation.scheduler.unfired == {0, 99}


def test_rates_are_probabilities(simulate: Simulate) -> None:
    simulation = simulate(faults=Faults({Fault.THROTTLE: 0.1, Fault.LOST_RESPONSE: 0.2}))
    subject = simulation.subject

    def work() -> None:
        for _ in range(1000):
            try:
                subject.get()
            except (ClientError, ReadTimeoutError):
                continue

    simulation.scheduler.spawn(work)
    simulation.scheduler.run()

    struck = [step.fault for step in simulation.scheduler.trace]
    assert 70 < struck.count(Fault.THROTTLE) < 130
    assert 160 < struck.count(Fault.LOST_RESPONSE) < 240


def test_retries_of_the_sdk_count_twice(simulate: Simulate) -> None:
    """The SDK sends the same request again after a time-out: an ADD that was done is done again."""
    simulation = simulate(faults=first(Fault.LOST_RESPONSE), attempts=3)
    subject = simulation.subject

    simulation.scheduler.spawn(lambda: subject.update("ADD n :a", {"a": number(1)}))
    simulation.scheduler.run()

    assert subject.get() == {"n": number(2)}


def test_retries_of_the_sdk_do_not_repeat_a_transaction(simulate: Simulate) -> None:
    simulation = simulate(faults=first(Fault.LOST_RESPONSE), attempts=3)
    subject = simulation.subject
    update = {
        "TableName": ITEMS,
        "Key": subject.key(),
        "UpdateExpression": "ADD n :a",
        "ExpressionAttributeValues": {":a": number(1)},
    }

    simulation.scheduler.spawn(lambda: subject.transact({"Update": update}))
    simulation.scheduler.run()

    assert subject.get() == {"n": number(1)}
