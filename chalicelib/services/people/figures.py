"""Figures of an event over time: enrolments, cancellations, offers taken, check-ins, by day or quarter of an hour.

They are counted from the entries of what happened (docs/adr/0050): what is old enough that nobody can write before it
any more is counted once and kept by the day, the rest is read again by each request.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.activity import Figure, PersonEntry, counted
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.events.access import EventAction, stop_unless_may, visible_with_seats
from chalicelib.services.people.activity_port import Activity, DayFigures, Uncounted
from chalicelib.services.seats.event_store import Events
from chalicelib.services.seats.totals import OVERLAP
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock

QUARTER = timedelta(minutes=15)
READ = 400  # entries that a request reads again each time
COUNTED = 1600  # entries that are counted at once
COUNTS = 3  # as often as a request does so
DAYS = 20  # that one count writes at most
_LOOKS = 3
_LAST = "~"
_FIGURES = tuple(Figure)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What happened from `start` until the next one's."""

    start: datetime
    numbers: Mapping[Figure, int]


@dataclass(frozen=True, slots=True)
class FiguresView:
    """`counted_until`: what happened later is not in it yet; None: everything is."""

    event: Event
    buckets: Sequence[Bucket]
    until: datetime
    counted_until: datetime | None


class EventFigures:
    def __init__(self, events: Events, activity: Activity, clock: Clock) -> None:
        self._events = events
        self._activity = activity
        self._clock = clock

    def view(
        self, principal: Principal, event_id: str, starts_of: Callable[[Event], tuple[Sequence[datetime], datetime]]
    ) -> FiguresView:
        """Buckets that begin at `starts_of` the event, and where the last one ends.

        Raises `NotFoundError`, `ForbiddenError`, and what `starts_of` does.
        """
        found = self._events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, _ = visible_with_seats(found, principal)
        stop_unless_may(principal, EventAction.SEE_ACTIVITY, event)
        starts, until = starts_of(event)
        days, rest = self._up_to_date(event, starts[0], until)
        for _, entry in rest.entries:
            add(days, entry)
        counted_until = unstamp(rest.end.split("#")[0]) if rest.end else None
        return FiguresView(event, _buckets(days, starts, until), until, counted_until)

    def _up_to_date(self, event: Event, first: datetime, until: datetime) -> tuple[dict[str, DayFigures], Uncounted]:
        """What is counted and what is not, of one moment; counting first where that is much. Raises `TryAgainError`."""
        counts = COUNTS
        for _ in range(COUNTS + _LOOKS):
            mark = self._activity.counted_up_to(event.id)
            days = self._activity.figures(event.id, _day(first), _day(until))
            rest = self._activity.uncounted(event, mark, _LAST, READ // event.buckets)
            if self._activity.counted_up_to(event.id) != mark:
                continue  # somebody has counted on meanwhile
            if rest.end is None or not counts or not self.count(event):
                return dict(days), rest
            counts -= 1
        raise TryAgainError

    def count(self, event: Event) -> bool:
        """Count one page of entries for good, each once; False when there is none that is old enough.

        Nobody can write an entry any more whose time is `OVERLAP` ago.
        """
        before = self._activity.counted_up_to(event.id)
        until = stamp(self._clock() - OVERLAP)
        if until <= before:
            return False
        page = self._activity.uncounted(event, before, until, COUNTED // event.buckets)
        if not page.entries:
            return False
        taken, up_to = _of_few_days(page, until)
        touched = sorted({_day(at) for entry in taken for at, _, _ in counted(entry)})
        kept = self._activity.figures(event.id, touched[0], touched[-1]) if touched else {}
        days = {day: kept.get(day, {}) for day in touched}
        for entry in taken:
            add(days, entry)
        try:
            self._activity.count(event.id, before, up_to, days)
        except StaleError:
            return True  # somebody else has counted on
        return True


def add(days: dict[str, DayFigures], entry: PersonEntry) -> None:
    """What one entry adds to the figures of its day."""
    for at, figure, number in counted(entry):
        moment = at.astimezone(UTC)
        row = days.setdefault(_day(moment), {}).setdefault(str((moment.hour * 60 + moment.minute) // 15), [])
        row += [0] * (len(_FIGURES) - len(row))
        row[_FIGURES.index(figure)] += number


def _of_few_days(page: Uncounted, until: str) -> tuple[list[PersonEntry], str]:
    """The first entries, of so few days that one transaction holds them; and the place up to which they are all."""
    taken: list[PersonEntry] = []
    days: set[str] = set()
    for number, (_, entry) in enumerate(page.entries):
        days |= {_day(at) for at, _, _ in counted(entry)}
        if len(days) > DAYS and number:
            return taken, page.entries[number - 1][0]
        taken.append(entry)
    return taken, page.end or until


def _buckets(days: Mapping[str, DayFigures], starts: Sequence[datetime], until: datetime) -> list[Bucket]:
    sums = [dict.fromkeys(_FIGURES, 0) for _ in starts]
    for day, quarters in days.items():
        for quarter, row in quarters.items():
            at = datetime.fromisoformat(day).replace(tzinfo=UTC) + int(quarter) * QUARTER
            place = bisect_right(starts, at) - 1
            if place >= 0 and at < until:
                for figure, number in zip(_FIGURES, row, strict=False):
                    sums[place][figure] += number
    return [Bucket(start, numbers) for start, numbers in zip(starts, sums, strict=True)]


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"
