"""Mail intents and background jobs: rows of the one table of things that are due."""

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.times import hour_of, stamp

SAFETY_NET = timedelta(minutes=2)  # a row is due no earlier than this after its transaction began
LEASE = timedelta(seconds=60)  # longer than the functions' own time-outs (30 s and 60 s minus their margin)
JOB_LEASE = timedelta(seconds=90)
MAX_TRIES = 8
DUE_SHARDS = 4


class DueKind(StrEnum):
    """What is to be done. Kinds of mail are folders of `mail/templates`; jobs fan out."""

    VERIFY_EMAIL = "verify_email"
    ACCOUNT_EXISTS = "account_exists"
    ENROLLMENT_CONFIRMED = "enrollment_confirmed"
    ENROLLMENT_CANCELLED = "enrollment_cancelled"
    ENROLLMENT_PENDING = "enrollment_pending"
    ENROLLMENT_WAITLISTED = "enrollment_waitlisted"
    ENROLLMENT_OFFERED = "enrollment_offered"
    ENROLLMENT_PROMOTED = "enrollment_promoted"
    GUEST_LINK = "guest_link"  # to an address that a guest gave: proves it, shows, confirms, cancels
    EVENT_CANCELLED = "event_cancelled"
    EXPIRE = "job_expire"  # one hold or offer whose time is up
    SETTLE = "job_settle"  # seats that became free beside a waitlist
    SUM = "job_sum_seats"  # the figures of an event of several shards
    NO_SHOWS = "job_no_shows"  # seats of those who did not come
    CANCEL_ENROLLMENTS = "job_cancel_enrollments"
    RENAME_ORGANIZER = "job_rename_organizer"
    INDEX = "job_index"  # an event that is to be found as it is now

    @property
    def is_job(self) -> bool:
        return self.value.startswith("job_")


class DueState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


FINISHED = frozenset({DueState.DONE, DueState.SKIPPED, DueState.FAILED})


@dataclass(frozen=True, slots=True)
class DueKey:
    """Where the row is: hour bucket and shard, then the moment and the id."""

    bucket: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to be done, its claim, and afterwards its log. Recipients are ids; no address is ever stored here."""

    key: DueKey
    kind: DueKind
    recipient_id: str
    about: dict[str, str] = field(default_factory=dict)
    created_at: datetime
    state: DueState = DueState.WAITING
    claims: int = 0  # names the present holder
    tries: int = 0  # claims since the last progress
    lease_until: datetime | None = None
    cursor: str = ""

    @property
    def id(self) -> str:
        return self.key.place.split("#", 1)[1]

    def is_claimable(self, now: datetime) -> bool:
        return self.state is DueState.WAITING or (
            self.state is DueState.CLAIMED and self.lease_until is not None and self.lease_until <= now
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a due row ended."""

    state: DueState
    detail: str = ""


def new_due(
    kind: DueKind,
    recipient_id: str,
    about: dict[str, str],
    *,
    now: datetime,
    row_id: str,
    at: datetime | None = None,
) -> Due:
    """A row due at `at`, or as soon as possible; its bucket is never one that the tick may have passed."""
    due_at = max(at or now, now + SAFETY_NET)
    shard = zlib.crc32(row_id.encode()) % DUE_SHARDS
    key = DueKey(f"{hour_of(due_at)}#{shard}", f"{stamp(due_at)}#{row_id}")
    return Due(key=key, kind=kind, recipient_id=recipient_id, about=about, created_at=now)
