"""What happened to the team of an event and to the keys for its door: written with each change (docs/adr/0050)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.accounts.account import ApiKey
from chalicelib.domain.accounts.teams import Member, MemberState, Team, TeamRole
from chalicelib.domain.enrollments.enrollment import member_of


class TeamStep(StrEnum):
    """What became of one entry of a team. The values are stored: they never change."""

    INVITED = "invited"
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # an invitation that was open
    ROLE_CHANGED = "role_changed"
    REMOVED = "removed"
    LEFT = "left"


class KeyStep(StrEnum):
    """What became of a key for a door. The values are stored: they never change."""

    MADE = "key_made"
    REVOKED = "key_revoked"
    ENDED = "key_ended"  # with all access to the account that it stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEntry:
    """One change of one entry of a team. No name and no address is in it."""

    scope: str  # the event, or the owner whose events these are
    at: datetime
    version: int  # of the team
    step: TeamStep
    actor: str
    member_id: str
    role: TeamRole  # afterwards, or the last one
    was: TeamRole | None = None  # of a role that is another one since
    user_id: str | None = None  # whose entry it is, once they are in

    @property
    def whose(self) -> tuple[str, str | None]:
        return self.member_id, self.user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One change of an API key for the door of an event."""

    event_id: str
    at: datetime
    step: KeyStep
    actor: str
    key_id: str


def key_entry(key: ApiKey, step: KeyStep, *, actor: str, at: datetime) -> KeyEntry | None:
    """None for a key that is for no door."""
    if key.event_id is None:
        return None
    return KeyEntry(event_id=key.event_id, at=at, step=step, actor=actor, key_id=key.id)


def team_entries(before: Team, after: Team, *, actor: str, at: datetime) -> Iterator[TeamEntry]:
    """One entry for each member who is another one since; none for invitations that were over by themselves."""
    for member in dict.fromkeys([*(one.id for one in before.members), *(one.id for one in after.members)]):
        was, now = before.find(member), after.find(member)
        step = _step(was, now, actor=actor, at=at)
        shown = now or was
        if step is None or shown is None:
            continue
        yield TeamEntry(
            scope=after.scope,
            at=at,
            version=after.version,
            step=step,
            actor=actor,
            member_id=member,
            role=shown.role,
            was=was.role if was and step is TeamStep.ROLE_CHANGED else None,
            user_id=shown.user_id,
        )


def _step(was: Member | None, now: Member | None, *, actor: str, at: datetime) -> TeamStep | None:
    if now is None:
        return _end_of(was, actor=actor, at=at) if was else None
    if was is not None and (was.state, was.since) == (now.state, now.since):
        return TeamStep.ROLE_CHANGED if was.role is not now.role else None
    return {
        MemberState.INVITED: TeamStep.INVITED,
        MemberState.MEMBER: TeamStep.JOINED,
        MemberState.DECLINED: TeamStep.DECLINED,
    }[now.state]


def _end_of(was: Member, *, actor: str, at: datetime) -> TeamStep | None:
    if was.is_over(at):
        return None
    if was.state is MemberState.INVITED:
        return TeamStep.WITHDRAWN
    return TeamStep.LEFT if was.is_in and member_of(actor) is not None else TeamStep.REMOVED
