"""Change notices and messages beside their event; the event itself says which notice waits or is being sent."""

from pynamodb.expressions.condition import Condition

from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Change, Notice, NoticeState
from chalicelib.domain.notifications.announced import Announced, announced_change, tallies_of
from chalicelib.domain.notifications.messages import OrganizerMessage
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import AnnouncementItem, EventItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.announced import announced_item
from chalicelib.store.items.announcements import (
    change_item,
    message_item,
    same_notice,
    state_text,
    to_change,
    to_message,
)
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.shared.idempotency import DynamoAnswers


class DynamoAnnouncements:
    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers) -> None:
        self._dynamo = dynamo
        self._answers = answers

    def decide(self, event: Event, change: Change) -> None:
        transaction = Transaction(self._dynamo)
        sending = state_text(change.id, NoticeState.SENDING)
        as_read = (EventItem.version == event.version) & same_notice(event.notice)
        transaction.update("event", EventItem, keys.event(event.id), [EventItem.notice_state.set(sending)], as_read)
        transaction.put("change", change_item(event.id, change))
        transaction.put("listed", announced_item(announced_change(event.id, change, tallies_of(event.buckets))))
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    def drop(self, event: Event) -> None:
        self._forget(event.id, (EventItem.version == event.version) & same_notice(event.notice), event.notice)

    def done(self, event_id: str, notice_id: str) -> None:
        try:
            self._forget(event_id, EventItem.notice_state == state_text(notice_id, NoticeState.SENDING), None)
        except StaleError:
            return  # ended before, or another one has taken its place

    def _forget(self, event_id: str, as_read: Condition, notice: Notice | None) -> None:
        gone = [EventItem.notice_state.remove(), EventItem.notice.remove()]

        def attempt() -> None:
            try:
                self._dynamo.update(EventItem, keys.event(event_id), gone, as_read)
            except ConditionFailedError as failed:
                has = failed.item.get("notice_state", {}).get("S") if failed.item else None
                if notice is not None and has is None:
                    return  # a repeat after a lost answer finds it done
                raise StaleError from failed

        self._dynamo.retries.run(attempt)

    def change(self, event_id: str, notice_id: str, *, consistent: bool = False) -> Change | None:
        item = self._one(keys.change(event_id, notice_id), consistent=consistent)
        return to_change(item) if item else None

    def add(self, message: OrganizerMessage, listed: Announced, job: OutboxEntry, remember: Remember | None) -> None:
        self._add(message, job, remember, listed)

    def _add(
        self, message: OrganizerMessage, due: OutboxEntry, remember: Remember | None, listed: Announced | None = None
    ) -> None:
        transaction = Transaction(self._dynamo)
        transaction.put("message", message_item(message), AnnouncementItem.pk.does_not_exist())
        if listed is not None:
            transaction.put("listed", announced_item(listed))
        put_entry(transaction, "job", due)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError from refused

    def add_test(self, message: OrganizerMessage, mail: OutboxEntry, remember: Remember | None) -> None:
        self._add(message, mail, remember)

    def message(self, event_id: str, message_id: str, *, consistent: bool = False) -> OrganizerMessage | None:
        item = self._one(keys.message(event_id, message_id), consistent=consistent)
        return to_message(event_id, item) if item else None

    def _one(self, key: Key, *, consistent: bool) -> AnnouncementItem | None:
        raw = self._dynamo.batch_get([Get(AnnouncementItem, key, consistent=consistent)])[0]
        return AnnouncementItem.from_raw_data(raw) if raw else None
