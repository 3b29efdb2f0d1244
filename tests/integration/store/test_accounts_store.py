"""Accounts and sessions in the tables: unique names, all or nothing, and nobody slips past a revocation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import Claims, Role
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.shared.networks import KnownNetworks
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, a_session, an_account, an_intent, has_account
from tests.support.world import World


def test_an_account_is_found_by_its_names_in_any_case(world: World) -> None:
    accounts = world.container.store.accounts
    ada = an_account(username="Ada")

    has_account(world, ada)

    assert accounts.user_id_of(email="ADA@Example.org") == ada.id
    assert accounts.user_id_of(username="aDa") == ada.id
    assert accounts.user_id_of(email="bob@example.org") is None
    details = accounts.details(ada.id)
    assert details is not None
    assert (details.account, details.sessions) == (ada, ())
    assert accounts.details("01ARZ3NDEKTSV4RRFFQ69G5FAV") is None


def test_a_login_is_refused_when_the_account_has_changed_since_it_was_read(world: World) -> None:
    sessions = world.container.store.sessions
    ada = an_account(email_verified=True)
    has_account(world, ada)
    first, second = a_session(ada), a_session(ada)
    sessions.add(ada, first, [], None)

    with pytest.raises(StaleError):
        sessions.add(ada, second, [], None)

    assert sessions.get(Claims(ada.id, first.id)) == first
    assert sessions.get(Claims(ada.id, second.id)) is None


def test_a_change_of_roles_reaches_every_session_and_brings_none_back(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    has_account(world, ada)
    kept, gone = a_session(ada), a_session(ada)
    sessions.add(ada, kept, [], None)
    ada = replace(ada, version=2)
    sessions.add(ada, gone, [], None)
    ada = replace(ada, version=3)
    sessions.end(ada.id, gone.id)
    changed = replace(ada, roles=(Role.SEEKER,), version=4)

    with pytest.raises(StaleError):
        accounts.change(ada, changed, [kept, gone], None)
    accounts.change(ada, changed, [kept], an_intent(OutboxKind.RENAME_ORGANIZER))

    found = sessions.get(Claims(ada.id, kept.id))
    assert found is not None
    assert found.roles == (Role.SEEKER,)
    assert sessions.get(Claims(ada.id, gone.id)) is None


def test_a_changed_password_leaves_one_session(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    has_account(world, ada)
    old, fresh = a_session(ada), a_session(ada)
    sessions.add(ada, old, [], None)

    accounts.change_password(
        replace(ada, password_hash="new", version=3), [old], fresh, an_intent(OutboxKind.PASSWORD_CHANGED)
    )

    details = accounts.details(ada.id)
    assert details is not None
    assert [session.id for session in details.sessions] == [fresh.id]
    assert details.account.password_hash == "new"
    with pytest.raises(StaleError):
        accounts.change_password(replace(ada, password_hash="other", version=3), [], a_session(ada), an_intent())


def test_all_sessions_but_one_end_unless_somebody_logged_in_meanwhile(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    has_account(world, ada)
    kept, other = a_session(ada), a_session(ada)
    sessions.add(ada, kept, [], None)
    sessions.add(replace(ada, version=2), other, [], None)

    with pytest.raises(StaleError):
        accounts.end_sessions(replace(ada, version=2), [kept], [kept])
    accounts.end_sessions(replace(ada, version=3), [other], [kept, other])

    details = accounts.details(ada.id)
    assert details is not None
    assert [session.id for session in details.sessions] == [kept.id]
    assert details.account.version == 4


def test_a_stolen_session_ends_once_and_its_owner_is_told_once(world: World) -> None:
    sessions, due = world.container.store.sessions, world.container.store.outbox
    ada = an_account(email_verified=True)
    has_account(world, ada)
    session = a_session(ada)
    sessions.add(ada, session, [], None)
    first, second = an_intent(OutboxKind.LOGIN_STOLEN), an_intent(OutboxKind.LOGIN_STOLEN)

    assert sessions.end_stolen(ada.id, session.id, first)
    assert not sessions.end_stolen(ada.id, session.id, second)

    assert sessions.get(Claims(ada.id, session.id)) is None
    assert due.get(first.key) == first
    assert due.get(second.key) is None


def test_networks_are_kept_with_the_login_and_stay_with_the_account(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    has_account(world, ada)
    known = KnownNetworks((("2001:db8:1::/48", NOW), ("192.0.2.0/24", NOW - HOUR)))
    session = replace(a_session(ada), network="2001:db8:1::/48")

    sessions.add(replace(ada, networks=known), session, [], None)

    details = accounts.details(ada.id)
    assert details is not None
    assert (details.account.networks, details.sessions) == (known, (session,))
    changed = replace(details.account, version=3, first_name="Augusta")
    accounts.change(details.account, changed, [session], None)
    assert accounts.by_ids([ada.id])[ada.id].networks == known


def test_a_refresh_token_is_rotated_once(world: World) -> None:
    sessions = world.container.store.sessions
    ada = an_account(email_verified=True)
    has_account(world, ada)
    session = a_session(ada)
    sessions.add(ada, session, [], None)
    rotated = replace(session, current="next", previous="current", rotated_at=NOW + HOUR)

    assert sessions.rotate(rotated, "current")
    assert sessions.rotate(rotated, "current"), "its own lost answer is recognised"
    assert not sessions.rotate(replace(rotated, current="other"), "current")
    assert sessions.get(Claims(ada.id, session.id)) == rotated


def test_a_notice_is_noted_once_in_its_interval(world: World) -> None:
    accounts, due = world.container.store.accounts, world.container.store.outbox
    ada = an_account()
    has_account(world, ada)
    first, early, late = (
        an_intent(OutboxKind.ACCOUNT_EXISTS, NOW + timedelta(minutes=minutes)) for minutes in (0, 30, 61)
    )

    queued = [accounts.queue_account_exists(ada.id, one, one.created_at - HOUR) for one in (first, early, late)]

    assert queued == [True, False, True]
    assert due.get(first.key) is not None
    assert due.get(early.key) is None
    assert due.get(late.key) is not None
