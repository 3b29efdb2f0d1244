"""Replays recorded operations on another engine: every expression must be accepted, and mean the same.

Record with `with db.record_shapes() as recorder:` and hand `recorder.shapes` to `differences`.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from devtools.simdb import numerals
from devtools.simdb.shapes import Shape, named_keys, outcome_of
from tests.contract.dynamodb.engines import Client
from tests.contract.dynamodb.subject import Item, Value

Definitions = Iterable[dict[str, Any]]
KeyNames = Mapping[str, tuple[str, ...]]


def make_tables(client: Client, definitions: Definitions) -> None:
    """Makes the tables that the engine does not have yet."""
    existing = client._make_api_call("ListTables", {})["TableNames"]
    for definition in definitions:
        if definition["TableName"] not in existing:
            client._make_api_call("CreateTable", definition)


def differences(client: Client, definitions: Definitions, shapes: Iterable[Shape]) -> list[str]:
    """What the engine does differently, one sentence for each shape; the tables of the definitions are used."""
    definitions = list(definitions)
    make_tables(client, definitions)
    key_names = {
        table["TableName"]: tuple(element["AttributeName"] for element in table["KeySchema"]) for table in definitions
    }
    found = (_difference(client, key_names, shape) for shape in shapes)
    return [each for each in found if each is not None]


def _difference(client: Client, key_names: KeyNames, shape: Shape) -> str | None:
    """Finds and leaves none of the items that the shape names."""
    keys = _keys(key_names, shape)
    for table, items in shape.before.items():
        for item in items:
            client._make_api_call("PutItem", {"TableName": table, "Item": item})
    outcome = _outcome(client, shape)
    found = _read(client, keys)
    for table, item in found:
        key = {name: item[name] for name in key_names[table]}
        client._make_api_call("DeleteItem", {"TableName": table, "Key": key})
    if outcome != shape.outcome:
        return f"{shape.operation} was {shape.outcome!r} and is {outcome!r}: {shape.request}"
    left = [_canonical(item) for _, item in found]
    expected = [_canonical(item) for items in shape.after.values() for item in items]
    if sorted(map(repr, left)) != sorted(map(repr, expected)):
        return f"{shape.operation} left {left} where {expected} was due: {shape.request}"
    return None


def _keys(key_names: KeyNames, shape: Shape) -> list[tuple[str, Item]]:
    return [
        (table, {name: raw[name] for name in key_names[table]})
        for table, raw in named_keys(shape.operation, shape.request)
    ]


def _outcome(client: Client, shape: Shape) -> str:
    request = dict(shape.request)
    if "ClientRequestToken" in request:
        # the engine may have seen the recorded one
        request["ClientRequestToken"] = str(uuid.uuid4())
    try:
        client._make_api_call(shape.operation, request)
    except ClientError as error:
        return outcome_of(error) or f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return outcome_of(None) or ""


def _read(client: Client, keys: list[tuple[str, Item]]) -> list[tuple[str, Item]]:
    """Those that are there, with their tables, in one request: engines take milliseconds for each."""
    asked: dict[str, dict[str, Any]] = {}
    for table, key in keys:
        wanted = asked.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"]
        if key not in wanted:
            wanted.append(key)
    if not asked:
        return []
    answer = client._make_api_call("BatchGetItem", {"RequestItems": asked})
    assert not answer.get("UnprocessedKeys")
    return [(table, item) for table, items in answer["Responses"].items() for item in items]


def _canonical(item: Item) -> list[tuple[str, Any]]:
    return sorted((name, _canonical_value(value)) for name, value in item.items())


def _canonical_value(value: Value) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return kind, numerals.canonical(content)
    if kind == "M":
        return kind, _canonical(content)
    if kind == "L":
        return kind, [_canonical_value(member) for member in content]
    return kind, sorted(content) if kind in {"SS", "NS", "BS"} else content
