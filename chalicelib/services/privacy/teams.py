"""Teams when an account is erased: it is in none any more, and those of its own events are dissolved."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from chalicelib.domain.accounts.teams import Member, Team, left
from chalicelib.domain.enrollments.enrollment import SYSTEM
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.privacy.ports import Erased, Erasures
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.services.teams.ports import AccountChange, TeamChange, Teams

_RACES = 10


class ErasedTeams:
    """Every step may be repeated: it finds nothing more to do."""

    def __init__(self, teams: Teams, accounts: Accounts, erasures: Erasures, now: Callable[[], datetime]) -> None:
        self._teams = teams
        self._accounts = accounts
        self._erasures = erasures
        self._now = now

    def leave_all(self, erased: Erased) -> None:
        """Its entries in the teams of others. Raises `TryAgainError`."""
        for scope, member_id in erased.teams:
            self._until_quiet(partial(self._leave, scope, member_id))

    def dissolve(self, scope: str) -> None:
        """The team of one of its events, or of all of them: nobody who was in it is let in there again.

        Raises `TryAgainError`.
        """
        self._until_quiet(partial(self._dissolve, scope))

    def _leave(self, scope: str, member_id: str) -> None:
        team = self._teams.read([scope]).get(scope)
        if team is not None and team.find(member_id) is not None:
            self._write(team, member_id)

    def _dissolve(self, scope: str) -> None:
        team = self._teams.read([scope]).get(scope)
        if team is None:
            return
        for member in team.members:
            ends = [] if member.is_in else [(member.mailbox, member.id)]
            team = self._write(team, member.id, self._account_of(member), ends)
        self._erasures.forget_team(scope)

    def _write(
        self,
        team: Team,
        member_id: str,
        account: AccountChange | None = None,
        answered: Sequence[tuple[str, str]] = (),
    ) -> Team:
        now = self._now()
        after = team.without({member_id}, now)
        self._teams.write(TeamChange(before=team, team=after, by=SYSTEM, at=now, account=account, answered=answered))
        return after

    def _account_of(self, member: Member) -> AccountChange | None:
        details = self._accounts.details(member.user_id) if member.user_id else None
        if details is None or all(one.member_id != member.id for one in details.account.teams):
            return None
        return AccountChange(details.account, left(details.account.teams, member.id), details.credentials)

    @staticmethod
    def _until_quiet(step: Callable[[], None]) -> None:
        for _ in range(_RACES):
            try:
                step()
            except StaleError:
                continue
            return
        raise TryAgainError("the team keeps changing")
