"""The budgets of mailboxes: what others cause is counted where it leaves, whatever door it came in by (ADR 0027)."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.mail_budget import (
    Budget,
    Charge,
    Line,
    SharedBudget,
    counting,
    free_at,
    in_seconds,
    is_counted,
)
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.notifications.mails.recipient import same_mailbox
from chalicelib.services.notifications.ports import MailLedgers, SendLaterError

CAUSED_BY = "by"  # who asked for a mail that is not the enrollment's own: a person's id, or a network's alias
NOBODY_KNOWN = "somebody"
_WAITS = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 8, 24))
_TRIES = 5
_MAIL, _ACTOR = 8, 6  # letters of the digests


class OverBudgetError(Exception):
    """The mailbox has had as much as others may cause; there is room again at `free_at`."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(f"no room before {free_at:%Y-%m-%d %H:%M:%S}")
        self.free_at = free_at


@dataclass(frozen=True, slots=True)
class Readership:
    """Who reads a mail about an enrollment of `person`, and who has made that enrollment, if somebody else did."""

    person: Person
    reader: Person
    giver: Person | None

    @property
    def is_giver(self) -> bool:
        """Whether the reader is who made the enrollment, in person or at an address of theirs."""
        return self.reader.id != self.person.id or same_mailbox(self.reader, self.giver)


def charge_of(mail: MailKind, entry: OutboxEntry, enrollment: Enrollment | None, people: Readership) -> Charge | None:
    """Whom this mail is charged to, or None: it is the reader's own.

    Their own is what they made or agreed to, with everything that follows from it: confirmations, offers, reminders
    and cancellations are bounded by what they did. Only what others can repeat as often as they like is charged, to
    this very place and apart from everything that strangers do.
    """
    by = entry.about.get(CAUSED_BY)
    if mail.before_enrolling and "generation" not in entry.about:  # somebody typed the address, and proved nothing
        return Charge(Line.UNASKED, by or NOBODY_KNOWN)
    themselves = by in {people.reader.id, people.person.id}
    if enrollment is None or themselves:
        return None
    if enrollment.is_asked_for or people.is_giver:
        return Charge(Line.REPEATED, f"{enrollment.key.id} {by or ''}") if by or mail.repeatable else None
    return Charge(Line.UNASKED, by or enrollment.giver or NOBODY_KNOWN)


class MailBudgets:
    def __init__(self, ledgers: MailLedgers, limits: RateLimits) -> None:
        self._ledgers = ledgers
        self._limits = limits

    def take(self, intent: OutboxEntry, address: str, charge: Charge | None, now: datetime) -> None:
        """Let one mail through, once, however often its sending is tried. Raises `OverBudgetError`, `SendLaterError`.

        Written before the mail is sent: a crash in between uses up a place and brings no mail twice.
        """
        budget = self._budget(charge)
        if charge is None or budget is None:
            return
        mail, actor = _digest(intent.id, _MAIL), _digest(charge.actor, _ACTOR)
        about = charge.line.value if charge.line is Line.UNASKED else f"{charge.line} {charge.actor}"
        second = in_seconds(now)
        for number in range(_TRIES):
            # A replica will do at first: within a day nothing leaves a ledger, and what it lacks refuses the write.
            ledger = self._ledgers.read(address, about, consistent=number > 0)
            if is_counted(ledger.sent, mail, second):
                return
            at = free_at(ledger.sent, actor, budget, second)
            if at > second:
                raise OverBudgetError(datetime.fromtimestamp(at, UTC))
            if self._ledgers.write(ledger, counting(ledger.sent, mail, actor, second)):
                return
        raise SendLaterError("many mails to one mailbox at once")

    def _budget(self, charge: Charge | None) -> Budget | SharedBudget | None:
        if charge is None:
            return None
        return self._limits.unasked_mail if charge.line is Line.UNASKED else self._limits.repeated_mail


def wait_of(intent: OutboxEntry, over: OverBudgetError, now: datetime) -> datetime:
    """When a mail that was put off is tried again: not before there is room, and each time after a longer wait, so that
    many that wait for one mailbox do not all come for one place.
    """
    return max(over.free_at, now + _WAITS[min(intent.waits, len(_WAITS) - 1)])


def _digest(text: str, letters: int) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()[:letters]
