"""Who publishes events: what everybody may know of them."""

from chalicelib.domain import ids
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.ports import EventLists


class Organizers:
    def __init__(self, accounts: Accounts, events: EventLists) -> None:
        self._accounts = accounts
        self._events = events

    def is_known(self, user_id: str) -> bool:
        """Whether they have an event that everybody finds: of others nobody is told anything."""
        return ids.is_ulid(user_id) and self._events.has_listed(user_id)

    def name_of(self, user_id: str) -> str:
        """Raises `NotFoundError` for who is not known."""
        if not self.is_known(user_id):
            raise NotFoundError
        account = self._accounts.by_ids([user_id]).get(user_id)
        if account is None:
            raise NotFoundError
        return account.name
