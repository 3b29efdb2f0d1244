"""Events over their life: created, edited, published, cancelled, deleted, always by their organizer."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal, Role
from chalicelib.domain.enrollments import Cause
from chalicelib.domain.errors import (
    BusyError,
    CapacityBelowTakenError,
    ConfirmationRequiredError,
    EmailNotVerifiedError,
    EventCancelledError,
    EventNotPublishedError,
    EventPastError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
    RoleRequiredError,
)
from chalicelib.domain.events import Event, EventFacts, EventStatus, Preview
from chalicelib.domain.mail import Due, DueKind, new_due
from chalicelib.domain.seats import UNLIMITED, Seats, Shard, buckets_for, resize, shards_for, spread
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.full_hints import FullHints
from chalicelib.services.idempotency import Idempotency
from chalicelib.services.ports import Accounts, Clock, Events, Macs, NewId, Queue, SeatReads
from chalicelib.services.signals import StaleError

CONFIRM_LIFE = timedelta(minutes=10)
CONFIRM_PURPOSE = "confirm"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class EventView:
    """An event beside its seat figures."""

    event: Event
    seats: Seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes which event, and what they know of it."""

    event_id: str
    if_match: int | None = None


def _capacity(facts: EventFacts) -> int:
    return UNLIMITED if facts.capacity is None else facts.capacity


class Publishing:
    def __init__(
        self,
        events: Events,
        seats: SeatReads,
        accounts: Accounts,
        macs: Macs,
        queue: Queue,
        clock: Clock,
        new_id: NewId,
        hints: FullHints,
    ) -> None:
        self._events = events
        self._seats = seats
        self._accounts = accounts
        self._macs = macs
        self._queue = queue
        self._clock = clock
        self._new_id = new_id
        self._hints = hints

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
        now = to_milliseconds(self._clock())
        problems = facts.problems() + facts.start_problems(now)
        if problems:
            raise InvalidRequestError(*problems)
        event = Event(
            id=self._new_id(now),
            organizer_id=principal.user_id,
            facts=facts,
            status=status,
            buckets=buckets_for(facts.capacity),
            version=1,
            created_at=now,
            updated_at=now,
        )
        organizer = self._accounts.many([principal.user_id])[principal.user_id]
        free = spread(_capacity(facts), shards_for(facts.capacity))
        seats = Seats(
            event_id=event.id,
            capacity=_capacity(facts),
            shards=len(free),
            free=sum(free),
            organizer_name=organizer.name,
        )
        view = EventView(event, seats)
        self._events.add(event, free, organizer.name, idempotency.remember(view) if idempotency else None)
        return view

    def show(self, event_id: str, viewer_id: str | None) -> EventView:
        """Raises `NotFoundError` for whom it is not visible."""
        found = self._events.get(event_id) if ids.is_ulid(event_id) else None
        if found is None or not found[0].visible_to(viewer_id):
            raise NotFoundError
        return EventView(*found)

    def figures(self, event_id: str, viewer_id: str | None) -> Seats:
        """The seats as they are now."""
        view = self.show(event_id, viewer_id)
        return self._seats.live(event_id) or view.seats

    def edit(self, principal: Principal, change: Change, rewrite: Callable[[Event], EventFacts]) -> EventView:
        """Write what `rewrite` makes of the present event. Raises `CapacityBelowTakenError`, `EventCancelledError`."""

        def step(view: EventView, now: datetime) -> EventView:
            if view.event.status is EventStatus.CANCELLED:
                raise EventCancelledError
            facts = rewrite(view.event)
            problems = facts.problems()
            if facts.starts_at != view.event.facts.starts_at:
                problems += facts.start_problems(now)
            if problems:
                raise InvalidRequestError(*problems)
            after = view.event.changed(now, facts=facts)
            difference = _capacity(facts) - view.seats.capacity
            steps = self._resize(view, difference)
            self._events.replace(view.event, after, seats=view.seats, steps=steps)
            self._hints.forget(after.id)
            seats = replace(view.seats, capacity=_capacity(facts), free=view.seats.free + difference)
            return EventView(after, seats)

        return self._retrying(principal, change, step)

    def _resize(self, view: EventView, difference: int) -> list[int]:
        if not difference:
            return [0] * view.seats.shards
        free = [shard.free for shard in self._seats.shards(view.event.id, view.seats.shards)]
        steps = resize(free, difference)
        if steps is None:
            raise CapacityBelowTakenError(view.seats.capacity - sum(free))
        return steps

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
            self._events.replace(
                view.event,
                published.event,
                seats=view.seats,
                steps=[0] * view.seats.shards,
                remember=idempotency.remember(published) if idempotency else None,
            )
            return published

        return self._retrying(principal, change, step)

    def cancel(
        self, principal: Principal, change: Change, confirm: str | None, idempotency: Idempotency[EventView] | None
    ) -> EventView:
        """Cancel for good and tell everybody enrolled. Raises `ConfirmationRequiredError` while people are enrolled."""

        def step(view: EventView, now: datetime) -> EventView:
            if view.event.status is EventStatus.CANCELLED:
                return view
            if view.event.status is EventStatus.DRAFT:
                raise EventNotPublishedError
            if view.event.is_past(now):
                raise EventPastError
            return self._close(view, EventStatus.CANCELLED, confirm, now, idempotency)

        return self._retrying(principal, change, step)

    def delete(self, principal: Principal, change: Change, confirm: str | None) -> None:
        """Like `cancel`, and the event is gone; its enrollments keep its title and start."""

        def step(view: EventView, now: datetime) -> EventView:
            return self._close(view, EventStatus.DELETED, confirm, now, None)

        self._retrying(principal, change, step)

    def _close(
        self,
        view: EventView,
        status: EventStatus,
        confirm: str | None,
        now: datetime,
        idempotency: Idempotency[EventView] | None,
    ) -> EventView:
        """One transaction closes every shard exactly as it was counted: nobody is cancelled unseen."""
        shards = self._seats.shards(view.event.id, view.seats.shards)
        preview = self._preview(view, shards)
        if preview:
            self._check_confirmed(view, status, preview, confirm, now)
        closed = EventView(view.event.changed(now, status=status), view.seats)
        jobs = [self._fan_out(closed.event, now)] if preview else []
        self._events.replace(
            view.event,
            closed.event,
            seats=view.seats,
            steps=[0] * view.seats.shards,
            exact=shards,
            jobs=jobs,
            remember=idempotency.remember(closed) if idempotency else None,
        )
        for job in jobs:
            self._queue.push(job)
        return closed

    @staticmethod
    def _preview(view: EventView, shards: list[Shard]) -> Preview:
        return Preview(people=view.seats.capacity - sum(shard.free for shard in shards))

    def _fan_out(self, event: Event, now: datetime) -> Due:
        cause = Cause.EVENT_DELETED if event.status is EventStatus.DELETED else Cause.EVENT_CANCELLED
        about = {"event": event.id, "cause": cause.value}
        return new_due(DueKind.CANCEL_ENROLLMENTS, event.organizer_id, about, now=now, row_id=self._new_id(now))

    def _check_confirmed(
        self, view: EventView, status: EventStatus, preview: Preview, confirm: str | None, now: datetime
    ) -> None:
        """The value is good for ten minutes, this action, this version and these counts."""
        bound = [view.event.id, status.value, view.event.version, preview.as_counts()]
        payload = self._macs.open(CONFIRM_PURPOSE, confirm) if confirm else None
        if payload is not None:
            *given, until = json.loads(payload)
            if given == bound and now.timestamp() < until:
                return
        until = (now + CONFIRM_LIFE).timestamp()
        fresh = self._macs.sign(CONFIRM_PURPOSE, json.dumps([*bound, until]).encode())
        raise ConfirmationRequiredError(preview.as_counts(), fresh)

    def _retrying(
        self, principal: Principal, change: Change, step: Callable[[EventView, datetime], EventView]
    ) -> EventView:
        """Read, decide, write under the version; again when somebody was faster."""
        for _ in range(_TRIES):
            found = self._events.get(change.event_id, consistent=True) if ids.is_ulid(change.event_id) else None
            if found is None or not found[0].visible_to(principal.user_id):
                raise NotFoundError
            view = EventView(*found)
            if view.event.organizer_id != principal.user_id:
                raise ForbiddenError
            if change.if_match is not None and change.if_match != view.event.version:
                raise PreconditionFailedError
            try:
                return step(view, to_milliseconds(self._clock()))
            except StaleError:
                continue
        raise BusyError
