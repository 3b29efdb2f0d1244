"""People of an event: whom its owner lets work on it, and how they come to do so."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class TeamRole(StrEnum):
    """What a member may do is the table in `services/events/access.py`."""

    MANAGER = "manager"
    VIEWER = "viewer"
    CHECK_IN = "check_in"


@dataclass(frozen=True, slots=True)
class Membership:
    """What one account may do: at one event, or (`scope` is an owner) at all events of somebody."""

    scope: str
    role: TeamRole
    member_id: str  # of the entry in the team: what others know them by


class MemberState(StrEnum):
    INVITED = "invited"
    MEMBER = "member"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of a team. It has no address: that of an invitation is kept apart, and only while it is open."""

    id: str
    role: TeamRole
    state: MemberState
    since: datetime  # when they were invited last, or joined, or declined
    mailbox: str  # a keyed digest of the address that was invited
    expires_at: datetime | None = None  # of an invitation; one that is over is as if it had never been
    user_id: str | None = None  # of a member

    @property
    def is_in(self) -> bool:
        return self.state is MemberState.MEMBER

    def is_open(self, now: datetime) -> bool:
        """Whether this is an invitation that can be accepted."""
        return self.state is MemberState.INVITED and self.expires_at is not None and now < self.expires_at

    def is_over(self, now: datetime) -> bool:
        return not self.is_in and (self.expires_at is None or self.expires_at <= now)


@dataclass(frozen=True, slots=True)
class MemberName:
    """How one entry is named to a reader: by the account of a member, by the address of an open invitation."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The people of one event, or of all events of one owner. It is read and written as one thing."""

    owner_id: str
    event_id: str | None = None  # None: of all events of the owner
    version: int = 0  # 0: nothing is stored
    members: tuple[Member, ...] = ()

    @property
    def scope(self) -> str:
        return self.event_id or self.owner_id

    def find(self, member_id: str) -> Member | None:
        return next((member for member in self.members if member.id == member_id), None)

    def with_mailbox(self, mailboxes: Collection[str]) -> Member | None:
        """Whoever was invited at an address; it has a digest for each key that is still known."""
        return next((member for member in self.members if member.mailbox in mailboxes), None)

    def present(self, now: datetime) -> tuple[Member, ...]:
        """Without invitations that are over."""
        return tuple(member for member in self.members if not member.is_over(now))

    def having(self, member: Member, now: datetime) -> "Team":
        """The next version, with the entry in its place, or at the end. What is over goes."""
        known = self.find(member.id) is not None
        members = [member if one.id == member.id else one for one in self.members]
        return self._next(members if known else [*members, member], now)

    def without(self, gone: Collection[str], now: datetime) -> "Team":
        return self._next([member for member in self.members if member.id not in gone], now)

    def _next(self, members: Iterable[Member], now: datetime) -> "Team":
        left = tuple(member for member in members if not member.is_over(now))
        return replace(self, version=self.version + 1, members=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is invited to what: kept until it is answered or over, and read by its mail and by whoever has the address.

    Whether it is open, and as what, says the team.
    """

    member_id: str
    mailbox: str
    email: str
    owner_id: str
    event_id: str | None
    expires_at: datetime

    @property
    def team(self) -> Team:
        """Which team it is to, before that was read."""
        return Team(owner_id=self.owner_id, event_id=self.event_id)


def joined(memberships: Sequence[Membership], new: Membership) -> tuple[Membership, ...]:
    """With one more; an account is in a team once."""
    return (*(one for one in memberships if one.scope != new.scope), new)


def left(memberships: Sequence[Membership], member_id: str) -> tuple[Membership, ...]:
    return tuple(one for one in memberships if one.member_id != member_id)
