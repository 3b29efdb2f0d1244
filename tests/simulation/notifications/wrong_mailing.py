"""Deliberately wrong ways of mailing on time: mistakes that real systems make and the simulator must see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.container import Container
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.email_preferences import Mailbox
from chalicelib.domain.notifications.reminders import Reminder
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxKind, OutboxState, Outcome
from chalicelib.mail.addresses import on_the_wire
from chalicelib.services.background.sweeper import OVERLAP
from chalicelib.services.notifications.delivery.deliver import Deliver
from chalicelib.services.notifications.follow_ups import FollowUps, followers, tells_its_confirmation
from chalicelib.services.notifications.ports import SendLaterError
from chalicelib.services.shared.ports import Mark, Watermarks
from chalicelib.store.notifications.mailboxes import DynamoMailboxes
from chalicelib.store.outbox.outbox import DynamoOutbox
from tests.simulation.seats.wrong import ClaimWithoutLease, MarkBeforeSend
from tests.support.mails.senders import another_sender
from tests.support.marks import both

_MINUTE = timedelta(minutes=1)


class NowOnly(DynamoOutbox):
    """Looks at what is due in this minute, and never at what was due while nobody looked."""

    clock: Callable[[], datetime]

    def watermarks(self) -> Watermarks:
        return both(self.clock() - _MINUTE + OVERLAP)


class WithoutOverlap(DynamoOutbox):
    """Goes on exactly where the tick before stopped."""

    clock: Callable[[], datetime]

    def watermarks(self) -> Watermarks:
        found = super().watermarks()
        return {lane: Mark(min(mark.at, self.clock()) + OVERLAP) for lane, mark in found.items()}


class WithoutStart(DynamoOutbox):
    """Reminders that do not know which start they are about: whatever the event's start is now."""

    container: Any

    def claim(self, key: OutboxKey, now: datetime, until: datetime, holder: str) -> OutboxEntry | None:
        taken = super().claim(key, now, until, holder)
        if taken is None or taken.kind not in {OutboxKind.REMIND, OutboxKind.REMINDER}:
            return taken
        event_id = taken.about.get("event") or self._event_of(taken)
        found = self.container.store.events.with_seats(event_id, consistent=True)
        version = Reminder.parse(taken.about["reminder"]).version(found[0])
        return replace(taken, about={**taken.about, "start": version})

    def _event_of(self, taken: OutboxEntry) -> str:
        key = EnrollmentKey.parse(taken.about["enrollment"])
        assert key
        return key.event_id


class LosesTheLast(DynamoOutbox):
    """Writes a page, and forgets its end."""

    def put_absent(self, entries: Sequence[OutboxEntry]) -> None:
        super().put_absent(entries[:-1] if len(entries) > 1 else entries)


class NewRows(DynamoOutbox):
    """Every writer of an intent writes a row of its own."""

    container: Any

    def put_absent(self, entries: Sequence[OutboxEntry]) -> None:
        fresh = (self.container.new_id(due.at) for due in entries)
        super().put_absent([
            replace(due, key=OutboxKey.at(f"{due.key.place.split('#', 1)[0]}#{entry_id}"))
            for due, entry_id in zip(entries, fresh, strict=True)
        ])  # fmt: skip


class DeafToBounces(DynamoMailboxes):
    """Writes to everybody."""

    def get(self, address: str, *, consistent: bool = False) -> Mailbox:
        return replace(super().get(address, consistent=consistent), suppressed=None)


class FollowUpsOnly(FollowUps):
    """Leaves every reminder to the fan-out, which has been there already."""

    def schedule(self, intent: OutboxEntry, row: Enrollment, event: Event) -> None:
        if tells_its_confirmation(intent, row):
            made = followers(row, event, self._clock(), self._pace)
            self._outbox.put_absent([due for due in made if due.kind is OutboxKind.FOLLOW_UP])


class GivesUp(Deliver):
    """Takes a provider that is busy for one that refuses."""

    def _attempt(self, intent: OutboxEntry, now: datetime) -> Outcome:
        try:
            return super()._attempt(intent, now)
        except SendLaterError as busy:
            return Outcome(OutboxState.FAILED, str(busy))


def rows(kind: type[DynamoOutbox]) -> Callable[[Container], None]:
    def change(container: Container) -> None:
        due: Any = kind(container.store.dynamo)
        due.clock, due.container = container.clock, container
        container.store.outbox = due

    return change


def senders(kind: Any) -> Callable[[Container], None]:
    def change(container: Container) -> None:
        container.notifications.deliver = kind(container.notifications.deliver._ports)

    return change


def late(container: Container) -> None:
    follow_ups = FollowUpsOnly(container.store.outbox, container.clock, container.pace)
    sender = another_sender(container.notifications.deliver, follow_ups=follow_ups)
    container.notifications.deliver = sender


def deaf(container: Container) -> None:
    container.store.mailboxes = DeafToBounces(container.store.dynamo, container.security.macs, on_the_wire)


@dataclass(frozen=True, slots=True)
class Variant:
    """What is put in, and the sentence by which it must be found out within so many seeds, and a seed that does it."""

    tamper: Callable[[Container], None]
    found_by: str
    within: int
    seed: int = 0


VARIANTS = {
    "now-only-poller": Variant(rows(NowOnly), "due while no tick came, and never swept", 10),
    "watermark-without-overlap": Variant(rows(WithoutOverlap), "visible after its time, and never swept", 40, seed=30),
    "mark-before-send": Variant(senders(MarkBeforeSend), "lost mail", 20),
    "throttled-is-refused": Variant(senders(GivesUp), "given up", 20, seed=2),
    "claim-without-lease": Variant(senders(ClaimWithoutLease), "claimed for ever", 10),
    "reminder-without-start": Variant(rows(WithoutStart), "reminded of a start that was moved away", 20, seed=3),
    "half-a-fan-out": Variant(rows(LosesTheLast), "who was there for the fan-out", 20, seed=1),
    "late-without-reminder": Variant(late, "who was confirmed late", 20, seed=9),
    "intents-with-new-ids": Variant(rows(NewRows), "intents for", 20),
    "deaf-to-bounces": Variant(deaf, "written to a dead address", 40, seed=4),
}
