"""Another address in the tables: one wish an account, a guarded code, and a proof that is all or nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import Account, AddressChange
from chalicelib.domain.errors import OtpInvalidError
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.services.accounts.address_ports import AddressProof
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, a_sign_up, an_account, an_id, an_intent, has_account
from tests.support.world import World

NEW = "Ada@New.example"
MAC = "k.mac"


def wished(world: World, account: Account, email: str = NEW, code_mac: str = MAC) -> AddressChange:
    """Asked for, and mailed."""
    change = AddressChange(
        id=an_id(),
        user_id=account.id,
        email=email,
        revocations=account.revocations,
        created_at=NOW,
        expires_at=NOW + 24 * HOUR,
    )
    changes = world.container.store.address_changes
    changes.ask(change, an_intent(OutboxKind.VERIFY_NEW_EMAIL))
    assert changes.arm(change, code_mac, NOW + HOUR, claim=1)
    return change


def proof_of(change: AddressChange, before: Account, **fields: object) -> AddressProof:
    account = replace(before, email=change.email, version=before.version + 1, updated_at=NOW)
    notice = an_intent(OutboxKind.EMAIL_CHANGED)
    proof = AddressProof(
        before=before,
        account=account,
        change=change,
        code_mac=MAC,
        held_by=None,
        unproven=None,
        others=(),
        notice=notice,
    )
    return replace(proof, **fields)  # type: ignore[arg-type]


@pytest.fixture
def ada(world: World) -> Account:
    account = an_account(username="ada", email_verified=True)
    has_account(world, account)
    return account


def test_a_wish_is_found_and_a_new_one_takes_its_place(world: World, ada: Account) -> None:
    changes = world.container.store.address_changes
    assert changes.find(ada.id) is None
    first = wished(world, ada)
    assert changes.find(ada.id) == first

    second = wished(world, ada, "third@example.org")

    assert changes.find(ada.id) == second
    assert not changes.arm(first, "k.other", NOW + HOUR, claim=9), "a mail of the first comes late"


def test_guesses_are_counted_and_end(world: World, ada: Account) -> None:
    changes = world.container.store.address_changes
    wished(world, ada)

    assert [changes.count_guess(ada.id, f"guess {number}", NOW, 3) for number in range(4)] == [MAC, MAC, MAC, None]
    assert changes.count_guess(an_id(), "guess", NOW, 3) is None


def test_a_code_is_over_in_time(world: World, ada: Account) -> None:
    wished(world, ada)

    assert world.container.store.address_changes.count_guess(ada.id, "guess", NOW + HOUR, 3) is None


def test_a_proof_moves_the_name_and_ends_the_sign_ups(world: World, ada: Account) -> None:
    store = world.container.store
    sign_up = a_sign_up(NEW)
    store.sign_ups.add(sign_up, [], an_intent())
    change = wished(world, ada)

    store.address_changes.prove(proof_of(change, ada, others=(sign_up,)))

    assert store.accounts.user_id_of(email="ADA@new.example") == ada.id
    assert store.accounts.user_id_of(email=ada.email) is None
    assert store.accounts.user_id_of(username="ada") == ada.id
    assert store.accounts.by_ids([ada.id])[ada.id].email == NEW
    assert (store.sign_ups.of(NEW).sign_ups, store.sign_ups.find(sign_up.id)) == ((), None)
    assert store.address_changes.find(ada.id) is None
    assert store.address_changes.former(ada.id, change.id) == ada.email
    assert store.address_changes.former(ada.id, an_id()) is None


def test_a_proof_with_another_code_is_refused_wholly(world: World, ada: Account) -> None:
    store = world.container.store
    change = wished(world, ada)

    with pytest.raises(OtpInvalidError):
        store.address_changes.prove(proof_of(change, ada, code_mac="k.other"))

    assert store.accounts.user_id_of(email=NEW) is None
    assert store.address_changes.find(ada.id) == change


@pytest.mark.parametrize("stale", ["account", "address", "guest"])
def test_a_proof_of_what_is_not_so_any_more_is_refused_wholly(world: World, ada: Account, stale: str) -> None:
    store = world.container.store
    change = wished(world, ada)
    guest = store.people.guest(NEW, NOW) if stale != "account" else None
    held = {"account": None, "address": None, "guest": an_id()}[stale]
    before = replace(ada, version=7) if stale == "account" else ada

    with pytest.raises(StaleError):
        store.address_changes.prove(proof_of(change, before, held_by=held))

    assert store.accounts.user_id_of(email=NEW) == (guest.id if guest else None)
    assert store.accounts.user_id_of(email=ada.email) == ada.id


def test_a_guest_gives_the_name_away_and_stays(world: World, ada: Account) -> None:
    store = world.container.store
    guest = store.people.guest(NEW, NOW)
    change = wished(world, ada)

    store.address_changes.prove(proof_of(change, ada, held_by=guest.id))

    assert store.accounts.user_id_of(email=NEW) == ada.id
    assert store.people.by_id(guest.id) == guest


def test_an_account_that_was_never_proven_goes_with_its_username(world: World, ada: Account) -> None:
    store = world.container.store
    squatter = an_account(NEW, username="squatter", email_verified=False)
    has_account(world, squatter)
    change = wished(world, ada)
    proof = proof_of(change, ada, held_by=squatter.id, unproven=squatter)

    store.address_changes.prove(proof)

    assert store.accounts.details(squatter.id) is None
    assert store.accounts.user_id_of(username="squatter") is None
    assert store.accounts.user_id_of(email=NEW) == ada.id


def test_a_proof_beside_as_many_sign_ups_as_there_may_be_is_one_transaction(world: World, ada: Account) -> None:
    store = world.container.store
    waiting = [a_sign_up(NEW, created_at=NOW + timedelta(seconds=number)) for number in range(40)]
    for sign_up in waiting:
        store.sign_ups.add(sign_up, [], None)

    store.address_changes.prove(proof_of(wished(world, ada), ada, others=waiting))

    assert store.sign_ups.of(NEW).sign_ups == ()
