"""Changing an event: read, decide, write under the version; what creating, editing and closing share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.errors import BusyError
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.reminders import Pace
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.accounts.ports import Accounts, People
from chalicelib.services.events.access import EventAction, stop_unless_may, visible_with_seats
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.sold_out_cache import SoldOutCache
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue
from chalicelib.services.shared.preconditions import UNCONDITIONAL, Precondition

_TRIES = 5


@dataclass(frozen=True, slots=True)
class WaitingInVain:
    """Somebody who waits and gets no seat any more because of an edit."""

    enrollment_id: str
    name: str
    party_size: int


@dataclass(frozen=True, slots=True)
class EventView:
    """An event beside its seat figures; after an edit with those whom it leaves waiting in vain, the first of them."""

    event: Event
    seats: Seats
    in_vain: tuple[WaitingInVain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes which event, and what they know of it."""

    event_id: str
    if_match: Precondition = UNCONDITIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPorts:
    events: Events
    seats: SeatReads
    accounts: Accounts
    people: People
    macs: Macs
    queue: Queue
    clock: Clock
    new_id: NewId
    sold_out: SoldOutCache
    settlement: Settlement
    pace: Pace


def change_event(
    ports: EventPorts,
    principal: Principal,
    change: Change,
    step: Callable[[EventView, datetime], EventView],
    action: EventAction = EventAction.CHANGE,
) -> EventView:
    """Take one step on the present version; again when somebody was faster.

    Raises `NotFoundError`, `ForbiddenError`, `PreconditionFailedError`, `BusyError`.
    """
    for _ in range(_TRIES):
        found = ports.events.with_seats(change.event_id, consistent=True) if ids.is_ulid(change.event_id) else None
        view = EventView(*visible_with_seats(found, principal))
        stop_unless_may(principal, action, view.event)
        change.if_match.stop_unless_met(view.event.version)
        try:
            return step(view, to_milliseconds(ports.clock()))
        except StaleError:
            continue
    raise BusyError


def index_jobs(event: Event, now: datetime, new_id: NewId) -> list[OutboxEntry]:
    """What makes a listed event findable by its words; drafts are in no index."""
    if event.status is EventStatus.DRAFT:
        return []
    about = {"event": event.id}
    return [new_entry(OutboxKind.INDEX, event.organizer_id, about, now=now, entry_id=new_id(now))]
