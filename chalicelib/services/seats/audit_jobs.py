"""When an event's seats are audited: once in an hour in which somebody enrolled or left."""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta

from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.services.shared.ports import Outbox

_HOUR = timedelta(hours=1)
_MOST = 1024


class SeatAudits:
    """An audit of every event that somebody enrolled in or left: one job an event and hour, whoever writes it."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._left: OrderedDict[str, datetime] = OrderedDict()  # for which hour this process has left an event's job

    def expect(self, event: Event, now: datetime) -> None:
        """Leave the job of the next full hour, spread over it. Raises `TryAgainError`."""
        hour = now.replace(minute=0, second=0, microsecond=0) + _HOUR
        if self._left.get(event.id) == hour:
            return
        self._outbox.put_absent([audit_of(event, now, hour)])
        self._left[event.id] = hour
        self._left.move_to_end(event.id)
        while len(self._left) > _MOST:
            self._left.popitem(last=False)


def audit_of(event: Event, now: datetime, hour: datetime) -> OutboxEntry:
    """The job that audits the event in this hour; which minute of it follows from the event."""
    minute = int.from_bytes(hashlib.sha256(event.id.encode()).digest()[:2]) % 60
    at = hour + timedelta(minutes=minute)
    about = {"event": event.id}
    return new_entry(OutboxKind.AUDIT, event.organizer_id, about, now=now, entry_id=f"{event.id}.audit", at=at)
