"""Attribute values as DynamoDB takes, stores, measures and compares them.

A stored value is never changed in place: every reader may share it, and every answer gets a copy.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from devtools.simdb import numerals
from devtools.simdb.errors import InvalidError, bad_parameter

Value = dict[str, Any]
Item = dict[str, Value]

MAX_ITEM_BYTES = 400 * 1024
MAX_NESTING = 32  # the item itself is the first level
ORDERED = frozenset({"S", "N", "B"})
SETS = {"SS": "string", "NS": "number", "BS": "binary"}
TYPE_NAMES = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
    "L": "LIST", "M": "MAP", "BOOL": "BOOLEAN", "NULL": "NULL",
}  # fmt: skip


class Row:
    """One stored item and its size in bytes."""

    __slots__ = ("attributes", "size")

    def __init__(self, attributes: Item) -> None:
        self.attributes = attributes
        size = 0
        for name, value in attributes.items():
            # written out for the common case: this runs for every attribute of every write
            ((kind, content),) = value.items()
            if kind == "S" and content.isascii():
                size += name_size(name) + len(content)
            else:
                size += name_size(name) + _SIZES[kind](content)
        self.size = size


def ingest_item(item: Mapping[str, Any]) -> Item:
    """A canonical copy of a caller's item; refuses the values that DynamoDB refuses."""
    attributes: Item = {}
    for name, value in item.items():
        if not name:
            raise InvalidError("One or more parameter values were invalid: Empty attribute name")
        attributes[name] = ingest(value)
    return attributes


def ingest(value: Any, depth: int = 1) -> Value:
    """The canonical copy of one caller's value."""
    if not isinstance(value, dict):
        raise bad_parameter(f"Invalid type for an attribute value: {value!r}")
    if len(value) != 1:
        fault = "has more than one datatypes set" if value else "is empty"
        raise InvalidError(f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes")
    ((kind, content),) = value.items()
    if kind == "S" and type(content) is str:
        return {"S": content}
    reader = _READERS.get(kind)
    if reader is None:
        raise bad_parameter(f'Unknown parameter in an attribute value: "{kind}"')
    return {kind: reader(content, depth)}


def _expect(content: Any, kinds: type | tuple[type, ...]) -> None:
    if not isinstance(content, kinds):
        raise bad_parameter(f"Invalid type for an attribute value: {content!r}")


def _string(content: Any, _: int) -> str:
    _expect(content, str)
    return str(content)


def _number(content: Any, _: int) -> str:
    _expect(content, str)
    return numerals.canonical(content)


def _binary(content: Any, _: int) -> bytes:
    _expect(content, (bytes, bytearray))
    return bytes(content)


def _boolean(content: Any, _: int) -> bool:
    _expect(content, bool)
    return bool(content)


def _null(content: Any, _: int) -> bool:
    if content is not True:
        raise InvalidError(
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        )
    return True


def _deeper(depth: int) -> int:
    if depth >= MAX_NESTING:
        raise InvalidError(
            "Nesting Levels have exceeded supported limits: "
            "Attributes in the item have nested levels beyond supported limit"
        )
    return depth + 1


def _list(content: Any, depth: int) -> list[Value]:
    _expect(content, (list, tuple))
    deeper = _deeper(depth)
    return [ingest(member, deeper) for member in content]


def _map(content: Any, depth: int) -> Item:
    _expect(content, dict)
    deeper = _deeper(depth)
    return {name: ingest(member, deeper) for name, member in content.items()}


def _set_of(kind: str, read: Callable[[Any, int], Any]) -> Callable[[Any, int], list[Any]]:
    order = numerals.number if kind == "NS" else None

    def reader(content: Any, depth: int) -> list[Any]:
        if not content:
            raise InvalidError(f"One or more parameter values were invalid: An {SETS[kind]} set  may not be empty")
        members = sorted({read(member, depth) for member in content}, key=order)
        if len(members) != len(content):
            shown = ", ".join(map(str, content))
            raise InvalidError(
                f"One or more parameter values were invalid: Input collection [{shown}] contains duplicates."
            )
        return members

    return reader


_READERS: dict[str, Callable[[Any, int], Any]] = {
    "S": _string, "N": _number, "B": _binary, "BOOL": _boolean, "NULL": _null, "L": _list, "M": _map,
    "SS": _set_of("SS", _string), "NS": _set_of("NS", _number), "BS": _set_of("BS", _binary),
}  # fmt: skip


def text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


name_size = lru_cache(maxsize=None)(text_size)


def size_of(value: Value) -> int:
    """Bytes of a canonical value, as DynamoDB counts them for limits and for the bill."""
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": text_size,
    "N": numerals.size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda members: sum(map(text_size, members)),
    "NS": lambda members: sum(map(numerals.size, members)),
    "BS": lambda members: sum(map(len, members)),
    "L": lambda members: 3 + sum(1 + size_of(member) for member in members),
    "M": lambda members: 3 + sum(1 + text_size(name) + size_of(value) for name, value in members.items()),
}


def copy_item(attributes: Mapping[str, Value]) -> Item:
    """An answer that the caller may change without touching what is stored."""
    return {name: copy_value(value) for name, value in attributes.items()}


def copy_value(value: Value) -> Value:
    ((kind, content),) = value.items()
    if kind in ORDERED:
        return {kind: content}
    if kind == "M":
        return {kind: copy_item(content)}
    if kind == "L":
        return {kind: [copy_value(member) for member in content]}
    return {kind: list(content) if kind in SETS else content}


def kind_of(value: Value) -> str:
    return next(iter(value))


def scalar(value: Value) -> Any:
    """What orders the value within its type: text, bytes or a number."""
    ((kind, content),) = value.items()
    return numerals.number(content) if kind == "N" else content
