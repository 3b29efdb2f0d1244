"""Reading part of an ordered partition, in either direction, filtered or not, at a bounded cost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from pynamodb.expressions.condition import Condition

from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.definitions import Item
from chalicelib.store.dynamo.queries import Query

T = TypeVar("T")
FIRST = "!"  # sorts before every place
_FILTERED_PAGE = 200
_COUNTED_PAGES = 4  # of 1 MB at most, 128 read units each
_FILTERED_PAGES = 4  # a filter that keeps almost nothing ends in a short page, not in a long wait


@dataclass(frozen=True, slots=True)
class Shelf:
    """An ordered partition of a table or an index; `place` is its sort attribute. What sorts before `first` is not
    looked at.
    """

    model: type[Item]
    partition: str
    place: str = "sk"
    index: str | None = None
    first: str = FIRST


def read_slice(
    dynamo: Dynamo,
    shelf: Shelf,
    convert: Callable[[Raw], T],
    *,
    start: str | None,
    forward: bool,
    limit: int,
    keep: Condition | None = None,
    consistent: bool = False,
) -> Slice[T]:
    """Up to `limit` items beyond `start` (exclusive). One item more is read: it tells whether there is more."""
    first = shelf.first
    after, until = (f"{start}!" if start else first, keys.LAST) if forward else (first, start or keys.LAST)
    between = (max(after, first), max(until, first))
    margin = 1 if forward else 2  # the place itself is in a backward range
    query = Query(
        model=shelf.model,
        partition=shelf.partition,
        index=shelf.index,
        between=between,
        forward=forward,
        limit=limit + margin if keep is None else _FILTERED_PAGE,
        keep=keep,
        consistent=consistent,
    )
    found: list[Raw] = []
    resume: Raw | None = None
    looked = 0
    for page in _pages(dynamo, query, _FILTERED_PAGES):
        looked += int(page["ScannedCount"])
        found += [raw for raw in page["Items"] if raw[shelf.place]["S"] != start]
        resume = page.get("LastEvaluatedKey")
        if len(found) > limit:
            break
    items = [(raw[shelf.place]["S"], convert(raw)) for raw in found[:limit]]
    if len(found) > limit:
        return Slice(items, items[-1][0], looked)
    return Slice(items, str(resume[shelf.place]["S"]) if resume else None, looked)


def count(dynamo: Dynamo, query: Query) -> tuple[int, bool]:
    """`(number, exact)` of what a query finds; a lower bound where it would have to read more than a few megabytes."""
    number, is_all = 0, False
    for page in _pages(dynamo, replace(query, count_only=True), _COUNTED_PAGES):
        number += int(page["Count"])
        is_all = page.get("LastEvaluatedKey") is None
    return number, is_all


def _pages(dynamo: Dynamo, query: Query, most: int) -> Iterator[Raw]:
    """The pages of a query as DynamoDB gives them, each asked for when it is wanted, `most` of them at most."""
    for _ in range(most):
        page = dynamo.query(query)
        yield page
        if not page.get("LastEvaluatedKey"):
            return
        query = replace(query, start=page["LastEvaluatedKey"])
