"""Events: created, shown, edited and published, always by their organizer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.errors import (
    EventCancelledError,
    EventPastError,
    InvalidRequestError,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts, copy_of, new_problems
from chalicelib.domain.seats import Seats, buckets_for, spread
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import localise, to_milliseconds
from chalicelib.services.events.access import EventAction, stop_unless_may, stop_unless_organizer, visible_with_seats
from chalicelib.services.events.change import (
    NO_EVENT,
    Change,
    Consequences,
    EventPorts,
    EventView,
    change_event,
    index_jobs,
)
from chalicelib.services.events.edit_jobs import (
    deadline_jobs,
    ends_at_once,
    settling_jobs,
    take_back_what_is_over,
    waiting_in_vain,
)
from chalicelib.services.events.foreseen import foreseen_edit, notice_of
from chalicelib.services.events.reseat import capacity_of, first_seats, reseat_of, resized, shards_of
from chalicelib.services.events.schedule import reschedule
from chalicelib.services.seats.kept_seats import seats_now
from chalicelib.services.seats.totals import first_sum
from chalicelib.services.shared.acts import left_behind, with_acts
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
        dry_run: bool = False,
    ) -> EventView:
        """A new event with its seats, its place in the list and its figures, or nothing. Nothing for a `dry_run`."""
        stop_unless_organizer(principal)
        now = to_milliseconds(self._ports.clock())
        problems = facts.problems() + facts.start_problems(now)
        if problems:
            raise InvalidRequestError(*problems)
        event = Event(
            id=NO_EVENT if dry_run else self._ports.new_id(now),
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
        if dry_run:
            return replace(view, would=Consequences())
        remember = idempotency.remember(view) if idempotency else None
        index = index_jobs(event, now, self._ports.new_id)
        scheduled = reschedule(None, event, now, self._ports.pace).jobs
        self._ports.events.add(event, free, organizer.name, remember, jobs=[*scheduled, *index])
        self._ports.queue.push(*index)
        return view

    def duplicate(
        self,
        principal: Principal,
        event_id: str,
        starts_at: datetime,
        title: str | None,
        *,
        idempotency: Idempotency[EventView] | None,
    ) -> EventView:
        """A draft of the caller's own that says what the event says, at another time, under the rules of creating.

        `starts_at`: a naive time is local to the event. What belongs to people stays where it is: enrollments, the
        waitlist, messages, the event's team. Raises `NotFoundError`, `ForbiddenError`.
        """
        found = self._ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, _ = visible_with_seats(found, principal)
        stop_unless_may(principal, EventAction.COPY, event)
        facts = copy_of(event.facts, localise(starts_at, event.facts.timezone))
        facts = replace(facts, title=title or facts.title)
        return self.create(principal, facts, status=EventStatus.DRAFT, idempotency=idempotency)

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
        dry_run: bool = False,
    ) -> EventView:
        """Write what `rewrite` makes of the present event, and tell its people what it means to them, if `notify`.

        With `shrink` the capacity may be lower than what is taken: seats that are given up are not sold again then.
        A `dry_run` writes nothing, and is answered and refused as the edit would be.
        Raises `CapacityBelowTakenError`, `EventCancelledError`.
        """

        def step(view: EventView, now: datetime) -> EventView:
            facts = _edited(view.event, rewrite, now)
            if dry_run:
                return foreseen_edit(self._ports, view, facts, now, notify=notify, shrink=shrink)
            return self._write_edit(view, facts, now, notify=notify, shrink=shrink)

        return change_event(self._ports, principal, change, ActKind.EDIT_EVENT, step)

    def _write_edit(
        self, view: EventView, facts: EventFacts, now: datetime, *, notify: bool, shrink: bool
    ) -> EventView:
        """One transaction: the event, its seats, what its people are told, and what is due because of it."""
        news = notice_of(self._ports, view, facts, now, notify=notify)
        after = news.event
        take_back_what_is_over(self._ports, view.event, after, now)
        change_of_seats = reseat_of(self._ports, view, facts, shrink=shrink)
        jobs = settling_jobs(self._ports, view, after, now)
        in_vain = waiting_in_vain(self._ports, view, after)
        due = deadline_jobs(self._ports, view.event, after, now)
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
            remember=with_acts(None, *view.acts),
            by=view.by,
        )
        self._ports.sold_out.forget(after.id)
        jobs += due if ends_at_once(view.event, after, now) else []
        self._ports.queue.push(*jobs, *index, *news.urgent)
        if jobs:
            self._settle(after.id)
        return EventView(after, resized(view.seats, change_of_seats), in_vain)

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
                remember=left_behind(idempotency, published, *view.acts),
                by=view.by,
            )
            self._ports.queue.push(*index)
            return published

        return change_event(self._ports, principal, change, ActKind.PUBLISH_EVENT, step)


def _edited(event: Event, rewrite: Callable[[Event], EventFacts], now: datetime) -> EventFacts:
    """The facts after an edit. Raises `EventCancelledError`, `InvalidRequestError`."""
    if event.status is EventStatus.CANCELLED:
        raise EventCancelledError
    facts = rewrite(event)
    problems = new_problems(event.facts, facts)
    if facts.starts_at != event.facts.starts_at:
        problems += facts.start_problems(now)
    if problems:
        raise InvalidRequestError(*problems)
    return facts
