"""Hot terms, modelled: what one key of the search index is written and read, on the real conferences.

Every event with a term writes to the term's one key, and every search that follows it reads there. A key bears 1,000
write and 3,000 read units a second; the model allows itself half of both (docs/adr/0011).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.store.items.postings import posting_items
from tests.bench.catalogue import conferences
from tests.bench.hot_event import KEY_LIMIT, Figure

READ_LIMIT = 1_500.0
_TODAY = date(2026, 6, 1)
_A_ROW = 2  # write units of a row of at most 1 KB in a transaction
_PAGE_ROWS = 60  # that a search of a common word reads at once
_READ_BYTES = 4096


@cache
def _events() -> tuple[Event, ...]:
    return tuple(conferences(_TODAY))


def _commonest(events: Sequence[Event], kind: str) -> tuple[str, int]:
    numbers = Counter(name for event in events for of, name in entries_of(event) if of == kind)
    return numbers.most_common(1)[0]


def _row_bytes(events: Sequence[Event]) -> float:
    """The mean row of the index as DynamoDB counts it."""
    total = 0
    for event in events:
        raw = next(iter(posting_items(event, entries_of(event), 1).values())).serialize()
        total += sum(len(name) + len(str(next(iter(value.values()))).encode()) for name, value in raw.items())
    return total / len(events)


def figures() -> list[Figure]:
    events = _events()
    found = []
    for kind, what in (("word", "word"), ("is", "property"), ("inplace", "three letters of a location")):
        name, number = _commonest(events, kind)
        share = number / len(events)
        name = name.partition("#")[0] if kind == "word" else name  # the part of a word's list has the same name
        found.append(Figure(f"events with the commonest {what} ({kind}#{name})", round(100 * share, 1), "%"))
        rate = KEY_LIMIT / (_A_ROW * share)
        found.append(
            Figure(
                f"creates a second that its key bears, 500 units: {what}",
                round(rate),
                "/s",
                at_least=200,
                more_is_better=True,
            )
        )
    units = -(-_PAGE_ROWS * _row_bytes(events) // _READ_BYTES) / 2
    found.append(
        Figure(
            "first pages a second of one word, 1,500 units",
            round(READ_LIMIT / units),
            "/s",
            at_least=300,
            more_is_better=True,
        )
    )
    rows = sum(len(entries_of(event)) for event in events) / len(events)
    found.append(Figure("rows of the index an event, mean", round(rows, 1), "", at_most=60))
    return found
