"""The port to what the people of an event are told: changes of it, and messages of its organizer."""

from typing import Protocol

from chalicelib.domain.events import Event
from chalicelib.domain.notifications.event_changes import Change
from chalicelib.domain.notifications.messages import OrganizerMessage
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.services.shared.idempotency import Remember


class Announcements(Protocol):
    """Both are written once and never changed."""

    def decide(self, event: Event, change: Change) -> None:
        """The waiting notice of the event says this from now on, and is being sent.

        Raises `StaleError` when the event is not as it was read.
        """

    def drop(self, event: Event) -> None:
        """The event has no notice any more. Raises `StaleError` when it is not as it was read."""

    def done(self, event_id: str, notice_id: str) -> None:
        """Everybody's mail about it is written; a notice that was opened meanwhile stays."""

    def change(self, event_id: str, notice_id: str, *, consistent: bool = False) -> Change | None: ...
    def add(self, message: OrganizerMessage, job: OutboxEntry, remember: Remember | None) -> None:
        """All or nothing: raises `StaleError` when there is a message of that id, `AnsweredBeforeError`."""

    def message(self, event_id: str, message_id: str, *, consistent: bool = False) -> OrganizerMessage | None: ...
