"""The people of an event in an order that is asked for: all of them are read for a page, so that they are bounded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.errors import TooManyToSortError
from chalicelib.domain.search.words import folded
from chalicelib.domain.shared.limits import SORTED_PEOPLE
from chalicelib.domain.shared.times import stamp
from chalicelib.services.enrollments.lists.roster import Reach, Roster, RosterFilter, stop_unless_shown
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.paging import Cursor, Page

_LETTERS = 60  # of a name that decide: a cursor is short


class RosterOrder(StrEnum):
    NAME = "name"
    CREATED_AT = "created_at"
    CHECKED_IN_AT = "checked_in_at"  # who is not here comes first
    STATUS = "status"


_KEYS: Mapping[RosterOrder, Callable[[EnrollmentView], str]] = {
    RosterOrder.NAME: lambda view: folded(view.name)[:_LETTERS],
    RosterOrder.CREATED_AT: lambda view: stamp(view.enrollment.enrolled_at),
    RosterOrder.CHECKED_IN_AT: lambda view: stamp(at) if (at := view.enrollment.checked_in_at) else "",
    RosterOrder.STATUS: lambda view: view.enrollment.status.value,
}


@dataclass(frozen=True, slots=True)
class Ordering:
    by: RosterOrder
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Ordering":
        """The name of an order, with a minus before it downwards."""
        return cls(RosterOrder(text.removeprefix("-")), descending=text.startswith("-"))

    def place_of(self, view: EnrollmentView) -> str:
        """What is shown decides, and the id of the enrollment among equal ones: no order tells what is not shown."""
        return f"{_KEYS[self.by](view)} {view.id}"


class SortedRoster:
    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def of_event(
        self,
        principal: Principal,
        event_id: str,
        wanted: RosterFilter,
        asked: str,
        cursor: Cursor | None,
        size: int,
    ) -> Page[EnrollmentView]:
        """As `Roster.of_event`, in the order that is asked for. Raises `TooManyToSortError` besides."""
        ordering = Ordering.parse(asked)
        event, _ = self._roster.opened(principal, event_id)
        stop_unless_shown(principal, event, wanted)
        reach = Reach(size=SORTED_PEOPLE, looked=SORTED_PEOPLE)
        part = self._roster.read(principal, event, wanted, None, reach)
        if part.end is not None:
            raise TooManyToSortError(
                f"More than {SORTED_PEOPLE} people are looked at: leave `ordering` out, or narrow the list."
            )
        by_place = [(ordering.place_of(view), view) for _, view in part.items]
        return _page(sorted(by_place, key=lambda one: one[0], reverse=ordering.descending), ordering, cursor, size)


def _page(
    by_place: list[tuple[str, EnrollmentView]], ordering: Ordering, cursor: Cursor | None, size: int
) -> Page[EnrollmentView]:
    """The part beyond the place of the cursor, which somebody may have left meanwhile."""
    first, end = _bounds([place for place, _ in by_place], ordering, cursor, size)
    shown = by_place[first:end]
    return Page(
        items=[view for _, view in shown],
        count=len(by_place),
        next=Cursor(shown[-1][0]) if shown and end < len(by_place) else None,
        previous=Cursor(shown[0][0], forward=False) if shown and first > 0 else None,
    )


def _bounds(places: list[str], ordering: Ordering, cursor: Cursor | None, size: int) -> tuple[int, int]:
    if cursor is None:
        return 0, size
    at = cursor.place
    if cursor.forward:
        first = sum(place >= at if ordering.descending else place <= at for place in places)
        return first, first + size
    end = sum(place > at if ordering.descending else place < at for place in places)
    return max(0, end - size), end
