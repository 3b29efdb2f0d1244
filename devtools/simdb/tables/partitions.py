"""Sorted item collections: what a partition of a table or of an index holds, in the order of its tokens."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from devtools.simdb.values import Row

Token = tuple[Any, ...]  # begins with what orders the range attribute
_range_of = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of sort keys; None is open, `prefix` is what all texts begin with."""

    low: Any = None
    low_included: bool = True
    high: Any = None
    high_included: bool = True
    prefix: Any = None

    def begins(self, tokens: list[Token]) -> int:
        if self.low is None:
            return 0
        side = bisect_left if self.low_included else bisect_right
        return side(tokens, self.low, key=_range_of)

    def ends(self, tokens: list[Token]) -> int:
        """The position behind the last one inside."""
        if self.prefix is not None:
            return bisect_left(
                tokens, 1, lo=self.begins(tokens), key=lambda token: int(not token[0].startswith(self.prefix))
            )
        if self.high is None:
            return len(tokens)
        side = bisect_right if self.high_included else bisect_left
        return side(tokens, self.high, key=_range_of)

    def contains(self, value: Any) -> bool:
        token = [(value,)]
        return self.begins(token) == 0 and self.ends(token) == 1


EVERYTHING = Span()


class Partition:
    """The rows of one hash key."""

    __slots__ = ("rows", "tokens")

    def __init__(self) -> None:
        self.rows: dict[Token, Row] = {}
        self.tokens: list[Token] = []

    def put(self, token: Token, row: Row) -> None:
        if token not in self.rows:
            insort(self.tokens, token)
        self.rows[token] = row

    def remove(self, token: Token) -> None:
        if self.rows.pop(token, None) is not None:
            del self.tokens[bisect_left(self.tokens, token)]

    def following(self, last: Token | None, span: Span, *, forward: bool) -> Token | None:
        """The first token inside the span, or the next one after `last`, whatever happened since it was read."""
        tokens = self.tokens
        first, end = span.begins(tokens), span.ends(tokens)
        if forward:
            at = first if last is None else max(first, bisect_right(tokens, last))
        else:
            at = end - 1 if last is None else min(end, bisect_left(tokens, last)) - 1
        return tokens[at] if first <= at < end else None

    def copy(self) -> "Partition":
        twin = Partition()
        twin.rows = self.rows.copy()
        twin.tokens = self.tokens.copy()
        return twin
