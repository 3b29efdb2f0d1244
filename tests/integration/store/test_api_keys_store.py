"""API keys in the tables: counted exactly, brought back by nothing, and ended with all other access."""

from dataclasses import replace

import pytest

from chalicelib.domain.accounts.account import Account, ApiKey, KeyScope, Role
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, a_session, an_account, an_id, an_intent, has_account
from tests.support.world import World


def a_key(account: Account, **fields: object) -> ApiKey:
    key = ApiKey(
        user_id=account.id,
        id=an_id(),
        roles=account.roles,
        email_verified=account.email_verified,
        name=account.display_name,
        created_at=NOW,
        expires_at=NOW + 24 * HOUR,
        version=account.version,
        label="door",
        scope=KeyScope.CHECK_IN,
        event_id=an_id(),
        digest="d" * 64,
    )
    return replace(key, **fields)  # type: ignore[arg-type]  # fields of a key


@pytest.fixture
def ada(world: World) -> Account:
    account = an_account(email_verified=True)
    has_account(world, account)
    return account


def test_a_key_is_read_back_as_it_was_written(world: World, ada: Account) -> None:
    keys = world.container.store.api_keys
    first, second = a_key(ada), a_key(ada, scope=KeyScope.READ, event_id=None, last_used_at=NOW)
    keys.add(ada, first, [], an_intent())
    keys.add(replace(ada, version=2), second, [], an_intent())

    assert keys.get(ada.id, first.id) == first
    assert keys.get(ada.id, second.id) == second
    assert keys.get(an_id(), first.id) is None
    details = world.container.store.accounts.details(ada.id)
    assert details
    assert {one.id for one in details.api_keys} == {first.id, second.id}
    assert details.sessions == ()


def test_of_two_that_counted_at_once_one_counts_again(world: World, ada: Account) -> None:
    keys = world.container.store.api_keys
    first, second, over = a_key(ada), a_key(ada), a_key(ada)
    keys.add(ada, first, [], an_intent())

    with pytest.raises(StaleError):
        keys.add(ada, second, [over], an_intent())

    assert keys.get(ada.id, second.id) is None


def test_one_that_is_over_gives_its_place(world: World, ada: Account) -> None:
    keys = world.container.store.api_keys
    over, fresh = a_key(ada), a_key(ada)
    keys.add(ada, over, [], an_intent())

    keys.add(replace(ada, version=2), fresh, [over], an_intent())

    assert keys.get(ada.id, over.id) is None
    assert keys.get(ada.id, fresh.id) == fresh


def test_an_account_that_was_closed_gets_none(world: World) -> None:
    closed = an_account(email_verified=True, disabled=True)
    has_account(world, closed)

    with pytest.raises(StaleError):
        world.container.store.api_keys.add(closed, a_key(closed), [], an_intent())


def test_a_use_is_noted_once_and_brings_no_key_back(world: World, ada: Account) -> None:
    keys = world.container.store.api_keys
    key = a_key(ada)
    keys.add(ada, key, [], an_intent())

    keys.note_use(key, NOW + HOUR, NOW)
    keys.note_use(key, NOW + HOUR + HOUR / 2, NOW + HOUR / 2)
    found = keys.get(ada.id, key.id)
    keys.revoke(key, NOW + HOUR)
    keys.note_use(key, NOW + 9 * HOUR, NOW + 8 * HOUR)

    assert found == replace(key, last_used_at=NOW + HOUR)
    assert keys.get(ada.id, key.id) is None


def test_what_ends_all_access_ends_keys_with_logins(world: World, ada: Account) -> None:
    store = world.container.store
    key, session = a_key(ada), a_session(ada)
    store.api_keys.add(ada, key, [], an_intent())
    store.sessions.add(replace(ada, version=2), session, [], None)
    late = a_key(ada)
    details = store.accounts.details(ada.id)
    assert details
    changed = replace(details.account, password_hash="other", version=details.account.version + 1)

    store.accounts.change_password(changed, details.credentials, None, an_intent())

    after = store.accounts.details(ada.id)
    assert after
    assert (after.credentials, after.account.revocations) == ((), 1)
    with pytest.raises(StaleError):
        store.api_keys.add(details.account, late, [], an_intent())


def test_changed_roles_reach_every_key_and_bring_none_back(world: World, ada: Account) -> None:
    store = world.container.store
    kept, gone = a_key(ada), a_key(ada)
    store.api_keys.add(ada, kept, [], an_intent())
    store.api_keys.add(replace(ada, version=2), gone, [], an_intent())
    ada = replace(ada, version=3)
    store.api_keys.revoke(gone, NOW)
    changed = replace(ada, roles=(Role.SEEKER,), version=4)

    with pytest.raises(StaleError):
        store.accounts.change(ada, changed, [kept, gone], None)
    store.accounts.change(ada, changed, [kept], None)

    found = store.api_keys.get(ada.id, kept.id)
    assert found
    assert (found.roles, found.version) == ((Role.SEEKER,), 4)
    assert store.api_keys.get(ada.id, gone.id) is None
