"""The stretch of a partition in order that a DynamoDB `Query` asks for: sort condition, start key and limit."""

import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Token = tuple[str, str]
Order = tuple[Any, ...]
Entry = tuple[Order, tuple[Any, Any]]
"""What orders an item within its partition (sort key, then the keys of the table), and its place in the table."""

MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
BEGINS_WITH, BETWEEN = "begins_with", "between"
_LAYOUT = {"LPAREN", "RPAREN", "COMMA", "EOF"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on the sort key, with the names that its values have in the request."""

    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins and how long it may be; `after` orders the last item of the page before."""

    after: Order | None = None
    limit: int | None = None
    forward: bool = True


def read(tokens: Sequence[Token], names: Mapping[str, str], sort_key: str | None) -> list[Condition] | None:
    """The conditions on the sort key, at most one of them; None where the expression says more than is understood."""
    words = [token for token in tokens if token[0] not in _LAYOUT]
    found = [_condition(words, at) for at, word in enumerate(words) if sort_key and _name(word, names) == sort_key]
    conditions = [one for one in found if one is not None]
    # What remains of the values is the partition's own.
    values = sum(kind == "VALUE_REF" for kind, _ in words) - sum(len(one.values) for one in conditions)
    return conditions if len(conditions) == len(found) <= 1 and values == 1 else None


def _name(word: Token, names: Mapping[str, str]) -> str | None:
    kind, text = word
    return names.get(text) if kind == "NAME_REF" else text if kind == "IDENT" else None


def _condition(words: Sequence[Token], at: int) -> Condition | None:
    before, after = [text.lower() for _, text in words[max(0, at - 2) : at]], words[at + 1 :]
    texts = [text for _, text in after[:4]]
    if before[-1:] == [BEGINS_WITH]:
        return Condition(BEGINS_WITH, tuple(texts[:1]))
    if texts and texts[0].lower() == BETWEEN:
        return Condition(BETWEEN, tuple(texts[1:4:2]))
    if texts and texts[0] in MIRRORED:
        return Condition(texts[0], tuple(texts[1:2]))
    if len(before) == 2 and before[1] in MIRRORED:
        return Condition(MIRRORED[before[1]], (words[at - 2][1],))
    return None


def cut(ordered: Sequence[Entry], condition: tuple[str, Sequence[Any]] | None, page: Page) -> Sequence[Entry]:
    """Of a partition in order, what fulfils the condition (operator and values) and belongs to the page; in order."""
    start, end = _bounds(ordered, *condition) if condition else (0, len(ordered))
    if page.forward:
        if page.after is not None:
            start = max(start, bisect.bisect_right(ordered, page.after, key=_order))
        return ordered[start : end if page.limit is None else min(end, start + page.limit)]
    if page.after is not None:
        end = min(end, bisect.bisect_left(ordered, page.after, key=_order))
    return ordered[start if page.limit is None else max(start, end - page.limit) : end]


def _bounds(ordered: Sequence[Entry], operator: str, values: Sequence[Any]) -> tuple[int, int]:
    first, last = values[0], values[-1]

    def left(value: Any) -> int:
        return bisect.bisect_left(ordered, value, key=_sort_key)

    def right(value: Any) -> int:
        return bisect.bisect_right(ordered, value, key=_sort_key)

    bounds: dict[str, Callable[[], tuple[int, int]]] = {
        "=": lambda: (left(first), right(first)),
        "<": lambda: (0, left(first)),
        "<=": lambda: (0, right(first)),
        ">": lambda: (right(first), len(ordered)),
        ">=": lambda: (left(first), len(ordered)),
        BETWEEN: lambda: (left(first), right(last)),
        BEGINS_WITH: lambda: (left(first), _past(ordered, left(first), first)),
    }
    return bounds[operator]()


def _past(ordered: Sequence[Entry], start: int, prefix: Any) -> int:
    """Those that begin with the prefix follow each other, from the first one that is not before it."""
    return bisect.bisect_left(ordered, 1, lo=start, key=lambda entry: int(not _sort_key(entry).startswith(prefix)))


def _order(entry: Entry) -> Order:
    return entry[0]


def _sort_key(entry: Entry) -> Any:
    return entry[0][0]
