"""All published events from the present month on, in parts that one request can read (docs/adr/0034)."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.shared.limits import SITEMAP_EVENTS
from chalicelib.domain.shared.times import month_of
from chalicelib.services.events.ports import EventLists
from chalicelib.services.shared.ports import Clock

_PART = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?", re.ASCII)
_PAGE = 100


class Sitemap:
    def __init__(self, events: EventLists, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    def parts(self) -> list[str]:
        """Months, and the days of a month that has more events than one part: `2026-07`, `2026-08-01`."""
        return list(self._parts(month_of(self._clock())))

    def _parts(self, first: str) -> Iterator[str]:
        counts = self._events.published_by_month()
        for month in counts.months():
            if month < first:
                continue
            if counts.by_month[month] <= SITEMAP_EVENTS:
                yield month
            else:
                yield from self._events.day_counts(EventStatus.PUBLISHED, month).months()

    def events(self, part: str) -> Sequence[Event]:
        """The published events of a part in the order of their start, the first of them where there are too many.

        Raises `NotFoundError` for what is no month and no day.
        """
        if not _PART.fullmatch(part):
            raise NotFoundError
        found: list[Event] = []
        start: str | None = part
        while start is not None and len(found) < SITEMAP_EVENTS:
            read = self._events.month(part[:7], start=start, forward=True, limit=_PAGE, status=EventStatus.PUBLISHED)
            events = [event for _, event in read.items]
            within = [event for event in events if _day(event.facts.starts_at).startswith(part)]
            found += within
            start = read.end if len(within) == len(events) else None
        return found[:SITEMAP_EVENTS]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
