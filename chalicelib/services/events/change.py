"""Changing an event: read, decide, write under the version; what creating, editing and closing share."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.enrollments.enrollment import SYSTEM
from chalicelib.domain.errors import BusyError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.notifications.reminders import Pace
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.ports import Accounts, People
from chalicelib.services.events.access import EventAction, acting_as, acts_as_admin, stop_unless_may, visible_with_seats
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.sold_out_cache import SoldOutCache
from chalicelib.services.shared.acts import act_of
from chalicelib.services.shared.handles import Handles
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


NO_EVENT = "0" * 26  # the id in the answer to a dry run that creates: no event has it


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an edit that is only tried would lead to."""

    seats_above_capacity: int = 0  # seats that people keep and the capacity has no room for
    mail_about: tuple[str, ...] = ()  # names of facts
    mail_to: int = 0  # enrollments


@dataclass(frozen=True, slots=True)
class EventView:
    """An event beside its seat figures; after an edit with those whom it leaves waiting in vain, the first of them.

    `acts`: of an admin who is about to change it, `by`: who is about to. `would`: of a dry run.
    """

    event: Event
    seats: Seats
    in_vain: tuple[WaitingInVain, ...] = ()
    acts: tuple[Act, ...] = ()
    would: Consequences | None = None
    by: str = SYSTEM

    @property
    def version(self) -> int:
        """What its readers know it by: higher with every edit, and with every seat that is given up.

        A capacity that cancelling without hand-over lowers is kept with the seats and leaves the event's own row, and
        with it its version, as it is. Both only rise, and an edit is refused when the capacity is another one.
        """
        return self.event.version + self.seats.given_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Which event is changed, in which request, and what whoever changes it knows of it."""

    event_id: str
    request_id: str = ""
    if_match: Precondition = UNCONDITIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPorts:
    events: Events
    seats: SeatReads
    accounts: Accounts
    people: People
    handles: Handles
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
    kind: ActKind,
    step: Callable[[EventView, datetime], EventView],
    action: EventAction = EventAction.CHANGE,
) -> EventView:
    """Take one step on the present version; again when somebody was faster. `kind`: what it is if an admin does it.

    Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`, `PreconditionFailedError`, `BusyError`.
    """
    for _ in range(_TRIES):
        found = ports.events.with_seats(change.event_id, consistent=True) if ids.is_ulid(change.event_id) else None
        view = EventView(*visible_with_seats(found, principal))
        stop_unless_may(principal, action, view.event)
        view = replace(view, by=acting_as(view.event, principal, action))
        now = to_milliseconds(ports.clock())
        if acts_as_admin(principal, action, view.event):
            about, act_id = view.event.id, ports.new_id(now)
            act = act_of(principal, kind, about, now=now, act_id=act_id, request_id=change.request_id)
            view = replace(view, acts=(act,))
        change.if_match.stop_unless_met(view.version)
        try:
            return step(view, now)
        except StaleError:
            continue
    raise BusyError


def index_jobs(event: Event, now: datetime, new_id: NewId) -> list[OutboxEntry]:
    """What makes a listed event findable by its words; drafts are in no index."""
    if event.status is EventStatus.DRAFT:
        return []
    about = {"event": event.id}
    return [new_entry(OutboxKind.INDEX, event.organizer_id, about, now=now, entry_id=new_id(now))]
