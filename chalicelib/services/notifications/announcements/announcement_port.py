"""The port to what the people of an event are told: changes of it, and messages of its organizer."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Change
from chalicelib.domain.notifications.announced import Announced, Deliveries
from chalicelib.domain.notifications.messages import OrganizerMessage
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.paging import Slice


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
    def add(self, message: OrganizerMessage, listed: Announced, job: OutboxEntry, remember: Remember | None) -> None:
        """All or nothing, with its row in the list of what people were told.

        Raises `StaleError` when there is a message of that id, `AnsweredBeforeError`.
        """

    def add_test(self, message: OrganizerMessage, mail: OutboxEntry, remember: Remember | None) -> None:
        """The words of a test with the mail to whoever wrote them; no list has it. Raises `AnsweredBeforeError`."""

    def message(self, event_id: str, message_id: str, *, consistent: bool = False) -> OrganizerMessage | None: ...


class AnnouncedList(Protocol):
    """What the people of an event were told, a row each."""

    def newest_first(self, event_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Announced]:
        """Rows beyond the place `start`; `forward` leads to older ones."""

    def deliveries(self, rows: Sequence[Announced]) -> list[Deliveries]:
        """What became of the mails about each of them."""
