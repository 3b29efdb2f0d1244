"""The edit that writes the most things at once is still one transaction, however many people, shards and reminders."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.seats import SeatMode, Step
from devtools.simdb.client import SimClient
from tests.support.builders import a_person, due_rows, enrolled
from tests.support.world import World

ITEMS = 100  # DynamoDB's limit of one transaction


class Counting(SimClient):
    """Writes down how many items each transaction has."""

    def __init__(self, world: World) -> None:
        super().__init__(world.db)
        self.sizes: list[int] = []

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        if operation_name == "TransactWriteItems":
            self.sizes.append(len(api_params["TransactItems"]))
        return super()._make_api_call(operation_name, api_params)


def sizes(world: World) -> list[int]:
    connection = world.container.store.dynamo.connection
    connection._client = client = Counting(world)  # type: ignore[assignment]
    return client.sizes


def test_everything_that_an_edit_can_change_fits_into_one_transaction(world: World) -> None:
    olga = a_person(world)
    settings = {"capacity": 64_000, "on_sale_shards": 64, "no_show_release_minutes": 30}
    event = world.an_event(olga.token, reminders=[f"-PT{hours}H" for hours in range(1, 11)], **settings)
    enrolled(world, event, a_person(world))
    fence = [Step(shard=number, becomes=SeatMode.FENCED) for number in range(64)]
    world.container.store.enrollments.write_seats_only(event["id"], fence)
    counted = sizes(world)

    answer = world.patch(
        f"/events/{event['id']}",
        {
            "title": "Another",
            "location": "Elsewhere",
            "starts_at": "2026-08-02T10:00:00Z",
            "ends_at": "2026-08-02T12:00:00Z",
            "capacity": 65_000,
            "enrollment_opens_at": "2026-06-01T08:00:00Z",
            "reminders": [f"-PT{minutes}M" for minutes in range(1, 11)],
        },
        olga.token,
    )

    assert answer.status == 200, answer.text
    assert 90 < counted[0] <= ITEMS, counted
    assert len(due_rows(world, "job_notice")) == 1
    assert len(due_rows(world, "job_settle")) == 1
    assert len(due_rows(world, "job_remind")) == 10


def test_a_notice_is_one_item_more_of_the_first_edit_and_none_of_the_next(world: World) -> None:
    olga = a_person(world)
    event = world.an_event(olga.token, capacity=5, location="Hall 1")
    enrolled(world, event, a_person(world))
    counted = sizes(world)
    url = f"/events/{event['id']}"

    for body in ({"description": "More"}, {"location": "Hall 2"}, {"location": "Hall 3"}):
        assert world.patch(url, body, olga.token).status == 200

    plain, first, next_one = counted
    assert (first - plain, next_one - plain) == (1, 0)
