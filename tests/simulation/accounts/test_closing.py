"""Closing accounts and trying letters again under crashes, lost responses and conflicts; mistakes are found out."""

from collections.abc import Sequence

import pytest

from chalicelib.domain.accounts.account import Account, Credential
from chalicelib.domain.accounts.audit import Act
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.admin.ports import Letter, NoAdminError
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts import credentials
from chalicelib.store.accounts.admins import DynamoAdmins
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AccountItem, AdminsItem, LetterItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import account_item
from chalicelib.store.outbox.letters import DynamoLetters
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.shared.audit import put_act
from tests.simulation.accounts import closing
from tests.simulation.seeds import broken_runs, is_caught

SEEDS = 6


def test_a_closed_account_is_out_and_of_two_admins_one_is_left() -> None:
    assert broken_runs(range(SEEDS), closing.closing) == {}


def test_a_letter_is_redriven_once() -> None:
    assert broken_runs(range(SEEDS), closing.redriving) == {}


@pytest.mark.deep
def test_the_same_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 2_000), closing.closing) == {}
    assert broken_runs(range(SEEDS, 2_000), closing.redriving) == {}


# Wrong on purpose


class Careless(DynamoAdmins):
    """Writes without looking whether somebody logged in, or whether whoever acts is an admin still."""

    version = True
    acting = True
    together = True

    def set_access(self, new: Account, ended: Sequence[Credential], act: Act, notice: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        unchanged = AccountItem.version == new.version - 1
        transaction.put("account", account_item(new), unchanged if self.version else None)
        for session in ended:
            credentials.end(transaction, session)
        acting = AdminsItem.ids.contains(act.admin_id) if self.acting else None
        transaction.update("admins", AdminsItem, keys.ADMINS, [AdminsItem.ids.delete({new.id})], acting)
        if self.together:
            put_act(transaction, act, self._life)
        put_entry(transaction, "mail", notice)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise (StaleError if refused.has("account") else NoAdminError) from refused
        if not self.together:
            self._alone(act)

    def _alone(self, act: Act) -> None:
        transaction = Transaction(self._dynamo)
        put_act(transaction, act, self._life)
        transaction.commit()


class Overlooking(Careless):
    """A login of the same moment lives on."""

    version = False


class Unasked(Careless):
    """Two admins close each other's accounts."""

    acting = False


class Afterwards(Careless):
    """The entry is written when the act is done, if the process still lives."""

    together = False


class Eager(DynamoLetters):
    """Whoever asks has it tried again."""

    def redrive(self, letter: Letter, act: Act, job: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        marked = [LetterItem.redriven_at.set("2026-06-01T09:00:00.000Z")]
        transaction.update("letter", LetterItem, keys.letter(letter.id), marked)
        put_act(transaction, act, self._life)
        put_entry(transaction, "job", job)
        transaction.commit()


@pytest.mark.parametrize(("store", "known"), [(Overlooking, 1), (Unasked, 0), (Afterwards, 0)])
def test_a_wrong_closing_is_found_out(store: type[DynamoAdmins], known: int) -> None:
    assert is_caught(known, 300, lambda seed: bool(closing.closing(seed, store=store)))


def test_a_wrong_redriving_is_found_out() -> None:
    assert is_caught(0, 300, lambda seed: bool(closing.redriving(seed, store=Eager)))
