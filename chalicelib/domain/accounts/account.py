"""Accounts and sessions: who somebody is, what they may do, and how one login lives on."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.accounts.teams import Membership
from chalicelib.domain.shared.limits import FRESH_LOGIN, SESSION_LIFE
from chalicelib.domain.shared.networks import NO_NETWORKS, KnownNetworks


class Role(StrEnum):
    SEEKER = "seeker"
    FACILITATOR = "facilitator"
    ADMIN = "admin"


UNNAMED = "Organizer"  # what others see of somebody who has told no name
SELF_CHOSEN = (Role.SEEKER, Role.FACILITATOR)


def fold_email(address: str) -> str:
    """One person, one account: addresses that differ in case or Unicode composition only are the same.

    Not `casefold`: it takes `straße.de` for `strasse.de`, which belong to different people.
    """
    return unicodedata.normalize("NFC", address).lower()


def mailbox_of(address: str) -> str:
    """Whose mailbox a folded address is, where mails are counted: what stands behind a plus is nobody's own.

    As accounts such addresses stay different ones: not every provider delivers them to one person.
    """
    mailbox, at, domain = address.rpartition("@")
    return f"{mailbox.split('+', 1)[0] or mailbox}{at}{domain}"


def fold_username(name: str) -> str:
    """Beyond case and composition: full-width letters and ligatures are the letters that they look like."""
    return unicodedata.normalize("NFKC", name).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What is kept of one; `domain/accounts/second_factor` says which codes are good."""

    sealed: str  # the secret, readable with the key ring only
    since: datetime
    last_step: int  # of the last code that was taken: no code is good twice
    recovery: tuple[str, ...]  # digests of the recovery codes that are left


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with a login; the id is also the id of their attendee record."""

    id: str
    email: str
    username: str | None
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    email_verified: bool
    locale: str
    password_hash: str
    version: int
    created_at: datetime
    updated_at: datetime
    disabled: bool = False
    # How often everything that is good without a password (sessions, calendar addresses) was ended at once.
    revocations: int = 0
    networks: KnownNetworks = NO_NETWORKS
    erases_at: datetime | None = None  # its owner wants it erased then, unless they log in before
    teams: tuple[Membership, ...] = ()  # at events of others
    second_factor: SecondFactor | None = None  # None: the password is enough
    newest: str = ""  # under what the credential is stored that was made last
    embed_on: tuple[str, ...] = ()  # origins whose pages may show the account's events within them
    public_name: str = ""  # as an organizer, where it is another than the person's

    def with_access_ended(self) -> "Account":
        """As it is stored when its password changes or is reset, when it is closed and when it is opened again."""
        return replace(self, revocations=self.revocations + 1)

    @property
    def is_in_use(self) -> bool:
        """Whether it may have logins."""
        return not self.disabled and self.erases_at is None

    def is_open(self, now: datetime) -> bool:
        """Whether its owner may log in: one that is to be erased opens again by that, until its time has come."""
        return not self.disabled and (self.erases_at is None or now < self.erases_at)

    @property
    def name(self) -> str:
        """What others see of an organizer: the public name, else first and last name, else the username.

        Nothing of the address.
        """
        return self.public_name or self.display_name or UNNAMED

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.username or ""


@dataclass(frozen=True, slots=True)
class PublicProfile:
    """What an organizer tells everybody of themselves, beside the name."""

    text: str = ""  # Markdown
    link: str | None = None


NO_PROFILE = PublicProfile()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A wish for an account, as one person wrote it: it becomes one when the code that was mailed for it proves it.

    Several of one address live side by side, each with its own password and its own code, and none of them has the
    address or the username: whoever proves the mailbox gets what that very sign-up says, and the others end.
    """

    id: str  # says nothing of the secret that its sign-up returned
    email: str
    username: str | None
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    locale: str
    password_hash: str
    network: str  # digest of where it was made
    created_at: datetime
    expires_at: datetime

    def becomes(self, user_id: str, now: datetime, *, username: str | None, version: int = 1) -> Account:
        """The account of whoever has proven this sign-up."""
        return Account(
            id=user_id,
            email=self.email,
            username=username,
            first_name=self.first_name,
            last_name=self.last_name,
            roles=self.roles,
            email_verified=True,
            locale=self.locale,
            password_hash=self.password_hash,
            version=version,
            created_at=now,
            updated_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """A wish of an account for another address, which counts when the account sends the code that was mailed there.

    Whoever has the mailbox and is not in the account can do nothing with the code, and the other way round.
    """

    id: str  # of the request that is the newest of its account
    user_id: str
    email: str
    revocations: int  # of the account when it was asked for: a new password ends it
    created_at: datetime
    expires_at: datetime

    def is_good(self, account: Account, now: datetime) -> bool:
        return now < self.expires_at and self.revocations == account.revocations and not account.disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Something that stands for an account without its password, until everything of the kind is ended at once.

    It carries copies of what authentication needs, so that a request reads one item.
    """

    user_id: str
    id: str
    roles: tuple[Role, ...]
    email_verified: bool
    name: str
    created_at: datetime
    expires_at: datetime
    version: int  # of the account when it was copied

    @property
    def ends_at(self) -> datetime:
        return self.expires_at

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Credential):
    """One login."""

    current: str  # hash of the refresh token that is good now
    previous: str  # hash of the one before
    rotated_at: datetime
    network: str = ""  # where the login was made from, as coarse as limits are; empty: nobody knows
    teams: tuple[Membership, ...] = ()

    @property
    def last_used_at(self) -> datetime:
        """Of the refresh token: nothing is written when the access token is used."""
        return self.rotated_at

    @property
    def ends_at(self) -> datetime:
        """Each refresh moves the end, but not beyond the life of a login."""
        return min(self.expires_at, self.created_at + SESSION_LIFE)


class KeyScope(StrEnum):
    """What an API key is good for; `services/accounts/key_scopes` says for which routes."""

    READ = "read"  # what changes nothing
    WRITE = "write"  # what the account may do, but for what is about the account itself
    CHECK_IN = "check-in"  # the door of one event


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Credential):
    """A credential for a program, of which only the hash of its text is kept."""

    label: str  # what its owner calls it
    scope: KeyScope
    event_id: str | None  # of a key for a door
    digest: str
    last_used_at: datetime | None = None  # to within an hour


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose session, or API key, was read and found good."""

    user_id: str
    session_id: str
    roles: tuple[Role, ...]
    email_verified: bool
    name: str = ""
    via_link: bool = False  # the bearer of a mailed link: no login, whoever the link was mailed to
    logged_in_at: datetime | None = None  # when the password was last asked for
    teams: tuple[Membership, ...] = ()  # at events of others, as of this very request
    key_id: str = ""  # of the API key that stands for the account, where no login does
    scope: KeyScope | None = None  # of that key
    door_of: str | None = None  # the event whose door is all that the key is good for

    def is_fresh(self, now: datetime) -> bool:
        """Whether the password was asked for a moment ago: refreshing makes no login younger."""
        return self.logged_in_at is not None and now < self.logged_in_at + FRESH_LOGIN

    def has(self, role: Role) -> bool:
        return role in self.roles or Role.ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class Claims:
    """What a well-signed access token says. Not yet proof: the session may be gone."""

    user_id: str
    session_id: str


def roles_of(names: Sequence[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)
