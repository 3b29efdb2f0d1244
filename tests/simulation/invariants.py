"""What must hold at every moment of every run, and what must hold once everything is quiet."""

from collections import Counter
from typing import Any

from chalicelib.domain.enrollments import LIVE
from chalicelib.domain.seats import Seats
from devtools.simdb.database import SimDB
from devtools.simdb.scheduler import Scheduler

FULL_WINDOW_SECONDS = 1.0


class Witness:
    """Looks at the tables after every write: a transaction is atomic, so no moment may break the sums."""

    def __init__(self, db: SimDB, scheduler: Scheduler) -> None:
        self._db = db
        self._scheduler = scheduler
        self._capacity: dict[str, int] = {}
        self.free_at: dict[str, list[tuple[float, int]]] = {}
        self.violations: list[str] = []
        perform = db.perform

        def watched(operation: Any, request: Any, **options: Any) -> Any:
            try:
                return perform(operation, request, **options)
            finally:
                if operation.name in {"TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"}:
                    self._look()

        db.perform = watched  # type: ignore[method-assign]

    def watch(self, event_id: str, seats: Seats) -> None:
        self._capacity[event_id] = seats.capacity
        self.free_at[event_id] = [(self._scheduler.now, seats.free)]

    def _look(self) -> None:
        if self._db.locks:
            return  # another transaction is half done: only reads outside of transactions may see that
        for event_id in self._capacity:
            free, capacity = self.seats(event_id)
            live = self.live(event_id)
            if self.free_at[event_id][-1][1] != free:
                self.free_at[event_id].append((self._scheduler.now, free))
            if live > capacity:
                self.violations.append(f"oversold: {live} of {capacity}")
            if free + live != capacity:
                self.violations.append(f"{free} free + {live} live != {capacity}")

    def seats(self, event_id: str) -> tuple[int, int]:
        rows = [row.attributes for row in self._db.tables["turnout-seats"].rows()]
        mine = [row for row in rows if row["pk"]["S"].split("#", 1)[0] == event_id]
        header = next(row for row in mine if row["pk"]["S"] == event_id)
        return sum(int(row["free"]["N"]) for row in mine), int(header["capacity"]["N"])

    def live(self, event_id: str) -> int:
        rows = [row.attributes for row in self._db.tables["turnout-enrollments"].rows()]
        mine = [row for row in rows if row["pk"]["S"].rsplit("#", 1)[0] == event_id]
        return sum(int(row["n"]["N"]) for row in mine if row["status"]["S"] in LIVE)

    def was_full(self, event_id: str, start: float, end: float) -> bool:
        """Whether every seat was taken at some moment from a second before the request to its answer."""
        timeline = self.free_at[event_id]
        begin = start - FULL_WINDOW_SECONDS
        for place, (at, free) in enumerate(timeline):
            until = timeline[place + 1][0] if place + 1 < len(timeline) else end
            if free == 0 and at <= end and until >= begin:
                return True
        return False


def mail_faults(intents: list[dict[str, Any]], sent: Counter[str]) -> list[str]:
    """Every delivered intent was sent; a skipped or failed one says why."""
    found = []
    for row in intents:
        intent_id, state = row["sk"]["S"].split("#", 1)[1], row["state"]["S"]
        if row["kind"]["S"].startswith("job_"):
            continue
        if state == "done" and not sent[intent_id]:
            found.append(f"lost mail: {row['kind']['S']} is done and was never sent")
        if state in {"skipped", "failed"} and len(row["detail"]["S"]) <= 1:
            found.append("a skipped mail without a reason")
    return found
