"""What every use case that moves seats works with, and the few pieces that they share."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.services.accounts.ports import People
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.nearly_full import NearlyFull
from chalicelib.services.seats.sold_out_cache import SoldOutCache
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.ports import Clock, NewId, Queue


class Tries(Protocol):
    def tries(self) -> Iterator[int]:
        """Try numbers, with the waits between them; ends when the tries are used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatingPorts:
    enrollments: Enrollments
    events: Events
    seats: SeatReads
    people: People
    handles: Handles
    queue: Queue
    clock: Clock
    new_id: NewId
    retries: Tries
    rng: random.Random
    sold_out: SoldOutCache
    nearly_full: NearlyFull

    def push(self, entries: list[OutboxEntry]) -> None:
        """Hand what is to be done now to its worker; deadlines wait for the tick."""
        self.queue.push(*(entry for entry in entries if entry.kind is not OutboxKind.EXPIRE))
