"""Going over all events in the order of their start, a page at a time, from wherever one has come to."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from chalicelib.container import Container
from chalicelib.domain.events.event import LISTED, UNLISTED, Event
from chalicelib.domain.search.filters import ListKind

PAGE = 25
LISTS = (*LISTED, UNLISTED)
WORKERS = 8  # threads that work on the events of a page


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: the list, the place in it, and how many events that were."""

    status: str
    place: str
    number: int

    @classmethod
    def read(cls, path: Path) -> "Progress | None":
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(LISTS[LISTS.index(found["status"])], found["place"], int(found["number"]))
        except (OSError, ValueError, KeyError):
            return None

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)), encoding="utf-8")
        fresh.replace(path)


def total(container: Container) -> int:
    """How many events there are to go over, by the figures."""
    return sum(counts.total for counts in container.store.event_lists.bucket_counts(ListKind.STARTS, LISTS).values())


def pages(container: Container, after: Progress | None = None) -> Iterator[tuple[list[Event], Progress]]:
    """All published and cancelled events as their lists have them, the unlisted ones last, a page at a time."""
    figures = container.store.event_lists.bucket_counts(ListKind.STARTS, LISTS)
    number = after.number if after else 0
    for status in LISTS[LISTS.index(after.status) if after else 0 :]:
        start = after.place if after and after.status == status else None
        for month in figures[status].months():
            inside = start if start and start.startswith(month) else None
            if start and month < start[:7]:
                continue
            while True:
                part = container.store.event_lists.month(month, start=inside, forward=True, limit=PAGE, status=status)
                number += len(part.items)
                if part.items:
                    yield [event for _, event in part.items], Progress(status, part.items[-1][0], number)
                if part.end is None:
                    break
                inside = part.end
