"""Turns the tree of a condition into a function of an item and the request's values."""

from collections.abc import Callable
from typing import Any

from devtools.simdb.expressions.checks import Values
from devtools.simdb.expressions.nodes import Arithmetic, Attribute, Call, Comparison, Logic, Node, Operand, Placeholder
from devtools.simdb.expressions.paths import find
from devtools.simdb.values import ORDERED, SETS, Item, Value, kind_of, scalar, text_size

Test = Callable[[Item, Values], bool]
Getter = Callable[[Item, Values], Value | None]


def build(node: Node) -> Test:
    """The test of the whole condition; an absent item is an empty one."""
    if isinstance(node, Logic):
        return _logic(node)
    if isinstance(node, Call):
        return _predicate(node)
    return _comparison(node)


def _logic(node: Logic) -> Test:
    parts = [build(part) for part in node.parts]
    if node.operator == "NOT":
        (negated,) = parts
        return lambda item, values: not negated(item, values)
    if node.operator == "AND":
        return lambda item, values: all(part(item, values) for part in parts)
    return lambda item, values: any(part(item, values) for part in parts)


def getter(operand: Operand) -> Getter:
    """Reads an operand; None where the item has no such attribute."""
    if isinstance(operand, Placeholder):
        name = operand.name
        return lambda _, values: values[name]
    if isinstance(operand, Attribute):
        return _attribute(operand)
    assert not isinstance(operand, Arithmetic), "conditions have no arithmetic"
    return _size(getter(operand.arguments[0]))


def _attribute(operand: Attribute) -> Getter:
    path = operand.path
    if len(path) > 1:
        return lambda item, _: find(item, path)
    top = str(path[0])
    return lambda item, _: item.get(top)


def _size(subject: Getter) -> Getter:
    def size(item: Item, values: Values) -> Value | None:
        value = subject(item, values)
        if value is None:
            return None
        kind, content = next(iter(value.items()))
        if kind == "S":
            return {"N": str(text_size(content))}
        return {"N": str(len(content))} if kind in {"B", "L", "M", *SETS} else None

    return size


def _comparison(node: Comparison) -> Test:
    left, *others = [getter(operand) for operand in node.operands]
    if node.operator == "IN":
        return lambda item, values: _is_among(left(item, values), [other(item, values) for other in others])
    if node.operator == "BETWEEN":
        low, high = others
        return lambda item, values: (
            _holds(_AT_LEAST, left(item, values), low(item, values))
            and _holds(_AT_MOST, left(item, values), high(item, values))
        )
    (right,) = others
    if node.operator == "=":
        return lambda item, values: _equal(left(item, values), right(item, values))
    if node.operator == "<>":
        return lambda item, values: not _equal(left(item, values), right(item, values))
    order = _ORDERS[node.operator]
    return lambda item, values: _holds(order, left(item, values), right(item, values))


def _equal(left: Value | None, right: Value | None) -> bool:
    # stored and given values are canonical (numbers trimmed, sets sorted), so that equal ones look the same
    return left is not None and left == right


def _is_among(value: Value | None, others: list[Value | None]) -> bool:
    return value is not None and value in others


def _AT_LEAST(left: Any, right: Any) -> bool:  # noqa: N802  # a constant that happens to be a function
    return bool(left >= right)


def _AT_MOST(left: Any, right: Any) -> bool:  # noqa: N802  # as above
    return bool(left <= right)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    ">": lambda left, right: bool(left > right),
    "<=": _AT_MOST,
    ">=": _AT_LEAST,
}


def _holds(order: Callable[[Any, Any], bool], left: Value | None, right: Value | None) -> bool:
    """Values of different types, and types without an order, are never before or after each other."""
    if left is None or right is None:
        return False
    kind = kind_of(left)
    return kind in ORDERED and kind in right and order(scalar(left), scalar(right))


def _predicate(node: Call) -> Test:
    subject = getter(node.arguments[0])
    if node.function == "attribute_exists":
        return lambda item, values: subject(item, values) is not None
    if node.function == "attribute_not_exists":
        return lambda item, values: subject(item, values) is None
    other = getter(node.arguments[1])
    test = _BINARY[node.function]

    def predicate(item: Item, values: Values) -> bool:
        left, right = subject(item, values), other(item, values)
        return left is not None and right is not None and test(left, right)

    return predicate


def _begins_with(value: Value, prefix: Value) -> bool:
    kind = kind_of(value)
    return kind in {"S", "B"} and kind in prefix and bool(value[kind].startswith(prefix[kind]))


def _contains(value: Value, member: Value) -> bool:
    """A part of a text, an element of a list or of a set."""
    kind = kind_of(value)
    if kind == "L":
        return member in value["L"]
    wanted = kind[0] if kind in SETS else kind
    return kind in {"S", "B", *SETS} and wanted in member and member[wanted] in value[kind]


_BINARY: dict[str, Callable[[Value, Value], bool]] = {
    "begins_with": _begins_with,
    "contains": _contains,
    "attribute_type": lambda value, name: kind_of(value) == name["S"],
}
