"""What one may ask of the events: the filter, the order, and which events it is true of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.words import LONGEST_WORD, folded, is_unspaced, split_words

PAIR = 2
SHORT = 3  # letters from which on a term is looked for anywhere in a word


class Ordering(StrEnum):
    """As in the query; a minus reverses. Ties are broken by the event's id."""

    STARTS = "starts_at"
    STARTS_BACK = "-starts_at"
    CREATED = "created_at"
    CREATED_BACK = "-created_at"
    TITLE = "title"
    TITLE_BACK = "-title"

    @property
    def key(self) -> str:
        return self.value.removeprefix("-")

    @property
    def backwards(self) -> bool:
        return self.value.startswith("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Everything that is given must hold. Times are aware UTC and half open: `starts_from <= start < starts_before`."""

    q: tuple[str, ...] = ()  # words as given; each begins a word of title, description or location
    title: str | None = None
    location: str | None = None
    country: str | None = None
    language: str | None = None
    organizer: str | None = None
    tag: str | None = None
    online: bool | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    has_spots: bool | None = None
    is_past: bool | None = None
    is_upcoming: bool | None = None
    open_now: bool | None = None  # enrolling is possible by its times; whether a seat is free is `has_spots`
    status: tuple[EventStatus, ...] = (EventStatus.PUBLISHED,)

    @property
    def terms(self) -> tuple[str, ...]:
        """The words of `q`, folded and split like the text they are looked for in; what follows from another is out."""
        words = list(dict.fromkeys(word[:LONGEST_WORD] for given in self.q for word in split_words(given)))
        return tuple(word for word in words if not any(_follows(word, other) for other in words))

    @property
    def has_text(self) -> bool:
        return bool(self.q or self.title or self.location)

    @property
    def marks(self) -> tuple[str, ...]:
        """Values that an event must have as they are."""
        return tuple(one for one in (self.country, self.language, self.organizer) if one is not None)

    def fits(self, event: Event, now: datetime) -> bool:
        """Whether all that the event itself shows holds: everything but `q` and `has_spots`."""
        facts = event.facts
        return (
            event.status in self.status
            and (self.starts_from is None or facts.starts_at >= self.starts_from)
            and (self.starts_before is None or facts.starts_at < self.starts_before)
            and self.organizer in {None, event.organizer_id}
            and self.country in {None, facts.country}
            and self.language in {None, facts.language}
            and (self.tag is None or folded(self.tag) in [folded(tag) for tag in facts.tags])
            and self.online in {None, facts.online}
            and self.is_past in {None, event.is_past(now)}
            and self.is_upcoming in {None, event.is_upcoming(now)}
            and self.open_now in {None, event.refuses(now) is None}
            and (self.title is None or contains(facts.title, self.title))
            and (self.location is None or contains(facts.location or "", self.location))
        )


def _follows(word: str, other: str) -> bool:
    """A single character of a pair, or the beginning of a longer word: whoever has the other has this."""
    if word == other:
        return False
    if len(word) == 1 and len(other) == PAIR and is_unspaced(word) and is_unspaced(other[0]):
        return word in other
    return len(word) >= SHORT and other.startswith(word)


def contains(text: str, term: str) -> bool:
    """Case- and accent-insensitive substring; a term under three letters only where a word begins."""
    wanted = folded(term)
    if len(wanted) >= SHORT:
        return wanted in folded(text)
    return any(word.startswith(wanted) for word in split_words(text))


def has_words(words: frozenset[str] | set[str], terms: tuple[str, ...]) -> bool:
    """Whether every term of `q` begins one of the words; one or two letters are a whole word."""
    return all(any(is_word_for(word, term) for word in words) for term in terms)


def is_word_for(word: str, term: str) -> bool:
    return word.startswith(term) if len(term) >= SHORT else word == term
