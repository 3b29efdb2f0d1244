"""The hold that ends first, read so that no seat slips between what is read of the seats and of the holds."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.enrollments import TEMPORARY
from chalicelib.domain.seats import Shard, total
from chalicelib.services.seats.enrollment_store import Enrollments, Hold


class FirstHold:
    """Remembers the holds from one look at the seats to the next.

    A hold that was over when the seats were read may have been taken back before the holds are: its seat is free
    then, and none of the two says so. Holds that were read before the seats, and are not over yet, rule that out.
    """

    def __init__(self, enrollments: Enrollments, event_id: str) -> None:
        self._enrollments = enrollments
        self._event_id = event_id
        self._held: list[Hold] | None = None  # read before the seats are looked at

    def read(self, shards: Sequence[Shard], now: datetime) -> list[Hold] | None:
        """The first hold, as far as it could be in the way; None when the seats must be looked at again."""
        if not any(total(shards)[1].get(status.value, 0) for status in TEMPORARY):
            return self._enrollments.holds(self._event_id, 1)
        before, self._held = self._held, None
        if before is not None and (not before or before[0].expires_at > now):
            return before
        self._held = self._enrollments.holds(self._event_id, 1)
        return self._held if self._held and self._held[0].expires_at <= now else None

    def forget(self) -> None:
        """The holds were settled: what was read of them is past."""
        self._held = None
