"""The repositories, over one DynamoDB client: imported one by one, for a request needs two or three of them."""

import importlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.container.made import Made
from chalicelib.store.dynamo.client import Dynamo, connect

if TYPE_CHECKING:
    from pynamodb.connection.base import Connection

    from chalicelib.container import Container
    from chalicelib.store.accounts import DynamoAccounts
    from chalicelib.store.address_changes import DynamoAddressChanges
    from chalicelib.store.admins import DynamoAdmins
    from chalicelib.store.announced import DynamoAnnounced
    from chalicelib.store.announcements import DynamoAnnouncements
    from chalicelib.store.api_keys import DynamoApiKeys
    from chalicelib.store.attendees import DynamoAttendees
    from chalicelib.store.audit import DynamoAudit
    from chalicelib.store.dynamo.parallel import Gather
    from chalicelib.store.enrollments import DynamoEnrollments
    from chalicelib.store.erasures import DynamoErasures
    from chalicelib.store.event_lists import DynamoEventLists
    from chalicelib.store.events import DynamoEvents
    from chalicelib.store.feeds import DynamoFeeds
    from chalicelib.store.idempotency import DynamoAnswers
    from chalicelib.store.letters import DynamoLetters
    from chalicelib.store.mail_ledgers import DynamoMailLedgers
    from chalicelib.store.mail_logs import DynamoMailLogs
    from chalicelib.store.mailboxes import DynamoMailboxes
    from chalicelib.store.nearly_full import DynamoNearlyFull
    from chalicelib.store.organizers import DynamoOrganizers
    from chalicelib.store.outbox import DynamoOutbox
    from chalicelib.store.people import DynamoPeople
    from chalicelib.store.rate_limits import DynamoLimits
    from chalicelib.store.search_index import DynamoEventIndex
    from chalicelib.store.search_reads import DynamoPostings
    from chalicelib.store.seats import DynamoSeats
    from chalicelib.store.sessions import DynamoSessions
    from chalicelib.store.sign_ups import DynamoSignUps
    from chalicelib.store.teams import DynamoTeams


def _repository(module: str, name: str, *needs: str) -> Made[Any]:
    """A class of `chalicelib.store`, made with the tables and with the attributes of the store that it needs."""

    def build(store: "Store") -> Any:
        found = getattr(importlib.import_module(f"chalicelib.store.{module}"), name)
        return found(store.dynamo, *(getattr(store, need) for need in needs))

    return Made(build)


class Store:
    accounts: "Made[DynamoAccounts]" = _repository("accounts", "DynamoAccounts")
    announcements: "Made[DynamoAnnouncements]" = _repository("announcements", "DynamoAnnouncements", "answers")
    announced: "Made[DynamoAnnounced]" = _repository("announced", "DynamoAnnounced")
    answers: "Made[DynamoAnswers]" = _repository("idempotency", "DynamoAnswers", "clock", "audit_life")
    api_keys: "Made[DynamoApiKeys]" = _repository("api_keys", "DynamoApiKeys")
    audit: "Made[DynamoAudit]" = _repository("audit", "DynamoAudit", "audit_life")
    admins: "Made[DynamoAdmins]" = _repository("admins", "DynamoAdmins", "audit_life")
    letters: "Made[DynamoLetters]" = _repository("letters", "DynamoLetters", "audit_life")
    attendees: "Made[DynamoAttendees]" = _repository("attendees", "DynamoAttendees", "answers")
    event_lists: "Made[DynamoEventLists]" = _repository("event_lists", "DynamoEventLists", "gather")
    enrollments: "Made[DynamoEnrollments]" = _repository(
        "enrollments", "DynamoEnrollments", "answers", "seats_for_others"
    )
    event_index: "Made[DynamoEventIndex]" = _repository("search_index", "DynamoEventIndex")
    postings: "Made[DynamoPostings]" = _repository("search_reads", "DynamoPostings", "gather")
    events: "Made[DynamoEvents]" = _repository("events", "DynamoEvents", "answers")
    erasures: "Made[DynamoErasures]" = _repository("erasures", "DynamoErasures")
    feeds: "Made[DynamoFeeds]" = _repository("feeds", "DynamoFeeds")
    mail_ledgers: "Made[DynamoMailLedgers]" = _repository("mail_ledgers", "DynamoMailLedgers", "macs", "on_the_wire")
    mail_logs: "Made[DynamoMailLogs]" = _repository("mail_logs", "DynamoMailLogs")
    mailboxes: "Made[DynamoMailboxes]" = _repository("mailboxes", "DynamoMailboxes", "macs", "on_the_wire")
    organizers: "Made[DynamoOrganizers]" = _repository("organizers", "DynamoOrganizers")
    outbox: "Made[DynamoOutbox]" = _repository("outbox", "DynamoOutbox")
    people: "Made[DynamoPeople]" = _repository("people", "DynamoPeople", "new_id")
    rate_limits: "Made[DynamoLimits]" = _repository("rate_limits", "DynamoLimits")
    nearly_full: "Made[DynamoNearlyFull]" = _repository("nearly_full", "DynamoNearlyFull")
    seats: "Made[DynamoSeats]" = _repository("seats", "DynamoSeats")
    sessions: "Made[DynamoSessions]" = _repository("sessions", "DynamoSessions")
    address_changes: "Made[DynamoAddressChanges]" = _repository("address_changes", "DynamoAddressChanges")
    sign_ups: "Made[DynamoSignUps]" = _repository("sign_ups", "DynamoSignUps")
    teams: "Made[DynamoTeams]" = _repository("teams", "DynamoTeams")

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
