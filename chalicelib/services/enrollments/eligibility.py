"""Whether somebody can enrol now, and what would come of it: the checks of enrolling, without the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.deadlines import as_of, is_live
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.errors import NotFoundError, TurnoutError
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import SeatMode, Seats, Shard, total
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.admission import open_to, open_to_guests, proves
from chalicelib.services.events.access import visible_with_seats
from chalicelib.services.seats.kept_seats import over_enrollments
from chalicelib.services.seats.request import SeatRequest, already, place_for, seat_for, wants_settling
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import STEPS
from chalicelib.services.seats.settlement_preview import SettlementPreview

_LOOKS = 6  # as often as an attempt looks
_FIRST = 64  # of holds and of the waitlist; what is further back does not change who is next
_PLENTY = 50  # free seats a shard: so many are not gone before the answer is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """What enrolling would do: a status (`would`), or why not (`refusal`), or both: a place instead of a seat."""

    event: Event
    would: EnrollmentStatus | None
    refusal: TurnoutError | None
    enrollment: Enrollment | None  # the caller's own live one
    enrollment_id: str | None
    waiting: int
    available: int | None
    as_guest: bool  # the caller is nobody yet, and the event takes guests

    @property
    def can_enrol(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class _View:
    """Seats as they are now, with the holds that are over and the caller's own enrollment."""

    shards: list[Shard]
    enrollment: Enrollment | None
    expired: list[Enrollment]


class Eligibility:
    def __init__(self, ports: SeatingPorts) -> None:
        self._ports = ports

    def check(self, principal: Principal | None, event_id: str, party_size: int) -> Eligible:
        """For oneself, or for anybody without an account. Raises `NotFoundError` only."""
        now = to_milliseconds(self._ports.clock())
        found = self._ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, seats = visible_with_seats(found, principal)
        view = self._view(event, seats, principal, party_size)
        would, refusal = self._outcome(principal, event, view, party_size)
        own = view.enrollment
        enrollment = as_of(own, event, now) if own and is_live(own, event, now) else None
        free, counts = total(view.shards)
        return Eligible(
            event=event,
            would=would,
            refusal=refusal,
            enrollment=enrollment,
            enrollment_id=self._ports.handles.of(enrollment.key) if enrollment else None,
            waiting=counts.get("waitlisted", 0),
            available=None if seats.unlimited else max(0, free + sum(over.seats for over in view.expired)),
            as_guest=principal is None and event.facts.guests_allowed,
        )

    # What there is

    def _view(self, event: Event, seats: Seats, principal: Principal | None, party_size: int) -> _View:
        """With seats in plenty the header will do; otherwise all shards are read at one moment, as an attempt does."""
        key = EnrollmentKey.of(event.id, event.buckets, principal.user_id) if principal else None
        if seats.mode is SeatMode.OPEN and seats.free >= party_size + _PLENTY * seats.shards:
            enrollment = self._ports.enrollments.by_key(key) if key else None
            return _View([_as_one(seats)], enrollment, [])
        shards, enrollment = self._shards(event, seats.shards, key)
        return _View(shards, enrollment, self._expired(event))

    def _shards(self, event: Event, number: int, key: EnrollmentKey | None) -> tuple[list[Shard], Enrollment | None]:
        for _ in range(_LOOKS):
            enrollment = None
            if key:
                shards, enrollment = self._ports.enrollments.seats_and_enrollment(key, number)
            else:
                shards = self._ports.seats.shards(event.id, number)
            if not shards:
                break
            if shards[0].shards in {None, number}:
                return shards, enrollment
            number = shards[0].shards or 1  # shards were added since the header was read
        raise NotFoundError

    def _expired(self, event: Event) -> list[Enrollment]:
        now = to_milliseconds(self._ports.clock())
        return over_enrollments(self._ports.enrollments, event, now, _FIRST)

    # What would come of it

    def _outcome(
        self, principal: Principal | None, event: Event, view: _View, party_size: int
    ) -> tuple[EnrollmentStatus | None, TurnoutError | None]:
        now = to_milliseconds(self._ports.clock())
        try:
            if principal is not None:
                open_to(event, principal, now, party_size=party_size)
            else:
                open_to_guests(event, party_size, self._ports.clock)
        except NotFoundError:
            raise
        except TurnoutError as refusal:
            return None, refusal
        if view.enrollment and is_live(view.enrollment, event, now):
            if principal and proves(principal, view.enrollment, party_size):
                return EnrollmentStatus.CONFIRMED, None
            return None, already(self._ports.handles, view.enrollment, event)
        person_id = principal.user_id if principal else ids.NOBODYS
        seat_request = SeatRequest(
            event=event, person_id=person_id, actor=person_id, request_id="", party_size=party_size
        )
        outcome = self._foreseen(seat_request, view)
        is_seated = outcome[1] is None
        return (EnrollmentStatus.PENDING, None) if principal is None and is_seated else outcome  # a guest gets a hold

    def _foreseen(self, seat_request: SeatRequest, view: _View) -> tuple[EnrollmentStatus | None, TurnoutError | None]:
        """An attempt as far as its transaction, with everything that it would put right first."""
        ahead = SettlementPreview(
            seat_request.event.facts, view.shards, list(view.expired), self._waiting(seat_request.event, view.shards)
        )
        for _ in range(_LOOKS):
            if seat_for(seat_request, ahead.shards, self._ports.rng):
                return EnrollmentStatus.CONFIRMED, None
            if not wants_settling(ahead.shards, expired=bool(ahead.expired)):
                break
            ahead.settled(STEPS)
        return _place_or_refusal(seat_request, ahead.shards)

    def _waiting(self, event: Event, shards: list[Shard]) -> list[Enrollment]:
        return self._ports.enrollments.first_waiting(event.id, _FIRST) if shards[0].mode is SeatMode.FENCED else []


def _place_or_refusal(
    seat_request: SeatRequest, shards: Sequence[Shard]
) -> tuple[EnrollmentStatus | None, TurnoutError | None]:
    """Why there is no seat, and whether there is a place in the waitlist instead."""
    try:
        place_for(seat_request, shards)
    except TurnoutError as refusal:
        try:
            place_for(replace(seat_request, waitlist=True), shards)
        except TurnoutError:
            return None, refusal
        return EnrollmentStatus.WAITLISTED, refusal
    raise AssertionError("only who asks for it gets a place in the waitlist")


def _as_one(seats: Seats) -> Shard:
    return Shard(free=seats.free, mode=seats.mode, counts=seats.counts, shards=seats.shards)
