"""How a filter of the lists is answered: where its matches are found, what shows that it holds, what it counts as."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.search.posting_facts import PostingFacts
from chalicelib.domain.search.spellings import OR
from chalicelib.domain.search.words import (
    LONGEST_WORD,
    SHORT,
    bucket_of,
    contains,
    folded,
    has_words,
    parts_of,
    split_words,
    terms_of,
    trigrams,
)
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.coordinates import Circle, Coordinates
from chalicelib.domain.shared.times import stamp

LAST = "~"  # sorts after whatever follows in a place


class ListKind(StrEnum):
    """Kinds of posting lists. The first three are orders, written with the event; the others are ordered by start."""

    STARTS = "starts"
    MADE = "made"
    TITLES = "titles"
    WORD = "word"
    IN_TITLE = "intitle"
    IN_PLACE = "inplace"
    IS = "is"
    CELL = "cell"
    NEARLY_FULL = "nearlyfull"
    ORGANIZER = "organizer"


ListName = tuple[ListKind, str]
IndexEntries = dict[tuple[str, str], str]  # kind and name of each posting list, and the event's words that belong there
Bounds = tuple[str | None, str | None]  # places in the order of the start that every match lies between


class ShownBy(Enum):
    """What shows that a filter holds: how dear the answer is, and whether a count without looking can be exact."""

    LIST = "list"  # each list of an order has one status
    PLACE = "place"  # in the order of the start nothing else need be looked at
    CARD = "card"  # the event as every posting carries it
    EVENT = "event"  # the whole event, its description included
    SEATS = "seats"  # the live seats


def _always(_value: Any, _event: Event, _now: datetime) -> bool:
    return True


def _no_entries(_event: Event) -> IndexEntries:
    return {}


def _not_known(_value: Any, _facts: PostingFacts) -> bool | None:
    return None


def _no_lists(_value: Any) -> list[ListName]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter. Its functions get a value that was given; the event of a card has no description."""

    shown_by: ShownBy = ShownBy.CARD
    fits: Callable[[Any, Event, datetime], bool] = _always
    fits_seats: Callable[[Any, Seats], bool] | None = None
    entries: Callable[[Event], IndexEntries] = _no_entries  # what the index holds of an event on its account
    lists: Callable[[Any], list[ListName]] = _no_lists  # each has every match, the most telling list first
    lists_drafts: bool = False
    bounds: Callable[[Any, datetime], Bounds] | None = None
    is_text: bool = False  # another order than the start's sorts all matches, or is refused
    is_quoted: bool = False  # the card has the value as it is, in double quotes
    is_given: Callable[[Any], bool] = bool  # of what is neither None nor a flag
    # What a row of the index says of it: False is certain; True as well, None is not known.
    shows: Callable[[Any, PostingFacts], bool | None] = _not_known
    is_proven_by_list: bool = False  # whatever stands in its one list has it


def filter_by_words() -> Filter:
    """Words of the title, the location and the description."""
    return Filter(
        shown_by=ShownBy.EVENT,
        fits=lambda given, event, _: has_words(words_of(event), terms_of(given)),
        entries=_word_entries,
        lists=lambda given: [(ListKind.WORD, term) for term in sorted(terms_of(given), key=_letters, reverse=True)],
        shows=lambda given, facts: facts.meets_all(terms_of(given)),
        is_text=True,
        is_given=lambda given: bool(terms_of(given)),
    )


def _letters(term: str) -> int:
    return len(term.split(OR, maxsplit=1)[0])


def _texts_of(event: Event) -> tuple[str, str, str]:
    facts = event.facts
    return facts.title, facts.location or "", facts.description


def words_of(event: Event) -> frozenset[str]:
    """What `q` is looked for in; of a card without the description, that is."""
    return frozenset(word for text in _texts_of(event) for word in split_words(text))


def _word_entries(event: Event) -> IndexEntries:
    found: IndexEntries = {}
    for text in _texts_of(event):
        for word in split_words(text):
            key = ListKind.WORD.value, bucket_of(word)
            known = found.get(key, "").split()
            if word[:LONGEST_WORD] not in known:
                found[key] = " ".join([*known, word[:LONGEST_WORD]])
    return found


def filter_by_part(kind: ListKind, text: Callable[[EventFacts], str | None]) -> Filter:
    """A part of a text, found by the three letters at its ends."""
    shows = _is_in_title if kind is ListKind.IN_TITLE else _not_known
    return Filter(
        shows=shows,
        fits=lambda part, event, _: contains(text(event.facts) or "", part),
        entries=lambda event: {(kind.value, gram): "" for gram in trigrams(text(event.facts) or "")},
        lists=lambda part: _ends(kind, part),
        is_text=True,
    )


def _is_in_title(part: str, facts: PostingFacts) -> bool | None:
    return facts.has_in_title(part)


def _ends(kind: ListKind, part: str) -> list[ListName]:
    if len(folded(part)) < SHORT:
        return []
    ends = [(grams[0], grams[-1]) for grams in map(trigrams, parts_of(part))]
    return [(kind, OR.join(dict.fromkeys(grams))) for grams in dict.fromkeys(zip(*ends, strict=True))]


def filter_by_property(name: str, value: Callable[[EventFacts], str | None]) -> Filter:
    """A value that the event has as it is."""
    return Filter(
        fits=lambda wanted, event, _: value(event.facts) == wanted,
        entries=lambda event: _property_entries(name, (value(event.facts),)),
        lists=lambda wanted: [(ListKind.IS, f"{name}#{wanted}")],
        shows=lambda wanted, facts: None if facts.may_be(f"{name}#{wanted}") else False,
        is_proven_by_list=True,
        is_quoted=True,
    )


def filter_by_label(name: str, values: Callable[[EventFacts], Iterable[str]]) -> Filter:
    """One of the event's values, without regard to case and accents."""
    return Filter(
        fits=lambda wanted, event, _: folded(wanted) in map(folded, values(event.facts)),
        entries=lambda event: _property_entries(name, map(folded, values(event.facts))),
        lists=lambda wanted: [(ListKind.IS, f"{name}#{folded(wanted)}")],
        shows=lambda wanted, facts: None if facts.may_be(f"{name}#{folded(wanted)}") else False,
        is_proven_by_list=True,
    )


def _property_entries(name: str, values: Iterable[str | None]) -> IndexEntries:
    return {(ListKind.IS.value, f"{name}#{value}"): "" for value in values if value}


def filter_by_circle(point: Callable[[EventFacts], Coordinates | None]) -> Filter:
    """A point of the event that lies in a circle."""
    return Filter(
        fits=lambda wanted, event, _: _is_in(wanted, point(event.facts)),
        entries=lambda event: _cell_entries(point(event.facts)),
        lists=lambda wanted: [(ListKind.CELL, _cover(wanted))],
        shows=lambda wanted, facts: _is_in(wanted, facts.point),
    )


def _is_in(circle: Circle, point: Coordinates | None) -> bool:
    return point is not None and circle.includes(point)


def _cell_entries(point: Coordinates | None) -> IndexEntries:
    from chalicelib.domain.search.geohash import cells_of  # most events have none

    return {(ListKind.CELL.value, cell): "" for cell in cells_of(point)} if point else {}


def _cover(circle: Circle) -> str:
    """The cells of one list, whose parts they are."""
    from chalicelib.domain.search.geohash import cover  # most questions are about no circle

    return " ".join(cover(circle))


def filter_by_flag(
    flag: Callable[[Event, datetime], bool],
    *,
    bounds: Callable[[bool, datetime], Bounds] | None = None,
    shown_by: ShownBy = ShownBy.CARD,
) -> Filter:
    """Whether something is true of the event now; no list has its matches."""
    return Filter(fits=lambda wanted, event, now: flag(event, now) is wanted, bounds=bounds, shown_by=shown_by)


def before_now(now: datetime) -> Bounds:
    return None, f"{stamp(now)}{LAST}"


def after_now(now: datetime) -> Bounds:
    return f"{stamp(now)}{LAST}", None
