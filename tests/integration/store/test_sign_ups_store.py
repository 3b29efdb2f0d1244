"""Sign-ups in the tables: side by side, guarded codes, and a proof that is all or nothing."""

from dataclasses import replace

import pytest

from chalicelib.domain.accounts.account import SignUp
from chalicelib.domain.errors import OtpInvalidError, UsernameTakenError
from chalicelib.services.accounts.ports import AddressState, Proof
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, a_sign_up, an_account, an_id, an_intent, has_account
from tests.support.world import World

EMAIL = "ada@example.org"


def added(world: World, sign_up: SignUp, code_mac: str = "k.mac") -> SignUp:
    """Written, with a code that was sent."""
    intent = an_intent()
    world.container.store.sign_ups.add(sign_up, [], intent)
    assert world.container.store.sign_ups.arm(sign_up, intent.about["request"], code_mac, NOW + HOUR, claim=1)
    return sign_up


def proof_of(sign_up: SignUp, state: AddressState, code_mac: str = "k.mac", **fields: object) -> Proof:
    account = sign_up.becomes(state.user_id or an_id(), NOW, username=sign_up.username)
    others = [one for one in state.sign_ups if one.id != sign_up.id]
    proof = Proof(
        account=account, before=None, held_by=state.user_id, sign_up=sign_up, code_mac=code_mac, others=others
    )
    return replace(proof, **fields)  # type: ignore[arg-type]


def test_sign_ups_are_found_with_whose_the_address_is(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    assert sign_ups.of(EMAIL) == AddressState(None, ())
    first, second = a_sign_up(username="ada"), a_sign_up("ADA@Example.org", created_at=NOW + HOUR)
    sign_ups.add(second, [], an_intent())
    sign_ups.add(first, [], None)
    guest = world.container.store.people.guest(EMAIL, NOW)

    assert sign_ups.of("Ada@example.ORG") == AddressState(guest.id, (first, second))
    assert sign_ups.find(second.id) == second
    assert sign_ups.find(an_id()) is None
    assert sign_ups.of(EMAIL).live(NOW + 24 * HOUR) == ()


def test_what_makes_room_is_gone_wholly(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    old, new = added(world, a_sign_up()), a_sign_up(created_at=NOW + HOUR)

    sign_ups.add(new, [old], an_intent())

    assert sign_ups.of(EMAIL).sign_ups == (new,)
    assert sign_ups.find(old.id) is None


def test_guesses_are_counted_and_end(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    ada, intent = a_sign_up(), an_intent()
    sign_ups.add(ada, [], intent)
    request = intent.about["request"]
    assert sign_ups.count_guess(EMAIL, ada.id, "g0", NOW, 3) is None, "no code was sent yet"
    assert sign_ups.arm(ada, request, "k.mac", NOW + HOUR, claim=1)

    answers = [sign_ups.count_guess(EMAIL, ada.id, f"g{number}", NOW, 3) for number in range(1, 6)]

    assert answers == ["k.mac", "k.mac", "k.mac", None, None]
    assert sign_ups.arm(ada, "another request", "k.other", NOW + HOUR, claim=2) is False
    assert sign_ups.arm(ada, request, "k.late", NOW + HOUR, claim=1) is False, "its claim has set one"
    assert sign_ups.count_guess(EMAIL, ada.id, "g9", NOW + 2 * HOUR, 9) is None, "it is over"
    assert sign_ups.count_guess(EMAIL, an_id(), "g9", NOW, 9) is None
    assert sign_ups.of("other@example.org") == AddressState(None, ()), "guessing leaves nothing behind"


def test_another_request_ends_the_code_before_it(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    ada = added(world, a_sign_up())

    sign_ups.await_code(EMAIL, ada.id, "second")
    sign_ups.await_code(EMAIL, an_id(), "of nobody")

    assert sign_ups.count_guess(EMAIL, ada.id, "g1", NOW, 3) is None
    assert sign_ups.arm(ada, "request", "k.old", NOW + HOUR, claim=9) is False
    assert sign_ups.arm(ada, "second", "k.new", NOW + HOUR, claim=1)
    assert sign_ups.count_guess(EMAIL, ada.id, "g2", NOW, 3) == "k.new"
    assert len(sign_ups.of(EMAIL).sign_ups) == 1


def test_a_proof_makes_the_account_and_ends_every_sign_up(world: World) -> None:
    sign_ups, accounts = world.container.store.sign_ups, world.container.store.accounts
    ada, other = added(world, a_sign_up(username="ada", password_hash="hers")), added(world, a_sign_up())
    proof = proof_of(ada, sign_ups.of(EMAIL))

    sign_ups.prove(proof)

    assert accounts.user_id_of(email=EMAIL) == accounts.user_id_of(username="Ada") == proof.account.id
    assert accounts.by_ids([proof.account.id])[proof.account.id] == proof.account
    assert sign_ups.of(EMAIL) == AddressState(proof.account.id, ())
    assert sign_ups.find(ada.id) is None
    assert sign_ups.find(other.id) is None
    with pytest.raises(OtpInvalidError):
        sign_ups.prove(proof)


def test_a_proof_with_another_code_changes_nothing(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    ada = added(world, a_sign_up())
    state = sign_ups.of(EMAIL)

    with pytest.raises(OtpInvalidError):
        sign_ups.prove(proof_of(ada, state, code_mac="k.other"))

    assert sign_ups.of(EMAIL) == state


def test_a_proof_is_stale_when_somebody_has_the_address_by_now(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    ada = added(world, a_sign_up())
    before = sign_ups.of(EMAIL)
    guest = world.container.store.people.guest(EMAIL, NOW)

    with pytest.raises(StaleError):
        sign_ups.prove(proof_of(ada, before))
    sign_ups.prove(proof_of(ada, sign_ups.of(EMAIL)))

    assert world.container.store.people.by_ids([guest.id])[guest.id].has_account
    late = added(world, a_sign_up())
    with pytest.raises(StaleError):
        sign_ups.prove(proof_of(late, sign_ups.of(EMAIL)))


def test_a_username_that_somebody_has_stands_in_the_way_alone(world: World) -> None:
    sign_ups = world.container.store.sign_ups
    has_account(world, an_account("other@example.org", username="ADA"))
    ada = added(world, a_sign_up(username="ada"))
    proof = proof_of(ada, sign_ups.of(EMAIL))

    with pytest.raises(UsernameTakenError):
        sign_ups.prove(proof)
    assert world.container.store.accounts.user_id_of(email=EMAIL) is None

    sign_ups.prove(replace(proof, account=replace(proof.account, username=None)))


def test_an_unproven_account_is_replaced_unless_it_was_proven_meanwhile(world: World) -> None:
    sign_ups, accounts = world.container.store.sign_ups, world.container.store.accounts
    old = an_account(username="squatter")
    has_account(world, old)
    ada = added(world, a_sign_up(username="ada", password_hash="hers"))
    state = sign_ups.of(EMAIL)
    proof = proof_of(ada, state, before=old, account=ada.becomes(old.id, NOW, username="ada", version=2))
    has_account(world, replace(old, version=3))
    with pytest.raises(StaleError):
        sign_ups.prove(proof)
    has_account(world, old)

    sign_ups.prove(proof)

    assert accounts.user_id_of(username="squatter") is None
    assert accounts.by_ids([old.id])[old.id].password_hash == "hers"
