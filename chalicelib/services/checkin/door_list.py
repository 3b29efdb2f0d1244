"""What a device at the door keeps: everybody who may stand there, page by page, and afterwards what has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.limits import DOOR_KEEPS, MAX_DOOR_PAGE
from chalicelib.domain.shared.times import stamp, to_milliseconds, unstamp
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.lists.roster import Roster
from chalicelib.services.enrollments.view import view_for
from chalicelib.services.seats.totals import OVERLAP
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.paging import Cursor
from chalicelib.services.shared.ports import Clock


class DoorStatus(StrEnum):
    """What matters at the door. Also a hold whose time is over is held, until that is noted."""

    CONFIRMED = "confirmed"
    HELD = "held"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


_SEEN_AS = {
    EnrollmentStatus.CONFIRMED: DoorStatus.CONFIRMED,
    EnrollmentStatus.PENDING: DoorStatus.HELD,
    EnrollmentStatus.OFFERED: DoorStatus.HELD,
    EnrollmentStatus.WAITLISTED: DoorStatus.WAITLISTED,
    EnrollmentStatus.CANCELLED: DoorStatus.CANCELLED,
    EnrollmentStatus.EXPIRED: DoorStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One enrollment with its handle and the name of its person; `people` of its party are in."""

    id: str
    name: str
    enrollment: Enrollment

    @property
    def status(self) -> DoorStatus:
        return _SEEN_AS[self.enrollment.status]


@dataclass(frozen=True, slots=True)
class DoorPage:
    """It may be short, even empty; only `next` None ends it. `updated_after` asks for what changes from now on."""

    rows: Sequence[DoorRow]
    next: Cursor | None
    updated_after: datetime


@dataclass(frozen=True, slots=True)
class DoorEvent:
    """The event with its figures, and when a device must have forgotten everything."""

    event: Event
    seats: Seats
    now: datetime

    @property
    def forget_at(self) -> datetime:
        return self.event.facts.ends_at + DOOR_KEEPS


class DoorList:
    def __init__(self, rosters: Roster, people: People, clock: Clock, handles: Handles) -> None:
        self._rosters = rosters
        self._people = people
        self._clock = clock
        self._handles = handles

    def event(self, principal: Principal, event_id: str) -> DoorEvent:
        """For whoever may see its people; cheap, to be asked for again and again. An admin's look is none at people.

        Raises `NotFoundError`, `ForbiddenError`.
        """
        event, seats = self._rosters.figures(principal, event_id)
        return DoorEvent(event, seats, to_milliseconds(self._clock()))

    def page(
        self,
        principal: Principal,
        event_id: str,
        updated_after: datetime | None,
        cursor: Cursor | None,
        size: int = MAX_DOOR_PAGE,
    ) -> DoorPage:
        """Of the next `size` people those who changed after `updated_after`; all of them without it.

        Nothing is missed by whoever reads the whole list, then again with the `updated_after` that it ended with, and
        so on: rows are read consistently, and a change that a reading has not seen was written after that reading
        began, so that its time, which is at most `COMMIT` older, lies within the `OVERLAP`. What changed within it
        comes twice.
        Rows that were erased do not come. Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`.
        """
        now = to_milliseconds(self._clock())
        event, _ = self._rosters.opened(principal, event_id)
        began, place = _split(cursor.place) if cursor else (now, "")
        part = self._rosters.stored(event, Cursor(place) if place else None, size)
        found = [one for _, one in part.items if updated_after is None or one.updated_at >= updated_after]
        people = self._people.by_ids([one.key.attendee_id for one in found])
        views = [view_for(self._handles, principal, one, event, people, now=now) for one in found]
        rows = [DoorRow(view.id, view.name, one) for view, one in zip(views, found, strict=True)]
        following = Cursor(f"{stamp(began)} {part.end}") if part.end else None
        return DoorPage(rows, following, began - OVERLAP)


def _split(place: str) -> tuple[datetime, str]:
    """When the reading began, and where it goes on."""
    began, _, rest = place.partition(" ")
    return unstamp(began), rest
