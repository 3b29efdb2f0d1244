"""What happened to an event and its people, as its team reads it: the last first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.accounts.teams import MemberName, TeamRole
from chalicelib.domain.enrollments.activity import EventEntry, PersonEntry
from chalicelib.domain.enrollments.enrollment import SYSTEM, Enrollment, EnrollmentStatus, member_of
from chalicelib.domain.enrollments.team_activity import KeyEntry, TeamEntry
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.announced import Announced
from chalicelib.domain.outbox.entry import row_id_of
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import stamp, to_milliseconds
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.history import ActorKind, history_entry_of
from chalicelib.services.enrollments.view import view_for
from chalicelib.services.events.access import EventAction, may, stop_unless_may, visible_with_seats
from chalicelib.services.events.admin_reads import AdminReads
from chalicelib.services.people.activity_port import Activity, Entry, TeamNames, WhoseEntry
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.paging import Cursor, Page, neighbours
from chalicelib.services.shared.ports import Clock

_OF_THE_TEAM = frozenset({ActorKind.TEAM, ActorKind.KEY})


class ActivityAbout(StrEnum):
    EVENT = "event"
    ENROLLMENT = "enrollment"
    MESSAGE = "message"
    TEAM = "team"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEnrollment:
    """The enrollment that something happened to, as the reader may see it; its size is that of then."""

    id: str
    name: str
    party_size: int
    status: EnrollmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityMember:
    """The entry of a team that something happened to, named as the team names it; its role is that of then."""

    id: str
    name: str | None
    email: str | None
    role: TeamRole
    role_before: TeamRole | None
    all_events: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEntry:
    """One change. `kinds` says what happened with it, nearly always one thing."""

    id: str
    about: ActivityAbout
    kinds: Sequence[str]
    at: datetime
    actor: ActorKind
    actor_id: str | None
    enrollment: ActivityEnrollment | None = None
    people: int = 0
    scanned_at: datetime | None = None
    changed: Sequence[str] = ()
    capacity: tuple[int | None, int | None] | None = None
    subject: str | None = None
    member: ActivityMember | None = None
    key_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPorts:
    events: Events
    activity: Activity
    enrollments: Enrollments
    people: People
    names: TeamNames
    admin_reads: AdminReads
    handles: Handles
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Read:
    """What a page is shown with."""

    principal: Principal
    event: Event
    enrollments: Mapping[str, Enrollment]
    people: Mapping[str, Person]
    members: Mapping[WhoseEntry, MemberName]
    sees_team: bool
    now: datetime


class EventActivity:
    def __init__(self, ports: ActivityPorts) -> None:
        self._ports = ports

    def page(self, principal: Principal, event_id: str, cursor: Cursor | None, size: int) -> Page[ActivityEntry]:
        """How much there is in all is not counted. What happened to the team is for logins of who sees the team.

        Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`.
        """
        found = self._ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, _ = visible_with_seats(found, principal)
        stop_unless_may(principal, EventAction.SEE_ACTIVITY, event)
        self._ports.admin_reads.note(principal, EventAction.SEE_ACTIVITY, event, ActKind.SEE_ACTIVITY)
        with_team = may(principal, EventAction.SEE_TEAM, event) and not principal.key_id
        start, forward = (cursor.place, cursor.forward) if cursor else (None, True)
        part = self._ports.activity.newest_first(event, start=start, forward=forward, limit=size, with_team=with_team)
        entries, following, before = neighbours(part, cursor)
        read = self._read(principal, event, entries)
        shown = [self._shown(entry, read) for entry in entries]
        exact = following is None and before is None
        return Page(items=shown, count=len(shown), count_exact=exact, next=following, previous=before)

    def _read(self, principal: Principal, event: Event, entries: Sequence[Entry]) -> _Read:
        found = {entry.key.id: entry.key for entry in entries if isinstance(entry, PersonEntry)}
        enrollments = self._ports.enrollments.by_keys(list(found.values())) if found else {}
        people = self._ports.people.by_ids([key.attendee_id for key in found.values()]) if found else {}
        sees_team, now = may(principal, EventAction.SEE_TEAM, event), to_milliseconds(self._ports.clock())
        of_team = {entry.whose for entry in entries if isinstance(entry, TeamEntry)}
        members = self._ports.names.of_entries(principal, event, of_team, now=now) if of_team else {}
        return _Read(principal, event, enrollments, people, members, sees_team, now)

    def _shown(self, entry: Entry, read: _Read) -> ActivityEntry:
        if isinstance(entry, PersonEntry):
            return self._of_person(entry, read)
        if isinstance(entry, TeamEntry):
            return _of_team(entry, read)
        if isinstance(entry, KeyEntry):
            return _of_key(entry, read)
        return _of_message(entry, read) if isinstance(entry, Announced) else _of_event(entry, read)

    def _of_person(self, entry: PersonEntry, read: _Read) -> ActivityEntry:
        """Erased people have no name any more; the row itself stays."""
        enrollment, last = read.enrollments[entry.key.id], entry.transitions[-1]
        person = read.people.get(entry.key.attendee_id)
        view = view_for(self._ports.handles, read.principal, enrollment, read.event, read.people, now=read.now)
        by = history_entry_of(last, enrollment, read.event, person, self._ports.handles, read.principal.user_id)
        concerned = ActivityEnrollment(id=view.id, name=view.name, party_size=entry.party_size, status=last.status)
        return ActivityEntry(
            id=row_id_of(entry.key.id, entry.version),
            about=ActivityAbout.ENROLLMENT,
            kinds=[one.cause.value for one in entry.transitions],
            at=entry.at,
            actor=by.actor,
            actor_id=None if by.actor in _OF_THE_TEAM and not read.sees_team else by.actor_id,
            enrollment=concerned,
            people=entry.people,
            scanned_at=entry.came_at,
            capacity=entry.capacity,
        )


def _of_event(entry: EventEntry, read: _Read) -> ActivityEntry:
    actor, actor_id = _actor(entry.actor, read)
    return ActivityEntry(
        id=row_id_of(entry.event_id, entry.version),
        about=ActivityAbout.EVENT,
        kinds=[entry.step.value],
        at=entry.at,
        actor=actor,
        actor_id=actor_id,
        changed=entry.changed,
        capacity=entry.capacity,
    )


def _of_team(entry: TeamEntry, read: _Read) -> ActivityEntry:
    """Erased people have no name any more; the row itself stays."""
    actor, actor_id = _actor(entry.actor, read)
    named = read.members.get(entry.whose, MemberName())
    member = ActivityMember(
        id=entry.member_id,
        name=named.name,
        email=named.email,
        role=entry.role,
        role_before=entry.was,
        all_events=entry.scope != read.event.id,
    )
    return ActivityEntry(
        id=row_id_of(entry.member_id, entry.version),
        about=ActivityAbout.TEAM,
        kinds=[entry.step.value],
        at=entry.at,
        actor=actor,
        actor_id=actor_id,
        member=member,
    )


def _of_key(entry: KeyEntry, read: _Read) -> ActivityEntry:
    actor, actor_id = _actor(entry.actor, read)
    return ActivityEntry(
        id=row_id_of(entry.key_id, entry.step.value),
        about=ActivityAbout.KEY,
        kinds=[entry.step.value],
        at=entry.at,
        actor=actor,
        actor_id=actor_id,
        key_id=entry.key_id,
    )


def _of_message(announced: Announced, read: _Read) -> ActivityEntry:
    return ActivityEntry(
        id=row_id_of(announced.id, stamp(announced.at)),
        about=ActivityAbout.MESSAGE,
        kinds=[announced.kind.value],
        at=announced.at,
        actor=ActorKind(announced.by) if announced.by else ActorKind.SYSTEM,
        actor_id=(announced.member_id or None) if read.sees_team else None,
        changed=announced.changed,
        subject=announced.subject or None,
    )


def _actor(actor: str, read: _Read) -> tuple[ActorKind, str | None]:
    """What somebody is to the event who changed it; an admin is not named."""
    member_id = member_of(actor)
    if member_id is not None:
        return ActorKind.TEAM, member_id if read.sees_team else None
    if actor == read.event.organizer_id:
        return ActorKind.ORGANIZER, actor
    return (ActorKind.SYSTEM if actor == SYSTEM else ActorKind.ADMIN), None
