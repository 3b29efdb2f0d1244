"""Accounts and sessions in the tables: unique names, all or nothing, and nobody slips past a revocation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts import Claims, Role
from chalicelib.domain.errors import EmailTakenError, UsernameTakenError
from chalicelib.domain.outbox import OutboxKind
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, a_session, an_account, an_intent, an_otp
from tests.support.world import World


def test_an_account_is_found_by_its_names_in_any_case(world: World) -> None:
    accounts = world.container.store.accounts
    ada = an_account(username="Ada")

    accounts.add(ada, an_otp(), an_intent())

    assert accounts.user_id_of(email="ADA@Example.org") == ada.id
    assert accounts.user_id_of(username="aDa") == ada.id
    assert accounts.user_id_of(email="bob@example.org") is None
    details = accounts.details(ada.id)
    assert details is not None
    assert (details.account, details.sessions, details.otp) == (ada, (), an_otp())
    assert accounts.details("01ARZ3NDEKTSV4RRFFQ69G5FAV") is None


def test_of_two_accounts_with_one_name_only_the_first_is_written(world: World) -> None:
    accounts = world.container.store.accounts
    accounts.add(an_account(username="ada"), an_otp(), an_intent())
    same_email, same_username = an_account("Ada@example.org"), an_account("bob@example.org", username="ADA")

    with pytest.raises(EmailTakenError):
        accounts.add(same_email, an_otp(), an_intent())
    with pytest.raises(UsernameTakenError):
        accounts.add(same_username, an_otp(), an_intent())

    assert accounts.by_ids([same_email.id, same_username.id]) == {}
    assert accounts.user_id_of(email="bob@example.org") is None, "nothing of the refused one is kept"


def test_an_account_that_was_proven_meanwhile_is_not_taken_over(world: World) -> None:
    accounts = world.container.store.accounts
    ada = an_account()
    accounts.add(ada, an_otp(), an_intent())
    assert accounts.accept(ada, "0", NOW)

    with pytest.raises(StaleError):
        accounts.take_over(ada, replace(ada, password_hash="stolen", version=2), an_otp(), an_intent())

    assert accounts.by_ids([ada.id])[ada.id].password_hash == "hash"


def test_taking_over_frees_the_old_username_and_claims_the_new_one(world: World) -> None:
    accounts = world.container.store.accounts
    old = an_account(username="old")
    accounts.add(old, an_otp(), an_intent())

    accounts.take_over(old, replace(old, username="new", version=2), an_otp("second"), an_intent())

    assert accounts.user_id_of(username="old") is None
    assert accounts.user_id_of(username="new") == old.id


def test_guesses_are_counted_and_end(world: World) -> None:
    accounts = world.container.store.accounts
    ada = an_account()
    accounts.add(ada, an_otp(), an_intent())
    assert accounts.count_guess(ada.id, "g0", NOW, 3) is None, "no code was sent yet"
    assert accounts.arm(ada.id, "request", "k.mac", NOW + HOUR, claim=1)

    answers = [accounts.count_guess(ada.id, f"g{number}", NOW, 3) for number in range(1, 6)]

    assert answers == ["k.mac", "k.mac", "k.mac", None, None]
    assert accounts.arm(ada.id, "another request", "k.other", NOW + HOUR, claim=2) is False
    assert accounts.count_guess(ada.id, "g9", NOW + 2 * HOUR, 9) is None, "it is over"


def test_a_code_is_accepted_once(world: World) -> None:
    accounts = world.container.store.accounts
    ada = an_account()
    accounts.add(ada, an_otp(), an_intent())
    accounts.arm(ada.id, "request", "k.mac", NOW + HOUR, claim=1)

    assert not accounts.accept(ada, "k.other", NOW)
    assert accounts.accept(ada, "k.mac", NOW)
    assert not accounts.accept(ada, "k.mac", NOW)

    details = accounts.details(ada.id)
    assert details is not None
    assert (details.account.email_verified, details.account.version, details.otp) == (True, 2, None)


def test_a_login_is_refused_when_the_account_has_changed_since_it_was_read(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    accounts.add(ada, an_otp(), an_intent())
    first, second = a_session(ada), a_session(ada)
    sessions.add(ada, first, [], None)

    with pytest.raises(StaleError):
        sessions.add(ada, second, [], None)

    assert sessions.get(Claims(ada.id, first.id)) == first
    assert sessions.get(Claims(ada.id, second.id)) is None


def test_a_change_of_roles_reaches_every_session_and_brings_none_back(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    accounts.add(ada, an_otp(), an_intent())
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
    accounts.add(ada, an_otp(), an_intent())
    old, fresh = a_session(ada), a_session(ada)
    sessions.add(ada, old, [], None)

    accounts.change_password(replace(ada, password_hash="new", version=3), [old], fresh)

    details = accounts.details(ada.id)
    assert details is not None
    assert [session.id for session in details.sessions] == [fresh.id]
    assert details.account.password_hash == "new"
    with pytest.raises(StaleError):
        accounts.change_password(replace(ada, password_hash="other", version=3), [], a_session(ada))


def test_a_refresh_token_is_rotated_once(world: World) -> None:
    accounts, sessions = world.container.store.accounts, world.container.store.sessions
    ada = an_account(email_verified=True)
    accounts.add(ada, an_otp(), an_intent())
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
    accounts.add(ada, an_otp(), an_intent())
    first, early, late = (
        an_intent(OutboxKind.ACCOUNT_EXISTS, NOW + timedelta(minutes=minutes)) for minutes in (0, 30, 61)
    )

    for intent in (first, early, late):
        accounts.queue_account_exists(ada.id, intent, intent.created_at - HOUR)

    assert due.get(first.key) is not None
    assert due.get(early.key) is None
    assert due.get(late.key) is not None
