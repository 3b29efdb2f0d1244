"""Cancelling and deleting events: everybody who is enrolled is counted first, confirmed by the organizer, and told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.enrollments.enrollment import LIVE, Cause
from chalicelib.domain.errors import EventNotPublishedError, EventPastError, NextStep
from chalicelib.domain.events.event import Event, EventStatus, Preview
from chalicelib.domain.notifications.reminders import Pace
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.seats import Shard, total
from chalicelib.services.events.access import EventAction
from chalicelib.services.events.change import Change, EventPorts, EventView, change_event, index_jobs
from chalicelib.services.events.change_notices import notice_jobs
from chalicelib.services.events.confirmation import require_confirmation
from chalicelib.services.events.schedule import reschedule
from chalicelib.services.seats.event_store import Events
from chalicelib.services.seats.kept_seats import seats_now
from chalicelib.services.shared.acts import left_behind
from chalicelib.services.shared.idempotency import Idempotency, Remember
from chalicelib.services.shared.ports import NewId, Queue

CONFIRM_PURPOSE = "confirm"


class Cancellation:
    def __init__(self, ports: EventPorts) -> None:
        self._ports = ports

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

        return change_event(self._ports, principal, change, ActKind.CANCEL_EVENT, step)

    def delete(self, principal: Principal, change: Change, confirm: str | None) -> None:
        """Like `cancel`, and the event is gone; its enrollments keep its title and start."""

        def step(view: EventView, now: datetime) -> EventView:
            return self._close(view, EventStatus.DELETED, confirm, now, None)

        change_event(self._ports, principal, change, ActKind.DELETE_EVENT, step, EventAction.DELETE)

    def _close(
        self,
        view: EventView,
        status: EventStatus,
        confirm: str | None,
        now: datetime,
        idempotency: Idempotency[EventView] | None,
    ) -> EventView:
        """One transaction closes every shard exactly as it was counted: nobody is cancelled unseen."""
        shards = self._ports.seats.shards(view.event.id, view.seats.shards)
        preview = self._preview(view, shards, now)
        if preview:
            self._check_confirmed(view, status, preview, confirm, now)
        return close(
            self._ports, view, shards, status, now, remember=lambda closed: left_behind(idempotency, closed, *view.acts)
        )

    def _preview(self, view: EventView, shards: list[Shard], now: datetime) -> Preview:
        """Holds and offers that are over are nobody's loss."""
        seats = replace(view.seats, counts=total(shards)[1])
        counts = seats_now(self._ports.seats, view.event, seats, now).counts
        return Preview(
            people=counts.get("confirmed", 0),
            holds=counts.get("pending", 0),
            offers=counts.get("offered", 0),
            waiting=counts.get("waitlisted", 0),
        )

    def _check_confirmed(
        self, view: EventView, status: EventStatus, preview: Preview, confirm: str | None, now: datetime
    ) -> None:
        """The value is good for this action, this version and these counts."""
        bound = [view.event.id, status.value, view.version, preview.as_counts()]
        counts = preview.as_counts()
        require_confirmation(
            self._ports.macs, CONFIRM_PURPOSE, bound, counts, confirm, now, request=_request(view.event, status)
        )


class ClosingPorts(Protocol):
    """What closing an event needs, whoever decides it."""

    @property
    def events(self) -> Events: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def new_id(self) -> NewId: ...
    @property
    def pace(self) -> Pace: ...


def close(
    ports: ClosingPorts,
    view: EventView,
    shards: list[Shard],
    status: EventStatus,
    now: datetime,
    *,
    remember: Callable[[EventView], Remember | None] | None = None,
) -> EventView:
    """Cancel or delete an event whose shards are exactly as they were read, and leave the job that tells its people.

    Raises `StaleError`.
    """
    closed = EventView(view.event.changed(now, status=status), view.seats)
    jobs = [_fan_out(closed.event, now, ports.new_id(now))] if _anybody(shards) else []
    if view.event.status is not EventStatus.DRAFT:
        jobs += index_jobs(closed.event, now, ports.new_id)
    scheduled = reschedule(view.event, closed.event, now, ports.pace)
    ports.events.replace(
        view.event,
        closed.event,
        seats=view.seats,
        exact=shards,
        dropped=[*scheduled.dropped, *(job.key for job in notice_jobs(view.event))],
        jobs=jobs,
        remember=remember(closed) if remember else None,
        by=view.by,
    )
    ports.queue.push(*jobs)
    return closed


def _fan_out(event: Event, now: datetime, entry_id: str) -> OutboxEntry:
    cause = Cause.EVENT_DELETED if event.status is EventStatus.DELETED else Cause.EVENT_CANCELLED
    about = {"event": event.id, "cause": cause.value}
    return new_entry(OutboxKind.CANCEL_ENROLLMENTS, event.organizer_id, about, now=now, entry_id=entry_id)


def _anybody(shards: list[Shard]) -> bool:
    """Whether there is an enrollment to cancel, be its time up or not."""
    _, counts = total(shards)
    return any(counts.get(status.value, 0) for status in LIVE)


def _request(event: Event, status: EventStatus) -> NextStep:
    if status is EventStatus.DELETED:
        return NextStep("delete_event", "DELETE", f"/events/{event.id}")
    return NextStep("cancel_event", "POST", f"/events/{event.id}/cancel")
