"""Reading, changing and projecting items along document paths, without changing the item that is stored."""

from collections.abc import Iterable
from typing import Any

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.nodes import Path
from devtools.simdb.values import Item, Value

NO_WAY = "The document path provided in the update expression is invalid for update"


def find(item: Item, path: Path) -> Value | None:
    """The value at the end of the path, or None when the path leads nowhere."""
    value = item.get(path[0])  # type: ignore[arg-type]  # a path begins with a name
    for part in path[1:]:
        if value is None:
            return None
        value = _member(value, part)
    return value


def _member(value: Value, part: str | int) -> Value | None:
    if isinstance(part, str):
        members: Item = value.get("M", {})
        return members.get(part)
    elements: list[Value] = value.get("L", [])
    return elements[part] if part < len(elements) else None


def assign(item: Item, path: Path, value: Value | None) -> None:
    """Puts a value at the path of a fresh shallow copy, or removes it; containers on the way are copied."""
    if len(path) == 1:
        _put(item, path[0], value)
        return
    first = path[0]
    container = item.get(first)  # type: ignore[arg-type]  # a path begins with a name
    if container is None:
        raise InvalidError(NO_WAY)
    item[first] = _replaced(container, path[1:], value)  # type: ignore[index]  # as above


def _replaced(container: Value, path: Path, value: Value | None) -> Value:
    kind = "M" if isinstance(path[0], str) else "L"
    if kind not in container:
        raise InvalidError(NO_WAY)
    members: Any = container[kind].copy()
    if len(path) == 1:
        _put(members, path[0], value)
        return {kind: members}
    inner = _member(container, path[0])
    if inner is None:
        raise InvalidError(NO_WAY)
    members[path[0]] = _replaced(inner, path[1:], value)
    return {kind: members}


def _put(members: Any, part: str | int, value: Value | None) -> None:
    if isinstance(part, str):
        if value is None:
            members.pop(part, None)
        else:
            members[part] = value
    elif value is not None:
        # a position behind the end appends
        members[part : part + 1] = [value]
    elif part < len(members):
        del members[part]


def project(item: Item, paths: Iterable[Path]) -> Item:
    """Only what the paths name, in its place; list elements move together, as DynamoDB answers them."""
    found: dict[str | int, Any] = {}
    for path in paths:
        value = find(item, path)
        if value is not None:
            _graft(found, path, value)
    return {str(name): _built(branch) for name, branch in found.items()}


class _Leaf:
    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


def _graft(tree: dict[str | int, Any], path: Path, value: Value) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = _Leaf(value)


def _built(branch: Any) -> Value:
    if isinstance(branch, _Leaf):
        return branch.value
    if all(isinstance(part, int) for part in branch):
        return {"L": [_built(branch[part]) for part in sorted(branch)]}
    return {"M": {part: _built(inner) for part, inner in branch.items()}}
