"""Shapes that have changed: what is stored in an earlier one, and how it is written in that of today.

A reader understands every shape that was ever stored, for it meets rows of before while they are written anew, and
writers of the version before beside those of today. A migration here only ends that: once it has gone through every
stage, the old shape may go from the reader (docs/howto.md).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Account, fold_email
from chalicelib.domain.accounts.people import Attendee
from chalicelib.domain.enrollments.enrollment import TEMPORARY, EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.times import unstamp
from chalicelib.store.accounts.admins import list_account
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Raw
from chalicelib.store.dynamo.definitions import Item, Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import (
    AccountItem,
    AddressUseItem,
    AskedNameItem,
    EarlierAskedNameItem,
    EnrollmentItem,
    HoldItem,
    KeptItem,
    ListedAccountItem,
)
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.enrollments.enrollments import ASKED_KEPT
from chalicelib.store.items.enrollments import enrollment_from, enrollment_item, hold_from, hold_item
from chalicelib.store.items.people import from_kept

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One item of an earlier shape. `write` may be repeated; it does nothing to what has changed since it was read."""

    key: Key
    write: Callable[[], None]


Migration = Callable[[Container, Event], Iterator[Rewrite]]


def enrollments(container: Container, event: Event) -> Iterator[Rewrite]:
    """Rows that leave to their trail what is a field now (docs/adr/0021): it is read off while the trail has it."""
    dynamo = container.store.dynamo
    for bucket in range(event.buckets):
        for raw in _items(dynamo, EnrollmentItem, keys.enrollments(event.id, bucket)):
            now = enrollment_item(enrollment_from(raw))
            if _is_of_before(raw, now):
                yield Rewrite(_key(raw), _put(dynamo, now, int(raw["version"]["N"])))


def holds(container: Container, event: Event) -> Iterator[Rewrite]:
    """Holds and offers without the time since when they are kept, and without which of the two they are."""
    dynamo = container.store.dynamo
    for raw in _items(dynamo, HoldItem, keys.holds(event.id)):
        if "kept" in raw:
            continue
        enrollment = container.store.enrollments.by_key(hold_from(raw).key)
        if enrollment is None or enrollment.status not in TEMPORARY:
            continue  # it has ended since the page was read, and its hold with it
        item = hold_item(enrollment)
        if _key(item.serialize()) == _key(raw):
            yield Rewrite(_key(raw), _put_if_there(dynamo, item))


def asked_names(container: Container, event: Event) -> Iterator[Rewrite]:
    """Names in guests' requests that lie beside the enrollments and not with their person (docs/adr/0031)."""
    dynamo = container.store.dynamo
    for bucket in range(event.buckets):
        for raw in _items(dynamo, EarlierAskedNameItem, keys.earlier_asked_names(event.id, bucket)):
            yield Rewrite(_key(raw), _moved_name(dynamo, EnrollmentKey(event.id, bucket, raw["sk"]["S"]), raw))


def addresses(container: Container, event: Event) -> Iterator[Rewrite]:
    """Attendee records with an address by which they are not found yet (docs/adr/0031).

    Of everybody who has to do with the event.
    """
    dynamo = container.store.dynamo
    for keeper in _people_of(dynamo, event):
        for raw in _items(dynamo, KeptItem, keys.keeper(keeper)):
            kept = from_kept(raw)
            if kept.facts.email is None:
                continue
            use = keys.address_use(fold_email(kept.facts.email), kept.id)
            if dynamo.get(AddressUseItem, use, consistent=True) is None:
                yield Rewrite(use, _found_by(dynamo, kept, use))


def listed(container: Container, event: Event) -> Iterator[Rewrite]:
    """Accounts from before there was a list of them for admins (docs/adr/0032), of the same people."""
    dynamo = container.store.dynamo
    for account in container.store.accounts.by_ids(_people_of(dynamo, event)).values():
        place = keys.listed_account(account.created_at, account.id)
        if account.email_verified and dynamo.get(ListedAccountItem, place, consistent=True) is None:
            yield Rewrite(place, _in_the_list(dynamo, account))


MIGRATIONS: Mapping[str, Migration] = {
    "addresses": addresses,
    "asked_names": asked_names,
    "enrollments": enrollments,
    "holds": holds,
    "listed": listed,
}


def _people_of(dynamo: Dynamo, event: Event) -> list[str]:
    """Everybody who has to do with the event: who organizes it, who is enrolled, and who enrolled them."""
    people = {event.organizer_id}
    for bucket in range(event.buckets):
        for raw in _items(dynamo, EnrollmentItem, keys.enrollments(event.id, bucket)):
            people |= {raw["sk"]["S"], *([raw["maker"]["S"]] if "maker" in raw else [])}
    return sorted(people)


def _moved_name(dynamo: Dynamo, key: EnrollmentKey, raw: Raw) -> Callable[[], None]:
    name, at = raw["name"]["S"], raw["at"]["S"]
    pk, sk = keys.asked_name(key)
    item = AskedNameItem(pk, sk, name=name, at=at, expires=epoch(unstamp(at) + ASKED_KEPT))

    def write() -> None:
        transaction = Transaction(dynamo)
        transaction.put("name", item, AskedNameItem.pk.does_not_exist() | (AskedNameItem.at <= at))
        as_read = EarlierAskedNameItem.at == at
        transaction.delete("earlier", EarlierAskedNameItem, _key(raw), as_read)
        try:
            transaction.commit()
        except RefusedError:
            return  # asked again meanwhile

    return write


def _found_by(dynamo: Dynamo, kept: Attendee, use: Key) -> Callable[[], None]:
    def write() -> None:
        transaction = Transaction(dynamo)
        transaction.check("row", KeptItem, keys.kept(kept.kept_by or "", kept.id), KeptItem.version == kept.version)
        transaction.put("use", AddressUseItem(*use, kept_by=kept.kept_by))
        try:
            transaction.commit()
        except RefusedError:
            return  # changed meanwhile, and found by its address since

    return write


def _in_the_list(dynamo: Dynamo, account: Account) -> Callable[[], None]:
    def write() -> None:
        transaction = Transaction(dynamo)
        transaction.check("account", AccountItem, keys.account(account.id), AccountItem.pk.exists())
        list_account(transaction, account)
        try:
            transaction.commit()
        except RefusedError:
            return  # erased meanwhile, and in no list any more

    return write


def _items(dynamo: Dynamo, model: type[Item], partition: str) -> Iterator[Raw]:
    query = Query(model=model, partition=partition, limit=_PAGE, consistent=True)
    while True:
        page = dynamo.query(query)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        query = replace(query, start=page["LastEvaluatedKey"])


def _key(raw: Raw) -> Key:
    return raw["pk"]["S"], raw["sk"]["S"]


def _is_of_before(raw: Raw, now: Item) -> bool:
    """Whether it lacks something; what this version does not know is of a later one, and stays as it is."""
    wanted = now.serialize()
    return raw != wanted and raw.keys() <= wanted.keys()


def _put(dynamo: Dynamo, item: EnrollmentItem, version: int) -> Callable[[], None]:
    """Every change of an enrollment counts its version on."""

    def write() -> None:
        try:
            dynamo.put(item, EnrollmentItem.version == version)
        except ConditionFailedError:
            return  # changed meanwhile, and written as it is today or by the version before: the next run sees

    return write


def _put_if_there(dynamo: Dynamo, item: HoldItem) -> Callable[[], None]:
    def write() -> None:
        try:
            dynamo.put(item, HoldItem.pk.exists() & HoldItem.kept.does_not_exist())
        except ConditionFailedError:
            return  # it has ended

    return write
