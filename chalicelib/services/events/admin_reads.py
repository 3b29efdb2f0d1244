"""What an admin reads of an event of somebody else is in the trail before it is answered (docs/adr/0032)."""

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.events.access import EventAction, acts_as_admin
from chalicelib.services.shared.acts import AuditTrail, act_of
from chalicelib.services.shared.ports import Clock, NewId


class AdminReads:
    def __init__(self, clock: Clock, trail: AuditTrail, new_id: NewId) -> None:
        self._clock = clock
        self._trail = trail
        self._new_id = new_id

    def note(self, principal: Principal, action: EventAction, event: Event, kind: ActKind) -> None:
        """Of whoever may do this only as an admin; nothing of anybody else. Raises `FreshLoginRequiredError`."""
        if acts_as_admin(principal, action, event):
            now = to_milliseconds(self._clock())
            self._trail.note(act_of(principal, kind, event.id, now=now, act_id=self._new_id(now)))
