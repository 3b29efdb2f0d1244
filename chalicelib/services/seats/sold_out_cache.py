"""Which events this process found full less than a second ago, so that a sold-out event costs two reads an answer."""

from collections import OrderedDict
from datetime import datetime, timedelta

from chalicelib.domain.events.event import Event

LIFE = timedelta(seconds=1)
_MOST = 1024


class SoldOutCache:
    """Bounded; a hint also carries what is needed to find a person's enrollment before the event is read."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def buckets_if_full(self, event_id: str, now: datetime) -> int | None:
        until, buckets = self._until.get(event_id, (now, 0))
        return buckets if until > now else None

    def remember(self, event: Event, now: datetime, first_deadline: datetime | None = None) -> None:
        """Never beyond the first deadline of a hold: from then on a seat may be free."""
        until = now + LIFE if first_deadline is None else min(now + LIFE, first_deadline)
        self._until[event.id] = (until, event.buckets)
        self._until.move_to_end(event.id)
        while len(self._until) > _MOST:
            self._until.popitem(last=False)

    def forget(self, event_id: str) -> None:
        self._until.pop(event_id, None)
