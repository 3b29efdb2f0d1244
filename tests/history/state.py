"""The sequential event of the model: capacity, places by person, and the waitlist in its order."""

from dataclasses import dataclass, replace
from math import inf
from typing import Any

from tests.history.operations import LIVE, SEATED, Answer


@dataclass(frozen=True, slots=True)
class Place:
    """One person's row. A deadline that nobody was told lies somewhere between `ends_from` and `ends_until`."""

    status: Answer
    party: int = 1
    ends_from: float = inf
    ends_until: float = inf
    skipped: int = 0
    checked_in: bool = False
    gone_to: str = ""  # who has the place now that was handed on

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def seats(self) -> int:
        return self.party if self.status in SEATED else 0


@dataclass(frozen=True, slots=True)
class State:
    """Hashable, so that a state that was looked at once is not looked at again."""

    capacity: int
    places: tuple[tuple[str, Place], ...] = ()
    queue: tuple[str, ...] = ()
    closed: bool = False

    @property
    def taken(self) -> int:
        return sum(place.seats for _, place in self.places)

    @property
    def free(self) -> int:
        return self.capacity - self.taken

    def place(self, person: str) -> Place | None:
        return dict(self.places).get(person)

    def live(self, person: str) -> Place | None:
        place = self.place(person)
        return place if place is not None and place.is_live else None

    def free_at(self, moment: float) -> int:
        """Free seats when those count as free whose time is surely up."""
        return self.free + sum(place.seats for _, place in self.places if place.ends_until <= moment)

    def put(self, person: str, place: Place) -> "State":
        """With this row; who begins to wait is last in the queue, who no longer waits has left it."""
        places = tuple(sorted((dict(self.places) | {person: place}).items()))
        queue = tuple(one for one in self.queue if one != person or place.status is Answer.WAITLISTED)
        if place.status is Answer.WAITLISTED and person not in queue:
            queue = (*queue, person)
        return replace(self, places=places, queue=queue)

    def handed(self, person: str, other: str) -> "State":
        """Somebody else has the place now, in the waitlist too."""
        place = dict(self.places)[person]
        queue = tuple(other if one == person else one for one in self.queue if one != other)
        return replace(self, queue=queue).put(other, place).moved(person, Answer.CANCELLED, gone_to=other)

    def moved(self, person: str, status: Answer, **changes: Any) -> "State":
        """The person's row in another status; a deadline belongs to the status and is dropped."""
        place = self.place(person)
        assert place is not None
        kept = {"ends_from": inf, "ends_until": inf, "skipped": 0} | changes
        return self.put(person, replace(place, status=status, **kept))
