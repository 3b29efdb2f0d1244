"""API keys under crashes, lost responses and conflicts at every call; mistakes are found out."""

from datetime import datetime

import pytest

from chalicelib.domain.accounts.account import Account, ApiKey
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.times import stamp
from chalicelib.store.accounts import credentials
from chalicelib.store.accounts.api_keys import DynamoApiKeys
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import ApiKeyItem, CredentialItem
from chalicelib.store.dynamo.transactions import Transaction
from tests.simulation.accounts.holding_keys import holding
from tests.simulation.seeds import broken_runs, is_caught

SEEDS = 4


def test_keys_are_counted_exactly_and_what_ended_does_not_come_back() -> None:
    assert broken_runs(range(SEEDS), holding) == {}


@pytest.mark.deep
def test_keys_keep_that_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 1_500), holding) == {}


# Wrong on purpose


def breaks(seed: int, store: type[DynamoApiKeys] = DynamoApiKeys) -> bool:
    """Whether something is found; what comes back after it was revoked is no whole row, and nobody can read it."""
    try:
        return bool(holding(seed, store=store))
    except TypeError:
        return True


class Uncounted(DynamoApiKeys):
    """Adds beside whatever happened to the account since its keys were counted."""

    def add(self, account: Account, key: ApiKey, over: list[ApiKey], notice: OutboxEntry) -> None:
        del account, over, notice
        transaction = Transaction(self._dynamo)
        credentials.put(transaction, "key", key)
        transaction.commit()


def test_keys_that_do_not_move_the_version_of_the_account_are_caught() -> None:
    assert is_caught(0, 200, lambda seed: breaks(seed, Uncounted))


class NotedAnyway(DynamoApiKeys):
    """Notes the use of whatever was read a moment ago."""

    def note_use(self, key: ApiKey, now: datetime, not_since: datetime) -> None:
        del not_since
        actions = [ApiKeyItem.last_used_at.set(stamp(now))]
        self._dynamo.update(ApiKeyItem, keys.api_key(key.user_id, key.id), actions, None)


def test_a_use_that_brings_a_revoked_key_back_is_caught() -> None:
    assert is_caught(35, 200, lambda seed: breaks(seed, NotedAnyway))


def test_a_change_of_roles_that_brings_a_revoked_key_back_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def renew(transaction: Transaction, key: ApiKey, account: Account) -> None:
        kind = credentials.KINDS[type(key)]
        actions = [CredentialItem.roles.set(",".join(account.roles))]
        transaction.update(key.id, kind.model, kind.key(key.user_id, key.id), actions)

    monkeypatch.setattr(credentials, "renew", renew)

    assert is_caught(0, 400, breaks)
