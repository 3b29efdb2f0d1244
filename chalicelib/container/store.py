"""The repositories, over one DynamoDB client."""

from typing import TYPE_CHECKING

from pynamodb.connection.base import Connection

from chalicelib.mail.ses import on_the_wire
from chalicelib.store.accounts import DynamoAccounts
from chalicelib.store.announcements import DynamoAnnouncements
from chalicelib.store.attendees import DynamoAttendees
from chalicelib.store.dynamo.client import Dynamo, connect
from chalicelib.store.enrollments import DynamoEnrollments
from chalicelib.store.event_lists import DynamoCalendar
from chalicelib.store.events import DynamoEvents
from chalicelib.store.feeds import DynamoFeeds
from chalicelib.store.idempotency import DynamoAnswers
from chalicelib.store.mail_logs import DynamoMailLogs
from chalicelib.store.mailboxes import DynamoMailboxes
from chalicelib.store.outbox import DynamoOutbox
from chalicelib.store.people import DynamoPeople
from chalicelib.store.rate_limits import DynamoLimits
from chalicelib.store.search_index import DynamoEventIndex
from chalicelib.store.search_reads import DynamoEventRows, Gather
from chalicelib.store.seats import DynamoSeats
from chalicelib.store.sessions import DynamoSessions

if TYPE_CHECKING:
    from chalicelib.container import Container


class Store:
    def __init__(self, container: "Container", connection: Connection | None, gather: Gather) -> None:
        dynamo = Dynamo(connection or connect(), container.settings.table_prefix, container.retries)
        answers = DynamoAnswers(dynamo, container.clock)
        self.dynamo = dynamo
        self.answers = answers
        self.accounts = DynamoAccounts(dynamo)
        self.announcements = DynamoAnnouncements(dynamo, answers)
        self.attendees = DynamoAttendees(dynamo, answers)
        self.calendar = DynamoCalendar(dynamo)
        self.enrollments = DynamoEnrollments(dynamo, answers)
        self.event_index = DynamoEventIndex(dynamo)
        self.event_rows = DynamoEventRows(dynamo, gather)
        self.events = DynamoEvents(dynamo, answers)
        self.feeds = DynamoFeeds(dynamo)
        self.mail_logs = DynamoMailLogs(dynamo)
        self.mailboxes = DynamoMailboxes(dynamo, container.security.macs, on_the_wire)
        self.outbox = DynamoOutbox(dynamo)
        self.people = DynamoPeople(dynamo, container.new_id)
        self.rate_limits = DynamoLimits(dynamo)
        self.seats = DynamoSeats(dynamo)
        self.sessions = DynamoSessions(dynamo)
