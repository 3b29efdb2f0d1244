"""What one may ask of the events: the filters, each declared once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from typing import Any

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.search.filters import (
    Bounds,
    Filter,
    ListKind,
    ListName,
    ShownBy,
    after_now,
    before_now,
    filter_by_circle,
    filter_by_flag,
    filter_by_label,
    filter_by_part,
    filter_by_property,
    filter_by_words,
)
from chalicelib.domain.search.posting_facts import PostingFacts
from chalicelib.domain.search.words import terms_of
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.coordinates import Circle
from chalicelib.domain.shared.times import stamp


def declared(how: Filter) -> dict[str, Filter]:
    """The metadata that makes a field of `EventFilter` a filter."""
    return {"filter": how}


_STARTS_FROM = Filter(
    shown_by=ShownBy.PLACE,
    fits=lambda at, event, _: event.facts.starts_at >= at,
    bounds=lambda at, _: (stamp(at), None),
)
_STARTS_BEFORE = Filter(
    shown_by=ShownBy.PLACE,
    fits=lambda at, event, _: event.facts.starts_at < at,
    bounds=lambda at, _: (None, stamp(at)),
)
_RUNS_FROM = Filter(fits=lambda at, event, _: event.facts.ends_at > at)
_RUNS_UNTIL = Filter(
    shown_by=ShownBy.PLACE,
    fits=lambda at, event, _: event.facts.starts_at < at,
    bounds=lambda at, _: (None, stamp(at)),
)
_IS_PAST = filter_by_flag(
    lambda event, now: event.is_past(now), bounds=lambda wanted, now: before_now(now) if wanted else (None, None)
)
_IS_UPCOMING = filter_by_flag(
    lambda event, now: event.is_upcoming(now),
    bounds=lambda wanted, now: after_now(now) if wanted else before_now(now),
    shown_by=ShownBy.PLACE,
)
_ORGANIZER = Filter(
    fits=lambda wanted, event, _: event.organizer_id == wanted,
    lists=lambda wanted: [(ListKind.ORGANIZER, wanted)],
    lists_drafts=True,
    is_quoted=True,
)
_HAS_SPOTS = Filter(
    shown_by=ShownBy.SEATS,
    fits_seats=lambda wanted, seats: seats.is_full is not wanted,
    lists=lambda wanted: [] if wanted else [(ListKind.NEARLY_FULL, "seats")],
)
_STATUS = Filter(shown_by=ShownBy.LIST, fits=lambda wanted, event, _: event.status in wanted)
_LISTED = Filter(shown_by=ShownBy.LIST, fits=lambda wanted, event, _: event.is_listed is wanted)

_BEYOND_PLACE = {ShownBy.CARD, ShownBy.EVENT}


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Everything that is given must hold. Times are aware UTC and half open: `starts_from <= start < starts_before`.

    A field is a whole filter: what the index holds for it, the posting lists, what is rechecked and whether a count can
    be exact follow from its declaration (`domain/search/filters.py`). Lists are chosen in the order of the fields.
    """

    q: tuple[str, ...] = field(default=(), metadata=declared(filter_by_words()))  # words as they were given
    title: str | None = field(
        default=None, metadata=declared(filter_by_part(ListKind.IN_TITLE, lambda facts: facts.title))
    )
    location: str | None = field(
        default=None, metadata=declared(filter_by_part(ListKind.IN_PLACE, lambda facts: facts.location))
    )
    organizer: str | None = field(default=None, metadata=declared(_ORGANIZER))
    tag: str | None = field(default=None, metadata=declared(filter_by_label("tag", lambda facts: facts.tags)))
    near: Circle | None = field(default=None, metadata=declared(filter_by_circle(lambda facts: facts.coordinates)))
    country: str | None = field(
        default=None, metadata=declared(filter_by_property("country", lambda facts: facts.country))
    )
    language: str | None = field(
        default=None, metadata=declared(filter_by_property("language", lambda facts: facts.language))
    )
    online: bool | None = field(default=None, metadata=declared(filter_by_flag(lambda event, _: event.facts.online)))
    starts_from: datetime | None = field(default=None, metadata=declared(_STARTS_FROM))
    starts_before: datetime | None = field(default=None, metadata=declared(_STARTS_BEFORE))
    # What overlaps a span, whenever it starts and ends: it ends after the one, and starts before the other.
    running_from: datetime | None = field(default=None, metadata=declared(_RUNS_FROM))
    running_until: datetime | None = field(default=None, metadata=declared(_RUNS_UNTIL))
    has_spots: bool | None = field(default=None, metadata=declared(_HAS_SPOTS))
    is_past: bool | None = field(default=None, metadata=declared(_IS_PAST))
    is_upcoming: bool | None = field(default=None, metadata=declared(_IS_UPCOMING))
    # Enrolling is possible by its times; whether a seat is free is `has_spots`.
    open_now: bool | None = field(
        default=None, metadata=declared(filter_by_flag(lambda event, now: event.refuses(now) is None))
    )
    status: tuple[EventStatus, ...] = field(default=(EventStatus.PUBLISHED,), metadata=declared(_STATUS))
    listed: bool | None = field(default=True, metadata=declared(_LISTED))  # None: also what only its organizer finds

    @property
    def terms(self) -> tuple[str, ...]:
        """The words of `q` as they are looked for."""
        return terms_of(self.q)

    @cached_property
    def given(self) -> Mapping[str, tuple[Filter, Any]]:
        """The filters that are asked for, by name, with their values."""
        found = {name: (how, getattr(self, name)) for name, how in filters_of(type(self)).items()}
        return {
            name: (how, value)
            for name, (how, value) in found.items()
            if value is not None and (isinstance(value, (bool, datetime)) or how.is_given(value))
        }

    def names(self, *shown_by: ShownBy) -> frozenset[str]:
        """The filters that are asked for and shown by one of these."""
        return frozenset(name for name, (how, _) in self.given.items() if how.shown_by in shown_by)

    @cached_property
    def conditions(self) -> frozenset[str]:
        """The filters that each event is held against, apart from its place and its status."""
        return self.names(ShownBy.CARD, ShownBy.EVENT, ShownBy.SEATS)

    @cached_property
    def has_text(self) -> bool:
        return any(how.is_text for how, _ in self.given.values())

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """Values that the card of an event must have as they are."""
        return tuple(value for how, value in self.given.values() if how.is_quoted)

    @property
    def is_own(self) -> bool:
        """Whether some matches may stand in no list but their organizer's: drafts, and what is unlisted."""
        return self.listed is None or EventStatus.DRAFT in self.status

    @property
    def lists(self) -> list[ListName]:
        """Posting lists that have every match each, the most telling first."""
        found = (how.lists(value) for how, value in self.given.values() if how.lists_drafts or not self.is_own)
        return list(dict.fromkeys(name for names in found for name in names))

    def bounds(self, now: datetime) -> Bounds:
        """Places that every match lies between, in the order of the start."""
        bounds = [how.bounds(value, now) for how, value in self.given.values() if how.bounds]
        above = max((low for low, _ in bounds if low is not None), default=None)
        return above, min((high for _, high in bounds if high is not None), default=None)

    @cached_property
    def _of_card(self) -> tuple[tuple[Filter, Any], ...]:
        return tuple(
            (how, value)
            for how, value in self.given.values()
            if how.shown_by in {ShownBy.LIST, ShownBy.PLACE, ShownBy.CARD}
        )

    def fits_card(self, event: Event, now: datetime) -> bool:
        """Whether all holds that an event without its description shows."""
        return all(how.fits(value, event, now) for how, value in self._of_card)

    def shows(self, facts: PostingFacts, lists_behind: frozenset[ListName]) -> bool | None:
        """Whether a row of the index says that all holds that is not said by its place; None is not known."""
        known: bool | None = True
        for how, value in self._beyond_place:
            shown = how.shows(value, facts)
            if shown is None and how.is_proven_by_list and set(how.lists(value)) <= lists_behind:
                shown = True
            if shown is False:
                return False
            known = known and shown
        return known

    @cached_property
    def _beyond_place(self) -> tuple[tuple[Filter, Any], ...]:
        return tuple((how, value) for how, value in self.given.values() if how.shown_by in _BEYOND_PLACE)

    def fits(self, event: Event, now: datetime) -> bool:
        """Whether all holds that a whole event shows."""
        return all(how.fits(value, event, now) for how, value in self.given.values())

    def fits_seats(self, seats: Seats) -> bool:
        return all(how.fits_seats(value, seats) for how, value in self.given.values() if how.fits_seats)


def filters_of(kind: type[EventFilter]) -> Mapping[str, Filter]:
    """The declarations by name. Raises `TypeError` for a field that has none: nothing would ever be held against it."""
    missing = [declaration.name for declaration in fields(kind) if "filter" not in declaration.metadata]
    if missing:
        raise TypeError(f"no filter is declared for {', '.join(missing)} of {kind.__name__}")
    return {declaration.name: declaration.metadata["filter"] for declaration in fields(kind)}
