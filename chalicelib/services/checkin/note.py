"""What a scan does to an enrollment, whenever it is handed in: the same for one door and for a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentChange,
    Transition,
    tally,
)
from chalicelib.domain.enrollments.presence import Arrival, Presence
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.services.enrollments.access import IN_CHARGE
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Somebody came, or (undo) was noted by mistake. Without `at` it is now.

    `stated` is what a clock said that is ahead, of a scan that is handed in for the first time.
    `people` of the party came; None: all who are not here yet.
    """

    at: datetime | None = None
    people: int | None = None
    undo: bool = False
    stated: datetime | None = None
    where: str = ""  # in the request

    @property
    def kind(self) -> ChangeKind:
        return ChangeKind.UNDO_CHECK_IN if self.undo else ChangeKind.CHECK_IN

    @property
    def cause(self) -> Cause:
        return Cause.CHECK_IN_UNDONE if self.undo else Cause.CHECKED_IN


def noted(enrollment: Enrollment, event: Event, by: Transition, sighting: Sighting) -> Enrollment | None:
    """The enrollment with what the sighting tells; None when that is known, or void.

    Raises what the rules of checking in say, and `InvalidRequestError` for more people than there are to come, and for
    one scan too many of clocks that are ahead.
    """
    case = Case(enrollment=enrollment, event=event, now=by.at, by=IN_CHARGE, scanned_at=sighting.at)
    stop_if_refused(sighting.kind, case)
    before = enrollment.presence
    after = _undone(before, by.at, sighting) if sighting.undo else _came(enrollment, by.at, sighting)
    if sighting.stated is not None and sighting.at is not None:
        after = _remembered(after, sighting, sighting.stated, sighting.at)
    if after == before:
        return None
    present = enrollment.with_presence(after)
    if (present.people_in, present.checked_in_at is None) == (enrollment.people_in, enrollment.checked_in_at is None):
        return present.but(by.at)  # only remembered: nothing that people would see in the trail
    return enrollment.moved(by).with_presence(after)


def _remembered(after: Presence, sighting: Sighting, stated: datetime, at: datetime) -> Presence:
    """What a clock that is ahead was taken for; without room for it the scan is refused until it is no longer ahead."""
    if not after.has_room_ahead:
        message = "is ahead, as too many scans of this ticket were; hand it in again when its time has come"
        raise InvalidRequestError(FieldError(f"{sighting.where}/checked_in_at", "scanned_in_future", message))
    return after.correcting(stated, at)


def _undone(presence: Presence, now: datetime, sighting: Sighting) -> Presence:
    return presence.taken_back(sighting.at or presence.next_undo(now))


def _came(enrollment: Enrollment, now: datetime, sighting: Sighting) -> Presence:
    presence, party, people = enrollment.presence, enrollment.party_size, sighting.people
    if people is not None and people > party:
        if sighting.at is not None and presence.tells(Arrival(sighting.at, people)):
            return presence  # of a party that was larger then
        raise _too_many(sighting, f"must be at most {party}: so many are enrolled")
    if sighting.at is None:
        missing = party - presence.people(party)
        if not missing:
            return presence
        if people is not None and people > missing:
            raise _too_many(sighting, f"must be at most {missing}: the others of the party are here already")
    at = sighting.at or presence.next_arrival(now)
    if presence.is_known(Arrival(at, people)):
        return presence  # as it was told when the party had another size
    return presence.came(Arrival(at, None if people == party else people))


def _too_many(sighting: Sighting, message: str) -> InvalidRequestError:
    return InvalidRequestError(FieldError(f"{sighting.where}/people", "too_many_people", message))


def count_of(changes: Sequence[EnrollmentChange], shard: int) -> Step:
    """The count that goes with the changes. A cancelled event, whose shards are closed, takes no check-in."""
    return Step(shard=shard, counts=tally(changes), not_mode=SeatMode.CLOSED)
