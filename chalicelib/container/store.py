"""The repositories, over one DynamoDB client: imported one by one, for a request needs two or three of them."""

import importlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.container.made import Made
from chalicelib.store.dynamo.client import Dynamo, connect

if TYPE_CHECKING:
    from pynamodb.connection.base import Connection

    from chalicelib.container import Container
    from chalicelib.store.accounts.accounts import DynamoAccounts
    from chalicelib.store.accounts.address_changes import DynamoAddressChanges
    from chalicelib.store.accounts.admins import DynamoAdmins
    from chalicelib.store.accounts.api_keys import DynamoApiKeys
    from chalicelib.store.accounts.erasures import DynamoErasures
    from chalicelib.store.accounts.feeds import DynamoFeeds
    from chalicelib.store.accounts.organizers import DynamoOrganizers
    from chalicelib.store.accounts.sessions import DynamoSessions
    from chalicelib.store.accounts.sign_ups import DynamoSignUps
    from chalicelib.store.accounts.teams import DynamoTeams
    from chalicelib.store.attendees.attendees import DynamoAttendees
    from chalicelib.store.attendees.people import DynamoPeople
    from chalicelib.store.dynamo.parallel import Gather
    from chalicelib.store.enrollments.activity import DynamoActivity
    from chalicelib.store.enrollments.enrollments import DynamoEnrollments
    from chalicelib.store.events.event_lists import DynamoEventLists
    from chalicelib.store.events.events import DynamoEvents
    from chalicelib.store.notifications.announced import DynamoAnnounced
    from chalicelib.store.notifications.announcements import DynamoAnnouncements
    from chalicelib.store.notifications.mail_ledgers import DynamoMailLedgers
    from chalicelib.store.notifications.mail_logs import DynamoMailLogs
    from chalicelib.store.notifications.mailboxes import DynamoMailboxes
    from chalicelib.store.outbox.letters import DynamoLetters
    from chalicelib.store.outbox.outbox import DynamoOutbox
    from chalicelib.store.search.completeness import DynamoCompleteness
    from chalicelib.store.search.nearly_full import DynamoNearlyFull
    from chalicelib.store.search.search_index import DynamoEventIndex
    from chalicelib.store.search.search_reads import DynamoPostings
    from chalicelib.store.seats.seats import DynamoSeats
    from chalicelib.store.shared.audit import DynamoAudit
    from chalicelib.store.shared.idempotency import DynamoAnswers
    from chalicelib.store.shared.rate_limits import DynamoLimits


def _repository(module: str, name: str, *needs: str) -> Made[Any]:
    """A class of `chalicelib.store`, made with the tables and with the attributes of the store that it needs."""

    def build(store: "Store") -> Any:
        found = getattr(importlib.import_module(f"chalicelib.store.{module}"), name)
        return found(store.dynamo, *(getattr(store, need) for need in needs))

    return Made(build)


class Store:
    activity: "Made[DynamoActivity]" = _repository("enrollments.activity", "DynamoActivity", "gather")
    accounts: "Made[DynamoAccounts]" = _repository("accounts.accounts", "DynamoAccounts")
    announcements: "Made[DynamoAnnouncements]" = _repository(
        "notifications.announcements", "DynamoAnnouncements", "answers"
    )
    announced: "Made[DynamoAnnounced]" = _repository("notifications.announced", "DynamoAnnounced")
    answers: "Made[DynamoAnswers]" = _repository("shared.idempotency", "DynamoAnswers", "clock", "audit_life")
    api_keys: "Made[DynamoApiKeys]" = _repository("accounts.api_keys", "DynamoApiKeys")
    audit: "Made[DynamoAudit]" = _repository("shared.audit", "DynamoAudit", "audit_life")
    admins: "Made[DynamoAdmins]" = _repository("accounts.admins", "DynamoAdmins", "audit_life")
    letters: "Made[DynamoLetters]" = _repository("outbox.letters", "DynamoLetters", "audit_life")
    attendees: "Made[DynamoAttendees]" = _repository("attendees.attendees", "DynamoAttendees", "answers")
    event_lists: "Made[DynamoEventLists]" = _repository("events.event_lists", "DynamoEventLists", "gather")
    enrollments: "Made[DynamoEnrollments]" = _repository(
        "enrollments.enrollments", "DynamoEnrollments", "answers", "seats_for_others"
    )
    event_index: "Made[DynamoEventIndex]" = _repository("search.search_index", "DynamoEventIndex")
    completeness: "Made[DynamoCompleteness]" = _repository("search.completeness", "DynamoCompleteness", "clock")
    postings: "Made[DynamoPostings]" = _repository("search.search_reads", "DynamoPostings", "completeness", "gather")
    events: "Made[DynamoEvents]" = _repository("events.events", "DynamoEvents", "answers")
    erasures: "Made[DynamoErasures]" = _repository("accounts.erasures", "DynamoErasures")
    feeds: "Made[DynamoFeeds]" = _repository("accounts.feeds", "DynamoFeeds")
    mail_ledgers: "Made[DynamoMailLedgers]" = _repository(
        "notifications.mail_ledgers", "DynamoMailLedgers", "macs", "on_the_wire"
    )
    mail_logs: "Made[DynamoMailLogs]" = _repository("notifications.mail_logs", "DynamoMailLogs")
    mailboxes: "Made[DynamoMailboxes]" = _repository(
        "notifications.mailboxes", "DynamoMailboxes", "macs", "on_the_wire"
    )
    organizers: "Made[DynamoOrganizers]" = _repository("accounts.organizers", "DynamoOrganizers")
    outbox: "Made[DynamoOutbox]" = _repository("outbox.outbox", "DynamoOutbox")
    people: "Made[DynamoPeople]" = _repository("attendees.people", "DynamoPeople", "new_id")
    rate_limits: "Made[DynamoLimits]" = _repository("shared.rate_limits", "DynamoLimits")
    nearly_full: "Made[DynamoNearlyFull]" = _repository("search.nearly_full", "DynamoNearlyFull", "completeness")
    seats: "Made[DynamoSeats]" = _repository("seats.seats", "DynamoSeats")
    sessions: "Made[DynamoSessions]" = _repository("accounts.sessions", "DynamoSessions")
    address_changes: "Made[DynamoAddressChanges]" = _repository("accounts.address_changes", "DynamoAddressChanges")
    sign_ups: "Made[DynamoSignUps]" = _repository("accounts.sign_ups", "DynamoSignUps")
    teams: "Made[DynamoTeams]" = _repository("accounts.teams", "DynamoTeams")

    def __init__(self, container: "Container", connection: "Connection | None", gather: "Gather") -> None:
        self.dynamo = Dynamo(connection or connect(), container.settings.table_prefix, container.retries)
        self.clock = container.clock
        self.new_id = container.new_id
        self.macs = container.security.macs
        self.gather = gather
        self.audit_life = timedelta(days=container.settings.audit_days)
        self.seats_for_others = container.settings.seats_for_others

    @staticmethod
    def on_the_wire(address: str) -> str:
        """The address as SES has it; imported with the first mailbox."""
        from chalicelib.mail.addresses import on_the_wire

        return on_the_wire(address)
