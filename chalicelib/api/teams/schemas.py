"""Teams on the wire."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.api.http.request.schemas import Body, Email, Out, UtcTime
from chalicelib.domain.accounts.teams import MemberState, TeamRole
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.limits import INVITATION_LIFE, MAX_TEAM, span
from chalicelib.services.teams.organize import TeamMember
from chalicelib.services.teams.take_part import InvitationView, TeamView

READ_ONLY = frozenset({"id", "all_events", "status", "name", "email", "since", "expires_at", "created_at"})
_ROLE = (
    "manager: everything of the event but deleting it and changing its team. viewer: sees drafts and who is enrolled, "
    "without addresses. check_in: the same list, finds people by name, checks them in and takes it back."
)


class InvitationIn(Body):
    """Whom the owner invites as what."""

    email: Email
    role: TeamRole = Field(strict=False, description=_ROLE)
    all_events: bool = Field(
        default=False, description="All events of the owner, those of later included, instead of this one."
    )


class RoleIn(Body):
    role: TeamRole = Field(strict=False, description=_ROLE)


class TeamMemberOut(Out):
    """Somebody in the team, or invited to it."""

    id: str = Field(description="Of this entry. It is not that of an account.")
    role: TeamRole
    all_events: bool = Field(description="Whether they are in the team of all events of the owner.")
    status: MemberState = Field(
        description=f"What became of the invitation. One that was declined is shown for {span(INVITATION_LIFE)}."
    )
    name: str | None = Field(description="A member's own; null until somebody has accepted, and where none is told.")
    email: str | None = Field(
        description="Where an open invitation was sent, for the owner; null otherwise: it is not kept."
    )
    since: UtcTime = Field(description="When they were invited last, joined, or declined.")
    expires_at: UtcTime | None = Field(description="Until when an open invitation can be accepted.")


class TeamOut(Out):
    count: int = Field(description=f"At most {MAX_TEAM} of the event, and as many of all events of its owner.")
    results: list[TeamMemberOut]


class OwnerOut(Out):
    name: str


class TeamEventOut(Out):
    """The event that somebody works on, in short."""

    id: str
    title: str
    starts_at: UtcTime
    timezone: str
    status: Literal["draft", "published", "cancelled", "deleted"]


class InvitationOut(Out):
    """What somebody is invited to."""

    id: str = Field(description="With it one accepts or declines.")
    role: TeamRole
    all_events: bool
    status: MemberState
    owner: OwnerOut
    event: TeamEventOut | None = Field(description="null: all events of the owner.")
    expires_at: UtcTime


class InvitationsOut(Out):
    count: int
    results: list[InvitationOut]


class MyTeamOut(Out):
    """A team that one is in."""

    id: str
    role: TeamRole
    all_events: bool
    owner: OwnerOut
    event: TeamEventOut | None = Field(description="null: all events of the owner; GET /me/teams/{id}/events has them.")


class MyTeamsOut(Out):
    count: int
    results: list[MyTeamOut]


def member_out(listed: TeamMember) -> TeamMemberOut:
    member = listed.member
    return TeamMemberOut(
        id=member.id,
        role=member.role,
        all_events=listed.all_events,
        status=member.state,
        name=listed.name,
        email=listed.email,
        since=member.since,
        expires_at=member.expires_at if member.state is MemberState.INVITED else None,
    )


def _event_out(event: Event | None) -> TeamEventOut | None:
    if event is None:
        return None
    facts = event.facts
    return TeamEventOut(
        id=event.id, title=facts.title, starts_at=facts.starts_at, timezone=facts.timezone, status=event.status.value
    )


def invitation_out(view: InvitationView) -> InvitationOut:
    return InvitationOut(
        id=view.member.id,
        role=view.member.role,
        all_events=view.event is None,
        status=view.member.state,
        owner=OwnerOut(name=view.owner),
        event=_event_out(view.event),
        expires_at=until(view),
    )


def until(view: InvitationView) -> datetime:
    """An invitation that somebody sees has an end."""
    assert view.member.expires_at is not None
    return view.member.expires_at


def my_team_out(view: TeamView) -> MyTeamOut:
    return MyTeamOut(
        id=view.member_id,
        role=view.role,
        all_events=view.event is None,
        owner=OwnerOut(name=view.owner),
        event=_event_out(view.event),
    )
