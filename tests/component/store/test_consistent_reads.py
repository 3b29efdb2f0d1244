"""Reads that decide something are consistent, and a refusal names what refused."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.domain.enrollments.enrollment import EnrollmentChange, EnrollmentStatus
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import a_row, enrol, published
from tests.support.world import World

Call = tuple[str, dict[str, Any]]
DECIDING: dict[str, Callable[[Container, str, Any], Any]] = {
    "the head of the waitlist": lambda made, event, _: made.store.enrollments.first_waiting(event, 5),
    "the waitlist": lambda made, event, _: made.store.enrollments.slice_of_waitlist(
        event, start=None, forward=True, limit=5
    ),
    "the holds": lambda made, event, _: made.store.enrollments.holds(event, 5),
    "one row": lambda made, _, row: made.store.enrollments.by_key(row.key),
    "some rows": lambda made, _, row: made.store.enrollments.by_keys([row.key]),
    "the rows of an event": lambda made, event, row: made.store.enrollments.of_event(
        event, row.key.bucket, start=None, forward=True, limit=5
    ),
}


def recorded(world: World) -> list[Call]:
    """Every call from now on."""
    client, calls = world.container.store.dynamo.connection.client, list[Call]()

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        calls.append((operation, parameters))
        return client._make_api_call(operation, parameters)

    signer = SimpleNamespace(_credentials=True)  # or PynamoDB makes a client of its own
    stand_in = SimpleNamespace(_make_api_call=call, _request_signer=signer)
    world.container.store.dynamo.connection._client = stand_in  # type: ignore[assignment]
    return calls


def is_consistent(call: Call) -> bool:
    operation, parameters = call
    if operation != "BatchGetItem":
        return parameters.get("ConsistentRead") is True
    return all(table.get("ConsistentRead") is True for table in parameters["RequestItems"].values())


@pytest.mark.parametrize("what", DECIDING)
def test_what_decides_is_read_consistently(world: World, what: str) -> None:
    event = published(world, [5])
    row = enrol(world, a_row(event))
    calls = recorded(world)

    DECIDING[what](world.container, event.id, row)

    assert [is_consistent(call) for call in calls] == [True]


def test_the_rows_that_an_index_names_are_read_consistently(world: World) -> None:
    row = enrol(world, a_row(published(world, [5])))
    calls = recorded(world)
    person = row.key.attendee_id

    world.container.store.enrollments.of_attendee(person, start=None, forward=True, limit=5, statuses=())
    world.container.store.enrollments.of_attendee("nobody", start=None, forward=True, limit=5, statuses=())

    assert [call[0] for call in calls] == ["Query", "BatchGetItem", "Query"], "without names there is nothing to read"
    assert is_consistent(calls[1])


def test_a_refusal_names_what_was_not_as_it_was_read(world: World) -> None:
    event = published(world, [1, 1])
    row = enrol(world, a_row(event))
    refusing = [Step(shard=number, mode=SeatMode.FENCED) for number in (0, 1)]

    with pytest.raises(StaleError, match=r"^seat 0, seat 1$"):
        world.container.store.enrollments.write_seats_only(event.id, refusing)
    change = EnrollmentChange(None, a_row(event, EnrollmentStatus.CANCELLED, before=row, attempt="second"))
    with pytest.raises(StaleError, match=r"^seat 1, row 0$"):
        world.container.store.enrollments.write([change], [refusing[1]], [])


def test_an_event_without_seats_has_no_figures(world: World) -> None:
    assert world.container.store.seats.live("nothing") is None
