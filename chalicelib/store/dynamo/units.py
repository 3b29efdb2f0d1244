"""What DynamoDB bills for reading."""

from chalicelib.store.dynamo.client import Raw

HALF_UNIT = 4096  # bytes, eventually consistent


def read_units(size: int) -> float:
    return max(1, -(-size // HALF_UNIT)) / 2


def size_of(raw: Raw) -> int:
    """The bytes of an item's names and values."""
    size = 0
    for name, value in raw.items():
        [text] = value.values()  # of a text or a number
        size += len(name) + (len(text) if text.isascii() else len(text.encode()))
    return size
