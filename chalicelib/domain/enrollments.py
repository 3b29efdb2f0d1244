"""Enrollments: one a person and event, its states, and the trail of its transitions."""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain import ids

HISTORY_LENGTH = 6


class EnrollmentStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


LIVE = frozenset(
    {
        EnrollmentStatus.PENDING,
        EnrollmentStatus.CONFIRMED,
        EnrollmentStatus.WAITLISTED,
        EnrollmentStatus.OFFERED,
    }
)


# Those that keep seats: confirmed + pending + offered never exceed the capacity.
SEATED = LIVE - {EnrollmentStatus.WAITLISTED}
# Those that end by themselves when `expires_at` has come.
TEMPORARY = frozenset({EnrollmentStatus.PENDING, EnrollmentStatus.OFFERED})
SYSTEM = "system"  # the actor of what nobody asked for: promotions, expiries


class Cause(StrEnum):
    """Why a transition happened."""

    ENROLLED = "enrolled"
    HELD = "held"
    JOINED = "joined_waitlist"
    HOLD_CONFIRMED = "hold_confirmed"
    PROMOTED = "promoted"
    CHOSEN = "promoted_by_organizer"
    OFFERED = "offered"
    ACCEPTED = "offer_accepted"
    DECLINED = "offer_declined"
    SKIPPED = "skipped_by_smaller_party"
    BY_ATTENDEE = "cancelled_by_attendee"
    BY_KEEPER = "cancelled_by_keeper"
    BY_ORGANIZER = "cancelled_by_organizer"
    HOLD_EXPIRED = "hold_expired"
    OFFER_EXPIRED = "offer_expired"
    HANDED_ON = "transferred_to_another"
    TAKEN_OVER = "transferred_from_another"
    CHECKED_IN = "checked_in"
    CHECK_IN_UNDONE = "check_in_undone"
    NO_SHOW = "no_show"
    PARTY_CHANGED = "party_size_changed"
    NOTED = "note_changed"
    WAITLIST_CLOSED = "waitlist_closed"
    NEVER_FITS = "party_never_fits"
    EVENT_CANCELLED = "event_cancelled"
    EVENT_DELETED = "event_deleted"


@dataclass(frozen=True, slots=True)
class Transition:
    """One entry of the audit trail."""

    at: datetime
    status: EnrollmentStatus
    actor: str
    cause: Cause
    request_id: str


@dataclass(frozen=True, slots=True)
class EnrollmentKey:
    """Where the enrollment is stored; `id` is the opaque text that clients know it by."""

    event_id: str
    bucket: int
    attendee_id: str

    @property
    def id(self) -> str:
        return ids.enrollment_id(self.event_id, self.bucket, self.attendee_id)

    @classmethod
    def parse(cls, text: str) -> "EnrollmentKey | None":
        parts = ids.parse_enrollment_id(text)
        return cls(*parts) if parts else None

    @classmethod
    def of(cls, event_id: str, buckets: int, attendee_id: str) -> "EnrollmentKey":
        """The one enrollment that this person can have at this event; `buckets` is fixed at the event's creation."""
        return cls(event_id, zlib.crc32(attendee_id.encode()) % buckets, attendee_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """One person's place at one event. `generation` counts their enrolments, `attempt_id` names the request."""

    key: EnrollmentKey
    status: EnrollmentStatus
    party_size: int
    generation: int
    attempt_id: str
    enrolled_at: datetime
    updated_at: datetime
    version: int
    note: str | None = None
    history: tuple[Transition, ...] = ()
    made_by: str | None = None  # the keeper or organizer who enrolled somebody else
    waitlist_number: int | None = None  # the place in the waitlist, of a waitlisted one
    expires_at: datetime | None = None  # of a pending or offered one, as its person was told: see `deadlines`
    unproven: bool = False  # a guest's hold, before the mailed link was used
    skipped: int = 0  # seats that went past this head of the waitlist (party_policy best_fit)
    checked_in_at: datetime | None = None
    no_show_at: datetime | None = None
    seated_at: datetime | None = None  # when the seat of a confirmed one was confirmed
    kept_since: datetime | None = None  # when the seat of a pending or offered one began to be kept
    mail_place: str | None = None  # of the last mail about it, among what is due: what became of it is written there
    bounced_at: datetime | None = None  # when a mail about it came back for good

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def seats(self) -> int:
        """How many seats of the capacity this enrollment keeps."""
        return self.party_size if self.status in SEATED else 0

    def did_not_come_by(self, at: datetime) -> bool:
        """Whether this is a confirmed seat that nobody has claimed; who was seated after `at` is not late yet."""
        seated_before = self.history[-1].at < at if self.history else self.updated_at < at
        return self.status is EnrollmentStatus.CONFIRMED and self.checked_in_at is None and seated_before

    def but(self, **changes: Any) -> "Enrollment":
        """The enrollment with what is no transition: the trail tells what people did, not what became of a mail."""
        return replace(self, **changes, version=self.version + 1)

    def _seated_at(self, to: Transition) -> datetime | None:
        if to.status is not EnrollmentStatus.CONFIRMED:
            return None
        return self.seated_at if self.status is EnrollmentStatus.CONFIRMED else to.at

    def _kept_since(self, to: Transition) -> datetime | None:
        if to.status not in TEMPORARY:
            return None
        return self.kept_since if self.status is to.status else to.at

    def moved(self, to: Transition, **changes: Any) -> "Enrollment":
        """The enrollment after a transition; the trail keeps six. What belongs to the old status is dropped."""
        kept = {
            "waitlist_number": self.waitlist_number if to.status is EnrollmentStatus.WAITLISTED else None,
            "skipped": self.skipped if to.status is EnrollmentStatus.WAITLISTED else 0,
            "expires_at": self.expires_at if to.status in TEMPORARY else None,
            "unproven": self.unproven and to.status is EnrollmentStatus.PENDING,
            "seated_at": self._seated_at(to),
            "kept_since": self._kept_since(to),
        }
        return replace(
            self,
            **(kept | changes),
            status=to.status,
            updated_at=to.at,
            version=self.version + 1,
            history=(*self.history, to)[-HISTORY_LENGTH:],
        )


@dataclass(frozen=True, slots=True)
class EnrollmentChange:
    """One enrollment in a transaction: as it was read (None: there was none), and as it is to be."""

    before: Enrollment | None
    after: Enrollment

    @property
    def seats(self) -> int:
        """Seats that this change takes; negative ones are given back."""
        return self.after.seats - (self.before.seats if self.before else 0)

    def is_in(self, enrollment: Enrollment) -> bool:
        """Whether an enrollment as it is stored has come through this very change, whose answer may have been lost."""
        before = self.before.history if self.before else ()
        if self.after.history != before:
            return self.after.history[-1] in enrollment.history
        return self.after.mail_place is not None and self.after.mail_place == enrollment.mail_place

    @property
    def unproven_seats(self) -> int:
        """The same for seats that unproven guests hold."""
        return _unproven(self.after) - (_unproven(self.before) if self.before else 0)


def _unproven(enrollment: Enrollment) -> int:
    return enrollment.seats if enrollment.unproven else 0


def tally(changes: Iterable[EnrollmentChange]) -> dict[str, int]:
    """What changes of enrollments do to the counts of an event: `{"confirmed": 1, "waitlisted": -1}`."""
    counts: Counter[str] = Counter()
    for change in changes:
        for enrollment, number in ((change.before, -1), (change.after, 1)):
            if enrollment is None:
                continue
            counts[enrollment.status.value] += number
            counts["checked_in"] += number * (enrollment.checked_in_at is not None and enrollment.is_live)
            counts["no_show"] += number * (enrollment.no_show_at is not None)
            counts["bounced"] += number * (enrollment.bounced_at is not None and enrollment.is_live)
    return {name: number for name, number in counts.items() if number}


def enrolled(
    key: EnrollmentKey, attempt_id: str, by: Transition, *, before: Enrollment | None = None, **facts: Any
) -> Enrollment:
    """A new enrollment in any live status; over a dead one (`before`) the trail and the counters go on."""
    return Enrollment(
        key=key,
        status=by.status,
        party_size=facts.pop("party_size", 1),
        generation=before.generation + 1 if before else 1,
        attempt_id=attempt_id,
        enrolled_at=by.at,
        updated_at=by.at,
        version=before.version + 1 if before else 1,
        history=((*before.history, by) if before else (by,))[-HISTORY_LENGTH:],
        seated_at=by.at if by.status is EnrollmentStatus.CONFIRMED else None,
        kept_since=by.at if by.status in TEMPORARY else None,
        **facts,
    )
