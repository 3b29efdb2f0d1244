"""What a change notice or an organizer's message says."""

from abc import abstractmethod
from datetime import datetime
from typing import Any, Generic, TypeVar

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Change, Material
from chalicelib.domain.notifications.messages import OrganizerMessage
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.notifications.announcements.announcement_port import Announcements
from chalicelib.services.notifications.announcements.authors import MessageAuthors
from chalicelib.services.notifications.mails.bulk_emails import BulkEmailPorts, BulkEmails
from chalicelib.services.shared.outcomes import OutdatedError

KEPT = 64
A = TypeVar("A", Change, OrganizerMessage)


class AnnouncementEmails(BulkEmails, Generic[A]):
    """Of what everybody is told, one text is read once: it never changes."""

    def __init__(self, ports: BulkEmailPorts, announcements: Announcements) -> None:
        super().__init__(ports)
        self._announcements = announcements
        self._known: dict[tuple[str, str], A] = {}

    @abstractmethod
    def name_of(self, entry: OutboxEntry) -> str:
        """The id of the announcement."""

    @abstractmethod
    def read(self, event_id: str, name: str, *, consistent: bool) -> A | None:
        """The announcement, if there is one."""

    def find(self, entry: OutboxEntry, event_id: str) -> A:
        """Raises `OutdatedError`."""
        name = self.name_of(entry)
        known = self._known.get((event_id, name))
        if known is None:
            known = self.read(event_id, name, consistent=False) or self.read(event_id, name, consistent=True)
            if known is None:
                raise OutdatedError("nothing to tell")
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[event_id, name] = known
        return known


class ChangeNoticeEmails(AnnouncementEmails[Change]):
    def name_of(self, entry: OutboxEntry) -> str:
        return entry.about["notice"]

    def read(self, event_id: str, name: str, *, consistent: bool) -> Change | None:
        return self._announcements.change(event_id, name, consistent=consistent)

    def objection(self, entry: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime) -> str | None:  # noqa: ARG002 - of every kind
        self.find(entry, event.id)
        return None

    def is_behind(self, entry: OutboxEntry, event: Event) -> bool:
        """Calendars must get the event as it is."""
        return Material.of(event.facts) != self.find(entry, event.id).after

    def particulars(self, entry: OutboxEntry, event: Event) -> dict[str, Any]:
        change = self.find(entry, event.id)
        return {"was": change.before, "becomes": change.after}


class MessageEmails(AnnouncementEmails[OrganizerMessage]):
    def __init__(self, ports: BulkEmailPorts, announcements: Announcements, authors: MessageAuthors) -> None:
        super().__init__(ports, announcements)
        self._authors = authors

    def name_of(self, entry: OutboxEntry) -> str:
        return entry.about["message"]

    def read(self, event_id: str, name: str, *, consistent: bool) -> OrganizerMessage | None:
        return self._announcements.message(event_id, name, consistent=consistent)

    def objection(self, entry: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime) -> str | None:  # noqa: ARG002 - of every kind
        segment = self.find(entry, event.id).segment
        return self._authors.objection(entry) if segment.has(enrollment) else f"not {segment} any more"

    def particulars(self, entry: OutboxEntry, event: Event) -> dict[str, Any]:
        message = self.find(entry, event.id)
        return {"subject": message.subject, "body": message.body}
