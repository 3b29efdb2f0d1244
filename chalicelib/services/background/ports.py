"""What the work of all jobs needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.ports import EventLists
from chalicelib.services.notifications.announcements.change_notice_job import ChangeNoticeFanOut
from chalicelib.services.notifications.announcements.organizer_messages import MessageFanOut
from chalicelib.services.notifications.reminder_fan_out import ReminderFanOut
from chalicelib.services.search.indexer import EventIndexer
from chalicelib.services.seats.audit import SeatAudit, Verdict
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.nearly_full import NearlyFull
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.ports import Clock, NewId, Outbox, Queue, Report

if TYPE_CHECKING:
    from chalicelib.services.privacy.erasure import Erasure  # few jobs erase: it is imported by the first of them

PutBack = Callable[[QueueName, OutboxKey], bool]  # a failed row into its queue; False where there is no queue


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPorts:
    outbox: Outbox
    enrollments: Enrollments
    events: Events
    calendar: EventLists
    seats: SeatReads
    accounts: Accounts
    queue: Queue
    clock: Clock
    new_id: NewId
    release: SeatRelease
    settlement: Settlement
    indexer: EventIndexer
    nearly_full: NearlyFull
    seat_audit: SeatAudit
    audited: Callable[[Verdict], None]
    reminders: ReminderFanOut
    change_notices: ChangeNoticeFanOut
    messages: MessageFanOut
    erasure: "Callable[[], Erasure]"
    put_back: PutBack
    report: Report
