"""Attendee records: a user's own, and those that they keep of others, with their list and their unique addresses."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.accounts.people import Attendee
from chalicelib.domain.errors import EmailTakenError
from chalicelib.services.attendees.ports import Uses
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import AccountItem, AddressUseItem, AttendeeItem, KeptItem, NameItem, UsesItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import to_account
from chalicelib.store.items.people import (
    attendee_item,
    from_kept,
    gone_item,
    kept_item,
    own_attendee,
    spaced,
    to_attendee,
)
from chalicelib.store.shared.idempotency import DynamoAnswers


class DynamoAttendees:
    """Reads are consistent: what was just written down is there in the next request."""

    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers) -> None:
        self._dynamo = dynamo
        self._answers = answers

    def _begin(self) -> Transaction:
        return Transaction(self._dynamo)

    def get(self, attendee_id: str) -> Attendee | None:
        item = self._dynamo.get(AttendeeItem, keys.attendee(attendee_id), consistent=True)
        return to_attendee(item) if item else None

    def own(self, user_id: str) -> Attendee | None:
        gets = [
            Get(AccountItem, keys.account(user_id), consistent=True),
            Get(AttendeeItem, keys.attendee(user_id), consistent=True),
        ]
        account, record = self._dynamo.batch_get(gets)
        if account is None:
            return None
        item = AttendeeItem.from_raw_data(record) if record else None
        return own_attendee(to_account(AccountItem.from_raw_data(account)), item)

    def add(self, attendee: Attendee, remember: Remember | None) -> None:
        transaction = self._begin()
        transaction.put("record", attendee_item(attendee), AttendeeItem.pk.does_not_exist())
        transaction.put("row", kept_item(attendee))
        self._join_email(transaction, None, attendee)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            if refused.has("record"):
                return  # the id is new: only this very request can have written it, and its answer was lost
            self._answers.raise_if_answered(refused)
            raise _why_not(refused) from refused

    def replace(self, before: Attendee, after: Attendee) -> None:
        transaction = self._begin()
        transaction.put("record", attendee_item(after), _unchanged(before))
        if after.kept_by:
            transaction.put("row", kept_item(after))
            self._join_email(transaction, before, after)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise _why_not(refused) from refused

    def uses(self, attendee_id: str) -> Uses:
        item = self._dynamo.get(UsesItem, keys.uses(attendee_id), consistent=True)
        if item is None:
            return Uses(0, ())
        return Uses(
            int(item.number), tuple(keys.enrollment_key(place, attendee_id) for place in sorted(item.partitions))
        )

    def remove(self, attendee: Attendee, uses: Uses, now: datetime) -> None:
        assert attendee.kept_by is not None
        transaction = self._begin()
        transaction.put("record", gone_item(attendee, now), _unchanged(attendee))
        transaction.delete("row", KeptItem, keys.kept(attendee.kept_by, attendee.id))
        same = UsesItem.number == uses.number if uses.number else UsesItem.pk.does_not_exist()
        transaction.delete("uses", UsesItem, keys.uses(attendee.id), same)  # nobody was enrolled meanwhile
        self._join_email(transaction, attendee, None)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    @staticmethod
    def _join_email(transaction: Transaction, before: Attendee | None, after: Attendee | None) -> None:
        """The keeper's unique address follows the record, and so does the way from the address to the record."""
        old, new = (_email_key(attendee) if attendee else None for attendee in (before, after))
        if old == new:
            return
        if old:
            transaction.delete("old email", NameItem, old)
        if old and before and before.facts.email:
            use = keys.address_use(fold_email(before.facts.email), before.id)
            transaction.delete("old use", AddressUseItem, use)
        if new and after:
            transaction.put("email", NameItem(*new, user_id=after.id), NameItem.pk.does_not_exist())
            use = keys.address_use(fold_email(after.facts.email or ""), after.id)
            transaction.put("use", AddressUseItem(*use, kept_by=after.kept_by))

    # -- lists ---------------------------------------------------------------------------------------------------------

    def of_keeper(
        self, keeper_id: str, *, start: str | None, forward: bool, limit: int, words: Sequence[str]
    ) -> Slice[Attendee]:
        return read_slice(
            self._dynamo,
            Shelf(KeptItem, keys.keeper(keeper_id)),
            from_kept,
            start=start,
            forward=forward,
            limit=limit,
            keep=_named(words),
            consistent=True,
        )

    def count_of_keeper(self, keeper_id: str, words: Sequence[str]) -> tuple[int, bool]:
        query = Query(model=KeptItem, partition=keys.keeper(keeper_id), keep=_named(words), consistent=True)
        return count(self._dynamo, query)

    def with_email(self, keeper_id: str, email: str) -> Attendee | None:
        item = self._dynamo.get(NameItem, keys.kept_email(keeper_id, fold_email(email)), consistent=True)
        return self.get(item.user_id) if item else None


def _unchanged(before: Attendee) -> Condition:
    """Version 0 is a user's own record that nobody has written yet."""
    if before.version == 0:
        return AttendeeItem.pk.does_not_exist()
    return AttendeeItem.version == before.version


def _email_key(attendee: Attendee) -> Key | None:
    if attendee.kept_by is None or attendee.facts.email is None:
        return None
    return keys.kept_email(attendee.kept_by, fold_email(attendee.facts.email))


def _named(words: Sequence[str]) -> Condition | None:
    """Every word begins a word of the name."""
    condition: Condition | None = None
    for word in words:
        begins = KeptItem.words.contains(spaced((word,)))
        condition = begins if condition is None else condition & begins
    return condition


def _why_not(refused: RefusedError) -> Exception:
    """A record that changed meanwhile is read again first; the address decides about the newest one."""
    if refused.has("record"):
        return StaleError()
    return EmailTakenError("You keep another record with this address.")
