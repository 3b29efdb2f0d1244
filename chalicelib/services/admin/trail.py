"""What admins did, as admins read it."""

from chalicelib.domain.accounts.audit import Act
from chalicelib.services.shared.acts import AuditTrail
from chalicelib.services.shared.paging import Cursor, Page, neighbours


class ReadTrail:
    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    def page(self, cursor: Cursor | None, size: int) -> Page[Act]:
        """The last acts first; how many there are in all is not counted."""
        part = self._trail.newest_first(
            start=cursor.place if cursor else None, forward=cursor is None or cursor.forward, limit=size
        )
        acts, following, before = neighbours(part, cursor)
        exact = following is None and before is None
        return Page(items=acts, count=len(acts), count_exact=exact, next=following, previous=before)
