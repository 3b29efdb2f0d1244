"""Mail intents and background jobs: rows of the one table of things that are due."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from chalicelib.domain.outbox import buckets as outbox_buckets
from chalicelib.domain.outbox.queues import Content, QueueName
from chalicelib.domain.shared.times import stamp, unstamp

SAFETY_NET = timedelta(minutes=2)  # a row is due no earlier than this after its transaction began
LEASE = timedelta(seconds=60)  # longer than the functions' own time-outs (30 s and 60 s minus their margin)
JOB_LEASE = timedelta(seconds=90)


class OutboxKind(StrEnum):
    """What is to be done, and in which queue it waits: a mail in that of the mails, unless it names another one.

    Mails are declared in `services/notifications/mails/kinds.py`, the work of jobs in `services/background/steps.py`.
    """

    queue: QueueName

    def __new__(cls, name: str, queue: QueueName = QueueName.MAIL) -> Self:
        kind = str.__new__(cls, name)
        kind._value_, kind.queue = name, queue
        return kind

    VERIFY_EMAIL = "verify_email"
    ACCOUNT_EXISTS = "account_exists"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a kind
    VERIFY_NEW_EMAIL = "verify_new_email"
    EMAIL_CHANGED = "email_changed"  # to the address that it was
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a kind
    NEW_NETWORK = "new_network"  # a login from where there was none lately
    API_KEY_MADE = "api_key_made"  # one that acts for the account until it is revoked
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"  # by its owner, or by an admin
    LOGIN_STOLEN = "login_stolen"  # a refresh token was used twice
    ACCOUNT_CLOSING = "account_closing"  # it will be erased, and how to keep it
    ACCOUNT_KEPT = "account_kept"  # a login has kept it
    ACCOUNT_DISABLED = "account_disabled"  # by an admin
    ACCOUNT_ENABLED = "account_enabled"
    TEAM_INVITATION = "team_invitation"  # to an address that the owner of an event names
    ENROLLMENT_CONFIRMED = "enrollment_confirmed"
    ENROLLMENT_CANCELLED = "enrollment_cancelled"
    ENROLLMENT_PENDING = "enrollment_pending"
    ENROLLMENT_WAITLISTED = "enrollment_waitlisted"
    ENROLLMENT_OFFERED = "enrollment_offered"
    ENROLLMENT_PROMOTED = "enrollment_promoted"
    WAITLIST_CLOSED = "waitlist_closed"  # to those who wait in vain: it is closed, or their party can never fit
    GUEST_LINK = "guest_link"  # to an address that a guest gave: proves it, shows, confirms, cancels
    EVENT_CANCELLED = "event_cancelled"
    EVENT_CHANGED = "event_changed"  # what was, and what is
    REMINDER = "reminder"
    FOLLOW_UP = "follow_up"
    ORGANIZER_MESSAGE = "organizer_message"
    MESSAGE_TEST = "message_test"  # such words, to nobody but whoever wrote them
    EXPIRE = "job_expire", QueueName.JOBS  # one hold or offer whose time is up
    SETTLE = "job_settle", QueueName.JOBS  # seats that became free beside a waitlist
    SUM = "job_sum_seats", QueueName.JOBS  # the figures of an event of several shards
    AUDIT = "job_audit_seats", QueueName.JOBS  # whether the counters of an event say what its enrollments say
    NO_SHOWS = "job_no_shows", QueueName.JOBS  # seats of those who did not come
    CANCEL_ENROLLMENTS = "job_cancel_enrollments", QueueName.JOBS
    RENAME_ORGANIZER = "job_rename_organizer", QueueName.JOBS
    INDEX = "job_index", QueueName.JOBS  # an event that is to be found as it is now
    REMIND = "job_remind", QueueName.JOBS  # one reminder of an event: a mail to everybody who is confirmed
    NOTICE = "job_notice", QueueName.JOBS  # what has changed of an event, to everybody whom it concerns
    MESSAGE = "job_message", QueueName.JOBS  # an organizer's own words to a part of those enrolled
    ERASE_ACCOUNT = "job_erase_account", QueueName.JOBS  # an account whose owner has not come back
    ERASE_DATA = "job_erase_data", QueueName.JOBS  # what is left of it in the tables

    REDRIVE = "job_redrive", QueueName.JOBS  # a row that failed goes back into its queue

    UNKNOWN = "job_unknown", QueueName.JOBS  # another version of the program wrote it: left to that version

    @property
    def is_mail(self) -> bool:
        return self.queue.carries is Content.MAIL

    @property
    def urgency(self) -> int:
        """Of much that is due, what has a lower number goes first: somebody waits for it, or its time is soon over."""
        return 0 if self in _URGENT else 2 if self in _FOR_EVERYBODY else 1


_URGENT = frozenset({
    OutboxKind.VERIFY_EMAIL,
    OutboxKind.VERIFY_NEW_EMAIL,
    OutboxKind.GUEST_LINK,
    OutboxKind.ENROLLMENT_OFFERED,
    OutboxKind.REMINDER,
    OutboxKind.EXPIRE,
    OutboxKind.REMIND,
    OutboxKind.ERASE_ACCOUNT,
    OutboxKind.ERASE_DATA,
})  # fmt: skip
_FOR_EVERYBODY = frozenset(
    {OutboxKind.EVENT_CHANGED, OutboxKind.FOLLOW_UP, OutboxKind.ORGANIZER_MESSAGE, OutboxKind.INDEX, OutboxKind.AUDIT}
)


class OutboxState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


COOLED = "cooled"  # the cursor of a row whose work is done and which only waits until no tick can miss what it wrote
COOLING = timedelta(minutes=2)

FINISHED = frozenset({OutboxState.DONE, OutboxState.SKIPPED, OutboxState.FAILED})
_FIRST_PLACE, _WAITS, _COUNTED_IN = "first", "waits", "tally"


@dataclass(frozen=True, slots=True)
class OutboxKey:
    """Where the row is: its bucket (`outbox_buckets`), then the moment and the id."""

    bucket: str
    place: str

    @classmethod
    def at(cls, place: str, queue: QueueName = QueueName.MAIL) -> "OutboxKey":
        """The row at this place: its bucket follows from the moment and the id."""
        return cls(outbox_buckets.in_use().of(queue, place), place)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """One thing to be done, its claim, and afterwards its log. Recipients are ids; no address is ever stored here."""

    key: OutboxKey
    kind: OutboxKind
    recipient_id: str
    about: dict[str, str] = field(default_factory=dict)
    created_at: datetime
    state: OutboxState = OutboxState.WAITING
    claims: int = 0
    holder: str = ""  # the attempt that has it, or had it last; with `claims` it names the present claim
    tries: int = 0  # claims since the last progress
    lease_until: datetime | None = None
    cursor: str = ""

    @property
    def id(self) -> str:
        return self.key.place.split("#", 1)[1]

    @property
    def at(self) -> datetime:
        """When it is due."""
        return unstamp(self.key.place.split("#", 1)[0])

    @property
    def first_place(self) -> str:
        """Where it was written first: a mail that is put off moves to a later place."""
        return self.about.get(_FIRST_PLACE, self.key.place)

    @property
    def first_at(self) -> datetime:
        """When it was due before it was put off."""
        return unstamp(self.first_place.split("#", 1)[0])

    @property
    def waits(self) -> int:
        """How often it was put off."""
        return int(self.about.get(_WAITS, "0"))

    @property
    def tally(self) -> str | None:
        """Of a mail to many: where it is counted what became of them all (docs/adr/0045)."""
        return self.about.get(_COUNTED_IN)

    def is_claimable(self, now: datetime) -> bool:
        return self.state is OutboxState.WAITING or (
            self.state is OutboxState.CLAIMED and self.lease_until is not None and self.lease_until <= now
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a due row ended."""

    state: OutboxState
    detail: str = ""


def row_id_of(*parts: object) -> str:
    """The id of a row that several may write: the same for the same parts, and short, for rows are read by the byte."""
    digest = hashlib.sha256("|".join(str(part) for part in parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def new_entry(
    kind: OutboxKind,
    recipient_id: str,
    about: dict[str, str],
    *,
    now: datetime,
    entry_id: str,
    at: datetime | None = None,
) -> OutboxEntry:
    """A row due at `at`, or as soon as possible; its bucket is never one that the tick may have passed."""
    return entry_at(kind, recipient_id, about, now=now, entry_id=entry_id, at=max(at or now, now + SAFETY_NET))


def entry_at(
    kind: OutboxKind, recipient_id: str, about: dict[str, str], *, now: datetime, entry_id: str, at: datetime
) -> OutboxEntry:
    """A row at exactly this place, whoever writes it and when: only where docs/adr/0012 says that the tick sees it."""
    key = OutboxKey.at(f"{stamp(at)}#{entry_id}", kind.queue)
    return OutboxEntry(key=key, kind=kind, recipient_id=recipient_id, about=about, created_at=now)


def counted_in(tally: str) -> dict[str, str]:
    """The fact of an entry by which its fate is counted."""
    return {_COUNTED_IN: tally}


def put_off(entry: OutboxEntry, at: datetime, *, now: datetime) -> OutboxEntry:
    """The same mail at a later place, unclaimed; its id stays, and it knows where it was written first."""
    about = {**entry.about, _FIRST_PLACE: entry.first_place, _WAITS: str(entry.waits + 1)}
    later = entry_at(
        entry.kind, entry.recipient_id, about, now=entry.created_at, entry_id=entry.id, at=max(at, now + SAFETY_NET)
    )
    return replace(later, cursor=entry.cursor)
