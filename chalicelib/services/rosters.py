"""Lists of enrollments: a person's own, and the people of an event for its organizer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.errors import ForbiddenError, NotFoundError
from chalicelib.domain.events import Event
from chalicelib.domain.seats import Seats
from chalicelib.services.entries import Entry, entry_for, may_see, sees_addresses
from chalicelib.services.paging import Cursor, Page, neighbours
from chalicelib.services.ports import Accounts, Clock, Enrollments, Events, SeatReads
from chalicelib.services.signals import Slice


class When(StrEnum):
    """Decided on the event as it is now: past has ended, upcoming has not."""

    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class MineFilter:
    when: When | None = None
    statuses: tuple[EnrollmentStatus, ...] = ()
    event_id: str | None = None


class Rosters:
    def __init__(
        self, enrollments: Enrollments, events: Events, seats: SeatReads, accounts: Accounts, clock: Clock
    ) -> None:
        self._enrollments = enrollments
        self._events = events
        self._seats = seats
        self._accounts = accounts
        self._clock = clock

    def show(self, principal: Principal, enrollment_id: str) -> Entry:
        """To the person and the event's organizer; `NotFoundError` to everybody else."""
        key = EnrollmentKey.parse(enrollment_id)
        found = self._enrollments.with_event(key) if key else None
        if found is None:
            raise NotFoundError
        enrollment, event, _ = found
        if not may_see(principal, enrollment, event):
            raise NotFoundError
        other = [] if principal.user_id == enrollment.key.attendee_id else [enrollment.key.attendee_id]
        return entry_for(principal, enrollment, event, self._accounts.many(other))

    def of_event(
        self,
        principal: Principal,
        event_id: str,
        *,
        status: EnrollmentStatus | None,
        cursor: Cursor | None,
        size: int,
    ) -> Page[Entry]:
        """Everybody who is or was enrolled, for the organizer; the order is stable and means nothing else."""
        found = self._events.get(event_id) if ids.is_ulid(event_id) else None
        if found is None or not found[0].visible_to(principal.user_id):
            raise NotFoundError
        event = found[0]
        if not sees_addresses(principal, event):
            raise ForbiddenError
        part = self._buckets(event, status, cursor, size)
        rows, following, before = neighbours(part, cursor)
        people = self._accounts.many([row.key.attendee_id for row in rows])
        count = _rows_with(self._seats.live(event_id) or found[1], status)
        entries = [entry_for(principal, row, event, people) for row in rows]
        return Page(items=entries, count=count, next=following, previous=before)

    def _buckets(
        self, event: Event, status: EnrollmentStatus | None, cursor: Cursor | None, size: int
    ) -> Slice[Enrollment]:
        """Bucket after bucket; a place is the bucket and the person."""
        forward = cursor is None or cursor.forward
        first, start = _split(cursor.place) if cursor else (0, None)
        buckets = list(range(first, event.buckets)) if forward else list(range(first, -1, -1))
        items: list[tuple[str, Enrollment]] = []
        for number, bucket in enumerate(buckets):
            part = self._enrollments.of_event(
                event.id, bucket, start=start or None, forward=forward, limit=size - len(items), status=status
            )
            start = None
            items += [(f"{bucket:02d}{place}", row) for place, row in part.items]
            if part.end is not None:
                return Slice(items, f"{bucket:02d}{part.end}")
            if len(items) >= size and number + 1 < len(buckets):
                following = buckets[number + 1]
                return Slice(items, f"{following:02d}" if forward else f"{following:02d}~")
        return Slice(items, None)

    def mine(self, principal: Principal, wanted: MineFilter, cursor: Cursor | None, size: int) -> Page[Entry]:
        """The caller's own enrollments by the time of enrolling."""
        if wanted.event_id is not None:
            return self._at_event(principal, wanted)
        part = self._enrollments.of_attendee(
            principal.user_id,
            start=cursor.place if cursor else None,
            forward=cursor is None or cursor.forward,
            limit=size,
            statuses=wanted.statuses,
        )
        rows, following, before = neighbours(part, cursor)
        entries = self._mine(principal, rows, wanted.when)
        if wanted.when is None:
            count, exact = self._enrollments.count_of_attendee(principal.user_id, wanted.statuses)
        else:
            count, exact = len(entries), following is None and before is None
        return Page(items=entries, count=count, count_exact=exact, next=following, previous=before)

    def _at_event(self, principal: Principal, wanted: MineFilter) -> Page[Entry]:
        event_id = wanted.event_id or ""
        events = self._events.many([event_id]) if ids.is_ulid(event_id) else {}
        event = events.get(event_id)
        row = None
        if event:
            row = self._enrollments.get(EnrollmentKey.of(event.id, event.buckets, principal.user_id))
        rows = [row] if row and (not wanted.statuses or row.status in wanted.statuses) else []
        entries = self._mine(principal, rows, wanted.when)
        return Page(items=entries, count=len(entries))

    def _mine(self, principal: Principal, rows: Sequence[Enrollment], when: When | None) -> list[Entry]:
        events = self._events.many([row.key.event_id for row in rows])
        now = self._clock()
        return [
            entry_for(principal, row, events[row.key.event_id], {})
            for row in rows
            if row.key.event_id in events
            and (when is None or events[row.key.event_id].is_past(now) == (when is When.PAST))
        ]


def _split(place: str) -> tuple[int, str]:
    return int(place[:2]), place[2:]


def _rows_with(seats: Seats, status: EnrollmentStatus | None) -> int:
    by_status = {EnrollmentStatus.CONFIRMED: seats.taken, EnrollmentStatus.CANCELLED: seats.cancelled}
    return sum(by_status.values()) if status is None else by_status.get(status, 0)
