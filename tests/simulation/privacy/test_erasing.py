"""Erasing beside logins, enrolments and edits, with crashes and lost responses at every call.

Mistakes are found out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Account, Session
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.privacy.erasure import Erasure
from chalicelib.services.privacy.ports import Erased
from chalicelib.store.accounts import erasures
from chalicelib.store.accounts.erasures import DynamoErasures
from chalicelib.store.accounts.sessions import DynamoSessions
from chalicelib.store.dynamo.definitions import Item
from chalicelib.store.dynamo.tables import AccountItem
from chalicelib.store.dynamo.transactions import Transaction
from devtools.simdb.faults import Fault, Faults
from tests.simulation.privacy.erasing import closing, erasing
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.world import ROUGH

SEEDS, CROWDED = 5, 2
CRASHING = Faults(rates={Fault.CRASH_BEFORE: 0.08, Fault.CRASH_AFTER: 0.08})
crowded = partial(erasing, devices=6)


def test_an_account_is_kept_or_gone_and_never_something_between() -> None:
    assert broken_runs(range(SEEDS), erasing) == {}
    assert broken_runs(range(CROWDED), crowded) == {}


def test_an_account_that_is_closed_has_no_login() -> None:
    assert broken_runs(range(SEEDS), closing) == {}


@pytest.mark.deep
def test_an_account_is_kept_or_gone_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 2_000), erasing) == {}
    assert broken_runs(range(CROWDED, 1_000), crowded) == {}
    assert broken_runs(range(SEEDS, 2_000), closing) == {}


# Wrong on purpose


def _caught(known: int, within: int, tamper: Callable[[Container], None], faults: Faults = ROUGH) -> bool:
    return is_caught(known, within, lambda seed: bool(erasing(seed, faults=faults, tamper=tamper)))


class Careless(Transaction):
    """Takes an account away as soon as its time has come, whatever became of it."""

    def delete(self, name: str, *arguments: object, **named: object) -> None:
        if name == "account":
            super().delete(name, *arguments[:2], AccountItem.pk.exists())  # type: ignore[arg-type, call-arg]
        else:
            super().delete(name, *arguments, **named)  # type: ignore[arg-type]


def test_an_account_that_is_taken_from_whoever_logs_in_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasures, "Transaction", Careless)

    assert _caught(1, 200, lambda _: None)


def test_a_login_that_does_not_keep_the_account_is_caught() -> None:
    class Forgetful(DynamoSessions):
        def add(
            self,
            account: Account,
            session: Session,
            ended: Sequence[Session],
            rehashed: str | None,
            notice: OutboxEntry | None = None,
        ) -> None:
            present = self._dynamo.get(AccountItem, (f"user#{account.id}", "account"), consistent=True)
            super().add(account, session, ended, rehashed, notice)
            if present is not None and present.erases_at:
                again = [AccountItem.erases_at.set(present.erases_at)]
                self._dynamo.update(AccountItem, (f"user#{account.id}", "account"), again, None)

    def tamper(container: Container) -> None:
        container.store.sessions = Forgetful(container.store.dynamo)

    assert _caught(1, 100, tamper)


def test_names_that_are_given_back_in_a_second_step_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasures, "Transaction", _OnlyTheAccount)

    class InTwoSteps(DynamoErasures):
        def take(self, account: Account, now: datetime, job: OutboxEntry, *, mailboxes: Sequence[str]) -> None:
            super().take(account, now, job, mailboxes=mailboxes)
            rest = Transaction(self._dynamo)
            for name, model, key in _OnlyTheAccount.left[f"user#{account.id}"]:
                rest.delete(name, model, key)  # type: ignore[arg-type]
            rest.commit()

    def tamper(container: Container) -> None:
        container.store.erasures = InTwoSteps(container.store.dynamo)

    assert _caught(8, 200, tamper, CRASHING)


class _OnlyTheAccount(Transaction):
    left: dict[str, list[tuple[object, ...]]] = {}  # noqa: RUF012 - by the account's key: several are under way
    _account: str | None = None

    def delete(self, name: str, model: Any, key: Any, *rest: Any) -> None:
        if name == "account":
            self._account = key[0]
            self.left[self._account] = []
        if name == "account" or self._account is None:
            super().delete(name, model, key, *rest)
        else:
            self.left[self._account].append((name, model, key))


class FromTheEnd(DynamoErasures):
    """Forgets what the rest is found by before the rest."""

    def find(self, user_id: str) -> Erased | None:
        found = super().find(user_id)
        if found is not None:
            self.forget_account(found)
        return found


def test_what_the_rest_is_found_by_must_go_last() -> None:
    def tamper(container: Container) -> None:
        container.store.erasures = FromTheEnd(container.store.dynamo)

    assert _caught(0, 20, tamper)


def test_an_erasure_that_does_not_wait_for_requests_under_way_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """An organizer who has looked up the person a moment ago enrols nobody then."""
    takes = Erasure.take

    def at_once(self: Erasure, job: OutboxEntry) -> None:
        takes(self, job)
        cursor: str | None = ""
        while cursor is not None:
            cursor = self.work_on(_at(job, cursor))

    monkeypatch.setattr(Erasure, "take", at_once)

    assert is_caught(48, 200, lambda seed: bool(crowded(seed)))


def _at(job: OutboxEntry, cursor: str) -> OutboxEntry:
    return replace(job, cursor=cursor)


def test_places_that_are_only_made_nameless_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = Erasure._forget

    monkeypatch.setattr(Erasure, "_forget", lambda self, row, gives_up: keeps(self, row, gives_up=False))

    assert is_caught(0, 20, lambda seed: bool(erasing(seed)))


def test_an_account_that_is_closed_beside_a_login_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unconditional(Transaction):
        def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
            super().put(name, item, None if name == "account" else condition)

    monkeypatch.setattr(erasures, "Transaction", Unconditional)

    assert is_caught(8, 200, lambda seed: bool(closing(seed)))


def test_a_new_password_that_logs_in_to_a_closed_account_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "is_in_use", property(lambda _: True))

    assert is_caught(6, 200, lambda seed: bool(closing(seed)))
