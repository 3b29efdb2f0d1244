"""What creating and changing an event writes: in the request, and afterwards by the index job."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.events.event_changes import GATHERING
from chalicelib.domain.outbox.entry import OutboxKind
from devtools.demo.conferences import load
from tests.support.builders import a_person, enrolled
from tests.support.world import World

SIZES = (0, 1024, 4096)


@dataclass(frozen=True, slots=True)
class WriteRow:
    """Write units of one operation, by the size of the description."""

    name: str
    units: list[float]


def text_of(size: int) -> str:
    """So many bytes of words as titles of conferences have them."""
    words = [word for one in load() for word in one.title.split() if word.isascii()]
    random.Random(3).shuffle(words)
    return " ".join(words)[:size].strip().ljust(size, "x") if size else ""


def write_rows() -> list[WriteRow]:
    columns = [_column(size) for size in SIZES]
    return [WriteRow(name, [column[name] for column in columns]) for name in columns[0]]


def _column(size: int) -> dict[str, float]:
    with World() as world:
        organizer = a_person(world)
        body = {
            "title": "Python in Practice 2026",
            "starts_at": "2026-07-01T09:00:00Z",
            "location": "Tech Hub, Berlin",
            "country": "DE",
            "coordinates": {"latitude": 52.52, "longitude": 13.405},
            "language": "en",
            "tags": ["python", "web"],
        }
        event: dict[str, Any] = {}

        def create() -> None:
            answer = world.post("/events", {**body, "description": text_of(size)}, organizer.token)
            assert answer.status == 201, answer.text
            event.update(answer.json)

        def move() -> None:
            answer = world.patch(f"/events/{event['id']}", {"starts_at": "2026-08-02T09:00:00Z"}, organizer.token)
            assert answer.status == 200, answer.text

        def tell() -> None:
            answer = world.patch(f"/events/{event['id']}", {"location": "Hall 2"}, organizer.token)
            assert answer.status == 200, answer.text

        moved = _measured(world, "create", create) | _measured(world, "move to another day", move)
        enrolled(world, event, a_person(world))
        world.clock.advance(2 * GATHERING)
        world.tick()  # the notice of the move is over: the next change opens its own
        world.work()
        return moved | _measured(world, "another place, with people to tell", tell)


def _measured(world: World, name: str, action: Callable[[], None]) -> dict[str, float]:
    with world.db.meter() as request:
        action()
    assert any(due.kind is OutboxKind.INDEX for due in world.queue.waiting)
    with world.db.meter() as index:
        world.work()
    return {f"{name}: the request": request.writes, f"{name}: the index, afterwards": index.writes}
