"""What settling an event would come to, without writing anything: for answers that must say what enrolling will do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.enrollments.waitlist import choose, ending_of
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.seats import SeatMode, Shard, total
from chalicelib.services.seats.request import is_idle_fence


@dataclass(slots=True)
class SettlementPreview:
    """The seats of an event, the holds whose time is up (first one first), and the first of its waitlist."""

    facts: EventFacts
    shards: Sequence[Shard]
    expired: list[Enrollment]
    waiting: list[Enrollment]

    def settled(self, steps: int) -> None:
        """What `Settlement.settle` does, with what its transactions do to seats and waitlist."""
        for _ in range(steps):
            if not self._step():
                return

    def _step(self) -> bool:
        fenced = self.shards[0].mode is SeatMode.FENCED
        if self.expired:
            over = self.expired.pop(0)
            self._add(over.seats, **{over.status.value: -1})
            if fenced:
                self._serve()
            return True
        if not fenced:
            return False
        if is_idle_fence(self.shards):
            self.shards = [replace(shard, mode=SeatMode.OPEN) for shard in self.shards]
            return False
        return self._serve()

    def _serve(self) -> bool:
        """The next one gets a seat of the pool, or an offer of it, which takes it as well."""
        if self.waiting and ending_of(self.waiting[0], self.facts):
            self.waiting = self.waiting[1:]
            self._add(0, waitlisted=-1)
            return True
        found = choose(self.waiting, total(self.shards)[0], self.facts)
        if found is None:
            return False
        self.waiting = [enrollment for enrollment in self.waiting if enrollment is not found.chosen]
        if found.passed:
            skipped = found.passed.skipped + found.chosen.party_size
            head = replace(found.passed, skipped=skipped)
            self.waiting = [head if enrollment is found.passed else enrollment for enrollment in self.waiting]
        self._add(-found.chosen.party_size, waitlisted=-1)
        return True

    def _add(self, seats: int, **counts: int) -> None:
        first, *others = self.shards
        merged = dict(first.counts)
        for name, number in counts.items():
            merged[name] = merged.get(name, 0) + number
        self.shards = [replace(first, free=first.free + seats, counts=merged), *others]
