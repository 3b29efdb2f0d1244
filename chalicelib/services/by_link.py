"""What the bearer of a mailed link sees and may do: one enrollment, also while there is none (yet, or any more)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments import TEMPORARY, Enrollment
from chalicelib.domain.errors import HoldExpiredError, NotFoundError
from chalicelib.domain.events import Event, EventStatus, WaitlistMode
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.attempts import POSITIONS, Attempt, Placed
from chalicelib.services.callers import LinkBearer
from chalicelib.services.confirming import Confirm, Confirming
from chalicelib.services.entries import Entry, entry_for
from chalicelib.services.idempotency import Idempotency
from chalicelib.services.leaving import Leave, Leaving
from chalicelib.services.links import Links
from chalicelib.services.seating import SeatingPorts
from chalicelib.services.settling import Settling
from chalicelib.services.signals import Remember
from chalicelib.services.verdicts import Order


class LinkAction(StrEnum):
    CONFIRM = "confirm"  # a hold or an offer; without one: enrol, if a seat is free
    CANCEL = "cancel"
    JOIN = "join"  # the waitlist


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The event, the enrollment if there is one, and what its bearer can do now."""

    event: Event
    entry: Entry | None
    organizer: str
    actions: tuple[LinkAction, ...]

    @property
    def is_lapsed(self) -> bool:
        """Whether a hold or an offer is over that nobody has taken back yet."""
        row = self.entry.enrollment if self.entry else None
        return row is not None and row.status in TEMPORARY and LinkAction.CANCEL not in self.actions


@dataclass(frozen=True, slots=True)
class _Found:
    row: Enrollment | None
    event: Event
    seats: Seats


class ByLink:
    def __init__(self, ports: SeatingPorts, settling: Settling, confirming: Confirming, leaving: Leaving) -> None:
        self._ports = ports
        self._settling = settling
        self._confirming = confirming
        self._leaving = leaving

    def show(self, bearer: LinkBearer) -> Linked:
        """Raises `NotFoundError` when there is nothing to see any more: the event is gone, or over for a month."""
        now = self._ports.clock()
        found = self._find(bearer, now)
        seats = found.seats
        if not _is_live(found.row, now) and seats.shards > 1:
            seats = self._ports.seats.live(found.event.id) or seats
        return Linked(
            event=found.event,
            entry=self._entry(bearer, found.event, found.row) if found.row else None,
            organizer=seats.organizer_name,
            actions=actions(found.row, found.event, seats, now),
        )

    def act(
        self, bearer: LinkBearer, action: LinkAction, request_id: str, idempotency: Idempotency[Entry] | None
    ) -> Entry:
        """Do it, and return the enrollment after it. Raises what the use case of the action raises."""
        now = to_milliseconds(self._ports.clock())
        found = self._find(bearer, now)
        if action is LinkAction.CANCEL:
            return self._leaving.cancel(bearer, Leave(enrollment_id=bearer.key.id, request_id=request_id), idempotency)
        if action is LinkAction.CONFIRM and found.row and _is_live(found.row, now):
            command = Confirm(enrollment_id=bearer.key.id, request_id=request_id)
            try:
                return self._confirming.confirm(bearer, command, idempotency)
            except HoldExpiredError:
                pass  # in this very moment: what is free is still for who opened the link
        return self._enrol(
            bearer,
            found,
            Order(
                event=found.event,
                person_id=bearer.key.attendee_id,
                actor=bearer.key.attendee_id,
                request_id=request_id,
                waitlist=action is LinkAction.JOIN,
                party_size=min(found.row.party_size, found.event.facts.party_max) if found.row else 1,
            ),
            idempotency,
        )

    def _enrol(self, bearer: LinkBearer, found: _Found, order: Order, idempotency: Idempotency[Entry] | None) -> Entry:
        """A link that is opened late gets what is left; using it has proven the address."""
        refusal = found.event.refuses(self._ports.clock())
        if refusal:
            raise refusal

        def show(placed: Placed) -> Entry:
            return self._entry(bearer, found.event, placed.row, placed.position)

        remember: Callable[[Placed], Remember] | None = None
        if idempotency:
            remember = lambda placed: idempotency.remember(show(placed))  # noqa: E731 - None without a key
        return show(Attempt(self._ports, self._settling, order, remember).run(found.seats))

    def _find(self, bearer: LinkBearer, now: datetime) -> _Found:
        whole = self._ports.enrollments.with_event(bearer.key)
        if whole is not None:
            found = _Found(*whole)
        else:
            without = self._ports.events.get(bearer.key.event_id)
            if without is None or without[0].status is EventStatus.DELETED:
                raise NotFoundError
            found = _Found(None, *without)
        if not Links.is_good(found.event, now):
            raise NotFoundError
        return found

    def _entry(self, bearer: LinkBearer, event: Event, row: Enrollment, position: int | None = None) -> Entry:
        if row.ticket is not None and position is None:
            ahead = self._ports.enrollments.ahead(event.id, row.ticket, POSITIONS)
            position = ahead + 1 if ahead < POSITIONS else None
        people = self._ports.people.many([row.key.attendee_id])
        return entry_for(bearer.principal, row, event, people, position=position)


def _is_live(row: Enrollment | None, now: datetime) -> bool:
    return row is not None and row.is_live and not row.is_expired(now)


def actions(row: Enrollment | None, event: Event, seats: Seats, now: datetime) -> tuple[LinkAction, ...]:
    """What the bearer can do now, the first one first. The use cases decide in the end: seats go while one looks."""
    if row is not None and _is_live(row, now):
        if event.refuses_seating(now):
            return ()
        confirm = (LinkAction.CONFIRM,) if row.status in TEMPORARY else ()
        return (*confirm, LinkAction.CANCEL) if now < event.facts.starts_at else confirm
    if event.refuses(now):
        return ()
    party = row.party_size if row else 1
    if not seats.is_full and seats.free >= party:
        return (LinkAction.CONFIRM,)
    return () if event.facts.waitlist_mode is WaitlistMode.OFF else (LinkAction.JOIN,)
