"""What a table's definition says of keys and indexes, and the checks that follow from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from devtools.simdb.errors import InvalidError
from devtools.simdb.values import Item, Value, ingest, kind_of, scalar, size_of

Key = tuple[Any, Any]  # what orders the hash and the range attribute; "" stands for a range that is not there

MAX_HASH_BYTES = 2048
MAX_RANGE_BYTES = 1024
BAD_KEY = "The provided key element does not match the schema"
NOT_VALID = "One or more parameter values are not valid. "
EMPTY_KEY = "The AttributeValue for a key attribute cannot contain an empty {kind} value. {where}"
EMPTY_KINDS = {"S": "string", "B": "binary"}


class KeySchema:
    """The key of a table or of an index."""

    __slots__ = ("_limits", "_name_set", "hash_name", "names", "range_name", "types")

    def __init__(self, hash_name: str, range_name: str | None, types: Mapping[str, str]) -> None:
        self.hash_name = hash_name
        self.range_name = range_name
        self.types = types
        self.names = (hash_name,) if range_name is None else (hash_name, range_name)
        self._name_set = frozenset(self.names)
        self._limits = tuple(zip(self.names, (MAX_HASH_BYTES, MAX_RANGE_BYTES), ("hash", "range"), strict=False))

    def key(self, item: Item) -> Key:
        """The key of an item that has all its attributes."""
        return scalar(item[self.hash_name]), "" if self.range_name is None else scalar(item[self.range_name])

    def of_item(self, item: Item) -> Key:
        """The key of an item to be put."""
        for name in self.names:
            if name not in item:
                raise InvalidError(f"One or more parameter values were invalid: Missing the key {name} in the item")
            if self.types[name] not in item[name]:
                raise InvalidError(
                    "One or more parameter values were invalid: Type mismatch for key "
                    f"{name} expected: {self.types[name]} actual: {kind_of(item[name])}"
                )
        return self._measured(item)

    def of_request(self, raw: Mapping[str, Any]) -> tuple[Key, Item]:
        """The key that a request names, and the attributes of an item that has nothing else."""
        if raw.keys() != self._name_set:
            raise InvalidError(BAD_KEY)
        item = {}
        for name, value in raw.items():
            item[name] = taken = ingest(value)
            if self.types[name] not in taken:
                raise InvalidError(BAD_KEY)
        return self._measured(item), item

    def _measured(self, item: Item) -> Key:
        for name, limit, part in self._limits:
            value = item[name]
            content = value[self.types[name]]
            if not content:
                refuse_empty(value, f"Key: {name}", NOT_VALID)
            # no character takes more than four bytes
            if len(content) * 4 > limit and size_of(value) > limit:
                raise InvalidError(
                    f"One or more parameter values were invalid: Aggregated size of all {part} keys "
                    f"has exceeded the size limit of {limit} bytes"
                )
        return self.key(item)


def refuse_empty(value: Value, where: str, prefix: str) -> None:
    """A key attribute is neither an empty text nor an empty binary."""
    kind = kind_of(value)
    if not value[kind]:
        raise InvalidError(prefix + EMPTY_KEY.format(kind=EMPTY_KINDS[kind], where=where))


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A global secondary index; `projected` is None when it carries all attributes."""

    name: str
    key: KeySchema
    kind: str
    projected: frozenset[str] | None

    def entry(self, item: Item) -> Item | None:
        """What the index holds of an item; None when the item lacks one of the index's keys."""
        if any(name not in item for name in self.key.names):
            return None
        if self.projected is None:
            return item
        return {name: value for name, value in item.items() if name in self.projected}

    def check(self, item: Item, prefix: str) -> None:
        """An item may lack the index's keys, but must not have them with a wrong type or empty."""
        for name in self.key.names:
            if name not in item:
                continue
            kind = kind_of(item[name])
            if kind != self.key.types[name]:
                raise InvalidError(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name} "
                    f"Expected: {self.key.types[name]} Actual: {kind} IndexName: {self.name}"
                )
            refuse_empty(item[name], f"IndexName: {self.name}, IndexKey: {name}", prefix)


@dataclass(frozen=True, slots=True)
class TableSchema:
    name: str
    key: KeySchema
    indexes: Mapping[str, IndexSchema]
    definition: Mapping[str, Any]

    def index(self, name: str) -> IndexSchema:
        if name not in self.indexes:
            raise InvalidError(f"The table does not have the specified index: {name}")
        return self.indexes[name]


def table_schema(definition: Mapping[str, Any]) -> TableSchema:
    """Reads the parameters of CreateTable; they are the same that `template-infra/` deploys."""
    types = {each["AttributeName"]: each["AttributeType"] for each in definition["AttributeDefinitions"]}
    key = _key_schema(definition["KeySchema"], types)
    indexes = {}
    used = set(key.names)
    for index in definition.get("GlobalSecondaryIndexes", ()):
        indexes[index["IndexName"]] = _index_schema(index, key, types)
        used.update(indexes[index["IndexName"]].key.names)
    if used != types.keys():
        raise InvalidError(
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly "
            "match number of attributes defined in AttributeDefinitions"
        )
    return TableSchema(definition["TableName"], key, indexes, definition)


def _key_schema(elements: Iterable[Mapping[str, str]], types: Mapping[str, str]) -> KeySchema:
    names = {element["KeyType"]: element["AttributeName"] for element in elements}
    missing = [name for name in names.values() if name not in types]
    if "HASH" not in names or missing:
        raise InvalidError(
            "One or more parameter values were invalid: Some index key attributes are not defined in "
            f"AttributeDefinitions. Keys: {missing}"
        )
    found = {name: types[name] for name in names.values()}
    return KeySchema(names["HASH"], names.get("RANGE"), found)


def _index_schema(index: Mapping[str, Any], table_key: KeySchema, types: Mapping[str, str]) -> IndexSchema:
    key = _key_schema(index["KeySchema"], types)
    kind = index["Projection"]["ProjectionType"]
    carried = {*key.names, *table_key.names, *index["Projection"].get("NonKeyAttributes", ())}
    return IndexSchema(index["IndexName"], key, kind, None if kind == "ALL" else frozenset(carried))
