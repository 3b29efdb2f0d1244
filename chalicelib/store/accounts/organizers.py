"""What is kept of organizers that everybody may know: account, public profile and figures in one read."""

from chalicelib.domain.accounts.account import NO_PROFILE
from chalicelib.services.search.organizers import OrganizerEvents
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.tables import AccountItem, EventItem, PublicProfileItem
from chalicelib.store.items.accounts import to_account, to_public_profile


class DynamoOrganizers:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, user_id: str, *, consistent: bool = False) -> OrganizerEvents | None:
        gets = [
            Get(AccountItem, keys.account(user_id), consistent=consistent),
            Get(PublicProfileItem, keys.public_profile(user_id), consistent=consistent),
            Get(EventItem, keys.organizer_count(user_id), consistent=consistent),
        ]
        account, profile, figures = self._dynamo.batch_get(gets)
        if account is None:
            return None
        return OrganizerEvents(
            account=to_account(AccountItem.from_raw_data(account)),
            profile=to_public_profile(PublicProfileItem.from_raw_data(profile)) if profile else NO_PROFILE,
            events={name: int(value["N"]) for name, value in (figures or {}).items() if "N" in value},
        )
