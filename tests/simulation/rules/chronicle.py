"""What was stored when: every version of events and enrollments, and when each due row came."""

from bisect import bisect_right
from typing import Any

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.store.dynamo.tables import EventItem
from chalicelib.store.items.enrollments import enrollment_from
from chalicelib.store.items.events import to_event
from devtools.simdb.database import SimDB
from devtools.simdb.scheduler import Scheduler
from devtools.simdb.values import Row

WRITES = frozenset({"TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"})


class Chronicle:
    """Looks at the tables after every write that is not in the middle of a transaction."""

    def __init__(self, db: SimDB, scheduler: Scheduler) -> None:
        self._db = db
        self._scheduler = scheduler
        self.events: list[tuple[float, Event]] = []
        self.rows: dict[str, list[tuple[float, Enrollment]]] = {}
        self.outbox: dict[str, float] = {}  # by place
        self._looked_at: dict[str, list[Row]] = {}
        perform = db.perform

        def watched(operation: Any, request: Any, **options: Any) -> Any:
            try:
                return perform(operation, request, **options)
            finally:
                if operation.name in WRITES and not db.locks:
                    self.look()

        db.perform = watched  # type: ignore[method-assign]

    def look(self) -> None:
        now = self._scheduler.now
        for row in self._changed("turnout-due"):
            self.outbox.setdefault(row.attributes["sk"]["S"], now)
        for row in self._changed("turnout-events"):
            raw = row.attributes
            is_event = raw["sk"]["S"] == "-" and raw["pk"]["S"].startswith("event#")
            if is_event and (not self.events or raw["version"]["N"] != str(self.events[-1][1].version)):
                self.events.append((now, to_event(EventItem.from_raw_data(raw))))
        for row in self._changed("turnout-enrollments"):
            raw = row.attributes
            if not raw["pk"]["S"].rsplit("#", 1)[1].isdigit():
                continue
            seen = self.rows.setdefault(raw["sk"]["S"], [])
            if not seen or raw["version"]["N"] != str(seen[-1][1].version):
                seen.append((now, enrollment_from(raw)))

    def _changed(self, table: str) -> list[Row]:
        """The rows of a table; none when it holds what it held at the last look, for no row is changed in place."""
        rows = self._db.tables[table].rows()
        if rows == self._looked_at.get(table):
            return []
        self._looked_at[table] = rows
        return rows

    @property
    def event(self) -> Event:
        """As it is in the end."""
        return self.events[-1][1]

    def events_between(self, begin: float, end: float) -> list[Event]:
        """Every version that was the present one at some time from `begin` to `end`."""
        return between(self.events, begin, end)

    def rows_between(self, person: str, begin: float, end: float) -> list[Enrollment]:
        return between(self.rows.get(person, []), begin, end)


def between(seen: list[tuple[float, Any]], begin: float, end: float) -> list[Any]:
    first = max(bisect_right(seen, begin, key=lambda one: one[0]) - 1, 0)
    return [one for at, one in seen[first:] if at <= end]
