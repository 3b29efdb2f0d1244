"""Who publishes events: what everybody may know of them."""

from chalicelib.domain import ids
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.ports import EventLists


class Organizers:
    def __init__(self, accounts: Accounts, events: EventLists) -> None:
        self._accounts = accounts
        self._events = events

    def embed_on(self, user_id: str) -> tuple[str, ...]:
        """The origins whose pages may show their events within them."""
        account = self._accounts.by_ids([user_id]).get(user_id)
        return account.embed_on if account else ()

    def name_of(self, user_id: str) -> str:
        """Raises `NotFoundError` for who has no event that everybody can see: accounts are not told of."""
        if not ids.is_ulid(user_id) or not self._events.has_listed(user_id):
            raise NotFoundError
        account = self._accounts.by_ids([user_id]).get(user_id)
        if account is None:
            raise NotFoundError
        return account.name
