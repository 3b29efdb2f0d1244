"""Accounts under crashes, lost responses, throttles and conflicts at every call."""

from datetime import datetime

import pytest

from chalicelib.container import Container
from chalicelib.domain.accounts import fold_email
from chalicelib.domain.people import Person
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import NameItem
from chalicelib.store.items.people import guest_item
from chalicelib.store.people import DynamoPeople
from tests.simulation import accounts
from tests.simulation.seeds import broken_runs
from tests.simulation.world import SimWorld

SEEDS = 40


def test_names_stay_unique_codes_are_guarded_and_sessions_end() -> None:
    assert broken_runs(range(SEEDS), accounts.signing_up) == {}


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

    assert any(accounts.signing_up(seed, tamper=careless) for seed in range(1, 300, 2))


@pytest.mark.deep
def test_names_stay_unique_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 3_000), accounts.signing_up) == {}
