"""What seats and a waitlist should do, in the plainest words: a dict of people, a list of who waits, a capacity."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SEATED = frozenset({"pending", "confirmed", "offered"})
LIVE = SEATED | {"waitlisted"}


@dataclass(slots=True, kw_only=True)
class House:
    """The settings of one event."""

    capacity: int
    starts_at: datetime
    ends_at: datetime
    party_max: int = 1
    best_fit: bool = False
    max_skips: int = 3
    offers: bool = False
    hold_minutes: int = 15
    guest_minutes: int = 60
    offer_minutes: int = 30
    release_minutes: int = 30
    is_open: bool = True
    is_off: bool = False  # the waitlist

    @property
    def release_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.release_minutes)


@dataclass(slots=True, kw_only=True)
class Place:
    """One person's enrollment."""

    status: str
    party: int
    at: datetime
    ends: datetime | None = None
    was_offer: bool = False
    unproven: bool = False
    checked_in: bool = False
    no_show: bool = False
    skipped: int = 0

    @property
    def seats(self) -> int:
        return self.party if self.status in SEATED else 0

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


@dataclass(slots=True)
class SeatingModel:
    """Everything happens at once and in turn; every method leaves nobody waiting beside seats that are theirs."""

    house: House
    places: dict[str, Place] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)
    released: bool = False

    @property
    def taken(self) -> int:
        return sum(place.seats for place in self.places.values())

    @property
    def free(self) -> int:
        return self.house.capacity - self.taken

    def status(self, person: str) -> str:
        return self.places[person].status if person in self.places else "absent"

    def has_room(self, party: int) -> bool:
        """For somebody new: never beside people who wait."""
        return not self.queue and self.free >= party

    def has_guest_room(self, party: int) -> bool:
        """Of a house this small strangers hold half of the seats, and five at most."""
        held = sum(place.seats for place in self.places.values() if place.unproven)
        return held + party <= min(5, self.house.capacity // 2)

    # What people do

    def seat(self, person: str, party: int, now: datetime, *, hold: bool = False, unproven: bool = False) -> None:
        minutes = self.house.guest_minutes if unproven else self.house.hold_minutes
        ends = self._deadline(now, minutes) if hold else None
        status = "pending" if hold else "confirmed"
        self.places[person] = Place(status=status, party=party, at=now, ends=ends, unproven=unproven)

    def join(self, person: str, party: int, now: datetime) -> None:
        self.places[person] = Place(status="waitlisted", party=party, at=now)
        self.queue.append(person)

    def confirm(self, person: str, now: datetime) -> None:
        place = self.places[person]
        if place.status != "confirmed":
            place.status, place.ends, place.unproven, place.at = "confirmed", None, False, now

    def end(self, person: str, status: str, now: datetime) -> None:
        """Leave, decline or expire; whose seats these were is over, and who is next has them."""
        place = self.places[person]
        place.was_offer = place.status == "offered"
        if person in self.queue:
            self.queue.remove(person)
        place.status, place.ends, place.unproven, place.at = status, None, False, now
        place.skipped = 0
        self.serve(now)

    def choose(self, person: str, now: datetime) -> None:
        """The organizer's choice is seated whoever is ahead."""
        self.queue.remove(person)
        place = self.places[person]
        place.status, place.skipped, place.at = "confirmed", 0, now

    def hand_on(self, person: str, other: str, now: datetime) -> None:
        if other in self.queue:
            self.queue.remove(other)
        self.places[other] = Place(status="confirmed", party=self.places[person].party, at=now)
        self.places[person].status = "cancelled"
        self.serve(now)

    def change_party(self, person: str, party: int, now: datetime) -> None:
        place = self.places[person]
        if place.party != party:
            place.party, place.at = party, now
        self.serve(now)

    # What follows

    def serve(self, now: datetime) -> None:
        while self.house.is_open and self._serve_one(now):
            pass

    def _serve_one(self, now: datetime) -> bool:
        chosen = self._next()
        if chosen is None:
            return False
        self.queue.remove(chosen)
        place = self.places[chosen]
        place.status, place.skipped, place.at = "offered" if self.house.offers else "confirmed", 0, now
        place.ends = self._deadline(now, self.house.offer_minutes) if self.house.offers else None
        return True

    def _next(self) -> str | None:
        """strict: the head or nobody; best_fit: a smaller party may pass it, for a number of seats in all."""
        room = self.free
        if not self.queue or room <= 0:
            return None
        head = self.places[self.queue[0]]
        if head.party <= room:
            return self.queue[0]
        if self.house.best_fit:
            most = min(room, self.house.max_skips - head.skipped)
            for person in self.queue[1:]:
                if self.places[person].party <= most:
                    head.skipped += self.places[person].party
                    return person
        return None

    def next_deadline(self, after: datetime) -> datetime | None:
        """When something happens by itself."""
        found = [place.ends for place in self.places.values() if place.ends is not None]
        if after < self.house.release_at:
            found.append(self.house.release_at)
        return min(found, default=None)

    def expire(self, now: datetime) -> None:
        """Every hold and offer whose time is up."""
        for person, place in sorted(self.places.items()):
            if place.ends is not None and place.ends <= now:
                self.end(person, "expired", now)

    def release(self, now: datetime) -> None:
        """Once, some time after the start: who has not come. Who was seated later is not late yet."""
        if self.released or not self.house.is_open or now < self.house.release_at:
            return
        self.released = True
        for person, place in sorted(self.places.items()):
            if place.status == "confirmed" and not place.checked_in and place.at < self.house.release_at:
                place.no_show = True
                self.end(person, "cancelled", now)

    def end_waitlist(self) -> None:
        """It is closed: whoever waits is told, and waits no longer."""
        for person in self.queue:
            self.places[person].status, self.places[person].skipped = "cancelled", 0
        self.queue.clear()

    def close(self) -> None:
        """The event is cancelled: everybody is told, nobody is seated."""
        self.house.is_open = False
        for place in self.places.values():
            if place.is_live:
                place.status, place.ends, place.unproven, place.skipped = "cancelled", None, False, 0
        self.queue.clear()

    def _deadline(self, now: datetime, minutes: int) -> datetime:
        """Never after what it is about: the start, or the end once it has started."""
        last = self.house.starts_at if now < self.house.starts_at else self.house.ends_at
        return min(now + timedelta(minutes=minutes), max(last, now + timedelta(minutes=1)))
