"""API keys for the door of one event: whoever scans there needs nobody's password, and can do nothing else with it."""

from chalicelib.domain.accounts.account import ApiKey, Principal
from chalicelib.domain.shared import ids
from chalicelib.services.accounts.api_keys import KeyRequest, OwnApiKeys
from chalicelib.services.events.access import EventAction, stop_unless_may, visible
from chalicelib.services.seats.event_store import Events


class DoorKeys:
    def __init__(self, keys: OwnApiKeys, events: Events) -> None:
        self._keys = keys
        self._events = events

    def create(self, principal: Principal, request: KeyRequest) -> tuple[ApiKey, str]:
        """A key for the door of an event of one's own: what an admin may besides, no key is good for.

        Raises `NotFoundError`, `ForbiddenError`, and what making any key raises.
        """
        event_id = request.event_id or ""
        found = self._events.with_seats(event_id, consistent=True) if ids.is_ulid(event_id) else None
        event = visible(found[0] if found else None, principal)
        stop_unless_may(principal, EventAction.GIVE_DOOR_KEY, event)
        return self._keys.create(principal, request)
