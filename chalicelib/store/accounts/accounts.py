"""Accounts and their unique names."""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.domain.accounts import account as people
from chalicelib.domain.accounts.account import Account, Credential, PublicProfile, Session
from chalicelib.domain.errors import UsernameTakenError
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import stamp
from chalicelib.services.accounts.ports import AccountDetails
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts import credentials
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import AccountExistsItem, AccountItem, NameItem
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import account_item, public_profile_item, to_account
from chalicelib.store.outbox.outbox import put_entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ACCOUNT_EXISTS_MAIL_KEPT = timedelta(days=1)


class DynamoAccounts:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def user_id_of(self, *, email: str | None = None, username: str | None = None) -> str | None:
        key = keys.email(people.fold_email(email)) if email else keys.username(people.fold_username(username or ""))
        # Consistent: sign-up and verification follow each other at once. Raw: a known name takes no longer.
        raw = self._dynamo.get_raw(NameItem, key, consistent=True)
        return str(raw["user_id"]["S"]) if raw else None

    def is_disabled(self, user_id: str) -> bool:
        """Of somebody who has an account; a guest is never."""
        item = self._dynamo.get(AccountItem, keys.account(user_id), consistent=True)  # what was closed a moment ago
        return item is not None and item.disabled

    def details(self, user_id: str) -> AccountDetails | None:
        # Consistent: what was revoked a moment ago must not be read again.
        raws = self._dynamo.query(Query(model=AccountItem, partition=keys.user(user_id), consistent=True))["Items"]
        account, found = None, []
        for raw in raws:
            if raw["sk"]["S"] == keys.account(user_id)[1]:
                account = to_account(AccountItem.from_raw_data(raw))
            elif credential := credentials.credential_from(raw):
                found.append(credential)
        if account is None:
            to_account(AccountItem.from_raw_data(_nobody()))  # reading somebody takes as long
            return None
        return AccountDetails(account, tuple(found))

    def by_ids(self, user_ids: Sequence[str]) -> dict[str, Account]:
        found = self._read(list(dict.fromkeys(user_ids)), consistent=False)
        missing = [user_id for user_id in user_ids if user_id not in found]
        # A replica may not have a new account yet, and its mail must not be dropped.
        return found | self._read(missing, consistent=True)

    def _read(self, user_ids: Sequence[str], *, consistent: bool) -> dict[str, Account]:
        gets = [Get(AccountItem, keys.account(user_id), consistent=consistent) for user_id in user_ids]
        raws = self._dynamo.batch_get(gets)
        accounts = [to_account(AccountItem.from_raw_data(raw)) for raw in raws if raw]
        return {account.id: account for account in accounts}

    def change(
        self,
        old: Account,
        new: Account,
        issued: Sequence[Credential],
        job: OutboxEntry | None,
        profile: PublicProfile | None = None,
    ) -> None:
        transaction = Transaction(self._dynamo)
        transaction.put("account", account_item(new), AccountItem.version == old.version)
        rename(transaction, old, new)
        for credential in issued:
            credentials.renew(transaction, credential, new)
        credentials.stop_if_unread(transaction, old, issued)
        if job:
            put_entry(transaction, "job", job)
        if profile is not None:
            transaction.put("profile", public_profile_item(new.id, profile))
        _commit(transaction)

    def change_password(
        self, new: Account, ended: Sequence[Credential], fresh: Session | None, notice: OutboxEntry
    ) -> None:
        transaction = Transaction(self._dynamo)
        credentials.end_access(transaction, new, ended, fresh)
        put_entry(transaction, "mail", notice)
        _commit(transaction)

    def end_sessions(self, account: Account, ended: Sequence[Session], read: Sequence[Credential]) -> None:
        transaction = Transaction(self._dynamo)
        # The version moves, as a login moves it: one that has not been read yet makes this fail, and be decided again.
        moved = [AccountItem.version.set(account.version + 1)]
        unchanged = AccountItem.version == account.version
        transaction.update("account", AccountItem, keys.account(account.id), moved, unchanged)
        for session in ended:
            credentials.end(transaction, session)
        credentials.stop_if_unread(transaction, account, read)
        _commit(transaction)

    def queue_account_exists(self, user_id: str, intent: OutboxEntry, not_since: datetime) -> bool:
        transaction = Transaction(self._dynamo)
        pk, sk = keys.account_exists_mail(user_id)
        item = AccountExistsItem(
            pk, sk, sent_at=stamp(intent.created_at), expires=epoch(intent.created_at + ACCOUNT_EXISTS_MAIL_KEPT)
        )
        transaction.put(
            "notice", item, AccountExistsItem.pk.does_not_exist() | (AccountExistsItem.sent_at <= stamp(not_since))
        )
        put_entry(transaction, "mail", intent)
        try:
            transaction.commit()
        except RefusedError:
            return False  # told recently: a stranger cannot make us send more
        return True


@functools.cache
def _nobody() -> Raw:
    """An account as it is stored, of nobody."""
    pk, sk = keys.account(ids.NOBODYS)
    texts = ("email", "first_name", "last_name", "roles", "locale", "password_hash")
    return {
        "pk": {"S": pk},
        "sk": {"S": sk},
        **{name: {"S": ""} for name in texts},
        "email_verified": {"BOOL": False},
        "disabled": {"BOOL": True},
        "version": {"N": "0"},
        "created_at": {"S": stamp(_EPOCH)},
        "updated_at": {"S": stamp(_EPOCH)},
    }


def claim_name(transaction: Transaction, name: str, key: Key, user_id: str) -> None:
    """The name is this user's, or the transaction is refused by `name`."""
    pk, sk = key
    transaction.put(name, NameItem(pk, sk, user_id=user_id), NameItem.pk.does_not_exist())


def rename(transaction: Transaction, old: Account, new: Account) -> None:
    """Give the old username back and claim the new one, where they differ."""
    before = people.fold_username(old.username) if old.username else None
    after = people.fold_username(new.username) if new.username else None
    if before == after:
        return
    if before:
        transaction.delete("old username", NameItem, keys.username(before))
    if after:
        claim_name(transaction, "username", keys.username(after), new.id)


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except RefusedError as refused:
        if refused.has("username") and not refused.has("account"):  # of an account that changed, read again first
            raise UsernameTakenError from refused
        raise StaleError from refused
