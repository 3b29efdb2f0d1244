"""The people of an event as CSV, page by page."""

import json
from dataclasses import dataclass

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.shared.times import rfc3339
from chalicelib.services.enrollments.lists.csv_text import BYTE_ORDER_MARK, CsvFormat
from chalicelib.services.enrollments.lists.roster import Reach, Roster, RosterFilter, stop_unless_shown
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.paging import Cursor

ROWS = 2000
MOST_BYTES = 4_000_000 - 1  # of a page as Lambda hands it on: a JSON text, in which quotes take twice their room
_PLACES = 1000
COLUMNS = (
    "id",
    "status",
    "name",
    "email",
    "party_size",
    "position",
    "note",
    "created_at",
    "updated_at",
    "checked_in_at",
    "no_show_at",
    "expires_at",
    "walk_in",
)


@dataclass(frozen=True, slots=True)
class CsvPage:
    """A text with a header line, and where the next page begins (None: this is the last)."""

    text: str
    next: Cursor | None


class CsvExport:
    def __init__(self, rosters: Roster) -> None:
        self._rosters = rosters

    def page(
        self, principal: Principal, event_id: str, wanted: RosterFilter, cursor: Cursor | None, written: CsvFormat
    ) -> CsvPage:
        """Up to 2,000 people and 4 MB, for the organizer. Raises `NotFoundError`, `ForbiddenError`."""
        event, _ = self._rosters.opened(principal, event_id)
        stop_unless_shown(principal, event, wanted)
        reach = Reach(size=ROWS, looked=ROWS, places=_PLACES)
        part = self._rosters.read(principal, event, wanted, cursor, reach)
        lines = [(BYTE_ORDER_MARK if written.marked else "") + written.line(COLUMNS)]
        size = _weight(lines[0])
        last = part.end
        for number, (_, view) in enumerate(part.items):
            line = written.line(_cells(view))
            size += _weight(line)
            if size > MOST_BYTES:
                last = part.items[number - 1][0]
                break
            lines.append(line)
        return CsvPage("".join(lines), Cursor(last) if last else None)


def _cells(view: EnrollmentView) -> list[str]:
    enrollment = view.enrollment
    times = [
        enrollment.enrolled_at,
        enrollment.updated_at,
        enrollment.checked_in_at,
        enrollment.no_show_at if enrollment.is_no_show else None,
        enrollment.expires_at,
    ]
    numbers = [str(enrollment.party_size), str(view.position or "")]
    texts = [view.id, enrollment.status.value, view.name, view.email or "", *numbers, enrollment.note or ""]
    return [*texts, *(rfc3339(at) if at else "" for at in times), "true" if enrollment.is_walk_in else "false"]


def _weight(line: str) -> int:
    return len(json.dumps(line, ensure_ascii=False).encode())
