"""The other side: what one is invited to, accepting and declining it, the teams one is in, and leaving them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Account, Principal
from chalicelib.domain.accounts.teams import Invitation, Member, Membership, MemberState, Team, TeamRole, joined, left
from chalicelib.domain.enrollments.enrollment import team_actor
from chalicelib.domain.errors import (
    BusyError,
    ForbiddenError,
    NotFoundError,
    TooManyTeamsError,
    UnauthenticatedError,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.shared.limits import INVITATION_LIFE, MAX_TEAMS
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.ports import AccountDetails
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.teams.links import TeamLinks
from chalicelib.services.teams.mailboxes import mailboxes_of
from chalicelib.services.teams.organize import read_teams
from chalicelib.services.teams.ports import AccountChange, TeamChange, TeamPorts

_TRIES = 5
_GONE = "This invitation is over, was answered, or is to another address."


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """An invitation as the invited person sees it; `event` None: to all events of the owner."""

    member: Member
    owner: str
    event: Event | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """A team that the caller is in; `event` None: of all events of the owner."""

    member_id: str
    role: TeamRole
    owner_id: str
    owner: str
    event: Event | None


@dataclass(frozen=True, slots=True)
class _Open:
    """An invitation that can be accepted, with the team as it was read."""

    invitation: Invitation
    team: Team
    view: InvitationView


class Participation:
    def __init__(self, ports: TeamPorts, links: TeamLinks) -> None:
        self._ports = ports
        self._links = links

    def invitations(self, principal: Principal) -> list[InvitationView]:
        """Those that are open to the caller's own address, which is proven; the oldest first."""
        found = self._open(self._to(self._details(principal).account))
        return sorted((one.view for one in found), key=lambda view: view.member.since)

    def by_link(self, token: str) -> InvitationView:
        """What a mailed link is about; nothing is changed. Raises `NotFoundError`."""
        return self._linked(token).view

    def accept(self, principal: Principal, member_id: str) -> TeamView:
        """The caller is in the team from their next request on; again is the same.

        Only an account that has proven the invited address can. Raises `NotFoundError`, `ForbiddenError` for the owner,
        `TooManyTeamsError`, `BusyError`.
        """
        for _ in range(_TRIES):
            details = self._details(principal)
            held = next((one for one in details.account.teams if one.member_id == member_id), None)
            if held is not None:
                return self._team(held)
            invitation = next((one for one in self._to(details.account) if one.member_id == member_id), None)
            if invitation is None:
                raise NotFoundError(_GONE)
            found = self._open([invitation])
            if not found:
                raise NotFoundError(_GONE)
            team, view = found[0].team, found[0].view
            if team.owner_id == principal.user_id:
                raise ForbiddenError("These are your own events.")
            try:
                self._ports.teams.write(self._joining(details, team, view.member))
            except StaleError:
                continue
            return TeamView(
                member_id=member_id,
                role=view.member.role,
                owner_id=team.owner_id,
                owner=view.owner,
                event=view.event,
            )
        raise BusyError

    def decline(self, principal: Principal, member_id: str) -> None:
        """Raises `NotFoundError`, `BusyError`."""
        for _ in range(_TRIES):
            found = self._to(self._details(principal).account)
            invitation = next((one for one in found if one.member_id == member_id), None)
            if invitation is None:
                raise NotFoundError(_GONE)
            [team] = read_teams(self._ports, [invitation.team])
            if self._declined(invitation, team):
                return
        raise BusyError

    def decline_by_link(self, token: str) -> InvitationView:
        """By whoever has the mail, without a login. Raises as above."""
        for _ in range(_TRIES):
            found = self._linked(token)
            if self._declined(found.invitation, found.team):
                return replace(found.view, member=replace(found.view.member, state=MemberState.DECLINED))
        raise BusyError

    def teams(self, principal: Principal) -> list[TeamView]:
        """The teams that the caller is in, as their session says; those of events that are deleted are left out."""
        events = self._ports.events.by_ids([one.scope for one in principal.teams])
        owners = {one.scope for one in principal.teams} - set(events)
        names = self._ports.accounts.by_ids([*owners, *(event.organizer_id for event in events.values())])
        views = [self._seen(one, events.get(one.scope), names) for one in principal.teams]
        return [view for view in views if view]

    def find(self, principal: Principal, member_id: str) -> TeamView:
        """One of them. Raises `NotFoundError`."""
        found = next((view for view in self.teams(principal) if view.member_id == member_id), None)
        if found is None:
            raise NotFoundError
        return found

    def leave(self, principal: Principal, member_id: str) -> None:
        """Raises `NotFoundError`, `BusyError`."""
        for _ in range(_TRIES):
            details = self._details(principal)
            held = next((one for one in details.account.teams if one.member_id == member_id), None)
            if held is None:
                raise NotFoundError
            team = self._ports.teams.read([held.scope]).get(held.scope)
            if team is None:
                raise NotFoundError
            change = AccountChange(details.account, left(details.account.teams, member_id), details.credentials)
            try:
                now, by = self._now(), team_actor(member_id)
                after = team.without({member_id}, now)
                self._ports.teams.write(TeamChange(before=team, team=after, by=by, at=now, account=change))
            except StaleError:
                continue
            return
        raise BusyError

    def _joining(self, details: AccountDetails, team: Team, invited: Member) -> TeamChange:
        account, now = details.account, self._now()
        new = Membership(team.scope, invited.role, invited.id)
        teams = joined(self._room(account), new)
        if len(teams) > MAX_TEAMS:
            raise TooManyTeamsError
        member = replace(invited, state=MemberState.MEMBER, since=now, expires_at=None, user_id=account.id)
        before = {one.id for one in team.members if one.user_id == account.id}  # invited at another address, too
        after = replace(team.without(before, now), version=team.version).having(member, now)
        change = AccountChange(account, teams, details.credentials)
        answered, by = [(invited.mailbox, invited.id)], team_actor(invited.id)
        return TeamChange(before=team, team=after, by=by, at=now, account=change, answered=answered)

    def _room(self, account: Account) -> tuple[Membership, ...]:
        """Teams of events that are deleted make room for a new one."""
        if len(account.teams) < MAX_TEAMS:
            return account.teams
        events = self._ports.events.by_ids([one.scope for one in account.teams])
        gone = {event.id for event in events.values() if event.status is EventStatus.DELETED}
        return tuple(one for one in account.teams if one.scope not in gone)

    def _declined(self, invitation: Invitation, team: Team) -> bool:
        """Whether it was written; the owner sees it as long as the invitation would have been open."""
        now = self._now()
        member = team.find(invitation.member_id)
        if member is None or not member.is_open(now):
            raise NotFoundError(_GONE)
        after = replace(member, state=MemberState.DECLINED, since=now, expires_at=now + INVITATION_LIFE)
        ended = [(invitation.mailbox, invitation.member_id)]
        try:
            by, declined = team_actor(member.id), team.having(after, now)
            self._ports.teams.write(TeamChange(before=team, team=declined, by=by, at=now, answered=ended))
        except StaleError:
            return False
        return True

    def _linked(self, token: str) -> "_Open":
        key = self._links.read(token)
        invitation = self._ports.teams.invitation(key.mailbox, key.member_id) if key else None
        found = self._open([invitation]) if invitation else []
        if not found:
            raise NotFoundError(_GONE)
        return found[0]

    def _open(self, found: Sequence[Invitation]) -> "list[_Open]":
        """Those that can be accepted: the team says so, and who invited and what they are to are there.

        Nobody joins by the word of an account that is disabled or closed; opened again, its word is good again.
        """
        ports, now = self._ports, self._now()
        teams = read_teams(ports, [one.team for one in found])
        events = ports.events.by_ids([one.event_id for one in found if one.event_id])
        owners = ports.accounts.by_ids([one.owner_id for one in found])
        result = []
        for invitation, team in zip(found, teams, strict=True):
            member, owner = team.find(invitation.member_id), owners.get(team.owner_id)
            event = events.get(invitation.event_id or "")
            is_there = invitation.event_id is None or (event is not None and event.status is not EventStatus.DELETED)
            if member is not None and member.is_open(now) and owner is not None and owner.is_in_use and is_there:
                view = InvitationView(member=member, owner=owner.name, event=event)
                result.append(_Open(invitation, team, view))
        return result

    def _team(self, held: Membership) -> TeamView:
        event = self._ports.events.by_ids([held.scope]).get(held.scope)
        owner_id = event.organizer_id if event else held.scope
        view = self._seen(held, event, self._ports.accounts.by_ids([owner_id]))
        if view is None:
            raise NotFoundError
        return view

    @staticmethod
    def _seen(held: Membership, event: Event | None, accounts: "dict[str, Account]") -> TeamView | None:
        owner_id = event.organizer_id if event else held.scope
        if owner_id not in accounts or (event and event.status is EventStatus.DELETED):
            return None
        owner = accounts[owner_id].name
        return TeamView(member_id=held.member_id, role=held.role, owner_id=owner_id, owner=owner, event=event)

    def _to(self, account: Account) -> Sequence[Invitation]:
        if not account.email_verified:
            return ()
        return self._ports.teams.invitations_to(mailboxes_of(self._ports.macs, account.email))

    def _details(self, principal: Principal) -> AccountDetails:
        details = self._ports.accounts.details(principal.user_id)
        if details is None:
            raise UnauthenticatedError
        return details

    def _now(self) -> datetime:
        return to_milliseconds(self._ports.clock())
