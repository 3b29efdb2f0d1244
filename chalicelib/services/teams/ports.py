"""The port to stored teams, and what everybody works with who changes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Account, Credential, Session
from chalicelib.domain.accounts.teams import Invitation, Membership, Team
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue
from chalicelib.services.shared.rate_limits import Limiter


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An account as it was read with its credentials, and what it is in now: its logins have a copy of that."""

    account: Account
    teams: tuple[Membership, ...]
    credentials: Sequence[Credential]

    @property
    def sessions(self) -> Sequence[Session]:
        return [one for one in self.credentials if isinstance(one, Session)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChange:
    """The next version of a team with everything that follows from it. `by` is who changes it, as trails note them."""

    before: Team
    team: Team
    by: str
    at: datetime
    account: AccountChange | None = None
    invited: Invitation | None = None
    mail: OutboxEntry | None = None
    answered: Sequence[tuple[str, str]] = ()  # invitations that end: mailbox and member


class Teams(Protocol):
    def read(self, scopes: Sequence[str]) -> Mapping[str, Team]:
        """Those that are stored, consistently."""

    def write(self, change: TeamChange) -> None:
        """All or nothing, with an entry for each member who is another one since.

        Raises `StaleError` when the team, the account or one of its logins is not what it was.
        """

    def invitation(self, mailbox: str, member_id: str) -> Invitation | None: ...
    def invitations(self, keys: Sequence[tuple[str, str]]) -> Mapping[str, Invitation]:
        """Those that there are, by member."""

    def invitations_to(self, mailboxes: Sequence[str]) -> Sequence[Invitation]:
        """All of one address, which has a digest for each key that is still known. Consistent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPorts:
    teams: Teams
    events: Events
    accounts: Accounts
    macs: Macs
    queue: Queue
    clock: Clock
    new_id: NewId
    limiter: Limiter
    limits: RateLimits
