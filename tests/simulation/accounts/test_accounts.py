"""Accounts under crashes, lost responses, throttles and conflicts at every call; mistakes that must be found out."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.container import Container
from chalicelib.domain.accounts.account import SignUp, fold_email
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.shared.rate_limit import Failures
from chalicelib.services.accounts import reset_tokens, verification
from chalicelib.services.accounts.verification import VerifyRequest
from chalicelib.store.accounts import sign_ups
from chalicelib.store.accounts.sign_ups import DynamoSignUps
from chalicelib.store.attendees.people import DynamoPeople
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.definitions import Item, Key
from chalicelib.store.dynamo.tables import NameItem, SignUpItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.people import guest_item
from chalicelib.store.shared.rate_limits import DynamoLimits
from tests.simulation.accounts import account_limits, accounts
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.world import SimWorld

SEEDS = 8
LIMIT_SEEDS = 4


def test_names_stay_unique_codes_are_guarded_and_sessions_end() -> None:
    assert broken_runs(range(SEEDS), accounts.signing_up) == {}
    assert broken_runs(range(SEEDS), accounts.proving_beside_a_guest) == {}
    assert broken_runs(range(SEEDS), accounts.resetting) == {}


def test_many_at_once_get_no_more_codes_and_guesses_than_one_after_the_other() -> None:
    assert broken_runs(range(LIMIT_SEEDS), account_limits.asking_for_codes) == {}
    assert broken_runs(range(LIMIT_SEEDS), account_limits.guessing_codes) == {}
    assert broken_runs(range(LIMIT_SEEDS), account_limits.guessing_passwords) == {}


def test_of_fifty_guesses_at_once_three_are_looked_at_and_no_fewer() -> None:
    def calmly(seed: int) -> list[str]:
        return account_limits.guessing_codes(seed, faults=account_limits.CALM)

    assert broken_runs(range(4), calmly) == {}


@pytest.mark.deep
def test_names_stay_unique_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 3_000), accounts.signing_up) == {}
    assert broken_runs(range(SEEDS, 40), accounts.proving_beside_a_guest) == {}
    assert broken_runs(range(SEEDS, 40), accounts.resetting) == {}


@pytest.mark.deep
def test_many_at_once_get_no_more_in_more_schedules() -> None:
    for limited in (account_limits.asking_for_codes, account_limits.guessing_codes, account_limits.guessing_passwords):
        assert broken_runs(range(LIMIT_SEEDS, 200), limited) == {}


# Wrong on purpose


class CarelessPeople(DynamoPeople):
    """Writes what it did not find a moment ago, whoever has written it since."""

    def guest(self, email: str, now: datetime, *, locale: str | None = None) -> Person:
        found = self.by_email(email)
        if found:
            return found
        person = Person(id=self._new_id(now), name="", email=email, locale=locale)
        pk, sk = keys.email(fold_email(email))
        self._dynamo.put(NameItem(pk, sk, user_id=person.id))
        self._dynamo.put(guest_item(person, now))
        return person


def test_a_directory_that_writes_without_a_condition_is_caught() -> None:
    def carelessly(made: Container) -> None:
        made.store.people = CarelessPeople(made.store.dynamo, made.new_id)

    def careless(world: SimWorld) -> None:
        world.tamper(carelessly)

    assert is_caught(1, 300, lambda seed: bool(accounts.signing_up(seed, tamper=careless)))


class Grabbing(Transaction):
    """Takes the address whoever has it by now."""

    def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
        super().put(name, item, None if name == "address" else condition)


def test_a_proof_that_does_not_look_whose_the_address_is_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ups, "Transaction", Grabbing)

    assert is_caught(0, 200, lambda seed: bool(accounts.proving_beside_a_guest(seed)))


def _newest(self: verification.Verification, live: Sequence[SignUp], request: VerifyRequest) -> list[SignUp]:
    return list(live[-1:])


def test_a_code_that_proves_whatever_was_signed_up_last_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: the newest sign-up of the address, whoever made it."""
    monkeypatch.setattr(verification.Verification, "_named", _newest)

    assert is_caught(4, 300, lambda seed: bool(accounts.signing_up(seed)))


def test_a_code_that_is_good_for_any_sign_up_of_its_address_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are tried, and the first whose code it is gets the account: named is none."""
    monkeypatch.setattr(verification.Verification, "_named", lambda _, live, __: list(live))

    assert is_caught(1, 300, lambda seed: bool(accounts.signing_up(seed)))


def test_a_key_that_is_not_bound_to_the_password_it_replaces_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reset_tokens, "_mark", lambda _: "0" * 32)

    assert is_caught(0, 50, lambda seed: bool(accounts.resetting(seed)))


class ReadThenWrite(DynamoSignUps):
    """Looks how many guesses are left, and counts afterwards."""

    def count_guess(self, email: str, sign_up_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        key: Key = keys.sign_up(fold_email(email), sign_up_id)
        item = self._dynamo.get(SignUpItem, key, consistent=True)
        if item is None or item.attempts >= limit:
            return None
        actions = [SignUpItem.attempts.add(1), SignUpItem.last_guess.set(guess_id)]
        return str(self._dynamo.update(SignUpItem, key, actions, None).code_mac)


def test_guesses_that_are_counted_after_they_were_allowed_are_caught() -> None:
    assert is_caught(0, 50, lambda seed: bool(account_limits.guessing_codes(seed, store=ReadThenWrite)))


class ForgetfulLimits(DynamoLimits):
    """Keeps a number without comparing what is kept by now."""

    def put(self, key: str, expected: int | None, number: int, mark: str) -> bool:
        current = self.seen([key])[0]
        return super().put(key, current, number, mark) or expected is None

    def put_failures(self, key: str, expected: Failures | None, failures: Failures, mark: str) -> bool:
        current = self.failures(key)
        return super().put_failures(key, current, failures, mark) or expected is None


def _forgetful(made: Container) -> None:
    made.store.rate_limits = ForgetfulLimits(made.store.dynamo)


def test_limits_that_overwrite_each_other_are_caught() -> None:
    assert is_caught(0, 50, lambda seed: bool(account_limits.asking_for_codes(seed, tamper=_forgetful)))
    assert is_caught(0, 50, lambda seed: bool(account_limits.guessing_passwords(seed, tamper=_forgetful)))
