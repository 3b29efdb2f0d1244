"""API keys: one item a key beside its account, read once a request."""

import contextlib
from datetime import datetime

from chalicelib.domain.accounts.account import Account, ApiKey
from chalicelib.domain.enrollments.team_activity import KeyStep
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.times import stamp
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.store.accounts import credentials
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo
from chalicelib.store.dynamo.tables import AccountItem, ApiKeyItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import to_api_key
from chalicelib.store.outbox.outbox import put_entry


class DynamoApiKeys:
    _transaction = Transaction

    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def get(self, user_id: str, key_id: str) -> ApiKey | None:
        # Consistent: one that was revoked a moment ago must not be good.
        item = self._dynamo.get(ApiKeyItem, keys.api_key(user_id, key_id), consistent=True)
        return to_api_key(item) if item else None

    def add(self, account: Account, key: ApiKey, over: list[ApiKey], notice: OutboxEntry) -> None:
        transaction = self._transaction(self._dynamo)
        # The version moves, as a login moves it: of two that counted the keys at once, one counts again.
        unchanged = (AccountItem.version == account.version) & (AccountItem.disabled == False)  # noqa: E712 - a DynamoDB condition
        moved = [AccountItem.version.set(account.version + 1), AccountItem.newest.set(credentials.place_of(key))]
        transaction.update("account", AccountItem, keys.account(account.id), moved, unchanged)
        for old in over:
            credentials.end(transaction, old)
        credentials.put(transaction, "key", key)
        credentials.join_activity(transaction, key, KeyStep.MADE, actor=account.id, at=key.created_at)
        put_entry(transaction, "mail", notice)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    def revoke(self, key: ApiKey, now: datetime) -> None:
        transaction = self._transaction(self._dynamo)
        transaction.delete("key", ApiKeyItem, keys.api_key(key.user_id, key.id), ApiKeyItem.pk.exists())
        credentials.join_activity(transaction, key, KeyStep.REVOKED, actor=key.user_id, at=now)
        # Whoever was faster has ended it, with an entry.
        with contextlib.suppress(RefusedError):
            transaction.commit()

    def note_use(self, key: ApiKey, now: datetime, not_since: datetime) -> None:
        known = ApiKeyItem.last_used_at
        due = ApiKeyItem.pk.exists() & (known.does_not_exist() | (known <= stamp(not_since)))
        # Another request noted it, or the key has just ended, or nobody knows: the next one tries again.
        with contextlib.suppress(ConditionFailedError, TryAgainError):
            self._dynamo.update(ApiKeyItem, keys.api_key(key.user_id, key.id), [known.set(stamp(now))], due)
