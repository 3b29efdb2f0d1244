"""Teams and invitations to items and back."""

import json
from datetime import datetime
from typing import Any

from chalicelib.domain.accounts.teams import Invitation, Member, MemberState, Team, TeamRole
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import TeamInvitationItem, TeamItem
from chalicelib.store.dynamo.text import at_millis, compact, epoch, millis, time_of


def team_item(team: Team) -> TeamItem:
    pk, sk = keys.team(team.scope)
    members = compact([_entry(member) for member in team.members])
    return TeamItem(pk, sk, owner=team.owner_id, version=team.version, members=members)


def _entry(member: Member) -> dict[str, Any]:
    entry = {
        "i": member.id,
        "r": member.role.value,
        "s": member.state.value,
        "t": millis(member.since),
        "m": member.mailbox,
        "x": millis(member.expires_at),
        "u": member.user_id,
    }
    return {name: value for name, value in entry.items() if value is not None}


def to_team(item: TeamItem) -> Team:
    scope = item.pk.split("#", 1)[1]
    return Team(
        owner_id=item.owner,
        event_id=None if scope == item.owner else scope,
        version=int(item.version),
        members=tuple(_member(entry) for entry in json.loads(item.members)),
    )


def _member(entry: dict[str, Any]) -> Member:
    expires_at: datetime | None = time_of(entry.get("x"))
    return Member(
        id=entry["i"],
        role=TeamRole(entry["r"]),
        state=MemberState(entry["s"]),
        since=at_millis(entry["t"]),
        mailbox=entry["m"],
        expires_at=expires_at,
        user_id=entry.get("u"),
    )


def team_invitation_item(invitation: Invitation) -> TeamInvitationItem:
    pk, sk = keys.team_invitation(invitation.mailbox, invitation.member_id)
    return TeamInvitationItem(
        pk,
        sk,
        email=invitation.email,
        owner=invitation.owner_id,
        event=invitation.event_id,
        expires_at=stamp(invitation.expires_at),
        expires=epoch(invitation.expires_at),
    )


def to_team_invitation(item: TeamInvitationItem) -> Invitation:
    return Invitation(
        member_id=str(item.sk),
        mailbox=item.pk.split("#", 1)[1],
        email=item.email,
        owner_id=item.owner,
        event_id=item.event,
        expires_at=unstamp(item.expires_at),
    )
