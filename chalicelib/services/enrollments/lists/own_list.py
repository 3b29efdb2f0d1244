"""Enrollments of people: one with its history; lists of one's own, of those whom one keeps, and of those one made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import stored_as
from chalicelib.domain.enrollments.enrollment import TEMPORARY, Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.access import (
    Action,
    LinkBearer,
    acts_as_admin,
    relations_of,
    stop_unless_may,
    stop_unless_opened,
)
from chalicelib.services.enrollments.history import HistoryEntry, history_of
from chalicelib.services.enrollments.view import EnrollmentView, people_for, view_for
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
from chalicelib.services.seats.kept_seats import over_of_person
from chalicelib.services.seats.waitlist_position import position_of
from chalicelib.services.shared.acts import AuditTrail, act_of
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.paging import Cursor, Page, Slice, neighbours
from chalicelib.services.shared.ports import Clock, NewId


class When(StrEnum):
    """Decided on the event as it is now: past has ended, upcoming has not."""

    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class MineFilter:
    when: When | None = None
    statuses: tuple[EnrollmentStatus, ...] = ()
    event_id: str | None = None
    made: bool = False  # those that the caller made for others, instead of their own


@dataclass(frozen=True, slots=True)
class _Opened:
    """One enrollment that the viewer may see."""

    viewer: Principal
    enrollment: Enrollment
    event: Event
    people: Mapping[str, Person]


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose enrollments are listed, and to whom."""

    viewer: Principal
    person_id: str
    people: Mapping[str, Person] = field(default_factory=dict)


class OwnList:
    def __init__(
        self,
        enrollments: Enrollments,
        events: Events,
        people: People,
        clock: Clock,
        trail: AuditTrail,
        new_id: NewId,
        handles: Handles,
    ) -> None:
        self._handles = handles
        self._enrollments = enrollments
        self._events = events
        self._people = people
        self._clock = clock
        self._trail = trail
        self._new_id = new_id

    def show(self, viewer: Principal | LinkBearer, enrollment_id: str, action: Action = Action.SEE) -> EnrollmentView:
        """To the person, their keeper, the event's organizer and team, and the bearer of its link.

        Others: `NotFoundError`; who may see it but not do this: `ForbiddenError`. With the position of one that waits.
        Raises `UnauthenticatedError` when the time of the link is over.
        """
        found = self._opened(viewer, enrollment_id, action)
        position = position_of(self._enrollments, found.enrollment)
        return view_for(
            self._handles,
            found.viewer,
            found.enrollment,
            found.event,
            found.people,
            now=self._clock(),
            position=position,
        )

    def history(self, viewer: Principal | LinkBearer, enrollment_id: str) -> list[HistoryEntry]:
        """What happened to it, newest last, to those who may see it; others: `NotFoundError`."""
        found = self._opened(viewer, enrollment_id)
        person = found.people.get(found.enrollment.key.attendee_id)
        reader_id = found.viewer.user_id
        return history_of(found.enrollment, found.event, person, self._handles, reader_id, now=self._clock())

    def _opened(self, viewer: Principal | LinkBearer, enrollment_id: str, action: Action = Action.SEE) -> _Opened:
        named = self._handles.read(enrollment_id)
        found = self._enrollments.with_event(named.key) if named else None
        if named is None or found is None:
            raise NotFoundError
        enrollment, event, _ = found
        stop_unless_opened(viewer, enrollment.key, event, self._clock())
        principal = viewer.principal if isinstance(viewer, LinkBearer) else viewer
        if not named.may_name(enrollment, principal.user_id):
            raise NotFoundError
        people = people_for(self._people, principal, enrollment)
        person = people.get(enrollment.key.attendee_id)
        relations = relations_of(principal, enrollment, event, person)
        stop_unless_may(relations, action)
        if acts_as_admin(relations, Action.SEE):
            now = to_milliseconds(self._clock())
            about = self._handles.of(enrollment.key)
            self._trail.note(act_of(principal, ActKind.SEE_PEOPLE, about, now=now, act_id=self._new_id(now)))
        return _Opened(principal, enrollment, event, people)

    def mine(self, principal: Principal, wanted: MineFilter, cursor: Cursor | None, size: int) -> Page[EnrollmentView]:
        """The caller's own enrollments, or those that they made for others, by the time of enrolling."""
        if wanted.made:
            return self._made(principal, wanted, cursor, size)
        return self._of_person(_Subject(principal, principal.user_id), wanted, cursor, size)

    def of_attendee(
        self, principal: Principal, attendee_id: str, wanted: MineFilter, cursor: Cursor | None, size: int
    ) -> Page[EnrollmentView]:
        """The same of somebody whom the caller keeps a record of; `NotFoundError` of anybody else."""
        if attendee_id == principal.user_id:
            return self.mine(principal, wanted, cursor, size)
        person = self._people.kept(principal.user_id, attendee_id) if ids.is_ulid(attendee_id) else None
        if person is None:
            raise NotFoundError
        return self._of_person(_Subject(principal, attendee_id, {attendee_id: person}), wanted, cursor, size)

    def _of_person(
        self, subject: _Subject, wanted: MineFilter, cursor: Cursor | None, size: int
    ) -> Page[EnrollmentView]:
        if wanted.event_id is not None:
            return self._at_event(subject, wanted)
        part = self._enrollments.of_attendee(
            subject.person_id,
            start=cursor.place if cursor else None,
            forward=cursor is None or cursor.forward,
            limit=size,
            statuses=stored_as(wanted.statuses),
        )
        enrollments, following, before = neighbours(part, cursor)
        views = self._shown(subject, enrollments, wanted)
        if wanted.when is None:
            count, exact = self._enrollments.count_of_attendee(subject.person_id, wanted.statuses)
            count += self._shown_otherwise(self._enrollments.of_attendee, subject.person_id, wanted)
        else:
            count, exact = len(views), following is None and before is None
        return Page(items=views, count=count, count_exact=exact, next=following, previous=before)

    def _made(self, maker: Principal, wanted: MineFilter, cursor: Cursor | None, size: int) -> Page[EnrollmentView]:
        part = self._enrollments.made_by(
            maker.user_id,
            start=cursor.place if cursor else None,
            forward=cursor is None or cursor.forward,
            limit=size,
            statuses=stored_as(wanted.statuses),
        )
        enrollments, following, before = neighbours(part, cursor)
        enrollments = [enrollment for enrollment in enrollments if wanted.event_id in {None, enrollment.key.event_id}]
        people = self._people.by_ids([enrollment.key.attendee_id for enrollment in enrollments])
        views = self._shown(_Subject(maker, "", people), enrollments, wanted)
        if wanted.when is None and wanted.event_id is None:
            count, exact = self._enrollments.count_made_by(maker.user_id, wanted.statuses)
            count += self._shown_otherwise(self._enrollments.made_by, maker.user_id, wanted)
        else:
            count, exact = len(views), following is None and before is None
        return Page(items=views, count=count, count_exact=exact, next=following, previous=before)

    def _at_event(self, subject: _Subject, wanted: MineFilter) -> Page[EnrollmentView]:
        event_id = wanted.event_id or ""
        events = self._events.by_ids([event_id]) if ids.is_ulid(event_id) else {}
        event = events.get(event_id)
        enrollment = None
        if event:
            enrollment = self._enrollments.by_key(EnrollmentKey.of(event.id, event.buckets, subject.person_id))
        views = self._shown(subject, [enrollment] if enrollment else [], wanted)
        return Page(items=views, count=len(views))

    def _shown_otherwise(self, read: Callable[..., Slice[Enrollment]], person_id: str, wanted: MineFilter) -> int:
        """By how much the count of what is stored differs from that of what is shown: holds and offers that are over.

        Whoever has more than a hundred holds and offers at a time sees a count that is off by some.
        """
        if {*TEMPORARY, EnrollmentStatus.EXPIRED}.isdisjoint(wanted.statuses):
            return 0
        over = over_of_person(read, self._events, person_id, self._clock())
        return sum((EnrollmentStatus.EXPIRED in wanted.statuses) - (one.status in wanted.statuses) for one in over)

    def _shown(self, subject: _Subject, enrollments: Sequence[Enrollment], wanted: MineFilter) -> list[EnrollmentView]:
        events = self._events.by_ids([enrollment.key.event_id for enrollment in enrollments])
        now, when = self._clock(), wanted.when
        views = [
            view_for(
                self._handles, subject.viewer, enrollment, events[enrollment.key.event_id], subject.people, now=now
            )
            for enrollment in enrollments
            if enrollment.key.event_id in events
            and (when is None or events[enrollment.key.event_id].is_past(now) == (when is When.PAST))
        ]
        return [view for view in views if not wanted.statuses or view.enrollment.status in wanted.statuses]
