"""Enrollments: one a person and event, its states, and the trail of its transitions."""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.accounts.people import Person, legible
from chalicelib.domain.enrollments.presence import Arrival, Presence
from chalicelib.domain.shared import ids

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
_TEAM = "team#"  # before the entry of whoever acted as a member of the event's team
_KEY = "key#"  # before the id of an API key for the door


def team_actor(member_id: str) -> str:
    """The actor of what a member of the team of the event did."""
    return f"{_TEAM}{member_id}"


def member_of(actor: str) -> str | None:
    """Whose entry in the team it was; None for every other actor."""
    return actor.removeprefix(_TEAM) if actor.startswith(_TEAM) else None


def key_actor(key_id: str) -> str:
    """The actor of what was done with an API key for the door of the event."""
    return f"{_KEY}{key_id}"


def key_of(actor: str) -> str | None:
    """Which key it was; None for every other actor."""
    return actor.removeprefix(_KEY) if actor.startswith(_KEY) else None


class Cause(StrEnum):
    """Why a transition happened."""

    ENROLLED = "enrolled"
    WALKED_IN = "walked_in"  # enrolled at the door, and in
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
    CAME_AFTER_ALL = "came_after_all"
    AGREED = "agreed"
    PARTY_CHANGED = "party_size_changed"
    NOTED = "note_changed"
    RENAMED = "name_corrected"
    WAITLIST_CLOSED = "waitlist_closed"
    NEVER_FITS = "party_never_fits"
    EVENT_CANCELLED = "event_cancelled"
    EVENT_DELETED = "event_deleted"


# How somebody says yes to a place that was made by typing their address: to keep it, not only to give it back.
AGREEING = frozenset({Cause.HOLD_CONFIRMED, Cause.ACCEPTED, Cause.AGREED})


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
    """Where the enrollment is stored; `id` is its text among what is stored. Clients know it by its handle."""

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
    """One person's place at one event. `generation` counts their enrolments, `attempt_id` names the request.

    `history` is shown and decides nothing: it forgets. What something is decided on is a field.

    What others did in somebody's name is asked about in two ways, which no one field answers (docs/adr/0028).
    `veiled`: may others learn whose address it is? Only a typed address veils, only saying yes (`AGREEING`) lifts it,
    and who said yes once is known in every later enrolment. `acted_at`: is the mail about it the reader's own
    (`is_asked_for`)? That is asked of every place that others made, any act of its person will do, giving it back too,
    and the next one that others make is unasked again.
    """

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
    charged_to: str | None = None  # whose seats for others these are; nobody's where the organizer enrolled
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
    cause: Cause | None = None  # why it has its status
    was: EnrollmentStatus | None = None  # its status before this one, since it was made
    handed_to: str | None = None  # the `attempt_id` of the enrollment that has its place now
    checked_in_people: int | None = None  # of those who are checked in; None: the whole party (rows of old)
    arrivals: tuple[Arrival, ...] = ()  # these three are the `presence`
    undone_at: datetime | None = None
    corrected: tuple[tuple[datetime, datetime], ...] = ()
    acted_at: datetime | None = None  # when its person first did anything about what somebody else had made
    name: str | None = None  # of the person, as it was given with this enrollment
    corrected_name: str | None = None  # the word of the organizer or of the keeper: it goes before any other
    veiled: bool = False  # made by an address that somebody typed, and its person has not agreed yet
    typed_address: str | None = None  # that address, folded, as long as it is veiled

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def giver(self) -> str | None:
        """Who made it for somebody else, or handed the place on to them; nobody where its person did it."""
        return self.made_by or self.charged_to

    @property
    def is_asked_for(self) -> bool:
        """Whether its person made it or has acted on it since (`acted_at`); it does not ask for having agreed.

        An address that is not proven has asked for nothing.
        """
        return self.acted_at is not None or not (self.unproven or self.giver)

    @property
    def seats(self) -> int:
        """How many seats of the capacity this enrollment keeps."""
        return self.party_size if self.status in SEATED else 0

    @property
    def charged(self) -> int:
        """How many seats `charged_to` has taken with it, those that it waits for included."""
        return self.party_size if self.is_live and self.charged_to else 0

    def name_of(self, person: Person | None) -> str:
        """What its person is called here; nothing when there is no record of them any more.

        What somebody wrote beside an address that they need not own holds until the person says their own name.
        """
        if person is None:
            return ""
        own = person.name if person.has_own_name else ""
        return legible(self.corrected_name or own or self.name or person.name)

    def hides_its_person_from(self, user_id: str) -> bool:
        """Whether this reader may not learn who has the address: the account's id, and what they call themselves."""
        return self.veiled and user_id != self.key.attendee_id

    def name_shown(self, person: Person | None, *, hidden: bool) -> str:
        """What its person is called here; to whoever may not know who it is (`hidden`), what was given for them."""
        if person is not None and hidden:
            return legible(self.corrected_name or self.name or "")
        return self.name_of(person)

    def did_not_come_by(self, at: datetime) -> bool:
        """Whether this is a confirmed seat that nobody has claimed; who was seated after `at` is not late yet."""
        seated_before = (self.seated_at or self.updated_at) < at
        return self.status is EnrollmentStatus.CONFIRMED and self.checked_in_at is None and seated_before

    def walked_in(self, starts_at: datetime) -> bool:
        """Whether somebody else seated them after the start: they stood there."""
        return self.made_by is not None and self.enrolled_at >= starts_at

    @property
    def is_walk_in(self) -> bool:
        """Whether the place is one that they got at the door."""
        return self.cause is Cause.WALKED_IN

    @property
    def gave_way(self) -> bool:
        """Whether its seat was given on because nobody had come."""
        return self.status is EnrollmentStatus.CANCELLED and self.cause is Cause.NO_SHOW

    @property
    def is_no_show(self) -> bool:
        """Whether nobody came, as far as is known: a scan may be handed in after the seat was given on."""
        return self.no_show_at is not None and self.checked_in_at is None

    @property
    def presence(self) -> Presence:
        """Who has come. One scan of a whole party, which is nearly every one, is kept in `checked_in_at` alone."""
        arrivals = self.arrivals
        if not arrivals and self.checked_in_at is not None:
            arrivals = (Arrival(self.checked_in_at),)
        return Presence(arrivals, self.undone_at, self.corrected)

    @property
    def people_in(self) -> int:
        """How many of the party are checked in."""
        if self.checked_in_at is None:
            return 0
        return self.party_size if self.checked_in_people is None else min(self.checked_in_people, self.party_size)

    @property
    def counted_in(self) -> int:
        """What it adds to the number of people who are checked in; a row of old added one, whatever its party.

        Whoever came after the seat was given on is here, and is counted without one.
        """
        if self.checked_in_at is None or not (self.is_live or self.gave_way):
            return 0
        return 1 if self.checked_in_people is None else self.people_in

    def resized(self, by: Transition, party_size: int) -> "Enrollment":
        """With another size of the party; of those who are here a smaller one has no more than itself."""
        after = self.moved(by, party_size=party_size)
        if self.checked_in_people is None:
            return after
        presence = self.presence.grown(self.party_size) if party_size > self.party_size else self.presence
        return after.with_presence(presence)

    def with_presence(self, presence: Presence) -> "Enrollment":
        """The same version, with what is known of who has come."""
        first = presence.arrivals[0] if len(presence.arrivals) == 1 else None
        is_plain = first is not None and (first.people, first.party) == (None, None)
        return replace(
            self,
            arrivals=() if is_plain else presence.arrivals,
            undone_at=presence.undone_at,
            corrected=presence.corrected,
            checked_in_at=presence.since,
            checked_in_people=presence.people(self.party_size) if presence.arrivals else None,
        )

    def but(self, at: datetime, **changes: Any) -> "Enrollment":
        """The enrollment with what is no transition: the trail tells what people did, not what became of a mail.

        A later version is never without its time: calendars tell by both which of two entries is the newer one.
        """
        return replace(self, **changes, version=self.version + 1, updated_at=max(at, self.updated_at))

    def _veiled_by(self, to: Transition) -> bool:
        """Whoever gives a place back has acted, and not agreed; who is seated or moved up has done neither."""
        return self.veiled and not (to.cause in AGREEING and to.actor == self.key.attendee_id)

    def _seated_at(self, to: Transition) -> datetime | None:
        if to.status is not EnrollmentStatus.CONFIRMED:
            return None
        return self.seated_at if self.status is EnrollmentStatus.CONFIRMED else to.at

    def _kept_since(self, to: Transition) -> datetime | None:
        if to.status not in TEMPORARY:
            return None
        return self.kept_since if self.status is to.status else to.at

    def _acted_at(self, to: Transition) -> datetime | None:
        if self.acted_at is None and self.giver and to.actor == self.key.attendee_id:
            return to.at
        return self.acted_at

    def moved(self, to: Transition, **changes: Any) -> "Enrollment":
        """The enrollment after a transition; the trail keeps six. What belongs to the old status is dropped."""
        kept: dict[str, Any] = {
            "waitlist_number": self.waitlist_number if to.status is EnrollmentStatus.WAITLISTED else None,
            "skipped": self.skipped if to.status is EnrollmentStatus.WAITLISTED else 0,
            "expires_at": self.expires_at if to.status in TEMPORARY else None,
            "unproven": self.unproven and to.status is EnrollmentStatus.PENDING,
            "seated_at": self._seated_at(to),
            "kept_since": self._kept_since(to),
            "veiled": self._veiled_by(to),
            "typed_address": self.typed_address if self._veiled_by(to) else None,
            "acted_at": self._acted_at(to),
        }
        if to.status is not self.status:
            kept |= {"cause": to.cause, "was": self.status}
        return replace(
            self,
            **(kept | changes),
            status=to.status,
            updated_at=to.at,
            version=self.version + 1,
            history=(*self.history, to)[-HISTORY_LENGTH:],
        )


@dataclass(frozen=True, slots=True)
class AskedName:
    """The name in a guest's request that got no place, for the mailed link that may still get one."""

    key: EnrollmentKey
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentChange:
    """One enrollment in a transaction: as it was read (None: there was none), and as it is to be."""

    before: Enrollment | None
    after: Enrollment
    proven_name: str | None = None  # what a guest is called who proves the address in this very transaction
    kept_by: str | None = None  # of an enrolment: whose record its person is, which must still be there
    is_first_contact: bool = False  # of an enrolment: the record of its person begins with it

    @property
    def seats(self) -> int:
        """Seats that this change takes; negative ones are given back."""
        return self.after.seats - (self.before.seats if self.before else 0)

    def is_in(self, enrollment: Enrollment) -> bool:
        """Whether an enrollment as it is stored is what this change made of it, whose answer may have been lost."""
        return enrollment == self.after

    @property
    def unproven_seats(self) -> int:
        """The same for seats that unproven guests hold."""
        return _unproven(self.after) - (_unproven(self.before) if self.before else 0)


def _unproven(enrollment: Enrollment) -> int:
    return enrollment.seats if enrollment.unproven else 0


def charges(changes: Iterable[EnrollmentChange]) -> dict[tuple[str, str], int]:
    """What changes take of, and give back to, what one person may take for others: by event and person."""
    found: Counter[tuple[str, str]] = Counter()
    for change in changes:
        for enrollment, sign in ((change.before, -1), (change.after, 1)):
            if enrollment and enrollment.charged_to:
                found[enrollment.key.event_id, enrollment.charged_to] += sign * enrollment.charged
    return {key: number for key, number in found.items() if number}


def tally(changes: Iterable[EnrollmentChange]) -> dict[str, int]:
    """What changes of enrollments do to the counts of an event: `{"confirmed": 1, "waitlisted": -1}`."""
    counts: Counter[str] = Counter()
    for change in changes:
        for enrollment, number in ((change.before, -1), (change.after, 1)):
            if enrollment is None:
                continue
            counts[enrollment.status.value] += number
            counts["checked_in"] += number * enrollment.counted_in
            counts["no_show"] += number * enrollment.is_no_show
            counts["bounced"] += number * (enrollment.bounced_at is not None and enrollment.is_live)
    return {name: number for name, number in counts.items() if number}


def enrolled(
    key: EnrollmentKey, attempt_id: str, by: Transition, *, before: Enrollment | None = None, **facts: Any
) -> Enrollment:
    """A new enrollment in any live status; over a dead one (`before`) the trail and the counters go on.

    Who agreed once is known here, however they are enrolled again.
    """
    veiled = bool(facts.pop("veiled", False)) and (before is None or before.veiled)
    typed = facts.pop("typed_address", None) or (before.typed_address if before else None)
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
        cause=by.cause,
        corrected=before.corrected if before else (),  # the times that scans of before meant
        kept_since=by.at if by.status in TEMPORARY else None,
        veiled=veiled,
        typed_address=typed if veiled else None,
        **facts,
    )
