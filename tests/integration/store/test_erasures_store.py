"""What is written and found when an account is closed, taken and forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import Account
from chalicelib.domain.accounts.people import AttendeeFacts
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared.limits import ERASURE_GRACE
from chalicelib.domain.shared.times import stamp
from chalicelib.services.privacy.ports import AddressUse, Erased
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import an_account, an_id, has_account
from tests.support.builders import a_person
from tests.support.world import World


def closed(world: World, account: Account) -> Account:
    """The account as it is stored when its owner wants it erased."""
    now = world.clock()
    at = now + ERASURE_GRACE
    after = replace(account, erases_at=at, version=account.version + 1)
    mail = new_entry(OutboxKind.ACCOUNT_CLOSING, account.id, {"until": stamp(at)}, now=now, entry_id=an_id())
    job = new_entry(OutboxKind.ERASE_ACCOUNT, account.id, {"until": stamp(at)}, now=now, entry_id=an_id(), at=at)
    details = world.container.store.accounts.details(account.id)
    assert details is not None
    world.container.store.erasures.close(after, details.sessions, mail, job)
    assert world.container.store.outbox.get(mail.key)
    assert world.container.store.outbox.get(job.key)
    return after.with_access_ended()


def take(world: World, account: Account) -> None:
    now = world.clock()
    rest = new_entry(OutboxKind.ERASE_DATA, account.id, {}, now=now, entry_id=an_id())
    world.container.store.erasures.take(account, now, rest, mailboxes=["team.digest"])
    assert world.container.store.outbox.get(rest.key)


def test_closing_writes_the_day_and_ends_the_sessions(world: World) -> None:
    ada = a_person(world)

    after = closed(world, ada.account)

    details = world.container.store.accounts.details(ada.id)
    assert details is not None
    assert (details.account, details.sessions) == (after, ())
    assert after.revocations == ada.account.revocations + 1


def test_an_account_that_changed_meanwhile_is_not_closed(world: World) -> None:
    ada = an_account()
    has_account(world, ada)

    with pytest.raises(StaleError):
        closed(world, replace(ada, version=ada.version + 1))
    assert world.container.store.accounts.by_ids([ada.id]) == {ada.id: ada}


def test_it_is_taken_with_its_names_when_its_time_has_come_and_not_before(world: World) -> None:
    ada = an_account()
    has_account(world, ada)
    after = closed(world, ada)
    store = world.container.store
    with pytest.raises(StaleError):
        take(world, after)
    world.clock.advance(ERASURE_GRACE - timedelta(milliseconds=1))
    with pytest.raises(StaleError):
        take(world, after)
    assert store.erasures.find(ada.id) is None

    world.clock.advance(timedelta(milliseconds=1))
    take(world, after)

    assert store.accounts.details(ada.id) is None
    assert store.accounts.user_id_of(email=ada.email) is None
    assert store.accounts.user_id_of(username=ada.username) is None
    assert store.erasures.find(ada.id) == Erased(ada.id, ada.email, world.clock(), mailboxes=("team.digest",))


def test_an_account_that_its_owner_has_kept_is_not_taken(world: World) -> None:
    ada = an_account()
    has_account(world, ada)
    after = closed(world, ada)
    world.clock.advance(ERASURE_GRACE)
    session, _ = world.container.accounts.session_factory.start(after, world.clock())
    world.container.store.sessions.add(replace(after, erases_at=None), session, [], None)

    with pytest.raises(StaleError):
        take(world, after)
    details = world.container.store.accounts.details(ada.id)
    assert details is not None
    assert details.account.erases_at is None
    with pytest.raises(StaleError):
        take(world, replace(after, version=details.account.version))


def test_records_are_found_by_their_address_as_long_as_they_have_it(world: World) -> None:
    kim, lee = a_person(world), a_person(world)
    erasures, email = world.container.store.erasures, f"{an_id().lower()}@example.org"
    records = [
        world.post("/attendees", {"first_name": "Ada", "email": email.title()}, one.token).json for one in (kim, lee)
    ]
    expected = [AddressUse(record["id"], one.id) for record, one in zip(records, (kim, lee), strict=True)]
    assert sorted(erasures.uses_of(email), key=str) == sorted(expected, key=str)

    world.patch(f"/attendees/{records[0]['id']}", {"email": "other@example.org"}, kim.token)
    assert erasures.uses_of(email) == [expected[1]]
    assert world.delete(f"/attendees/{records[1]['id']}", lee.token).status == 204
    assert erasures.uses_of(email) == []


def test_forgetting_leaves_nothing_under_the_account_however_often(world: World) -> None:
    ada = an_account()
    has_account(world, ada)
    store = world.container.store
    store.feeds.renew(ada.id)
    record = store.attendees.own(ada.id)
    assert record is not None
    store.attendees.replace(record, replace(record, facts=AttendeeFacts(first_name="", phone="+49301234"), version=1))
    after = closed(world, ada)
    world.clock.advance(ERASURE_GRACE)
    take(world, after)

    erased = store.erasures.find(ada.id)
    assert erased is not None
    for _ in range(2):
        store.erasures.forget_sign_ups(erased)
        store.erasures.forget_account(erased)

    assert store.erasures.find(ada.id) is None
    assert store.attendees.get(ada.id) is None
    assert store.erasures.beside_account(ada.id).feed_renewals == 0
