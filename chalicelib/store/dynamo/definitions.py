"""The five tables: keys and indexes. `template-infra/` deploys the same; a test compares them.

Apart from the item classes in `tables.py`, which a process imports with its first request and not with its client.
"""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

Key = tuple[str, str | None]  # partition and sort key; made in `keys.py` only

DEFINITIONS: dict[str, dict[str, Any]] = {
    "events": {
        "keys": [("pk", "S"), ("sk", "S")],
        "indexes": {
            "by_organizer": {
                "keys": [("organizer", "S"), ("organizer_sort", "S")],
                "include": ["card", "status", "version"],
            }
        },
        "ttl": None,
    },
    "seats": {"keys": [("pk", "S")], "indexes": {}, "ttl": None},
    "enrollments": {
        "keys": [("pk", "S"), ("sk", "S")],
        "indexes": {
            "by_attendee": {"keys": [("attendee", "S"), ("enrolled_at", "S")], "include": ["status", "n"]},
            "by_maker": {"keys": [("maker", "S"), ("enrolled_at", "S")], "include": ["status", "n"]},
        },
        "ttl": None,
    },
    "due": {"keys": [("pk", "S"), ("sk", "S")], "indexes": {}, "ttl": "expires"},
    "accounts": {"keys": [("pk", "S"), ("sk", "S")], "indexes": {}, "ttl": "expires"},
}


class Item(Model):
    """Base of every item; `Meta.table_name` is the short name, the prefix is added when a call is made."""

    class Meta:
        table_name = "abstract"


class SortedItem(Item):
    """Base of the items of every table but `seats`: several in a partition, in the order of `sk`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class EventsTable(SortedItem):
    class Meta:
        table_name = "events"


class EnrollmentsTable(SortedItem):
    class Meta:
        table_name = "enrollments"


class DueTable(SortedItem):
    class Meta:
        table_name = "due"


class AccountsTable(SortedItem):
    class Meta:
        table_name = "accounts"
