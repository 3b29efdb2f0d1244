"""Calendars to look at and to subscribe to: one event, an organizer's, and everybody's own under a private address."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain import ids
from chalicelib.domain.accounts import Account, Principal
from chalicelib.domain.deadlines import is_over
from chalicelib.domain.enrollments import LIVE, Enrollment, EnrollmentStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events import LISTED, Event
from chalicelib.domain.limits import CALENDAR_EVENTS, CALENDAR_PAST
from chalicelib.domain.times import stamp
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.calendars.ports import Calendars, Feeds, Shown
from chalicelib.services.events.ports import EventLists
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
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
        if found is None or found[0].status not in LISTED:
            raise NotFoundError
        event, seats = found
        return self._ports.calendars.listing([Shown(event=event, organizer=seats.organizer_name)])

    def of_organizer(self, user_id: str) -> str:
        """Their published and cancelled events; `NotFoundError` for who has never published any."""
        account = self._account(user_id)
        if account is None or not self._ports.calendar.has_listed(user_id):
            raise NotFoundError
        events: list[Event] = []
        start: str | None = stamp(self._ports.clock() - CALENDAR_PAST)
        for _ in range(_PAGES):
            part = self._ports.calendar.of_organizer(user_id, start=start, forward=True, limit=_PAGE)
            events += [event for _, event in part.items if event.status in LISTED]
            start = part.end
            if start is None or len(events) >= CALENDAR_EVENTS:
                break
        shown = [Shown(event=event, organizer=account.name) for event in events[:CALENDAR_EVENTS]]
        return self._ports.calendars.listing(shown, account.name)

    def _account(self, user_id: str) -> Account | None:
        return self._ports.accounts.by_ids([user_id]).get(user_id) if ids.is_ulid(user_id) else None

    # Everybody's own

    def token(self, principal: Principal) -> str:
        """What the address of the caller's own calendar ends in."""
        return self._tokens.token(principal.user_id, self._ports.feeds.version(principal.user_id) or 0)

    def renew(self, principal: Principal) -> str:
        """Another one; the old address leads nowhere any more."""
        return self._tokens.token(principal.user_id, self._ports.feeds.renew(principal.user_id))

    def of_person(self, token: str) -> str:
        """The events where somebody has a place or may get one. `NotFoundError` for an address that was renewed."""
        user_id = self._read(token)
        now = self._ports.clock()
        enrollments = {enrollment.key.event_id: enrollment for enrollment in self._rows(user_id)}
        events = [
            event
            for event in self._ports.events.by_ids(list(enrollments)).values()
            if event.status in LISTED
            and event.facts.ends_at > now - CALENDAR_PAST
            and not is_over(enrollments[event.id], event, now)
        ]
        events.sort(key=lambda event: (event.facts.starts_at, event.id))
        names = self._names(event.organizer_id for event in events[:CALENDAR_EVENTS])
        shown = [
            Shown(
                event=event,
                organizer=names.get(event.organizer_id, ""),
                tentative=enrollments[event.id].status is not EnrollmentStatus.CONFIRMED,
            )
            for event in events[:CALENDAR_EVENTS]
        ]
        return self._ports.calendars.listing(shown, self._product)

    def _rows(self, user_id: str) -> list[Enrollment]:
        """Who lives with more enrollments than fit sees the ones made last."""
        enrollments: list[Enrollment] = []
        start: str | None = None
        live = sorted(LIVE)
        for _ in range(_PAGES):
            part = self._ports.enrollments.of_attendee(
                user_id, start=start, forward=False, limit=CALENDAR_EVENTS - len(enrollments), statuses=live
            )
            enrollments += [enrollment for _, enrollment in part.items]
            start = part.end
            if start is None or len(enrollments) >= CALENDAR_EVENTS:
                break
        return enrollments

    def _names(self, user_ids: Iterable[str]) -> dict[str, str]:
        accounts = self._ports.accounts.by_ids(sorted(set(user_ids)))
        return {account.id: account.name for account in accounts.values()}

    def _read(self, token: str) -> str:
        found = self._tokens.read(token)
        if found is None or self._ports.feeds.version(found[0]) != found[1]:
            raise NotFoundError("This calendar address is not complete, or no longer good.")
        return found[0]
