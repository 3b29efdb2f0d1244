"""Delivering one intent: claim, re-check the facts, send, mark. At least once, twice only when an answer was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.outbox.entry import (
    COOLED,
    COOLING,
    LEASE,
    OutboxEntry,
    OutboxKey,
    OutboxKind,
    OutboxState,
    Outcome,
    put_off,
)
from chalicelib.domain.shared.limits import LONGEST_DELAY, MAX_TRIES
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.notifications.delivery.send import Sender
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.mails.mail_budgets import OverBudgetError, wait_of
from chalicelib.services.notifications.mails.mail_kind import Writer
from chalicelib.services.notifications.ports import (
    RenderedEmail,
    Renderer,
    SendLaterError,
    SendRefusedError,
    SetUpError,
)
from chalicelib.services.shared.outcomes import AwaitTickError, OutdatedError, PoisonError
from chalicelib.services.shared.ports import Clock, NewId, Outbox, Report

SET_UP = "mail waits until sending is set up"  # an alarm of the template counts this line


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPorts:
    """`writers`: one of each class that a `MailKind` names."""

    outbox: Outbox
    writers: Sequence[Writer]
    renderer: Renderer
    sender: Sender
    clock: Clock
    new_id: NewId
    report: Report


class Deliver:
    def __init__(self, ports: DeliveryPorts) -> None:
        self._ports = ports
        self._writers = {type(writer): writer for writer in ports.writers}

    def __call__(self, key: OutboxKey) -> OutboxState | None:
        """Deliver the intent, or record why not; None when there is nothing to do (done, or in other hands).

        WAITING when it has to wait: it is claimable again after a while, or at a later place, and the tick brings it
        back. Raises `PoisonError` for a kind of mail that only another version of the program knows.
        """
        now = to_milliseconds(self._ports.clock())
        if not self._ports.sender.breaker.lets_through(now):
            return OutboxState.WAITING
        try:
            return self._deliver(key, now)
        finally:
            self._ports.sender.breaker.rest()

    def _deliver(self, key: OutboxKey, now: datetime) -> OutboxState | None:
        claimed = self._ports.outbox.claim(key, now, now + LEASE, self._ports.new_id(now))
        if claimed is None:
            return None
        if claimed.kind is OutboxKind.UNKNOWN:
            raise PoisonError("a kind of mail that this version does not know")
        try:
            outcome = self._attempt(claimed, now)
        except AwaitTickError:
            until = to_milliseconds(self._ports.clock()) + COOLING
            self._ports.outbox.advance(claimed, COOLED, until)  # the tick comes back to it
            return OutboxState.WAITING
        except SendLaterError as error:
            if isinstance(error, SetUpError):
                self._ports.report(SET_UP, kind=claimed.kind.value, reason=str(error))
            self._ports.outbox.release(claimed, now + self._ports.sender.wait(claimed, now))
            return OutboxState.WAITING
        except OverBudgetError as over:
            later = put_off(claimed, wait_of(claimed, over, now), now=now)
            self._ports.report("mail put off", kind=claimed.kind.value, waits=later.waits)
            self._ports.outbox.move(claimed, later, now)
            return OutboxState.WAITING
        self._ports.outbox.finish(claimed, outcome, to_milliseconds(self._ports.clock()))
        return outcome.state

    def _attempt(self, entry: OutboxEntry, now: datetime) -> Outcome:
        if entry.tries > MAX_TRIES:
            return Outcome(OutboxState.FAILED, "too many attempts")
        try:
            return Outcome(OutboxState.DONE, self._ports.sender.send(entry, self._rendered(entry, now), now))
        except OutdatedError as reason:
            self._ports.report("mail skipped", kind=entry.kind.value, reason=str(reason))
            return Outcome(OutboxState.SKIPPED, str(reason))
        except SendRefusedError as error:
            return Outcome(OutboxState.FAILED, f"refused: {error}")

    def _rendered(self, entry: OutboxEntry, now: datetime) -> RenderedEmail:
        mail = MAIL_KINDS[entry.kind]
        draft = self._writers[mail.writer].draft(mail, entry, now)
        if entry.waits and now > entry.first_at + LONGEST_DELAY:
            raise OutdatedError("others caused more mails than the mailbox takes")
        return self._ports.renderer.render(entry.kind, draft, entry.id)
