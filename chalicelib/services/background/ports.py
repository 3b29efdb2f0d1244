"""What the work of all jobs needs."""

from dataclasses import dataclass

from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.ports import Calendar
from chalicelib.services.notifications.change_notice_job import Noticing
from chalicelib.services.notifications.organizer_messages import MessageFanOut
from chalicelib.services.notifications.reminder_fan_out import Reminding
from chalicelib.services.search.indexer import Indexing
from chalicelib.services.seats.release import HandingOver
from chalicelib.services.seats.settlement import Settling
from chalicelib.services.seats.store_port import Enrollments, Events, SeatReads
from chalicelib.services.shared.ports import Clock, NewId, Outbox, Queue, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPorts:
    outbox: Outbox
    enrollments: Enrollments
    events: Events
    calendar: Calendar
    seats: SeatReads
    accounts: Accounts
    queue: Queue
    clock: Clock
    new_id: NewId
    handing_over: HandingOver
    settling: Settling
    indexing: Indexing
    reminding: Reminding
    noticing: Noticing
    messages: MessageFanOut
    report: Report
