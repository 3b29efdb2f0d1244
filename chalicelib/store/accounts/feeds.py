"""The addresses of private calendars: a number, which every renewal and every end of all access makes higher."""

from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.tables import AccountItem, FeedItem
from chalicelib.store.items.accounts import to_account


class DynamoFeeds:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def version(self, user_id: str) -> int | None:
        gets = [
            Get(AccountItem, keys.account(user_id), consistent=True),
            Get(FeedItem, keys.feed(user_id), consistent=True),
        ]
        raw, feed = self._dynamo.batch_get(gets)
        account = to_account(AccountItem.from_raw_data(raw)) if raw else None
        if account is None or account.disabled:
            return None
        # Both numbers only grow, so that no address of old is ever good again.
        return account.revocations + (int(feed["n"]["N"]) if feed else 0)

    def renew(self, user_id: str) -> int | None:
        def attempt() -> None:
            self._dynamo.update(FeedItem, keys.feed(user_id), [FeedItem.n.add(1)], None)

        self._dynamo.retries.run(attempt)  # a repeat after a lost response skips a number, which means nothing
        return self.version(user_id)
