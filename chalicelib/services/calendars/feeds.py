"""Calendars to look at and to subscribe to: one event, an organizer's, and everybody's own under a private address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import Account, Principal
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import is_over
from chalicelib.domain.enrollments.enrollment import LIVE, Enrollment, EnrollmentStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import CALENDAR_EVENTS, CALENDAR_PAST
from chalicelib.domain.shared.times import stamp
from chalicelib.services.accounts.ports import Accounts, People
from chalicelib.services.attendees.ports import AttendeeRecords
from chalicelib.services.calendars.ports import CalendarEntry, Calendars, Feeds
from chalicelib.services.calendars.versions import changed_at, sequence_of
from chalicelib.services.events.ports import EventLists
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.paging import Slice
from chalicelib.services.shared.ports import Clock, Macs

PURPOSE = "feed"
PREFIX, SUFFIX = "f_", ".ics"
_PAGE = 100
_PAGES = 5
_VERSION_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPorts:
    calendars: Calendars
    calendar: EventLists
    feeds: Feeds
    events: Events
    enrollments: Enrollments
    accounts: Accounts
    people: People
    records: AttendeeRecords
    macs: Macs
    clock: Clock


class FeedTokens:
    """What private addresses end in: whose calendar, and the how-many-th address of it, signed."""

    def __init__(self, macs: Macs) -> None:
        self._macs = macs

    def token(self, user_id: str, version: int) -> str:
        """URL-safe; the same again while the signing key is the same."""
        return f"{PREFIX}{self._macs.sign(PURPOSE, user_id.encode() + version.to_bytes(_VERSION_BYTES))}{SUFFIX}"

    def read(self, token: str) -> tuple[str, int] | None:
        """Whose it is and which, or None for everything that `token` did not make."""
        signed = token.removeprefix(PREFIX).removesuffix(SUFFIX)
        payload = self._macs.open(PURPOSE, signed) if token == f"{PREFIX}{signed}{SUFFIX}" else None
        if payload is None:
            return None
        return payload[:-_VERSION_BYTES].decode(), int.from_bytes(payload[-_VERSION_BYTES:])


class CalendarFeeds:
    """`product` names everybody's own calendar."""

    def __init__(self, ports: FeedPorts, product: str) -> None:
        self._ports = ports
        self._product = product
        self._tokens = FeedTokens(ports.macs)

    def of_event(self, event_id: str) -> str:
        """What everybody may know of it: `NotFoundError` for drafts, to their owner too."""
        found = self._ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
        if found is None or not found[0].is_public:
            raise NotFoundError
        event, seats = found
        account = self._account(event.organizer_id)
        name = account.name if account else seats.organizer_name
        return self._ports.calendars.listing([_listed(event, name, account)])

    def of_organizer(self, user_id: str) -> str:
        """Their published and cancelled events that are listed; `NotFoundError` for who has never had any."""
        account = self._account(user_id)
        if account is None or not self._ports.calendar.has_listed(user_id):
            raise NotFoundError
        since = self._ports.clock() - CALENDAR_PAST
        events = [*self._begun(user_id, since), *self._begin(user_id, since)][:CALENDAR_EVENTS]
        return self._ports.calendars.listing([_listed(event, account.name, account) for event in events], account.name)

    def _begun(self, user_id: str, since: datetime) -> list[Event]:
        """Events that began before that and ended after it or run still, by their start; of the 500 latest ones."""
        found = self._walk(user_id, since, forward=False, enough=_PAGES * _PAGE)
        return [event for event in reversed(found) if event.facts.ends_at > since]

    def _begin(self, user_id: str, since: datetime) -> list[Event]:
        return self._walk(user_id, since, forward=True, enough=CALENDAR_EVENTS)

    def _walk(self, user_id: str, since: datetime, *, forward: bool, enough: int) -> list[Event]:
        """What everybody finds, from that moment on or back."""
        events: list[Event] = []
        start: str | None = stamp(since)
        for _ in range(_PAGES):
            part = self._ports.calendar.of_organizer(user_id, start=start, forward=forward, limit=_PAGE)
            events += [event for _, event in part.items if event.is_listed]
            start = part.end
            if start is None or len(events) >= enough:
                break
        return events

    def _account(self, user_id: str) -> Account | None:
        return self._ports.accounts.by_ids([user_id]).get(user_id) if ids.is_ulid(user_id) else None

    # Everybody's own

    def token(self, principal: Principal) -> str:
        """What the address of the caller's own calendar ends in."""
        return self._tokens.token(principal.user_id, self._ports.feeds.version(principal.user_id) or 0)

    def renew(self, principal: Principal) -> str:
        """Another one; the old address leads nowhere any more."""
        return self._tokens.token(principal.user_id, self._ports.feeds.renew(principal.user_id) or 0)

    def of_person(self, token: str) -> str:
        """The events where somebody has a place or may get one. `NotFoundError` for an address that was renewed."""
        user_id = self._read(token)
        now = self._ports.clock()
        places = [(row, None) for row in self._own(user_id)] + self._kept(user_id)
        events = self._ports.events.by_ids(list(dict.fromkeys(row.key.event_id for row, _ in places)))
        live = [
            (row, who)
            for row, who in places
            if (event := events.get(row.key.event_id)) is None or not is_over(row, event, now)
        ]
        shown = [
            (events[row.key.event_id], row, who)
            for row, who in live
            if _is_shown(events.get(row.key.event_id), now - CALENDAR_PAST)
        ]
        shown.sort(key=lambda one: (one[0].facts.starts_at, one[0].id, one[1].key.attendee_id))
        shown = shown[:CALENDAR_EVENTS]
        accounts = self._ports.accounts.by_ids(sorted({event.organizer_id for event, _, _ in shown}))
        entries = [_entry(event, row, who, accounts.get(event.organizer_id)) for event, row, who in shown]
        return self._ports.calendars.listing(entries, self._product)

    def _own(self, user_id: str) -> list[Enrollment]:
        """Who lives with more enrollments than fit sees the ones made last."""
        return self._rows(self._ports.enrollments.of_attendee, user_id)

    def _kept(self, keeper_id: str) -> list[tuple[Enrollment, Person | None]]:
        """Places that somebody has made for people whose records they keep, and whose they are."""
        if not self._ports.records.of_keeper(keeper_id, start=None, forward=True, limit=1, words=()).items:
            return []
        rows = self._rows(self._ports.enrollments.made_by, keeper_id)
        people = self._ports.people.by_ids([row.key.attendee_id for row in rows])
        found = [(row, people.get(row.key.attendee_id)) for row in rows]
        return [(row, person) for row, person in found if person and person.kept_by == keeper_id]

    def _rows(self, of_person: Callable[..., Slice[Enrollment]], person_id: str) -> list[Enrollment]:
        enrollments: list[Enrollment] = []
        start: str | None = None
        live = sorted(LIVE)
        for _ in range(_PAGES):
            part = of_person(
                person_id, start=start, forward=False, limit=CALENDAR_EVENTS - len(enrollments), statuses=live
            )
            enrollments += [enrollment for _, enrollment in part.items]
            start = part.end
            if start is None or len(enrollments) >= CALENDAR_EVENTS:
                break
        return enrollments

    def _read(self, token: str) -> str:
        found = self._tokens.read(token)
        if found is None or self._ports.feeds.version(found[0]) != found[1]:
            raise NotFoundError("This calendar address is not complete, or no longer good.")
        return found[0]


def _is_shown(event: Event | None, since: datetime) -> bool:
    return event is not None and event.is_public and event.facts.ends_at > since


def _listed(event: Event, organizer: str, account: Account | None) -> CalendarEntry:
    """An event as everybody sees it."""
    return CalendarEntry(event=event, organizer=organizer, at=changed_at(None, event, account))


def _entry(event: Event, enrollment: Enrollment, person: Person | None, organizer: Account | None) -> CalendarEntry:
    """A place; of somebody whose record one keeps as the mails about it name it."""
    return CalendarEntry(
        event=event,
        organizer=organizer.name if organizer else "",
        tentative=enrollment.status is not EnrollmentStatus.CONFIRMED,
        sequence=sequence_of(enrollment, event),
        at=changed_at(enrollment, event, organizer, person),
        instead_of=(person.id, enrollment.name_of(person)) if person else None,
    )
