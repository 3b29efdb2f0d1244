"""Ports about people: sign-ups, accounts, sessions, everybody who can be enrolled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Account, ApiKey, Claims, Credential, PublicProfile, Session, SignUp
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.shared.ports import Clock, Macs, NewId, Outbox, Queue


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """Everything that is kept under one user, read consistently in one query."""

    account: Account
    credentials: tuple[Credential, ...]  # all that stand for it without its password, also those that are over

    @property
    def sessions(self) -> tuple[Session, ...]:
        return tuple(one for one in self.credentials if isinstance(one, Session))

    @property
    def api_keys(self) -> tuple[ApiKey, ...]:
        return tuple(one for one in self.credentials if isinstance(one, ApiKey))


@dataclass(frozen=True, slots=True)
class AddressState:
    """Whose an address is (an account's or a guest's, if anybody's), and who wants it; one consistent query."""

    user_id: str | None
    sign_ups: tuple[SignUp, ...]  # the oldest first, also those that are over

    def live(self, now: datetime) -> tuple[SignUp, ...]:
        return tuple(one for one in self.sign_ups if one.expires_at > now)


class CodeCheck(Protocol):
    """The second factor of a login: `services/accounts/second_factor.SecondFactorCheck`."""

    def require(self, account: Account, code: str | None, now: datetime) -> Account:
        """The account as it is to be kept after this code, which is not good a second time.

        The account as it is if it has no second factor. Raises `SecondFactorRequiredError`, `SecondFactorWrongError`.
        """


class Accounts(Protocol):
    def user_id_of(self, *, email: str | None = None, username: str | None = None) -> str | None: ...
    def is_disabled(self, user_id: str) -> bool: ...
    def details(self, user_id: str) -> AccountDetails | None: ...
    def by_ids(self, user_ids: Sequence[str]) -> dict[str, Account]: ...
    def change(
        self,
        old: Account,
        new: Account,
        issued: Sequence[Credential],
        job: OutboxEntry | None,
        profile: PublicProfile | None = None,
    ) -> None:
        """The account, the copies in its credentials and its public profile where that is to change: all or nothing.

        Raises `StaleError`, `UsernameTakenError`.
        """

    def change_password(
        self, new: Account, ended: Sequence[Credential], fresh: Session | None, notice: OutboxEntry
    ) -> None:
        """The new password, with which everything that was good without the old one ends: credentials and feeds.

        Written with the mail that tells its owner.

        Raises `StaleError` when the account changed since it was read; `fresh` is the one login that is left.
        """

    def end_sessions(self, account: Account, ended: Sequence[Session], read: Sequence[Credential]) -> None:
        """All at once; raises `StaleError` when somebody logged in since the account was read."""

    def queue_account_exists(self, user_id: str, intent: OutboxEntry, not_since: datetime) -> bool:
        """Queue the notice unless one was queued after `not_since`; whether it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a proven sign-up writes: the account, in place of whoever had the address, and the end of the others."""

    account: Account
    before: Account | None  # an account that was written before sign-ups were kept apart, and never proven
    held_by: str | None  # whose the address was when it was read
    sign_up: SignUp
    code_mac: str
    others: Sequence[SignUp]


class SignUps(Protocol):
    def of(self, email: str) -> AddressState: ...
    def add(self, sign_up: SignUp, ended: Sequence[SignUp], intent: OutboxEntry | None = None) -> None:
        """Written with the intent to mail its code; `ended` make room for it."""

    def await_code(self, email: str, sign_up_id: str, request_id: str) -> None:
        """Another code was asked for: those before it are over, also those that are still to be mailed."""

    def find(self, sign_up_id: str) -> SignUp | None: ...
    def arm(self, sign_up: SignUp, request_id: str, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        """Set the code of the newest request, at most once a claim of its intent and in the order of the claims.

        False when a newer request or claim has replaced it: a write that arrives late must not open a code again.
        """

    def count_guess(self, email: str, sign_up_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        """Count one guess in one conditional write and return the code's MAC; None when none may be guessed."""

    def prove(self, proof: Proof) -> None:
        """All or nothing. Raises `OtpInvalidError` when the code was used or replaced meanwhile.

        `UsernameTakenError` when only that stands in the way, `StaleError` when the address is not what it was.
        """


class People(Protocol):
    """Everybody who can be enrolled: accounts, guests and kept attendee records, by one kind of id."""

    def by_ids(self, person_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Person]:
        """Those that there are, in one batch read. Of an account whose address is proven, what the account says."""

    def by_id(self, person_id: str) -> Person | None:
        """The same for a single person, at half the cost where there is a proven account."""

    def by_email(self, address: str) -> Person | None:
        """Whose address it is: an account's or a guest's. What keepers write down about others does not count."""

    def ids_of(self, addresses: Sequence[str]) -> dict[str, str]:
        """Whose these addresses are, by the folded address; what it costs does not tell how many are anybody's."""

    def guest(self, email: str, now: datetime, *, locale: str | None = None) -> Person:
        """The one person who has the address; made at the first contact, without a name: anybody can write one."""

    def kept(self, keeper_id: str, attendee_id: str) -> Person | None:
        """Somebody of whom the keeper keeps a record; None for everybody else's, and for the keeper's own."""


class Sessions(Protocol):
    def get(self, claims: Claims) -> Session | None: ...
    def add(
        self,
        account: Account,
        session: Session,
        ended: Sequence[Session],
        rehashed: str | None,
        notice: OutboxEntry | None = None,
    ) -> None:
        """Written with the account's networks, and the mail to its owner if the network is a new one.

        Raises `StaleError` when the account changed since it was read.
        """

    def rotate(self, session: Session, expected: str) -> bool:
        """Write the session if its current token is still `expected`; one conditional write."""

    def end(self, user_id: str, session_id: str) -> None: ...
    def end_stolen(self, user_id: str, session_id: str, notice: OutboxEntry) -> bool:
        """End it and tell its owner, all or nothing; whether it was there: what is over is told once."""


class Passwords(Protocol):
    def hash(self, password: str, *, salt: bytes | None = None) -> str:
        """With a salt of its own, unless one is given: `among` finds hashes of one salt at the price of one."""

    def among(self, password_hashes: Sequence[str], password: str) -> frozenset[str]:
        """Those that the password is good for; none takes as long as one, and as do those of one salt."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """None is checked against a dummy hash, so that an unknown account takes as long as a known one."""

    def outdated(self, password_hash: str) -> bool: ...
    def weakness(self, password: str, *, personal: Sequence[str]) -> str | None:
        """Why the password is refused, as a sentence, or None."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess at a password that was counted as failed before it was looked at."""

    failures_keys: Sequence[str]  # one for each key of the ring, the newest first
    network_keys: Sequence[str]


class Guesses(Protocol):
    def begin(self, whose: str, network: str) -> Guess | None:
        """Count a guess as failed, so that many at once are no way around it. Raises `TooManyRequestsError`.

        `whose` is an account's id, or what was typed where there is none: an unknown name is limited like a known one.
        None where there are no limits.
        """

    def succeeded(self, guess: Guess | None) -> None:
        """Nothing is held against this network any more, and it is one of the account's own."""

    def forgive(self, whose: str, network: str) -> None:
        """The same for whoever has proven otherwise whose account it is."""


class Tokens(Protocol):
    def access(self, user_id: str, session_id: str, now: datetime) -> str: ...
    def first_refresh(self, user_id: str, session_id: str) -> str: ...
    def successors(self, refresh: str) -> Sequence[str]: ...
    def parse_refresh(self, refresh: str) -> Claims | None: ...
    def digest(self, refresh: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedCodePorts:
    """What everybody works with who mails a code or a key, and takes it back."""

    accounts: Accounts
    sign_ups: SignUps
    passwords: Passwords
    macs: Macs
    outbox: Outbox
    queue: Queue
    clock: Clock
    new_id: NewId
