"""The ports to what happened to an event and its people, to the figures that are counted from it, and to its team."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.teams import MemberName
from chalicelib.domain.enrollments.activity import EventEntry, PersonEntry
from chalicelib.domain.enrollments.team_activity import KeyEntry, TeamEntry
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.announced import Announced
from chalicelib.services.shared.paging import Slice

Entry: TypeAlias = EventEntry | PersonEntry | TeamEntry | KeyEntry | Announced
WhoseEntry: TypeAlias = tuple[str, str | None]  # the id of an entry in a team, and the account that it is of
DayFigures: TypeAlias = dict[str, list[int]]  # by the quarter of the day, in the order of `Figure`


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Entries of people with their places, in the order of these. `end`: more begin behind it; None: that is all."""

    entries: Sequence[tuple[str, PersonEntry]]
    end: str | None


class Activity(Protocol):
    def newest_first(
        self, event: Event, *, start: str | None, forward: bool, limit: int, with_team: bool
    ) -> Slice[Entry]:
        """Entries beyond the place `start`; `forward` leads to older ones.

        `with_team` has those of its team and of keys for its door, too; of a team of all events of its owner those
        since there is this event.
        """

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


class TeamNames(Protocol):
    def of_entries(
        self, principal: Principal, event: Event, entries: Collection[WhoseEntry], *, now: datetime
    ) -> Mapping[WhoseEntry, MemberName]:
        """How entries in the teams of an event, or that were there, are named to a reader; without those whose account
        is gone, and those of nobody that are in the team no more.
        """
