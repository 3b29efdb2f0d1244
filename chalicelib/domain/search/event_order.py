"""The orders in which events are listed, and where an event stands in each."""

from enum import StrEnum

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.words import title_key
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import stamp

TITLE_END = "\t"  # between a folded title and the id


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

    @property
    def is_by_start(self) -> bool:
        """As the posting lists of filters are."""
        return self.key == "starts_at"

    @property
    def list_kind(self) -> ListKind:
        """Which lists have all events in this order."""
        return _LIST_KINDS[self.key]

    def place_by(self, folded_title: str, start_place: str, event_id: str) -> str:
        """The same of what a row of the index says: an id begins with the moment in which the event was made."""
        if self.key == "title":
            return f"{folded_title}{TITLE_END}{event_id}"
        return start_place if self.is_by_start else f"{stamp(ids.made_at(event_id))}#{event_id}"

    def place_of(self, event: Event) -> str:
        """Where an event stands in this order."""
        if self.key == "title":
            return f"{title_key(event.facts.title)}{TITLE_END}{event.id}"
        return f"{stamp(event.facts.starts_at if self.is_by_start else event.created_at)}#{event.id}"


_LIST_KINDS = {"starts_at": ListKind.STARTS, "created_at": ListKind.MADE, "title": ListKind.TITLES}
