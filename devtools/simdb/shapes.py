"""Collects one example of each distinct operation that a program sends, to be replayed on other engines.

Two calls are of the same shape when operation, table, index and expressions are the same, names resolved, and
the values have the same types. An example carries the items that it met, so that its outcome can be repeated.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import ClientError

from devtools.simdb.tables.storage import Storage
from devtools.simdb.values import Item, copy_item

RECORDED = frozenset({
    "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems",
    "TransactGetItems",
})  # fmt: skip
TEXTS = (
    "KeyConditionExpression", "ConditionExpression", "UpdateExpression", "FilterExpression",
    "ProjectionExpression", "TableName", "IndexName", "ReturnValues", "ReturnValuesOnConditionCheckFailure",
    "ConsistentRead", "ScanIndexForward", "Select",
)  # fmt: skip


OK = "ok"
REFUSED_BY_CONDITION = frozenset({"None", "ConditionalCheckFailed"})


@dataclass(frozen=True, slots=True)
class Shape:
    """An example: the call, the items of its keys before and after it, by table, and how it went."""

    identity: str
    operation: str
    request: Mapping[str, Any]
    before: Mapping[str, list[Item]]
    after: Mapping[str, list[Item]]
    outcome: str


class ShapeRecorder:
    """Filled from `with` to its end, with calls that succeeded and calls that a condition refused.

    Whoever owns `recorders` asks all in that list for each call on `storage`.
    """

    def __init__(self, storage: Storage, recorders: "list[ShapeRecorder]") -> None:
        self._storage = storage
        self._recorders = recorders
        self._found: dict[str, Shape] = {}

    def __enter__(self) -> Self:
        self._recorders.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._recorders.remove(self)

    @property
    def shapes(self) -> list[Shape]:
        return [self._found[identity] for identity in sorted(self._found)]

    def shape(self, operation: str, request: Mapping[str, Any]) -> Shape | None:
        """The shape of a call that is about to be made; None for operations that have none."""
        if operation not in RECORDED:
            return None
        identity = encoded([operation, list(_identity(request))])
        before = self._items(operation, request)
        return Shape(identity, operation, decoded(encoded(request)), before, {}, OK)

    def keep(self, shape: Shape | None, error: ClientError | None) -> None:
        """Keeps the first example of each shape and outcome; validation, conflicts and faults are no outcomes."""
        outcome = outcome_of(error)
        if shape is None or outcome is None:
            return
        key = f"{shape.identity} {outcome}"
        if key not in self._found:
            after = self._items(shape.operation, shape.request)
            self._found[key] = replace(shape, after=after, outcome=outcome)

    def _items(self, operation: str, request: Mapping[str, Any]) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for name, raw in named_keys(operation, request):
            table = self._storage.tables[name]
            key = table.schema.key.of_request({each: raw[each] for each in table.schema.key.names})[0]
            row = table.get(key)
            if row is not None:
                found.setdefault(name, []).append(copy_item(row.attributes))
        return found


def named_keys(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Table and key (or item) of everything that a call names; a query names nothing."""
    if operation == "BatchGetItem":
        for table, wanted in request["RequestItems"].items():
            for raw in wanted["Keys"]:
                yield table, raw
        return
    for part in _parts(request):
        if "Key" in part or "Item" in part:
            yield part["TableName"], part.get("Key") or part["Item"]


def _parts(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "TransactItems" not in request:
        return [request]
    return [part for item in request["TransactItems"] for part in item.values()]


def _identity(request: Mapping[str, Any]) -> Iterator[Any]:
    for table, wanted in request.get("RequestItems", {}).items():
        yield [table, *_identity(wanted)]
    if "TransactItems" in request:
        for item in request["TransactItems"]:
            for kind, part in item.items():
                yield [kind, *_identity(part)]
        return
    for text in TEXTS:
        if text in request:
            yield [text, request[text]]
    yield [request.get("ExpressionAttributeNames", {}), _types(request.get("ExpressionAttributeValues", {}))]
    yield _types(request.get("Item", {}))


def _types(values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {name: next(iter(value)) for name, value in values.items()}


def outcome_of(error: ClientError | None) -> str | None:
    """`ok`, or the condition that failed, or None for anything that depends on more than the items."""
    if error is None:
        return OK
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return str(code)
    reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", ())]
    return ", ".join(reasons) if reasons and set(reasons) <= REFUSED_BY_CONDITION else None


def encoded(shape: Any) -> str:
    return json.dumps(shape, default=lambda blob: {"base64": base64.b64encode(blob).decode()})


def decoded(text: str) -> Any:
    return json.loads(text, object_hook=lambda found: base64.b64decode(found["base64"]) if "base64" in found else found)


def dump(shapes: list[Shape], path: Path) -> None:
    """One shape per line."""
    lines = [encoded([getattr(shape, each.name) for each in fields(Shape)]) for shape in shapes]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def load(path: Path) -> list[Shape]:
    return [Shape(*decoded(line)) for line in path.read_text(encoding="utf-8").splitlines()]
