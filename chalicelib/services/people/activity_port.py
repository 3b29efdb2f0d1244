"""The port to what happened to an event and its people, and to the figures that are counted from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from chalicelib.domain.enrollments.activity import EventEntry, PersonEntry
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.announced import Announced
from chalicelib.services.shared.paging import Slice

Entry: TypeAlias = EventEntry | PersonEntry | Announced
DayFigures: TypeAlias = dict[str, list[int]]  # by the quarter of the day, in the order of `Figure`


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Entries of people with their places, in the order of these. `end`: more begin behind it; None: that is all."""

    entries: Sequence[tuple[str, PersonEntry]]
    end: str | None


class Activity(Protocol):
    def newest_first(self, event: Event, *, start: str | None, forward: bool, limit: int) -> Slice[Entry]:
        """Entries beyond the place `start`; `forward` leads to older ones."""

    def uncounted(self, event: Event, after: str, until: str, limit: int) -> Uncounted:
        """Entries of people between two places, at most `limit` of each partition of enrollments. Consistently."""

    def counted_up_to(self, event_id: str) -> str:
        """The place up to which `figures` has everything; empty: nothing is counted yet. Consistently."""

    def figures(self, event_id: str, first: str, last: str) -> Mapping[str, DayFigures]:
        """What is counted, by the day of UTC, both included. Consistently."""

    def count(self, event_id: str, before: str, up_to: str, days: Mapping[str, DayFigures]) -> None:
        """These days are as they are given, and everything `up_to` a place is counted; all or nothing.

        Raises `StaleError` when somebody else has counted on from `before`.
        """
