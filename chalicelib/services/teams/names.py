"""How entries of a team are named to who may see the team: the one place that says so."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.teams import Member, MemberName, MemberState
from chalicelib.domain.events.event import Event
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.access import EventAction, may
from chalicelib.services.teams.ports import Teams


class TeamNames:
    """Members have the name of their account as it is now, open invitations their address, which is shown only to who
    may change the team. An entry whose account is gone is left out.
    """

    def __init__(self, teams: Teams, accounts: Accounts) -> None:
        self._teams = teams
        self._accounts = accounts

    def of(self, principal: Principal, event: Event, members: Sequence[Member]) -> Mapping[str, MemberName]:
        """By the id of the entry."""
        may_change = may(principal, EventAction.CHANGE_TEAM, event)
        waiting = [(one.mailbox, one.id) for one in members if one.state is MemberState.INVITED and may_change]
        invitations = self._teams.invitations(waiting) if waiting else {}
        invited = {one_id: MemberName(email=one.email) for one_id, one in invitations.items()}
        return {**self.of_members(members), **invited}

    def of_members(self, members: Sequence[Member]) -> Mapping[str, MemberName]:
        """Without the address of anybody."""
        return self._named({one.id: one.user_id for one in members})

    def of_entries(
        self, principal: Principal, event: Event, entries: Collection[tuple[str, str | None]], *, now: datetime
    ) -> Mapping[tuple[str, str | None], MemberName]:
        """By the id and the account of entries that may not be in the team any more; None: they were of nobody yet."""
        teams = self._teams.read([event.id, event.organizer_id]).values()
        wanted = {one_id for one_id, _ in entries}
        present = [one for team in teams for one in team.present(now) if one.id in wanted]
        there = {one.id for one in present}
        known = self.of(principal, event, present)
        gone = self._named({one_id: user_id for one_id, user_id in entries if user_id and one_id not in there})
        found = {one: (known if one[0] in there else gone).get(one[0]) for one in entries if one[0] in there or one[1]}
        return {one: named for one, named in found.items() if named}

    def _named(self, user_ids: Mapping[str, str | None]) -> Mapping[str, MemberName]:
        known = [user_id for user_id in user_ids.values() if user_id]
        accounts = self._accounts.by_ids(known) if known else {}
        return {
            one_id: MemberName(name=(accounts[user_id].display_name or None) if user_id else None)
            for one_id, user_id in user_ids.items()
            if user_id is None or user_id in accounts
        }
