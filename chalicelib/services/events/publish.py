"""Events: created, shown, edited and published, always by their organizer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal, Role
from chalicelib.domain.errors import (
    CapacityBelowTakenError,
    EmailNotVerifiedError,
    EventCancelledError,
    EventPastError,
    InvalidRequestError,
    RoleRequiredError,
)
from chalicelib.domain.events import Event, EventFacts, EventStatus
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.seats import (
    NO_RESEAT,
    UNLIMITED,
    Reseat,
    SeatMode,
    Seats,
    buckets_for,
    reseat,
    shards_for,
    spread,
    total,
)
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.events.access import visible_with_seats
from chalicelib.services.events.change import Change, EventPorts, EventView, changing, index_jobs
from chalicelib.services.events.change_notices import noticed
from chalicelib.services.events.schedule import rescheduled
from chalicelib.services.seats.outbox_entries import settling_of
from chalicelib.services.seats.totals import first_sum
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError, TryAgainError


def _capacity(facts: EventFacts) -> int:
    return UNLIMITED if facts.capacity is None else facts.capacity


def _shards(facts: EventFacts) -> int:
    return shards_for(facts.capacity, wanted=facts.on_sale_shards, party_max=facts.party_max)


def _resized(seats: Seats, change: Reseat) -> Seats:
    return replace(
        seats,
        capacity=seats.capacity + change.change,
        free=seats.free + change.change,
        shards=seats.shards + len(change.added),
    )


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
        if not principal.email_verified:
            raise EmailNotVerifiedError
        if not principal.has(Role.FACILITATOR):
            raise RoleRequiredError(Role.FACILITATOR)
        now = to_milliseconds(self._ports.clock())
        problems = facts.problems() + facts.start_problems(now)
        if problems:
            raise InvalidRequestError(*problems)
        event = Event(
            id=self._ports.new_id(now),
            organizer_id=principal.user_id,
            facts=facts,
            status=status,
            buckets=buckets_for(facts.capacity, _shards(facts)),
            version=1,
            created_at=now,
            updated_at=now,
        )
        organizer = self._ports.accounts.by_ids([principal.user_id])[principal.user_id]
        free = spread(_capacity(facts), _shards(facts))
        seats = Seats(
            event_id=event.id,
            capacity=_capacity(facts),
            shards=len(free),
            free=sum(free),
            mode=SeatMode.OPEN if status is EventStatus.PUBLISHED else SeatMode.CLOSED,
            organizer_name=organizer.name,
        )
        view = EventView(event, seats)
        remember = idempotency.remember(view) if idempotency else None
        index = index_jobs(event, now, self._ports.new_id)
        scheduled = rescheduled(None, event, now, self._ports.pace).jobs
        self._ports.events.add(event, free, organizer.name, remember, jobs=[*scheduled, *index])
        self._ports.queue.push(*index)
        return view

    def show(self, event_id: str, viewer: Principal | None) -> EventView:
        """Raises `NotFoundError` for whom it is not visible."""
        found = self._ports.events.get(event_id) if ids.is_ulid(event_id) else None
        event, seats = visible_with_seats(found, viewer)
        return EventView(event, self._with_expired(seats) if seats.is_full else seats)

    def figures(self, event_id: str, viewer: Principal | None) -> Seats:
        """The seats as they are now."""
        view = self.show(event_id, viewer)
        return self._with_expired(self._ports.seats.live(event_id) or view.seats)

    def _with_expired(self, seats: Seats) -> Seats:
        """Seats of holds that are over count as free, as whoever enrols takes them back; a waitlist has its own."""
        if not seats.kept or seats.waiting:
            return seats
        return replace(
            seats, free=seats.free + self._ports.seats.count_expired_seats(seats.event_id, self._ports.clock())
        )

    def edit(
        self, principal: Principal, change: Change, rewrite: Callable[[Event], EventFacts], *, notify: bool = True
    ) -> EventView:
        """Write what `rewrite` makes of the present event, and tell its people what it means to them, if `notify`.

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
            edited = view.event.changed(now, facts=facts)
            news = noticed(view.event, edited, view.seats, now, notify=notify, new_id=self._ports.new_id)
            after = news.event
            change_of_seats = self._reseat(view, facts)
            jobs = self._jobs_of(after, view.seats, change_of_seats, now)
            schedule = rescheduled(view.event, after, now, self._ports.pace)
            index = index_jobs(after, now, self._ports.new_id)
            self._ports.events.replace(
                view.event,
                after,
                seats=view.seats,
                reseat=change_of_seats,
                empty=news.nobody,
                jobs=[
                    *jobs,
                    *index,
                    *first_sum(after, view.seats, change_of_seats, now),
                    *schedule.jobs,
                    *news.jobs,
                ],
                dropped=schedule.dropped,
            )
            self._ports.sold_out.forget(after.id)
            self._ports.queue.push(*jobs, *index, *news.urgent)
            if jobs:
                self._settle(after.id)
            return EventView(after, _resized(view.seats, change_of_seats))

        return changing(self._ports, principal, change, step)

    def _reseat(self, view: EventView, facts: EventFacts) -> Reseat:
        """What the edit does to the seats. Raises `CapacityBelowTakenError` with the number."""
        number = max(view.seats.shards, _shards(facts))
        if _capacity(facts) == view.seats.capacity and number == view.seats.shards:
            return NO_RESEAT
        shards = self._ports.seats.shards(view.event.id, view.seats.shards)
        found = reseat(shards, view.seats.capacity, _capacity(facts), number)
        if found is None:
            self._stop_if_resized(view)
            raise CapacityBelowTakenError(view.seats.capacity - total(shards)[0])
        return found

    def _stop_if_resized(self, view: EventView) -> None:
        """Shards are read after the event: another edit in between would make the number wrong."""
        found = self._ports.events.get(view.event.id, consistent=True)
        before, seats = view.event.version, (view.seats.capacity, view.seats.shards)
        if found is None or (found[0].version, (found[1].capacity, found[1].shards)) != (before, seats):
            raise StaleError

    def _jobs_of(self, event: Event, seats: Seats, change: Reseat, now: datetime) -> list[OutboxEntry]:
        """More seats beside a waitlist: promotion starts at once and finishes in the background."""
        if change.change <= 0 or seats.mode is not SeatMode.FENCED:
            return []
        return [settling_of(event, now, self._ports.new_id(now))]

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
            schedule = rescheduled(view.event, published.event, now, self._ports.pace)
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

        return changing(self._ports, principal, change, step)
