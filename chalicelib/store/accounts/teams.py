"""Teams: one item each, written with the copies that the accounts and logins of its members have, and with
what happened to it.
"""

from collections.abc import Mapping, Sequence

from chalicelib.domain.accounts.teams import Invitation, Team
from chalicelib.domain.enrollments.team_activity import team_entries
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.teams.ports import AccountChange, TeamChange
from chalicelib.store.accounts import credentials
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import AccountItem, SessionItem, TeamInvitationItem, TeamItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import teams_text
from chalicelib.store.items.activity import team_item
from chalicelib.store.items.teams import team_invitation_item, to_team, to_team_invitation
from chalicelib.store.items.teams import team_item as item_of_team
from chalicelib.store.outbox.outbox import put_entry


class DynamoTeams:
    _transaction = Transaction

    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def read(self, scopes: Sequence[str]) -> Mapping[str, Team]:
        gets = [Get(TeamItem, keys.team(scope), consistent=True) for scope in dict.fromkeys(scopes)]
        teams = [to_team(TeamItem.from_raw_data(raw)) for raw in self._dynamo.batch_get(gets) if raw]
        return {team.scope: team for team in teams}

    def write(self, change: TeamChange) -> None:
        team = change.team
        transaction = self._transaction(self._dynamo)
        first = TeamItem.pk.does_not_exist()
        transaction.put("team", item_of_team(team), TeamItem.version == team.version - 1 if team.version > 1 else first)
        if change.account:
            _join_account(transaction, change.account)
        if change.invited:
            transaction.put("invitation", team_invitation_item(change.invited))
        for mailbox, member_id in change.answered:
            transaction.delete(f"answered {member_id}", TeamInvitationItem, keys.team_invitation(mailbox, member_id))
        if change.mail:
            put_entry(transaction, "mail", change.mail)
        for entry in team_entries(change.before, team, actor=change.by, at=change.at):
            transaction.put(f"activity {entry.member_id}", team_item(entry))
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    def invitation(self, mailbox: str, member_id: str) -> Invitation | None:
        return self.invitations([(mailbox, member_id)]).get(member_id)

    def invitations(self, keys_of: Sequence[tuple[str, str]]) -> Mapping[str, Invitation]:
        gets = [
            Get(TeamInvitationItem, keys.team_invitation(mailbox, member_id), consistent=True)
            for mailbox, member_id in keys_of
        ]
        raws = self._dynamo.batch_get(gets)
        found = [to_team_invitation(TeamInvitationItem.from_raw_data(raw)) for raw in raws if raw]
        return {one.member_id: one for one in found}

    def invitations_to(self, mailboxes: Sequence[str]) -> Sequence[Invitation]:
        raws = [raw for mailbox in mailboxes for raw in self._dynamo.query(_open_to(mailbox))["Items"]]
        return [to_team_invitation(TeamInvitationItem.from_raw_data(raw)) for raw in raws]


def _open_to(mailbox: str) -> Query:
    """One page, of a megabyte: an address is invited by so many only if somebody wants to bury it in invitations."""
    return Query(model=TeamInvitationItem, partition=keys.invited(mailbox), consistent=True)


def _join_account(transaction: Transaction, change: AccountChange) -> None:
    """The version moves, as a login moves it: one that was not read makes this fail, and be decided again."""
    account, text = change.account, teams_text(change.teams)
    actions = [
        AccountItem.teams.set(text) if text else AccountItem.teams.remove(),
        AccountItem.version.set(account.version + 1),
    ]
    unchanged = AccountItem.version == account.version
    transaction.update("account", AccountItem, keys.account(account.id), actions, unchanged)
    for session in change.sessions:
        copied = [
            SessionItem.teams.set(text) if text else SessionItem.teams.remove(),
            SessionItem.version.set(account.version + 1),
        ]
        key = keys.session(session.user_id, session.id)
        transaction.update(f"session {session.id}", SessionItem, key, copied, SessionItem.pk.exists())
    credentials.stop_if_unread(transaction, account, change.credentials)
