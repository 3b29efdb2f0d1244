"""The directory of people: accounts, guests and kept records by their id, and who has an address."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.shared import ids
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.services.shared.ports import NewId
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import AccountItem, AttendeeItem, NameItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.people import guest_item, person_from

_TRIES = 3


class DynamoPeople:
    def __init__(self, dynamo: Dynamo, new_id: NewId) -> None:
        self._dynamo = dynamo
        self._new_id = new_id

    def by_ids(self, person_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Person]:
        wanted = list(dict.fromkeys(person_ids))
        gets = [Get(AccountItem, keys.account(person_id), consistent=consistent) for person_id in wanted]
        gets += [Get(AttendeeItem, keys.attendee(person_id), consistent=consistent) for person_id in wanted]
        raws = self._dynamo.batch_get(gets)
        found = map(person_from, raws[: len(wanted)], raws[len(wanted) :])
        people = {person.id: person for person in found if person}
        missing = [person_id for person_id in wanted if person_id not in people]
        if missing and not consistent:  # a replica may not have a new guest yet, and their mail must not be dropped
            people |= self.by_ids(missing, consistent=True)
        return people

    def by_id(self, person_id: str) -> Person | None:
        [account] = self._dynamo.batch_get([Get(AccountItem, keys.account(person_id))])
        found = person_from(account, None)
        return found if found and found.has_account else self.by_ids([person_id]).get(person_id)

    def is_read_by_disabled(self, person_id: str) -> bool:
        """Whether mails about somebody go to an account that is disabled.

        It is their own, or that of the keeper of a record without an address.
        """
        account = self._dynamo.get(AccountItem, keys.account(person_id), consistent=True)  # closed a moment ago
        if account is not None:
            return account.disabled
        record = self._dynamo.get(AttendeeItem, keys.attendee(person_id))
        if record is None or record.email or not record.kept_by:
            return False
        keeper = self._dynamo.get(AccountItem, keys.account(record.kept_by), consistent=True)
        return keeper is not None and keeper.disabled

    def by_email(self, address: str) -> Person | None:
        person_id = self._id_of(address)
        return self.by_ids([person_id], consistent=True).get(person_id) if person_id else None

    def ids_of(self, addresses: Sequence[str]) -> dict[str, str]:
        folded = list(dict.fromkeys(map(fold_email, addresses)))
        raws = self._dynamo.batch_get([Get(NameItem, keys.email(address), consistent=True) for address in folded])
        found = zip(folded, raws, strict=True)
        return {address: NameItem.from_raw_data(raw).user_id for address, raw in found if raw}

    def _id_of(self, address: str) -> str | None:
        # Consistent: an address belongs to one person from the first contact on.
        item = self._dynamo.get(NameItem, keys.email(fold_email(address)), consistent=True)
        return item.user_id if item else None

    def kept(self, keeper_id: str, attendee_id: str) -> Person | None:
        person = self.by_ids([attendee_id], consistent=True).get(attendee_id)
        return person if person and person.kept_by == keeper_id else None

    def guest(self, email: str, now: datetime, *, locale: str | None = None) -> Person:
        """Whoever has the address: an account, a guest; nobody yet: a guest from now on.

        The calls and what they cost are the same for all of them, for whoever asks may count them: a read of the
        name, one of the person, and a transaction that writes, or makes sure of, the name and the record.
        """
        for _ in range(_TRIES):
            owner = self._id_of(email)
            person_id = owner or self._new_id(ids.undated(self._new_id(now)))
            account, record = self._dynamo.batch_get(
                [
                    Get(AccountItem, keys.account(person_id), consistent=True),
                    Get(AttendeeItem, keys.attendee(person_id), consistent=True),
                ]
            )
            found = person_from(account, record)
            new = Person(id=person_id, name="", email=email, locale=locale)
            transaction = Transaction(self._dynamo)
            self._name(transaction, keys.email(fold_email(email)), owner, person_id)
            if found and found.has_account:
                transaction.check("person", AccountItem, keys.account(person_id), AccountItem.pk.exists())
            elif record:
                transaction.check("person", AttendeeItem, keys.attendee(person_id), AttendeeItem.pk.exists())
            else:  # also beside an account that was never proven: what was said first stays
                transaction.put("person", guest_item(new, now), AttendeeItem.pk.does_not_exist())
            try:
                transaction.commit()
            except RefusedError:
                continue
            return found if found and (found.has_account or record) else new
        raise TryAgainError("an address that comes and goes")

    @staticmethod
    def _name(transaction: Transaction, key: Key, owner: str | None, person_id: str) -> None:
        """Neither an account nor another guest was faster, and nobody left the address to somebody else."""
        if owner:
            transaction.check("email", NameItem, key, NameItem.user_id == owner)
        else:
            transaction.put("email", NameItem(*key, user_id=person_id), NameItem.pk.does_not_exist())
