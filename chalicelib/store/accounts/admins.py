"""Accounts as admins list and close them, and who is an admin: a set in one item, so that all of that is in one order.

Whoever ends somebody's access is in the set at that very moment: of two admins who disable each other one succeeds, and
there is always one left.
"""

from collections.abc import Sequence
from datetime import timedelta

from pynamodb.expressions.condition import size

from chalicelib.domain.accounts.account import Account, Credential, Role
from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.limits import AUDIT_LIFE
from chalicelib.domain.shared.times import stamp
from chalicelib.services.admin.ports import NoAdminError
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Slice
from chalicelib.store.accounts import credentials
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import AccountItem, AdminsItem, ListedAccountItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.shared.audit import put_act

_ADMINS = "admins"


class LastAdminError(Exception):
    """Nobody would be left who is an admin."""


class DynamoAdmins:
    def __init__(self, dynamo: Dynamo, life: timedelta = AUDIT_LIFE) -> None:
        self._dynamo = dynamo
        self._life = life

    def listed(self, *, start: str | None, forward: bool, limit: int) -> Slice[str]:
        shelf = Shelf(ListedAccountItem, keys.LISTED_ACCOUNTS)
        return read_slice(self._dynamo, shelf, _user_id, start=start, forward=not forward, limit=limit)

    def number(self) -> tuple[int, bool]:
        return count(self._dynamo, Query(model=ListedAccountItem, partition=keys.LISTED_ACCOUNTS))

    def set_access(self, new: Account, ended: Sequence[Credential], act: Act, notice: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        credentials.end_access(transaction, new, ended)
        # Whoever it is: an operator may have made them an admin in this very moment.
        acting = AdminsItem.ids.contains(act.admin_id)
        transaction.update(_ADMINS, AdminsItem, keys.ADMINS, [AdminsItem.ids.delete({new.id})], acting)
        put_act(transaction, act, self._life)
        put_entry(transaction, "mail", notice)
        _commit(transaction)

    def is_admin(self, user_id: str) -> bool:
        item = self._dynamo.get(AdminsItem, keys.ADMINS, consistent=True)
        return item is not None and user_id in (item.ids or set())

    def grant(self, account: Account, issued: Sequence[Credential], act: Act) -> None:
        """The role, in force with the next request of every login. Raises `StaleError`."""
        self._set_roles(account, issued, act, (*_others(account), Role.ADMIN))

    def revoke(self, account: Account, issued: Sequence[Credential], act: Act) -> None:
        """The end of it, likewise. Raises `StaleError`, `LastAdminError`."""
        self._set_roles(account, issued, act, _others(account))

    def _set_roles(self, account: Account, issued: Sequence[Credential], act: Act, roles: tuple[Role, ...]) -> None:
        """Attributes by name, so that the operators' role of IAM may write these and no others."""
        names = ",".join(roles)
        transaction = Transaction(self._dynamo)
        changes = [
            AccountItem.roles.set(names),
            AccountItem.version.set(account.version + 1),
            AccountItem.updated_at.set(stamp(act.at)),
        ]
        unchanged = AccountItem.version == account.version
        transaction.update("account", AccountItem, keys.account(account.id), changes, unchanged)
        for credential in issued:
            credentials.renew_roles(transaction, credential, names, account.version + 1)
        credentials.stop_if_unread(transaction, account, issued)
        if act.kind is ActKind.GRANT_ADMIN:
            transaction.update(_ADMINS, AdminsItem, keys.ADMINS, [AdminsItem.ids.add({account.id})])
        else:
            left = ~AdminsItem.ids.contains(account.id) | (size(AdminsItem.ids) > 1)  # type: ignore[no-untyped-call]  # of PynamoDB
            transaction.update(_ADMINS, AdminsItem, keys.ADMINS, [AdminsItem.ids.delete({account.id})], left)
        put_act(transaction, act, self._life)
        try:
            _commit(transaction)
        except NoAdminError as error:
            raise LastAdminError from error


def list_account(transaction: Transaction, account: Account) -> None:
    """A new account is in the list from the transaction on that makes it."""
    pk, sk = keys.listed_account(account.created_at, account.id)
    transaction.put("listed", ListedAccountItem(pk, sk))


def _others(account: Account) -> tuple[Role, ...]:
    return tuple(role for role in account.roles if role is not Role.ADMIN)


def _user_id(raw: Raw) -> str:
    return keys.last_id(raw["sk"]["S"])


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except RefusedError as refused:
        if refused.has("account") or not refused.has(_ADMINS):
            raise StaleError from refused
        raise NoAdminError from refused
