"""An organizer writes to a part of those enrolled: first the number of them, then one mail each, and never twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.enrollments.enrollment import Enrollment, member_of
from chalicelib.domain.errors import (
    EventCancelledError,
    EventNotPublishedError,
    EventPastError,
    NextStep,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.notifications.announced import Announced, AnnouncedKind, tallies_of
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.domain.outbox.entry import SAFETY_NET, OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import MESSAGES_AFTER, RateLimits
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.history import ActorKind
from chalicelib.services.events.access import EventAction, acting_as, acts_as_admin, stop_unless_may, visible
from chalicelib.services.events.change import EventPorts
from chalicelib.services.events.confirmation import require_confirmation
from chalicelib.services.notifications.announcements.announcement_port import Announcements
from chalicelib.services.notifications.announcements.authors import AUTHOR, MessageAuthors, author_of
from chalicelib.services.notifications.announcements.change_notice_job import SOON
from chalicelib.services.notifications.announcements.intents import intent_for
from chalicelib.services.notifications.fan_out import FanOut
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.acts import act_of, left_behind
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import OutdatedError, StaleError
from chalicelib.services.shared.ports import Clock
from chalicelib.services.shared.rate_limits import Limiter, Scope

PURPOSE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRequest:
    """What is to be said to whom."""

    event_id: str
    segment: Segment
    subject: str
    body: str
    request_id: str = ""


class OrganizerMessages:
    def __init__(self, ports: EventPorts, announcements: Announcements, limiter: Limiter, limits: RateLimits) -> None:
        self._ports = ports
        self._announcements = announcements
        self._limiter = limiter
        self._limits = limits

    def send(
        self,
        principal: Principal,
        request: MessageRequest,
        confirm: str | None,
        idempotency: Idempotency[OrganizerMessage] | None,
    ) -> OrganizerMessage:
        """Send it, once for each `confirm`. Raises `ConfirmationRequiredError` with the number of recipients before,
        `TooManyRequestsError` for too many messages of one event or one organizer, and what the event does not allow.
        Raises `FreshLoginRequiredError` for an admin.
        """
        now = to_milliseconds(self._ports.clock())
        event = self._event(principal, request.event_id, now)
        acts = self._acts(principal, event, request.request_id, now)
        recipients = self._recipients(event, request.segment)
        text = hashlib.sha256(f"{len(request.subject)}:{request.subject}{request.body}".encode()).hexdigest()
        confirmation = require_confirmation(
            self._ports.macs,
            PURPOSE,
            [event.id, request.segment.value, text],
            {"recipients": recipients},
            confirm,
            now,
            request=NextStep("send_message", "POST", f"/events/{event.id}/messages"),
            detail="Repeat the request with confirm to send it to that many.",
        )
        message = OrganizerMessage(
            id=confirmation,
            event_id=event.id,
            segment=request.segment,
            subject=request.subject,
            body=request.body,
            recipients=recipients,
            created_at=now,
        )
        return self._sent(message.id, event.id) or self._send(
            event, message, _listed(event, message, principal), principal.user_id, idempotency, acts
        )

    def send_test(
        self, principal: Principal, request: MessageRequest, idempotency: Idempotency[OrganizerMessage] | None
    ) -> OrganizerMessage:
        """Mail it to the caller alone, without asking. Raises what `send` does, but for the confirmation."""
        now = to_milliseconds(self._ports.clock())
        event = self._event(principal, request.event_id, now)
        acts = self._acts(principal, event, request.request_id, now)
        self._limiter.count(Scope.MESSAGE_TESTS, principal.user_id, self._limits.message_tests)
        message = OrganizerMessage(
            id=self._ports.new_id(now),
            event_id=event.id,
            segment=request.segment,
            subject=request.subject,
            body=request.body,
            recipients=1,
            created_at=now,
        )
        about = {"event": event.id, "message": message.id}
        mail = new_entry(OutboxKind.MESSAGE_TEST, principal.user_id, about, now=now, entry_id=self._ports.new_id(now))
        self._announcements.add_test(message, mail, left_behind(idempotency, message, *acts))
        self._ports.queue.push(mail)
        return message

    def _acts(self, principal: Principal, event: Event, request_id: str, now: datetime) -> list[Act]:
        if not acts_as_admin(principal, EventAction.MESSAGE, event):
            return []
        kind, act_id = ActKind.WRITE_TO_PEOPLE, self._ports.new_id(now)
        return [act_of(principal, kind, event.id, now=now, act_id=act_id, request_id=request_id)]

    def _event(self, principal: Principal, event_id: str, now: datetime) -> Event:
        found = self._ports.events.with_seats(event_id, consistent=True) if ids.is_ulid(event_id) else None
        event = visible(found[0] if found else None, principal)
        stop_unless_may(principal, EventAction.MESSAGE, event)
        if event.status is EventStatus.DRAFT:
            raise EventNotPublishedError
        if event.status is not EventStatus.PUBLISHED:
            raise EventCancelledError
        if event.is_past(now - MESSAGES_AFTER):
            raise EventPastError("The event has been over for a month.")
        return event

    def _recipients(self, event: Event, segment: Segment) -> int:
        seats = self._ports.seats.live(event.id)
        return segment.number(seats.counts) if seats else 0

    def _sent(self, message_id: str, event_id: str) -> OrganizerMessage | None:
        """The message that this confirmation has sent already."""
        return self._announcements.message(event_id, message_id, consistent=True)

    def _send(
        self,
        event: Event,
        message: OrganizerMessage,
        listed: Announced,
        author_id: str,
        idempotency: Idempotency[OrganizerMessage] | None,
        acts: Sequence[Act],
    ) -> OrganizerMessage:
        self._limiter.count(Scope.MESSAGES_OF, event.id, self._limits.messages_of)
        self._limiter.count(Scope.MESSAGES_BY, event.organizer_id, self._limits.messages_by)
        about, now = {"event": event.id, "message": message.id, AUTHOR: author_id}, message.created_at
        job = new_entry(OutboxKind.MESSAGE, event.organizer_id, about, now=now, entry_id=self._ports.new_id(now))
        try:
            self._announcements.add(message, listed, job, left_behind(idempotency, message, *acts))
        except StaleError:
            sent = self._sent(message.id, event.id)
            if sent is None:
                raise
            return sent  # by a twin of this request
        self._ports.queue.push(job)
        return message


def _listed(event: Event, message: OrganizerMessage, writer: Principal) -> Announced:
    """Its row in the list. It says what the writer is to the event; of the team, as which of its entries."""
    member_id = member_of(acting_as(event, writer, EventAction.MESSAGE))
    by = ActorKind.TEAM if member_id else ActorKind.ORGANIZER
    return Announced(
        id=message.id,
        event_id=event.id,
        kind=AnnouncedKind.MESSAGE,
        at=message.created_at,
        tallies=tallies_of(event.buckets),
        segment=message.segment,
        subject=message.subject,
        by=(ActorKind.ADMIN if acts_as_admin(writer, EventAction.MESSAGE, event) else by).value,
        member_id=member_id or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFanOut:
    """The job."""

    events: Events
    announcements: Announcements
    authors: MessageAuthors
    fan_out: FanOut
    clock: Clock

    def write_page(self, job: OutboxEntry) -> str | None:
        """One page of mails; the cursor of the next. Raises `OutdatedError` when the event is off, or the author."""
        objection = self.authors.objection(job)
        if objection:
            raise OutdatedError(objection)
        found = self.events.with_seats(job.about["event"], consistent=True)
        if found is None or found[0].status is not EventStatus.PUBLISHED:
            raise OutdatedError("the event is off")
        message = self.announcements.message(job.about["event"], job.about["message"], consistent=True)
        if message is None:
            raise OutdatedError("no such message")
        return self.fan_out.write_page(
            job,
            found[0],
            lambda enrollment: self._intent(job, message, found[0], enrollment),
            earliest=job.at + SAFETY_NET,
            ahead=SOON,
        )

    def _intent(
        self, job: OutboxEntry, message: OrganizerMessage, event: Event, enrollment: Enrollment
    ) -> OutboxEntry | None:
        """The same for whoever repeats the page."""
        if not message.segment.has(enrollment):
            return None
        named = "message", message.id
        kind, more = OutboxKind.ORGANIZER_MESSAGE, author_of(job)
        return intent_for(enrollment, event, kind, named, job=job, now=self.clock(), more=more)
