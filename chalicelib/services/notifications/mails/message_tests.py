"""A test of a message to the people of an event: a mail to whoever wrote it, and to nobody else."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.slugs import page_path
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Seats
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.notifications.announcements.announcement_port import Announcements
from chalicelib.services.notifications.contexts import EmailDraft, MessageTestContext
from chalicelib.services.notifications.mails.account_emails import owner_of
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.outcomes import OutdatedError


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTestEmails:
    accounts: Accounts
    events: Events
    announcements: Announcements
    pages_at: str  # where the pages of events are

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        """To the address that the account has by now, which is always a proven one."""
        writer = owner_of(self.accounts, entry)
        if not writer.email_verified or writer.disabled:
            raise OutdatedError("nobody who could log in")
        event, seats = self._event(entry.about["event"])
        message = self.announcements.message(event.id, entry.about["message"], consistent=True)
        if message is None:
            raise OutdatedError("no such message")
        context = MessageTestContext(
            name=writer.first_name,
            event=event,
            organizer=seats.organizer_name,
            link=self.pages_at + page_path(event.id, event.facts.title),
            subject=message.subject,
            body=message.body,
        )
        return EmailDraft(to=writer.email, locale=writer.locale, context=context)

    def _event(self, event_id: str) -> tuple[Event, Seats]:
        found = self.events.with_seats(event_id, consistent=True)
        if found is None or found[0].status is not EventStatus.PUBLISHED:
            raise OutdatedError("the event is off")
        return found
