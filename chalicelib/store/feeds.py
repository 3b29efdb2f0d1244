"""The addresses of private calendars: one number a person, which every renewal makes higher."""

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
        account, feed = self._dynamo.batch_get(gets)
        if account is None or to_account(AccountItem.from_raw_data(account)).disabled:
            return None
        return int(feed["n"]["N"]) if feed else 0

    def renew(self, user_id: str) -> int:
        def attempt() -> int:
            return int(self._dynamo.update(FeedItem, keys.feed(user_id), [FeedItem.n.add(1)], None).n)

        return self._dynamo.retries.run(attempt)  # a repeat after a lost response skips a number, which means nothing
