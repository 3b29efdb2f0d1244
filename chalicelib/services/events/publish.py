"""Events: created, shown, edited and published, always by their organizer."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal, Role
from chalicelib.domain.deadlines import next_ending
from chalicelib.domain.errors import (
    EmailNotVerifiedError,
    EventCancelledError,
    EventPastError,
    InvalidRequestError,
    RoleRequiredError,
)
from chalicelib.domain.event_facts import EventFacts
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.seats import SeatMode, Seats, buckets_for, spread
from chalicelib.domain.times import to_milliseconds
from chalicelib.domain.waitlist import is_served_otherwise, may_be_in_vain
from chalicelib.services.events.access import visible_with_seats
from chalicelib.services.events.change import Change, EventPorts, EventView, WaitingInVain, change_event, index_jobs
from chalicelib.services.events.change_notices import notice_edit
from chalicelib.services.events.reseat import capacity_of, first_seats, reseat_of, resized, shards_of
from chalicelib.services.events.schedule import reschedule
from chalicelib.services.seats.kept_seats import seats_now
from chalicelib.services.seats.outbox_entries import settling_of
from chalicelib.services.seats.totals import first_sum
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import TryAgainError


class EventPublisher:
    def __init__(self, ports: EventPorts) -> None:
        self._ports = ports

    def create(
        self,
        principal: Principal,
        facts: EventFacts,
        *,
        status: EventStatus,
        idempotency: Idempotency[EventView] | None,
    ) -> EventView:
        """A new event with its seats, its place in the list and its figures, or nothing."""
        _stop_unless_organizer(principal)
        now = to_milliseconds(self._ports.clock())
        problems = facts.problems() + facts.start_problems(now)
        if problems:
            raise InvalidRequestError(*problems)
        event = Event(
            id=self._ports.new_id(now),
            organizer_id=principal.user_id,
            facts=facts,
            status=status,
            buckets=buckets_for(facts.capacity, shards_of(facts)),
            version=1,
            created_at=now,
            updated_at=now,
        )
        organizer = self._ports.accounts.by_ids([principal.user_id])[principal.user_id]
        free = spread(capacity_of(facts), shards_of(facts))
        view = EventView(event, first_seats(event, free, organizer.name))
        remember = idempotency.remember(view) if idempotency else None
        index = index_jobs(event, now, self._ports.new_id)
        scheduled = reschedule(None, event, now, self._ports.pace).jobs
        self._ports.events.add(event, free, organizer.name, remember, jobs=[*scheduled, *index])
        self._ports.queue.push(*index)
        return view

    def show(self, event_id: str, viewer: Principal | None) -> EventView:
        """Raises `NotFoundError` for whom it is not visible."""
        found = self._ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, seats = visible_with_seats(found, viewer)
        return EventView(event, seats_now(self._ports.seats, event, seats, self._ports.clock()))

    def show_seats(self, event_id: str, viewer: Principal | None) -> Seats:
        """The seats as they are now."""
        found = self._ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, seats = visible_with_seats(found, viewer)
        live = self._ports.seats.live(event_id) or seats
        return seats_now(self._ports.seats, event, live, self._ports.clock())

    def edit(
        self,
        principal: Principal,
        change: Change,
        rewrite: Callable[[Event], EventFacts],
        *,
        notify: bool = True,
        shrink: bool = False,
    ) -> EventView:
        """Write what `rewrite` makes of the present event, and tell its people what it means to them, if `notify`.

        With `shrink` the capacity may be lower than what is taken: seats that are given up are not sold again then.
        Raises `CapacityBelowTakenError`, `EventCancelledError`.
        """

        def step(view: EventView, now: datetime) -> EventView:
            if view.event.status is EventStatus.CANCELLED:
                raise EventCancelledError
            facts = rewrite(view.event)
            problems = facts.problems()
            if facts.starts_at != view.event.facts.starts_at:
                problems += facts.start_problems(now)
            if problems:
                raise InvalidRequestError(*problems)
            return self._write_edit(view, facts, now, notify=notify, shrink=shrink)

        return change_event(self._ports, principal, change, step)

    def _write_edit(
        self, view: EventView, facts: EventFacts, now: datetime, *, notify: bool, shrink: bool
    ) -> EventView:
        """One transaction: the event, its seats, what its people are told, and what is due because of it."""
        edited = view.event.changed(now, facts=facts)
        news = notice_edit(view.event, edited, view.seats, now, notify=notify, new_id=self._ports.new_id)
        after = news.event
        change_of_seats = reseat_of(self._ports, view, facts, shrink=shrink)
        jobs = self._settling_jobs(view, after, now)
        in_vain = self._in_vain(view, after)
        due = self._deadline_jobs(view.event, after, now)
        schedule = reschedule(view.event, after, now, self._ports.pace)
        index = index_jobs(after, now, self._ports.new_id)
        self._ports.events.replace(
            view.event,
            after,
            seats=view.seats,
            reseat=change_of_seats,
            empty=news.nobody,
            jobs=[
                *jobs,
                *due,
                *index,
                *first_sum(after, view.seats, change_of_seats, now),
                *schedule.jobs,
                *news.jobs,
            ],
            dropped=schedule.dropped,
        )
        self._ports.sold_out.forget(after.id)
        jobs += due if next_ending(view.event.facts, after.facts, now) == now else []
        self._ports.queue.push(*jobs, *index, *news.urgent)
        if jobs:
            self._settle(after.id)
        return EventView(after, resized(view.seats, change_of_seats), in_vain)

    def _settling_jobs(self, view: EventView, after: Event, now: datetime) -> list[OutboxEntry]:
        """Another rule, or other seats, beside a waitlist: what follows starts at once and finishes in the background.

        That is promotion, and telling those who wait in vain.
        """
        if view.seats.mode is not SeatMode.FENCED or not is_served_otherwise(view.event.facts, after.facts):
            return []
        in_vain = may_be_in_vain(view.event.facts, after.facts)
        return [settling_of(after, now, self._ports.new_id(now), ends_waiting=in_vain)]

    def _in_vain(self, view: EventView, after: Event) -> tuple[WaitingInVain, ...]:
        """Whom the edit leaves without a turn to wait for: its organizer is told, as they are."""
        if view.seats.mode is not SeatMode.FENCED or not may_be_in_vain(view.event.facts, after.facts):
            return ()
        found = self._ports.settlement.in_vain(after)
        people = self._ports.people.by_ids([enrollment.key.attendee_id for enrollment in found])
        names = {person_id: person.name for person_id, person in people.items()}
        return tuple(WaitingInVain(one.key.id, names.get(one.key.attendee_id, ""), one.party_size) for one in found)

    def _deadline_jobs(self, before: Event, after: Event, now: datetime) -> list[OutboxEntry]:
        """Holds and offers that the edit ends earlier than was said are taken back when it ends them."""
        at = next_ending(before.facts, after.facts, now)
        if at is None or after.status is not EventStatus.PUBLISHED:
            return []
        return [settling_of(after, now, self._ports.new_id(now), at=at)]

    def _settle(self, event_id: str) -> None:
        try:
            self._ports.settlement.settle(event_id)
        except TryAgainError:
            return  # its job is written: the waitlist does not depend on this request

    def publish(self, principal: Principal, change: Change, idempotency: Idempotency[EventView] | None) -> EventView:
        """Make a draft public; a published event is answered as it is."""

        def step(view: EventView, now: datetime) -> EventView:
            if view.event.status is EventStatus.CANCELLED:
                raise EventCancelledError
            if view.event.status is EventStatus.PUBLISHED:
                return view
            if not view.event.is_upcoming(now):
                raise EventPastError
            published = EventView(view.event.changed(now, status=EventStatus.PUBLISHED), view.seats)
            index = index_jobs(published.event, now, self._ports.new_id)
            schedule = reschedule(view.event, published.event, now, self._ports.pace)
            self._ports.events.replace(
                view.event,
                published.event,
                seats=view.seats,
                jobs=[*index, *schedule.jobs],
                dropped=schedule.dropped,
                remember=idempotency.remember(published) if idempotency else None,
            )
            self._ports.queue.push(*index)
            return published

        return change_event(self._ports, principal, change, step)


def _stop_unless_organizer(principal: Principal) -> None:
    if not principal.email_verified:
        raise EmailNotVerifiedError
    if not principal.has(Role.FACILITATOR):
        raise RoleRequiredError(Role.FACILITATOR)
