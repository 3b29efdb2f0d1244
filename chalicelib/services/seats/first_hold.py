"""The hold that ends first, read so that no seat slips between what is read of the seats and of the holds."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import TEMPORARY
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Shard, total
from chalicelib.services.seats.enrollment_store import Enrollments, Hold
from chalicelib.services.seats.kept_seats import first_holds


class FirstHold:
    """Remembers the holds from one look at the seats to the next.

    A hold that was over when the seats were read may have been taken back before the holds are: its seat is free
    then, and none of the two says so. Holds that were read before the seats, and are not over yet, rule that out.
    """

    def __init__(self, enrollments: Enrollments, event: Event) -> None:
        self._enrollments = enrollments
        self._event = event
        self._held: list[Hold] | None = None  # read before the seats are looked at

    def read(self, shards: Sequence[Shard], now: datetime) -> list[Hold] | None:
        """The first hold, as far as it could be in the way; None when the seats must be looked at again."""
        if not any(total(shards)[1].get(status.value, 0) for status in TEMPORARY):
            return self._first(now)
        before, self._held = self._held, None
        if before is not None and (not before or before[0].deadline(self._event) > now):
            return before
        self._held = self._first(now)
        return self._held if self._held and self._held[0].deadline(self._event) <= now else None

    def _first(self, now: datetime) -> list[Hold]:
        return first_holds(self._enrollments, self._event, now, 1)

    def forget(self) -> None:
        """The holds were settled: what was read of them is past."""
        self._held = None
