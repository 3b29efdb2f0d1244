"""Copied refresh tokens under crashes, lost responses and conflicts at every call; mistakes are found out."""

import pytest

from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.accounts import sessions
from chalicelib.store.accounts.sessions import DynamoSessions
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import SessionItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.outbox.outbox import put_entry
from tests.simulation.accounts import stealing
from tests.simulation.seeds import broken_runs, is_caught

SEEDS = 8


def owner_alone(seed: int) -> list[str]:
    return stealing.using(seed, stolen=False)


def test_a_theft_ends_the_login_and_is_told_once_and_a_lost_answer_is_none() -> None:
    assert broken_runs(range(SEEDS), stealing.using) == {}
    assert broken_runs(range(SEEDS), owner_alone) == {}


@pytest.mark.deep
def test_a_theft_ends_the_login_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 3_000), stealing.using) == {}
    assert broken_runs(range(SEEDS, 3_000), owner_alone) == {}


# Wrong on purpose


class Unconditional(DynamoSessions):
    """Ends and tells whatever there is: two who notice at once tell twice."""

    def end_stolen(self, user_id: str, session_id: str, notice: OutboxEntry) -> bool:
        transaction = Transaction(self._dynamo)
        transaction.delete("session", SessionItem, keys.session(user_id, session_id))
        put_entry(transaction, "mail", notice)
        transaction.commit()
        return True


def test_a_theft_that_is_told_whether_or_not_it_was_there_is_caught() -> None:
    assert is_caught(168, 300, lambda seed: bool(stealing.using(seed, store=Unconditional)))


class EndedFirst(DynamoSessions):
    """Ends the login, and writes afterwards that it is to be told."""

    def end_stolen(self, user_id: str, session_id: str, notice: OutboxEntry) -> bool:
        self.end(user_id, session_id)
        transaction = Transaction(self._dynamo)
        put_entry(transaction, "mail", notice)
        transaction.commit()
        return True


def test_a_login_that_ends_before_it_is_written_down_to_tell_it_is_caught() -> None:
    assert is_caught(9, 300, lambda seed: bool(stealing.using(seed, store=EndedFirst)))


def test_a_window_without_end_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "REPLAY_WINDOW", sessions.REPLAY_WINDOW * 10_000)

    assert is_caught(9, 300, lambda seed: bool(stealing.using(seed)))


def test_no_window_at_all_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost answer signs its owner out."""
    monkeypatch.setattr(sessions, "REPLAY_WINDOW", -sessions.REPLAY_WINDOW)

    assert is_caught(0, 300, lambda seed: bool(owner_alone(seed)))
