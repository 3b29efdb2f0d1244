"""What enrolling comes to, decided on seats as they were read: said by eligibility, and done by `attempts`."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.enrollments.deadlines import deadline_of
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment, EnrollmentKey
from chalicelib.domain.errors import AlreadyEnrolledError, EventFullError, WaitlistOffError
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.seats import SeatMode, Shard, total
from chalicelib.services.seats.allocation import Join, Seat, open_seats
from chalicelib.services.shared.handles import Handles


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRequest:
    """Who is to be enrolled by whom, and how."""

    event: Event
    person_id: str
    actor: str
    request_id: str
    hold: bool = False
    waitlist: bool = False
    party_size: int = 1
    charged_to: str | None = None  # who takes these seats for somebody else, with no say over the event
    unproven: bool = False  # a guest's address that nobody has proven yet
    cause: Cause | None = None
    at_any_time: bool = False  # whoever is in charge of the event enrols people outside of its window, too
    name: str | None = None  # of the person, where it is only known from the request
    proves: bool = False  # a guest who came by the mailed link: the name is their own word
    kept_by: str | None = None  # whose record the person is
    is_first_contact: bool = False  # of the person nothing is kept yet: their record begins with the enrollment
    is_here: bool = False  # somebody at the door, who is checked in with the same transaction
    in_name_of: str | None = None  # for whom the actor enrols others; None: for themselves
    veiled: bool = False  # whoever asks typed an address, and may not learn whose it is
    typed_address: str | None = None  # which one that was, folded
    note: str | None = None  # of the organizer
    mailed: bool = True  # whether its person is told by a mail
    asked_by: str | None = None  # the alias of the network from which an address was named that is not proven

    @property
    def key(self) -> EnrollmentKey:
        return EnrollmentKey.of(self.event.id, self.event.buckets, self.person_id)

    @property
    def made_by(self) -> str | None:
        maker = self.in_name_of or self.actor
        return None if self.unproven or maker == self.person_id else maker

    @property
    def minutes(self) -> int:
        return self.event.facts.guest_hold_minutes if self.unproven else self.event.facts.hold_minutes

    @property
    def is_plain(self) -> bool:
        """What a process that finds the event full may answer to others for a while."""
        return not self.unproven and self.party_size == 1

    @property
    def may_join(self) -> bool:
        return self.waitlist and self.event.facts.waitlist_mode is not WaitlistMode.OFF


def seat_for(seat_request: SeatRequest, shards: Sequence[Shard], rng: random.Random) -> Seat | None:
    """Where the whole party is seated; None beside a waitlist, and when the seats (or those of guests) do not do."""
    if shards[0].mode is not SeatMode.OPEN:
        return None
    return open_seats(shards, seat_request.party_size, rng, unproven=seat_request.unproven)


def wants_settling(shards: Sequence[Shard], *, expired: bool) -> bool:
    """Whether something has to be put right before anybody is told that there is no seat."""
    return expired or is_idle_fence(shards)


def is_ending_waitlist(seat_request: SeatRequest, shards: Sequence[Shard]) -> bool:
    """Whether seats are free, and only those stand before them who wait for nothing any more and are not told yet."""
    free, counts = total(shards)
    is_off = seat_request.event.facts.waitlist_mode is WaitlistMode.OFF
    waits = shards[0].mode is SeatMode.FENCED and counts.get("waitlisted", 0) > 0
    return is_off and waits and not seat_request.waitlist and free >= seat_request.party_size


def is_idle_fence(shards: Sequence[Shard]) -> bool:
    """Whether an event is fenced for nobody: no one waits, and no seats are owed to a capacity that was lowered."""
    free, counts = total(shards)
    return shards[0].mode is SeatMode.FENCED and free >= 0 and not counts.get("waitlisted", 0)


def place_for(seat_request: SeatRequest, shards: Sequence[Shard]) -> Join:
    """The way onto the waitlist for a party without a seat. Raises `EventFullError` or `WaitlistOffError`."""
    is_open = shards[0].mode is SeatMode.OPEN
    if seat_request.waitlist and is_open and total(shards)[0] >= seat_request.party_size:
        raise full(seat_request.event)  # seats are there, but not for unproven guests
    if seat_request.may_join:
        return Join(tuple(shards) if is_open else None)
    if seat_request.waitlist:
        raise WaitlistOffError
    raise full(seat_request.event)


def full(event: Event) -> EventFullError:
    """With the way to the waitlist, if there is one."""
    return EventFullError(None if event.facts.waitlist_mode is WaitlistMode.OFF else event.id)


def already(handles: Handles, enrollment: Enrollment, event: Event) -> AlreadyEnrolledError:
    return AlreadyEnrolledError(handles.of(enrollment.key), enrollment.status, deadline_of(enrollment, event))
