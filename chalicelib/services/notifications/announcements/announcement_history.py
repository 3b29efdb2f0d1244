"""What the people of an event were told, as its team reads it."""

from dataclasses import dataclass, replace

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.notifications.announced import Announced, Deliveries
from chalicelib.domain.shared import ids
from chalicelib.services.events.access import EventAction, may, stop_unless_may, visible_with_seats
from chalicelib.services.events.admin_reads import AdminReads
from chalicelib.services.notifications.announcements.announcement_port import AnnouncedList
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.paging import Cursor, Page, neighbours


@dataclass(frozen=True, slots=True)
class DeliveredAnnouncement:
    """One message or change, and what became of its mails."""

    announced: Announced
    deliveries: Deliveries


class AnnouncementHistory:
    def __init__(self, events: Events, admin_reads: AdminReads, announced: AnnouncedList) -> None:
        self._events = events
        self._admin_reads = admin_reads
        self._announced = announced

    def page(
        self, principal: Principal, event_id: str, cursor: Cursor | None, size: int
    ) -> Page[DeliveredAnnouncement]:
        """The last first; how many there are in all is not counted. Which member of the team has written a message is
        for those who see the team. Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`.
        """
        found = self._events.with_seats(event_id) if ids.is_ulid(event_id) else None
        event, _ = visible_with_seats(found, principal)
        stop_unless_may(principal, EventAction.SEE_MESSAGES, event)
        self._admin_reads.note(principal, EventAction.SEE_MESSAGES, event, ActKind.SEE_MESSAGES)
        start, forward = (cursor.place, cursor.forward) if cursor else (None, True)
        part = self._announced.newest_first(event.id, start=start, forward=forward, limit=size)
        rows, following, before = neighbours(part, cursor)
        if not may(principal, EventAction.SEE_TEAM, event):
            rows = [replace(one, member_id="") for one in rows]
        sums = self._announced.deliveries(rows)
        items = [DeliveredAnnouncement(row, deliveries) for row, deliveries in zip(rows, sums, strict=True)]
        exact = following is None and before is None
        return Page(items=items, count=len(items), count_exact=exact, next=following, previous=before)
