"""The ports: what the use cases need from storage, queues, mail and keys, as small as each caller needs it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from chalicelib.domain.accounts import Account, Claims, Session
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus, RowChange
from chalicelib.domain.events import Event, EventCounts, EventStatus
from chalicelib.domain.mail import Due, DueKey, DueKind, Outcome
from chalicelib.domain.people import Attendee, Person
from chalicelib.domain.seats import NO_RESEAT, Reseat, Seats, Shard, Step
from chalicelib.services.signals import (
    EnrolReads,
    Folder,
    Hold,
    Message,
    OtpState,
    Remember,
    Slice,
    StoredAnswer,
)

Clock = Callable[[], datetime]
NewId = Callable[[datetime], str]  # a fresh ULID; given, so that a simulation owns the randomness
T = TypeVar("T")


class Accounts(Protocol):
    def user_id_of(self, *, email: str | None = None, username: str | None = None) -> str | None: ...
    def folder(self, user_id: str) -> Folder | None: ...
    def many(self, user_ids: Sequence[str]) -> dict[str, Account]: ...
    def add(self, account: Account, otp: OtpState, intent: Due) -> None:
        """All or nothing: raises `EmailTakenError` or `UsernameTakenError`."""

    def adopt(self, account: Account, otp: OtpState, intent: Due) -> None:
        """An account for a person who has none: the id is the person's, whose address it must still be.

        All or nothing: raises `StaleError` when somebody was faster, `UsernameTakenError`.
        """

    def take_over(self, old: Account, account: Account, otp: OtpState, intent: Due) -> None:
        """Replace an account whose address was never proven; raises `StaleError` when it was meanwhile."""

    def change(self, old: Account, new: Account, sessions: Sequence[Session], job: Due | None) -> None:
        """The account and the copies in its sessions, all or nothing; raises `StaleError`, `UsernameTakenError`."""

    def change_password(self, new: Account, ended: Sequence[Session], fresh: Session) -> None: ...
    def note_existing(self, user_id: str, intent: Due, not_since: datetime) -> None:
        """Queue the notice unless one was queued after `not_since`."""


class Otps(Protocol):
    def request(self, user_id: str, seen: OtpState | None, otp: OtpState, intent: Due) -> None: ...
    def arm(self, user_id: str, request_id: str, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        """Set the code of the newest request, at most once a claim of its intent and in the order of the claims.

        False when a newer request or claim has replaced it: a write that arrives late must not open a code again.
        """

    def count_guess(self, user_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        """Count one guess in one conditional write and return the code's MAC; None when none may be guessed."""

    def accept(self, account: Account, code_mac: str, now: datetime) -> bool: ...


class Sessions(Protocol):
    def get(self, claims: Claims) -> Session | None: ...
    def add(self, account: Account, session: Session, ended: Sequence[Session], rehashed: str | None) -> None:
        """Raises `StaleError` when the account changed since it was read."""

    def rotate(self, session: Session, expected: str) -> bool:
        """Write the session if its current token is still `expected`; one conditional write."""

    def end(self, user_id: str, session_id: str) -> None: ...


class People(Protocol):
    """Everybody who can be enrolled: accounts, guests and kept attendee records, by one kind of id."""

    def many(self, person_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Person]:
        """Those that there are, in one batch read. Of an account whose address is proven, what the account says."""

    def by_email(self, address: str) -> Person | None:
        """Whose address it is: an account's or a guest's. What keepers write down about others does not count."""

    def guest(self, name: str, email: str, now: datetime, *, locale: str = "en") -> Person:
        """The one person who has the address; made at the first contact, with the name as it is given."""

    def kept(self, keeper_id: str, attendee_id: str) -> Person | None:
        """Somebody of whom the keeper keeps a record; None for everybody else's, and for the keeper's own."""


class AttendeeRecords(Protocol):
    def get(self, attendee_id: str) -> Attendee | None: ...
    def own(self, user_id: str) -> Attendee | None:
        """The account's own record; version 0 as long as nothing was added to the account."""

    def add(self, attendee: Attendee, remember: Remember | None) -> None:
        """All or nothing: raises `EmailTakenError` or `AnsweredBeforeError`."""

    def replace(self, before: Attendee, after: Attendee) -> None:
        """Raises `StaleError` when the record changed since it was read, `EmailTakenError`."""

    def remove(self, attendee: Attendee, now: datetime) -> None:
        """Raises `StaleError` when the record changed since it was read."""

    def of_keeper(
        self, keeper_id: str, *, start: str | None, forward: bool, limit: int, words: Sequence[str]
    ) -> Slice[Attendee]:
        """Kept records in the order in which they were made; every word begins a word of the name."""

    def count_of_keeper(self, keeper_id: str, words: Sequence[str]) -> tuple[int, bool]:
        """`(number, exact)`."""

    def with_email(self, keeper_id: str, email: str) -> Attendee | None: ...


class Events(Protocol):
    def get(self, event_id: str, *, consistent: bool = False) -> tuple[Event, Seats] | None: ...
    def many(self, event_ids: Sequence[str]) -> dict[str, Event]: ...
    def add(
        self,
        event: Event,
        free: Sequence[int],
        organizer_name: str,
        remember: Remember | None,
        jobs: Sequence[Due] = (),
    ) -> None: ...
    def replace(
        self,
        before: Event,
        after: Event,
        *,
        seats: Seats,
        reseat: Reseat = NO_RESEAT,
        exact: Sequence[Shard] | None = None,
        jobs: Sequence[Due] = (),
        dropped: Sequence[DueKey] = (),
        remember: Remember | None = None,
    ) -> None:
        """The next version with everything that follows from it, in one transaction.

        `exact` demands that no shard changed since it was read; `jobs` become due, `dropped` ones no longer are.
        Raises `StaleError` when the version, a shard or the free seats are not as expected.
        """

    def rename_organizer(self, event_id: str, name: str) -> None: ...


class Calendar(Protocol):
    """The published (or cancelled) events in the order of their start."""

    def months(self) -> EventCounts: ...
    def month(self, month: str, *, start: str | None, forward: bool, limit: int, status: EventStatus) -> Slice[Event]:
        """Rows of one month beyond the place `start`."""

    def seats_and_months(self, event_ids: Sequence[str]) -> tuple[dict[str, Seats], EventCounts]: ...
    def days_from(self, at: datetime) -> tuple[int, bool]: ...
    def of_organizer(self, user_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Event]: ...
    def organizer_count(self, user_id: str) -> int: ...


class SeatReads(Protocol):
    def shards(self, event_id: str, number: int) -> list[Shard]:
        """All shards at one moment (a read transaction)."""

    def live(self, event_id: str) -> Seats | None: ...
    def header(self, event_id: str) -> Seats | None: ...
    def expired(self, event_id: str, now: datetime) -> int:
        """Seats of holds and offers whose time is up, and that nobody has taken back yet; the first hundred of them."""

    def roll_up(self, event_id: str, number: int, now: datetime) -> None: ...


class Enrollments(Protocol):
    def reads(
        self,
        claims: Claims | None,
        event_id: str,
        *,
        row: EnrollmentKey | None,
        with_seats: bool,
        answer_key: str | None,
        consistent_row: bool = False,
        consistent_seats: bool = False,
    ) -> EnrolReads: ...
    def enrol(
        self, change: RowChange, steps: Sequence[Step], dues: Sequence[Due], *, remember: Remember | None = None
    ) -> None:
        """Like `write`, once: for a change that its own `attempt_id` recognises after a lost answer.

        Raises `AnsweredBeforeError`, `RowExistsError`, `SeatRefusedError` (in this precedence) or `TryAgainError`.
        """

    def write(
        self,
        changes: Sequence[RowChange],
        steps: Sequence[Step],
        dues: Sequence[Due],
        *,
        remember: Remember | None = None,
    ) -> None:
        """Rows of one event with their places in the waitlist and deadlines, its seats, and what is due: or nothing.

        Every row must be as it was read, every shard as its step demands. Raises `StaleError`, `AnsweredBeforeError`,
        `TryAgainError`.
        """

    def tell(self, dues: Sequence[Due], *, remember: Remember | None = None) -> None:
        """Only what is due, for a mail that nothing causes but a request. Raises `AnsweredBeforeError`."""

    def step(self, event_id: str, steps: Sequence[Step]) -> None:
        """Only the shards: all or nothing. Raises `StaleError`, `TryAgainError`."""

    def draw_ticket(self, event_id: str) -> int:
        """A number that is higher than every one drawn before; gaps mean nothing."""

    def waiting(self, event_id: str, limit: int) -> list[Enrollment]:
        """The first of the waitlist in its order, consistently."""

    def waitlist(self, event_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Enrollment]: ...
    def ahead(self, event_id: str, ticket: int, limit: int) -> int:
        """How many wait with a lower ticket, counted up to `limit`; it may lag by a moment."""

    def holds(self, event_id: str, limit: int) -> list[Hold]:
        """The holds and offers that end first, consistently."""

    def many(self, found: Sequence[EnrollmentKey]) -> dict[str, Enrollment]:
        """Rows by enrollment id, consistently."""

    def made_by(
        self,
        maker_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]: ...
    def get(self, key: EnrollmentKey) -> Enrollment | None: ...
    def seats_and_row(self, key: EnrollmentKey, shards: int) -> tuple[list[Shard], Enrollment | None]:
        """All shards of the event and the person's row at one moment (a read transaction)."""

    def with_event(self, key: EnrollmentKey) -> tuple[Enrollment, Event, Seats] | None: ...
    def of_event(
        self,
        event_id: str,
        bucket: int,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        status: EnrollmentStatus | None,
    ) -> Slice[Enrollment]: ...
    def of_attendee(
        self,
        attendee_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]: ...
    def count_of_attendee(self, attendee_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]: ...
    def count_made_by(self, maker_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]: ...


class Answers(Protocol):
    def find(self, key: str) -> StoredAnswer | None: ...
    def keep(self, remember: Remember) -> None:
        """Keep the answer to what is no single transaction; raises `AnsweredBeforeError` when a twin was faster."""


class DueTable(Protocol):
    def get(self, key: DueKey) -> Due | None: ...
    def claim(self, due: Due, now: datetime, until: datetime) -> Due | None:
        """The claimed row, or None when somebody else holds it or it is finished."""

    def finish(self, due: Due, outcome: Outcome, now: datetime) -> None: ...
    def release(self, due: Due, at: datetime) -> None: ...
    def advance(self, due: Due, cursor: str, until: datetime) -> Due | None: ...
    def unfinished(self, bucket: str, *, after: str, until: str) -> Sequence[Due]: ...
    def watermark(self) -> datetime | None: ...
    def set_watermark(self, at: datetime) -> None: ...


class Queue(Protocol):
    def push(self, *dues: Due) -> None:
        """Hand the rows' keys to their workers, all at once. Never raises: a lost push is swept up by the tick."""


class Mailer(Protocol):
    def send(self, message: "Message") -> str:
        """Returns the provider's message id. Raises `SendRefusedError` or `SendLaterError`."""


class Renderer(Protocol):
    def render(self, kind: DueKind, to: str, context: Mapping[str, object], reference: str) -> Message: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...
    def verify(self, password_hash: str | None, password: str) -> bool:
        """None is checked against a dummy hash, so that an unknown account takes as long as a known one."""

    def outdated(self, password_hash: str) -> bool: ...
    def weakness(self, password: str, *, personal: Sequence[str]) -> str | None:
        """Why the password is refused, as a sentence, or None."""


class Tokens(Protocol):
    def access(self, user_id: str, session_id: str, now: datetime) -> str: ...
    def first_refresh(self, user_id: str, session_id: str) -> str: ...
    def successors(self, refresh: str) -> Sequence[str]: ...
    def parse_refresh(self, refresh: str) -> Claims | None: ...
    def digest(self, refresh: str) -> str: ...


class Macs(Protocol):
    """Keyed digests, one derived key a purpose."""

    def mac(self, purpose: str, text: str) -> str: ...
    def matches(self, purpose: str, text: str, mac: str) -> bool: ...
    def sign(self, purpose: str, payload: bytes) -> str: ...
    def open(self, purpose: str, text: str) -> bytes | None: ...
