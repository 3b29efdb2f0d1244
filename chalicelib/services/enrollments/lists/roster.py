"""The people of an event: all of them for who runs it, searched by name or address, and the waitlist in its order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.enrollments.deadlines import stored_as
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.errors import ForbiddenError
from chalicelib.domain.events.event import Event
from chalicelib.domain.search.words import folded
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.events.access import EventAction, may, stop_unless_may, visible_with_seats
from chalicelib.services.events.admin_reads import AdminReads
from chalicelib.services.seats.enrollment_store import EnrollmentFilter, Enrollments
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.kept_seats import seats_now
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.paging import Cursor, Page, Slice, neighbours
from chalicelib.services.shared.ports import Clock

LOOKED = 200  # people whom one page of a search looks at; it may be short
ROWS_LOOKED = 2000  # rows that one filtered page looks at, a slice more at most (docs/adr/0041)
PLACES = 100  # of the waitlist, that a list knows by one query
_CHUNK = 100

_COUNTED = 1000  # places of a waitlist that its organizer sees numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFilter(EnrollmentFilter):
    """Without anything all of them; `q` is a part of the name or the address, without case and accents."""

    q: str | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the event keeps the number of those that are wanted."""
        return self.q is None and replace(self, statuses=()).keeps_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much one page is: entries, people that a search looks at, places of the waitlist that are counted."""

    size: int
    looked: int = LOOKED
    places: int = PLACES


class Roster:
    def __init__(
        self,
        enrollments: Enrollments,
        events: Events,
        seats: SeatReads,
        people: People,
        clock: Clock,
        admin_reads: AdminReads,
        handles: Handles,
    ) -> None:
        self._handles = handles
        self._enrollments = enrollments
        self._events = events
        self._seats = seats
        self._people = people
        self._clock = clock
        self._admin_reads = admin_reads

    def of_event(
        self, principal: Principal, event_id: str, wanted: RosterFilter, cursor: Cursor | None, size: int
    ) -> Page[EnrollmentView]:
        """Everybody who is or was enrolled, for the organizer and the team, and without addresses for some of them.

        The order is stable and means nothing else. Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`.
        """
        event, header = self.opened(principal, event_id)
        stop_unless_shown(principal, event, wanted)
        part = self.read(principal, event, wanted, cursor, Reach(size=size))
        views, following, before = neighbours(part, cursor)
        count, exact = len(views), following is None and before is None
        if wanted.is_counted:
            seats = seats_now(self._seats, event, self._seats.live(event_id) or header, self._clock())
            count, exact = _count_with(seats, wanted.statuses), True
        return Page(items=views, count=count, count_exact=exact, next=following, previous=before)

    def opened(self, principal: Principal, event_id: str) -> tuple[Event, Seats]:
        """The event, if the caller may see its people. Raises `NotFoundError`, `ForbiddenError`."""
        event, seats = self._visible(principal, event_id)
        stop_unless_may(principal, EventAction.LIST, event)
        self._note(principal, event)
        return event, seats

    def figures(self, principal: Principal, event_id: str) -> tuple[Event, Seats]:
        """The event with what is counted of its people, to those who may see them: no look at anybody.

        Raises `NotFoundError`, `ForbiddenError`.
        """
        event, header = self._visible(principal, event_id)
        stop_unless_may(principal, EventAction.LIST, event)
        return event, seats_now(self._seats, event, self._seats.live(event_id) or header, self._clock())

    def stored(self, event: Event, cursor: Cursor | None, size: int) -> Slice[Enrollment]:
        """Everybody as they are stored, for whoever has `opened` the event."""
        return self._buckets(event, EnrollmentFilter(), cursor, size)

    def _note(self, principal: Principal, event: Event) -> None:
        """A look of an admin at people is in the trail. Raises `FreshLoginRequiredError`."""
        self._admin_reads.note(principal, EventAction.LIST_PEOPLE, event, ActKind.SEE_PEOPLE)

    def _visible(self, viewer: Principal | None, event_id: str) -> tuple[Event, Seats]:
        found = self._events.with_seats(event_id) if ids.is_ulid(event_id) else None
        return visible_with_seats(found, viewer)

    def read(
        self, principal: Principal, event: Event, wanted: RosterFilter, cursor: Cursor | None, reach: Reach
    ) -> Slice[EnrollmentView]:
        """Entries beyond the cursor in the direction of reading, at a bounded cost."""
        found: list[tuple[str, EnrollmentView]] = []
        at, end = cursor, None
        limit = reach.size if wanted.q is None else _CHUNK
        for _ in range(1 if wanted.q is None else -(-reach.looked // _CHUNK)):
            part = self._buckets(event, wanted, at, limit)
            found += self._matching(principal, event, part, wanted)
            end = part.end
            if end is None or len(found) >= reach.size:
                break
            at = Cursor(end, forward=cursor is None or cursor.forward)
        if len(found) > reach.size:
            found = found[: reach.size]
            end = found[-1][0]
        return Slice(self._with_positions(event, found, reach.places), end)

    def _matching(
        self, principal: Principal, event: Event, part: Slice[Enrollment], wanted: RosterFilter
    ) -> list[tuple[str, EnrollmentView]]:
        people = self._people.by_ids([enrollment.key.attendee_id for _, enrollment in part.items])
        now, q = self._clock(), wanted.q
        folded_query = folded(q or "")
        views = [
            (place, view_for(self._handles, principal, enrollment, event, people, now=now))
            for place, enrollment in part.items
        ]
        return [
            (place, view)
            for place, view in views
            if wanted.keeps(view.enrollment) and (q is None or _is_named(view, folded_query))
        ]

    def _with_positions(
        self, event: Event, found: Sequence[tuple[str, EnrollmentView]], places: int
    ) -> list[tuple[str, EnrollmentView]]:
        """With the positions of those who are among the first of the waitlist."""
        if not any(view.enrollment.status is EnrollmentStatus.WAITLISTED for _, view in found):
            return list(found)
        first = self._enrollments.first_waiting(event.id, places)
        position = {enrollment.key: number for number, enrollment in enumerate(first, start=1)}
        return [(place, replace(view, position=position.get(view.enrollment.key))) for place, view in found]

    def _buckets(self, event: Event, wanted: EnrollmentFilter, cursor: Cursor | None, size: int) -> Slice[Enrollment]:
        """Bucket after bucket, until the page is full or enough was looked at; a place is the bucket and the person."""
        forward = cursor is None or cursor.forward
        first, start = _split(cursor.place) if cursor else (0, None)
        keep, looked = _stored(wanted), 0
        buckets = list(range(first, event.buckets)) if forward else list(range(first, -1, -1))
        items: list[tuple[str, Enrollment]] = []
        for number, bucket in enumerate(buckets):
            part = self._enrollments.of_event(
                event.id, bucket, start=start or None, forward=forward, limit=size - len(items), keep=keep
            )
            start = None
            looked += part.looked
            items += [(f"{bucket:02d}{place}", enrollment) for place, enrollment in part.items]
            if part.end is not None:
                return Slice(items, f"{bucket:02d}{part.end}")
            is_enough = len(items) >= size or looked >= ROWS_LOOKED
            if is_enough and number + 1 < len(buckets):
                following = buckets[number + 1]
                return Slice(items, f"{following:02d}" if forward else f"{following:02d}~")
        return Slice(items, None)

    def waitlist(
        self, viewer: Principal | None, event_id: str, cursor: Cursor | None, size: int
    ) -> Page[EnrollmentView]:
        """Who waits, in order, for whoever may see them; how many, for everybody else. Raises `NotFoundError`."""
        event, header = self._visible(viewer, event_id)
        count = max(0, (self._seats.live(event_id) or header).waiting)
        if viewer is None or not may(viewer, EventAction.LIST, event):
            return Page(items=(), count=count)
        self._note(viewer, event)
        part = self._enrollments.slice_of_waitlist(
            event.id,
            start=cursor.place if cursor else None,
            forward=cursor is None or cursor.forward,
            limit=size,
        )
        enrollments, following, before = neighbours(part, cursor)
        people = self._people.by_ids([enrollment.key.attendee_id for enrollment in enrollments])
        ahead, now = self._ahead(enrollments[0]) if enrollments and cursor else 0, self._clock()
        views = [
            view_for(
                self._handles,
                viewer,
                enrollment,
                event,
                people,
                now=now,
                position=place if place <= _COUNTED else None,
            )
            for place, enrollment in enumerate(enrollments, start=ahead + 1)
        ]
        return Page(items=views, count=count, next=following, previous=before)

    def _ahead(self, enrollment: Enrollment) -> int:
        return self._enrollments.count_waiting_before(
            enrollment.key.event_id, enrollment.waitlist_number or 0, _COUNTED
        )


def stop_unless_shown(principal: Principal, event: Event, wanted: RosterFilter) -> None:
    """What a filter finds, it tells: what became of mails is for who manages the event. Raises `ForbiddenError`."""
    if wanted.bounced is not None and not may(principal, EventAction.LIST_PEOPLE, event):
        raise ForbiddenError("What became of mails is shown to who manages the event: leave `bounced` out.")


def _stored(wanted: EnrollmentFilter) -> EnrollmentFilter:
    """By what rows are read that are shown as it is wanted."""
    return EnrollmentFilter(
        statuses=tuple(stored_as(wanted.statuses)),
        checked_in=wanted.checked_in,
        no_show=wanted.no_show,
        bounced=wanted.bounced,
    )


def _split(place: str) -> tuple[int, str]:
    return int(place[:2]), place[2:]


def _count_with(seats: Seats, statuses: Sequence[EnrollmentStatus]) -> int:
    return sum(max(0, seats.counts.get(status.value, 0)) for status in set(statuses or EnrollmentStatus))


def _is_named(view: EnrollmentView, part: str) -> bool:
    """In what is shown: what a search finds in anything else, it tells."""
    return any(part in folded(text) for text in (view.name, view.email or ""))
