"""What follows from an edit for those who wait or keep a seat until a deadline: jobs, and whom it concerns."""

from datetime import datetime

from chalicelib.domain.enrollments.deadlines import next_ending
from chalicelib.domain.enrollments.waitlist import is_served_otherwise, may_be_in_vain
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import SeatMode
from chalicelib.services.events.change import EventPorts, EventView, WaitingInVain
from chalicelib.services.seats.outbox_entries import settling_of
from chalicelib.services.seats.settlement import MANY_STEPS
from chalicelib.services.shared.outcomes import StaleError


def settling_jobs(ports: EventPorts, view: EventView, after: Event, now: datetime) -> list[OutboxEntry]:
    """Another rule, or other seats, beside a waitlist: what follows starts at once and finishes in the background.

    That is promotion, and telling those who wait in vain.
    """
    if view.seats.mode is not SeatMode.FENCED or not is_served_otherwise(view.event.facts, after.facts):
        return []
    in_vain = may_be_in_vain(view.event.facts, after.facts)
    return [settling_of(after, now, ports.new_id(now), ends_waiting=in_vain)]


def deadline_jobs(ports: EventPorts, before: Event, after: Event, now: datetime) -> list[OutboxEntry]:
    """Holds and offers that the edit ends earlier than was said are taken back when it ends them."""
    at = next_ending(before.facts, after.facts, now)
    if at is None or after.status is not EventStatus.PUBLISHED:
        return []
    return [settling_of(after, now, ports.new_id(now), at=at)]


def take_back_what_is_over(ports: EventPorts, before: Event, after: Event, now: datetime) -> None:
    """What is over stays over, also if nobody has written that down before the event is put off.

    Raises `StaleError` when something was taken back: the seats are to be looked at again.
    """
    if _window(before) == _window(after):
        return
    if any(hold.deadline(after) > now for hold in ports.seats.over_holds(before, now)):
        ports.settlement.settle(before.id, MANY_STEPS)
        raise StaleError


def _window(event: Event) -> tuple[datetime, ...]:
    """What deadlines follow."""
    return event.facts.starts_at, event.facts.closes_at, event.facts.ends_at


def ends_at_once(before: Event, after: Event, now: datetime) -> bool:
    """Whether the edit itself is the end of holds and offers."""
    return next_ending(before.facts, after.facts, now) == now


def waiting_in_vain(ports: EventPorts, view: EventView, after: Event) -> tuple[WaitingInVain, ...]:
    """Whom the edit leaves without a turn to wait for: its organizer is told, as they are."""
    if view.seats.mode is not SeatMode.FENCED or not may_be_in_vain(view.event.facts, after.facts):
        return ()
    found = ports.settlement.in_vain(after)
    people = ports.people.by_ids([enrollment.key.attendee_id for enrollment in found])
    return tuple(
        WaitingInVain(
            ports.handles.of(waiting.key),
            waiting.name_shown(people.get(waiting.key.attendee_id), hidden=waiting.veiled),
            waiting.party_size,
        )
        for waiting in found
    )
