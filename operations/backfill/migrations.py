"""Shapes that have changed: what is stored in an earlier one, and how it is written in that of today.

A reader understands every shape that was ever stored, for it meets rows of before while they are written anew, and
writers of the version before beside those of today. A migration here only ends that: once it has gone through every
stage, the old shape may go from the reader (docs/howto.md).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from chalicelib.container import Container
from chalicelib.domain.enrollments import TEMPORARY
from chalicelib.domain.events import Event
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Raw
from chalicelib.store.dynamo.definitions import Item, Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EnrollmentItem, HoldItem
from chalicelib.store.items.enrollments import enrollment_from, enrollment_item, hold_from, hold_item

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


MIGRATIONS: Mapping[str, Migration] = {"enrollments": enrollments, "holds": holds}


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
