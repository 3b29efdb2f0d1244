"""Teams under crashes, lost responses, throttles and conflicts at every call; mistakes are found out."""

from dataclasses import replace
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.teams.ports import AccountChange, TeamChange
from chalicelib.store.accounts import teams as store_of_teams
from chalicelib.store.accounts.teams import DynamoTeams
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.teams import teams

SEEDS = 5


def test_a_team_and_what_its_members_have_of_it_agree() -> None:
    assert broken_runs(range(SEEDS), teams.working_together) == {}


@pytest.mark.deep
def test_they_agree_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 2_000), teams.working_together) == {}


# Wrong on purpose


def _without(condition_of: str) -> type[DynamoTeams]:
    """The store, with one condition left out."""

    class Careless(Transaction):
        def put(self, name: str, item: Any, condition: Condition | None = None) -> None:
            super().put(name, item, None if name == condition_of else condition)

        def update(self, name: str, model: Any, key: Any, actions: Any, condition: Condition | None = None) -> None:
            super().update(name, model, key, actions, None if name == condition_of else condition)

    class CarelessTeams(DynamoTeams):
        _transaction = Careless

    return CarelessTeams


def test_a_team_that_is_written_over_is_caught() -> None:
    assert is_caught(22, 200, lambda seed: bool(teams.working_together(seed, store=_without("team"))))


def test_a_login_that_slips_past_a_change_is_caught() -> None:
    assert is_caught(14, 200, lambda seed: bool(teams.working_together(seed, store=_without("account"))))


class InTwoSteps(DynamoTeams):
    """Writes the team, and afterwards what its member has of it."""

    def write(self, change: TeamChange) -> None:
        super().write(replace(change, account=None))
        if change.account:
            transaction = Transaction(self._dynamo)
            store_of_teams._join_account(transaction, change.account)
            try:
                transaction.commit()
            except RefusedError as refused:
                raise StaleError from refused


def test_a_member_who_is_written_later_is_caught() -> None:
    assert is_caught(5, 200, lambda seed: bool(teams.working_together(seed, store=InTwoSteps)))


class OldLogins(DynamoTeams):
    """Leaves the copies in logins as they were."""

    def write(self, change: TeamChange) -> None:
        account = change.account
        without = AccountChange(account.account, account.teams, ()) if account else None
        super().write(replace(change, account=without))


def test_a_login_that_keeps_what_it_had_is_caught() -> None:
    assert is_caught(14, 200, lambda seed: bool(teams.working_together(seed, store=OldLogins)))


class KeptAddresses(DynamoTeams):
    """Forgets to forget the address of an invitation that was answered."""

    def write(self, change: TeamChange) -> None:
        super().write(replace(change, answered=()))


def test_an_address_that_is_kept_is_caught() -> None:
    assert is_caught(0, 200, lambda seed: bool(teams.working_together(seed, store=KeptAddresses)))
