"""Ports about people: accounts, sessions, verification codes, everybody who can be enrolled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts import Account, Claims, Session
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OtpState:
    """The e-mail verification of one account; the code itself exists in the mail only."""

    request_id: str
    code_mac: str
    expires_at: datetime
    attempts: int
    sent_at: datetime
    day: str
    sent_today: int


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """Everything that is kept under one user, read consistently in one query."""

    account: Account
    sessions: tuple[Session, ...]
    otp: OtpState | None


class Accounts(Protocol):
    def user_id_of(self, *, email: str | None = None, username: str | None = None) -> str | None: ...
    def details(self, user_id: str) -> AccountDetails | None: ...
    def by_ids(self, user_ids: Sequence[str]) -> dict[str, Account]: ...
    def add(self, account: Account, otp: OtpState, intent: OutboxEntry) -> None:
        """All or nothing: raises `EmailTakenError` or `UsernameTakenError`."""

    def adopt(self, account: Account, otp: OtpState, intent: OutboxEntry) -> None:
        """An account for a person who has none: the id is the person's, whose address it must still be.

        All or nothing: raises `StaleError` when somebody was faster, `UsernameTakenError`.
        """

    def take_over(self, old: Account, account: Account, otp: OtpState, intent: OutboxEntry) -> None:
        """Replace an account whose address was never proven; raises `StaleError` when it was meanwhile."""

    def change(self, old: Account, new: Account, sessions: Sequence[Session], job: OutboxEntry | None) -> None:
        """The account and the copies in its sessions, all or nothing; raises `StaleError`, `UsernameTakenError`."""

    def change_password(self, new: Account, ended: Sequence[Session], fresh: Session) -> None:
        """The new password, with which everything that was good without the old one ends: sessions and feeds."""

    def queue_account_exists(self, user_id: str, intent: OutboxEntry, not_since: datetime) -> None:
        """Queue the notice unless one was queued after `not_since`."""


class People(Protocol):
    """Everybody who can be enrolled: accounts, guests and kept attendee records, by one kind of id."""

    def by_ids(self, person_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Person]:
        """Those that there are, in one batch read. Of an account whose address is proven, what the account says."""

    def by_id(self, person_id: str) -> Person | None:
        """The same for a single person, at half the cost where there is a proven account."""

    def by_email(self, address: str) -> Person | None:
        """Whose address it is: an account's or a guest's. What keepers write down about others does not count."""

    def guest(self, email: str, now: datetime, *, locale: str | None = None) -> Person:
        """The one person who has the address; made at the first contact, without a name: anybody can write one."""

    def kept(self, keeper_id: str, attendee_id: str) -> Person | None:
        """Somebody of whom the keeper keeps a record; None for everybody else's, and for the keeper's own."""


class Otps(Protocol):
    def request(self, user_id: str, seen: OtpState | None, otp: OtpState, intent: OutboxEntry) -> None: ...
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
