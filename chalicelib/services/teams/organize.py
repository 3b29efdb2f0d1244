"""The owner's side: who is in the team of an event, who is invited, in which role, and who is not any more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import Principal, fold_email
from chalicelib.domain.accounts.teams import (
    Invitation,
    Member,
    MemberName,
    Membership,
    MemberState,
    Team,
    TeamRole,
    joined,
    left,
)
from chalicelib.domain.errors import (
    AlreadyInTeamError,
    BusyError,
    EmailNotVerifiedError,
    NotFoundError,
    TeamFullError,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import INVITATION_LIFE, MAX_TEAM
from chalicelib.domain.shared.times import stamp, to_milliseconds
from chalicelib.services.events.access import EventAction, acting_as, stop_unless_may, visible_with_seats
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.rate_limits import Scope, count_mail_by, of_actor
from chalicelib.services.teams.mailboxes import mailboxes_of
from chalicelib.services.teams.names import TeamNames
from chalicelib.services.teams.ports import AccountChange, TeamChange, TeamPorts

AGAIN = timedelta(minutes=10)  # until then the same invitation once more is a repeat, and sends nothing
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRequest:
    """Whom to invite as what: to one event, or to all events of its owner."""

    event_id: str
    email: str
    role: TeamRole
    all_events: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """One entry as its organizer sees it: the name is a member's, the address that of an open invitation."""

    member: Member
    all_events: bool
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry is."""

    event: Event
    team: Team
    member: Member


class EventTeams:
    def __init__(self, ports: TeamPorts, names: TeamNames) -> None:
        self._ports = ports
        self._names = names

    def members(self, principal: Principal, event_id: str) -> list[TeamMember]:
        """Everybody in the team of an event and in that of all events of its owner, in the order of inviting.

        Members whose account is gone are not shown; addresses only to who may change the team.
        Raises `NotFoundError`, `ForbiddenError`.
        """
        event = self._event(principal, event_id, EventAction.SEE_TEAM)
        now = self._now()
        teams = self._teams_of(event)
        present = [(team, member) for team in teams for member in team.present(now)]
        names = self._names.of(principal, event, [member for _, member in present])
        return [_shown(team, member, names[member.id]) for team, member in present if member.id in names]

    def invite(self, principal: Principal, request: InvitationRequest) -> TeamMember:
        """Mail an invitation; to the same address again within ten minutes is the same one, and sends nothing.

        Whether the address has an account is not looked at here: no answer, and no time, tells it. Raises
        `NotFoundError`, `ForbiddenError`, `EmailNotVerifiedError`, `AlreadyInTeamError`, `TeamFullError`,
        `TooManyRequestsError`.
        """
        event = self._event(principal, request.event_id, EventAction.CHANGE_TEAM)
        if not principal.email_verified:
            raise EmailNotVerifiedError
        empty = _empty_team(event, all_events=request.all_events)
        by = acting_as(event, principal, EventAction.CHANGE_TEAM)
        return _Inviting(self._ports, self._names, principal, request, empty, by).run()

    def change_role(
        self, principal: Principal, event_id: str, member_id: str, rewrite: Callable[[TeamRole], TeamRole]
    ) -> TeamMember:
        """The role that `rewrite` makes of the present one, in force at the member's next request.

        Raises `NotFoundError`, `ForbiddenError`, `BusyError`.
        """

        def changed(place: _Place) -> Member | None:
            if place.member.state is MemberState.DECLINED:
                raise NotFoundError
            return replace(place.member, role=rewrite(place.member.role))

        place = self._change(principal, event_id, member_id, changed)
        names = self._names.of(principal, place.event, [place.member])
        return _shown(place.team, place.member, names.get(place.member.id, MemberName()))

    def remove(self, principal: Principal, event_id: str, member_id: str) -> None:
        """A member from their next request on, or an invitation. Raises as above."""
        self._change(principal, event_id, member_id, lambda _: None)

    def _change(
        self, principal: Principal, event_id: str, member_id: str, changed: Callable[[_Place], Member | None]
    ) -> _Place:
        event = self._event(principal, event_id, EventAction.CHANGE_TEAM)
        for _ in range(_TRIES):
            now = self._now()
            place = self._place(event, member_id, now)
            after = changed(place)
            if after == place.member:
                return place
            team = place.team.having(after, now) if after else place.team.without({member_id}, now)
            ends = [] if after or place.member.is_in else [(place.member.mailbox, member_id)]
            account, by = self._account_change(place, after), acting_as(event, principal, EventAction.CHANGE_TEAM)
            change = TeamChange(before=place.team, team=team, by=by, at=now, account=account, answered=ends)
            try:
                self._ports.teams.write(change)
            except StaleError:
                continue
            return _Place(event, team, after or place.member)
        raise BusyError

    def _account_change(self, place: _Place, after: Member | None) -> AccountChange | None:
        """What a member's account has of the entry; one that is gone, or has another one meanwhile, stays as it is."""
        details = self._ports.accounts.details(place.member.user_id) if place.member.user_id else None
        if details is None:
            return None
        held = next((one for one in details.account.teams if one.member_id == place.member.id), None)
        if held is None:
            return None
        teams = left(details.account.teams, held.member_id)
        if after is not None:
            teams = joined(teams, Membership(held.scope, after.role, held.member_id))
        return AccountChange(details.account, teams, details.credentials)

    def _place(self, event: Event, member_id: str, now: datetime) -> _Place:
        for team in self._teams_of(event):
            member = team.find(member_id)
            if member is not None and not member.is_over(now):
                return _Place(event, team, member)
        raise NotFoundError

    def _teams_of(self, event: Event) -> list[Team]:
        return read_teams(self._ports, [_empty_team(event, all_events=False), _empty_team(event, all_events=True)])

    def _event(self, principal: Principal, event_id: str, action: EventAction) -> Event:
        found = self._ports.events.with_seats(event_id, consistent=True) if ids.is_ulid(event_id) else None
        event, _ = visible_with_seats(found, principal)
        stop_unless_may(principal, action, event)
        return event

    def _now(self) -> datetime:
        return to_milliseconds(self._ports.clock())


@dataclass(slots=True)
class _Inviting:
    """One request's invitation: its tries count one mail."""

    ports: TeamPorts
    names: TeamNames
    principal: Principal
    request: InvitationRequest
    empty: Team
    by: str
    is_counted: bool = False

    def run(self) -> TeamMember:
        mailboxes = mailboxes_of(self.ports.macs, self.request.email)
        for _ in range(_TRIES):
            now = to_milliseconds(self.ports.clock())
            [team] = read_teams(self.ports, [self.empty])
            known = team.with_mailbox(mailboxes)
            if known is not None and self._is_answer(known, now):
                return self._shown(team, known)
            self._stop_if_full(team, known, now)
            self._count(team.scope)
            member = self._invited(known, mailboxes[0], now)
            change = self._change(team, member, now)
            try:
                self.ports.teams.write(change)
            except StaleError:
                continue
            assert change.mail is not None
            self.ports.queue.push(change.mail)
            return self._shown(change.team, member)
        raise BusyError

    def _is_answer(self, known: Member, now: datetime) -> bool:
        """Whether nothing is left to do. Raises `AlreadyInTeamError`."""
        if known.is_in:
            if known.role is not self.request.role:
                raise AlreadyInTeamError
            return True
        return known.is_open(now) and known.role is self.request.role and now < known.since + AGAIN

    def _stop_if_full(self, team: Team, known: Member | None, now: datetime) -> None:
        present = team.present(now)
        if known not in present and len(present) >= MAX_TEAM:
            raise TeamFullError

    def _count(self, scope: str) -> None:
        """One mail to somebody else: of one team to one address, of one organizer, of all organizers to one address."""
        if self.is_counted:
            return
        limiter, limits, address = self.ports.limiter, self.ports.limits, fold_email(self.request.email)
        limiter.count(Scope.TEAM_INVITATION, of_actor(address, scope), limits.team_invitation)
        count_mail_by(limiter, limits, address, by=self.principal.user_id)
        self.is_counted = True

    def _invited(self, known: Member | None, mailbox: str, now: datetime) -> Member:
        return Member(
            id=known.id if known else self.ports.new_id(now),
            role=self.request.role,
            state=MemberState.INVITED,
            since=now,
            mailbox=known.mailbox if known else mailbox,
            expires_at=now + INVITATION_LIFE,
        )

    def _change(self, team: Team, member: Member, now: datetime) -> TeamChange:
        assert member.expires_at is not None
        invited = Invitation(
            member_id=member.id,
            mailbox=member.mailbox,
            email=self.request.email,
            owner_id=team.owner_id,
            event_id=team.event_id,
            expires_at=member.expires_at,
        )
        about = {"mailbox": member.mailbox, "at": stamp(member.since)}
        entry_id = self.ports.new_id(now)
        mail = new_entry(OutboxKind.TEAM_INVITATION, member.id, about, now=now, entry_id=entry_id)
        after = team.having(member, now)
        return TeamChange(before=team, team=after, by=self.by, at=now, invited=invited, mail=mail)

    def _shown(self, team: Team, member: Member) -> TeamMember:
        """To a member nothing is said that the list does not say."""
        if not member.is_in:
            return _shown(team, member, MemberName(email=self.request.email))
        return _shown(team, member, self.names.of_members([member]).get(member.id, MemberName()))


def read_teams(ports: TeamPorts, empty: Sequence[Team]) -> list[Team]:
    """Each as it is stored, in this order; one that is not is as it was given."""
    stored = ports.teams.read([team.scope for team in empty])
    return [stored.get(team.scope, team) for team in empty]


def _empty_team(event: Event, *, all_events: bool) -> Team:
    return Team(owner_id=event.organizer_id, event_id=None if all_events else event.id)


def _shown(team: Team, member: Member, named: MemberName) -> TeamMember:
    return TeamMember(member=member, all_events=team.event_id is None, name=named.name, email=named.email)
