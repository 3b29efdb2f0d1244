"""Changes of addresses under crashes, lost responses, throttles and conflicts at every call; mistakes are found out."""

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.services.accounts import address_change
from chalicelib.services.accounts.address_ports import AddressProof
from chalicelib.store.accounts import address_changes
from chalicelib.store.accounts.address_changes import DynamoAddressChanges
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.definitions import Item
from chalicelib.store.dynamo.tables import NameItem
from chalicelib.store.dynamo.transactions import Transaction
from tests.simulation.accounts import addresses
from tests.simulation.seeds import broken_runs, is_caught

SEEDS = 5


def test_an_address_has_one_account_and_both_addresses_are_told() -> None:
    assert broken_runs(range(SEEDS), addresses.changing) == {}
    assert broken_runs(range(SEEDS), addresses.proving_at_once) == {}


@pytest.mark.deep
def test_an_address_has_one_account_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 2_000), addresses.changing) == {}
    assert broken_runs(range(SEEDS, 2_000), addresses.proving_at_once) == {}


# Wrong on purpose


def _leave_out(monkeypatch: pytest.MonkeyPatch, condition_of: str) -> None:
    """One condition of the proof. For whole runs: what is patched while others are under way is put back wrongly."""

    class Careless(Transaction):
        def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
            super().put(name, item, None if name == condition_of else condition)

    monkeypatch.setattr(address_changes, "Transaction", Careless)


def test_a_proof_that_does_not_look_whose_the_address_is_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    _leave_out(monkeypatch, "address")

    assert is_caught(15, 200, lambda seed: bool(addresses.proving_at_once(seed)))


def test_a_proof_that_overwrites_what_became_of_the_account_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another device edits the profile at the same moment, and is answered that it is done."""
    _leave_out(monkeypatch, "account")

    assert is_caught(155, 300, lambda seed: bool(addresses.changing(seed)))


class InTwoSteps(DynamoAddressChanges):
    """Gives the old address back after the account has moved, which leaves it (`_Keeping`)."""

    def prove(self, proof: AddressProof) -> None:
        super().prove(proof)
        old = keys.email(proof.before.email)
        if proof.before.email != proof.account.email:
            self._dynamo.delete(NameItem, old)


class _Keeping(Transaction):
    def delete(self, name: str, *arguments: object, **named: object) -> None:
        if name != "old address":
            super().delete(name, *arguments, **named)  # type: ignore[arg-type]


def test_an_old_address_that_is_given_back_in_a_second_step_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_changes, "Transaction", _Keeping)

    assert is_caught(22, 200, lambda seed: bool(addresses.changing(seed, store=InTwoSteps)))


def test_any_code_that_is_taken_for_the_right_one_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_change, "is_code", lambda *_: True)

    assert is_caught(0, 100, lambda seed: bool(addresses.changing(seed)))


class Forgetful(DynamoAddressChanges):
    """Keeps no address to tell."""

    def former(self, user_id: str, change_id: str) -> str | None:
        return None


def test_an_old_address_that_is_not_told_is_caught() -> None:
    assert is_caught(0, 50, lambda seed: bool(addresses.changing(seed, store=Forgetful)))
