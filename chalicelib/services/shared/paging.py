"""Pages: where one begins, what it holds, and where its neighbours are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Part of a list in the direction of reading: items with their places, and where reading goes on (None: the end).

    With a filter a slice may be short, even empty, while `end` is set. `looked` is how many were read for it.
    """

    items: Sequence[tuple[str, T]]
    end: str | None
    looked: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order, where the empty one is its beginning, and the direction to read in."""

    place: str
    forward: bool = True
    seen: int | None = None  # how many come before the place, where that is known
    passing: int = 0  # how many beyond it belong to earlier pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Part of a list in its own order. Only `next` None ends a walk; a page may be short."""

    items: Sequence[T]
    count: int
    count_exact: bool = True
    next: Cursor | None = None
    previous: Cursor | None = None

    def map(self, convert: Callable[[T], U]) -> "Page[U]":
        return Page(
            items=[convert(item) for item in self.items],
            count=self.count,
            count_exact=self.count_exact,
            next=self.next,
            previous=self.previous,
        )


def neighbours(part: Slice[T], cursor: Cursor | None) -> tuple[list[T], Cursor | None, Cursor | None]:
    """`(items in list order, next, previous)` of a slice that was read from `cursor` on."""
    forward = cursor is None or cursor.forward
    places = [place for place, _ in part.items]
    items = [item for _, item in part.items]
    if forward:
        return items, Cursor(part.end) if part.end else None, _back_from(cursor, places)
    before = Cursor(part.end, forward=False) if part.end else None
    return items[::-1], _on_from(cursor, places), before


def _back_from(cursor: Cursor | None, places: Sequence[str]) -> Cursor | None:
    """The page before. An empty page has no first item: what was last before it belongs to the page before."""
    if cursor is None:
        return None
    return Cursor(places[0] if places else f"{cursor.place}!", forward=False)


def _on_from(cursor: Cursor | None, places: Sequence[str]) -> Cursor | None:
    """The page after one that was read backwards; after an empty one it begins with the item that one came from."""
    if cursor is None:
        return None
    return Cursor(places[0] if places else cursor.place[:-1])
