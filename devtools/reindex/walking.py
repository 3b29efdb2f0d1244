"""Going over all events in their lists: index jobs for each of them, or what the index has wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from chalicelib.container import Container
from chalicelib.domain.events import LISTED, Event, EventStatus
from chalicelib.domain.mail import Due, DueKind, new_due
from chalicelib.domain.postings import postings_of
from chalicelib.services.lanes import Source
from chalicelib.store import keys
from chalicelib.store.dynamo import Get
from chalicelib.store.shapes.events import list_item
from chalicelib.store.tables import ListItem

PAGE = 25


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: the list, and the place in it."""

    status: EventStatus
    place: str

    @classmethod
    def read(cls, path: Path) -> "Progress | None":
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(EventStatus(found["status"]), found["place"])
        except (OSError, ValueError, KeyError):
            return None

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def total(container: Container) -> int:
    """How many events there are to go over, by the figures."""
    return sum(counts.total for counts in container.event_rows.figures(Source.STARTS, LISTED).values())


def pages(container: Container, after: Progress | None = None) -> Iterator[tuple[list[Event], Progress]]:
    """All published and cancelled events as their lists have them, a page at a time."""
    figures = container.event_rows.figures(Source.STARTS, LISTED)
    for status in LISTED[LISTED.index(after.status) if after else 0 :]:
        start = after.place if after and after.status is status else None
        for month in figures[status].months():
            inside = start if start and start.startswith(month) else None
            if start and month < start[:7]:
                continue
            while True:
                part = container.calendar.month(month, start=inside, forward=True, limit=PAGE, status=status)
                if part.items:
                    yield [event for _, event in part.items], Progress(status, part.items[-1][0])
                if part.end is None:
                    break
                inside = part.end


def reindex(container: Container, path: Path, done: Callable[[int], None]) -> int:
    """A job for every event that writes its rows anew; goes on where an interrupted run stopped. Returns how many."""
    number = 0
    for events, progress in pages(container, Progress.read(path)):
        jobs = [_job(container, event) for event in events]
        container.enrollments.tell(jobs)
        container.queue.push(*jobs)
        progress.write(path)
        number += len(events)
        done(len(events))
    path.unlink(missing_ok=True)
    return number


def _job(container: Container, event: Event) -> Due:
    now = container.clock()
    about = {"event": event.id, "forced": "1"}
    return new_due(DueKind.INDEX, event.organizer_id, about, now=now, row_id=container.new_id(now))


def differences(container: Container, done: Callable[[int], None]) -> Iterator[str]:
    """What the orders and the index show that the event does not say, or the other way round; one sentence each."""
    for listed, _ in pages(container):
        present = container.events.many([event.id for event in listed])
        for row in listed:
            event = present.get(row.id)
            if event is None or event.version != row.version:
                yield f"{row.id}: its row in the list shows version {row.version}, which is not the event's"
                continue
            yield from _rows_of(container, event)
        done(len(listed))


def _rows_of(container: Container, event: Event) -> Iterator[str]:
    postings = postings_of(event)
    place = keys.place(event)
    record = container.event_index.indexed(event.id)
    if record.version != event.version:
        yield f"{event.id}: indexed as of version {record.version}, the event has {event.version}"
        return
    if record.places != ({place: frozenset(postings)} if postings else {}):
        yield f"{event.id}: the record of what is indexed names other rows than the event has"
    wanted = [list_item(event, key) for key in (keys.list_row(event), keys.made_row(event), keys.title_row(event))]
    wanted += [list_item(event, (keys.posted(*name), place), words or None) for name, words in postings.items()]
    serialized = [item.serialize() for item in wanted]
    gets = [Get(ListItem, (raw["pk"]["S"], raw["sk"]["S"])) for raw in serialized]
    for raw, stored in zip(serialized, container.dynamo.batch_get(gets), strict=True):
        if raw != stored:
            yield f"{event.id}: {raw['pk']['S']} {'is not as the event says' if stored else 'is missing'}"
