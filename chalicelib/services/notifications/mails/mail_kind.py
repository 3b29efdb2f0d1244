"""What one declaration of a kind of mail says, and what writes such a mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.services.notifications.contexts import Context, EmailDraft


class Writer(Protocol):
    """Decides on the present facts whether a mail is still called for, and what it says to whom."""

    def draft(self, mail: "MailKind", entry: OutboxEntry, now: datetime) -> EmailDraft:
        """Raises `OutdatedError` for what the facts no longer call for.

        `SendLaterError` while what it needs is busy, `AwaitTickError` when it has to wait for what it scheduled.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """One kind of mail. Its templates are the folder of its name, its texts what they say, its samples those of
    `devtools/mails/samples.py`; tests find what is missing.

    `true_while`: the states of the enrollment in which the mail is true; of another one it is not sent.
    `category`: what its reader unsubscribes from; None: everybody has to take it.
    `calendar`: REQUEST puts a confirmed place into the reader's calendar, CANCEL takes it out; None leaves it alone.
    """

    kind: OutboxKind
    context: type[Context]
    writer: type[Writer]
    true_while: frozenset[EnrollmentStatus] = frozenset()
    category: Category | None = None
    calendar: str | None = None
    tells_seat: bool = False  # its sender schedules what follows from a confirmed seat
    after_cancelling: bool = False  # also when the event is not published any more
    after_end: bool = False  # also when the event is over
    repeatable: bool = False  # others cause it as often as they like, about a place of the reader's own too
    before_enrolling: bool = False  # a guest's link: also when there is no enrollment, or its time is over
