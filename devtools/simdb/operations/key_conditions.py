"""Key conditions of Query: one equality on the hash attribute, at most one range of the other."""

from collections.abc import Mapping
from typing import Any

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.nodes import Attribute, Call, Comparison, Logic, Node, Placeholder
from devtools.simdb.tables.partitions import EVERYTHING, Span
from devtools.simdb.tables.schema import NOT_VALID, KeySchema, refuse_empty
from devtools.simdb.values import Value, kind_of, scalar

MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
Found = dict[str, tuple[str, list[str]]]


def read(tree: Node, key: KeySchema, values: Mapping[str, Value]) -> tuple[Any, Span]:
    """The hash value and the span of range values that the condition names."""
    found: Found = {}
    _collect(tree, found)
    if key.hash_name not in found:
        raise InvalidError(f"Query condition missed key schema element: {key.hash_name}")
    for name, (_, placeholders) in found.items():
        if name not in key.names:
            missed = key.range_name or name
            raise InvalidError(f"Query condition missed key schema element: {missed}")
        for placeholder in placeholders:
            _check_type(name, values[placeholder], key)
    operator, (placeholder, *_) = found[key.hash_name]
    if operator != "=":
        raise InvalidError("Query key condition not supported")
    return scalar(values[placeholder]), _span(found, key, values)


def _collect(node: Node, found: Found) -> None:
    if isinstance(node, Logic):
        if node.operator != "AND":
            raise _unknown(node.operator)
        for part in node.parts:
            _collect(part, found)
        return
    operator, name, placeholders = _term(node)
    if name in found:
        raise InvalidError("KeyConditionExpressions must only contain one condition per key")
    found[name] = operator, placeholders


def _unknown(operator: str) -> InvalidError:
    return InvalidError(f"Invalid operator used in KeyConditionExpression: {operator}")


def _term(node: Comparison | Call) -> tuple[str, str, list[str]]:
    operator = node.function if isinstance(node, Call) else node.operator
    if operator not in {*MIRRORED, "BETWEEN", "begins_with"}:
        raise _unknown(operator)
    first, *others = node.arguments if isinstance(node, Call) else node.operands
    if isinstance(first, Placeholder) and operator in MIRRORED:
        first, others, operator = others[0], [first], MIRRORED[operator]
    if not isinstance(first, Attribute) or len(first.path) != 1:
        raise InvalidError("KeyConditionExpressions cannot have conditions on nested attributes or functions")
    placeholders = [other.name for other in others if isinstance(other, Placeholder)]
    if len(placeholders) != len(others):
        raise InvalidError("KeyConditionExpressions cannot contain attribute names as values")
    return operator, str(first.path[0]), placeholders


def _check_type(name: str, value: Value, key: KeySchema) -> None:
    if kind_of(value) != key.types[name]:
        raise InvalidError(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    refuse_empty(value, f"Key: {name}", NOT_VALID)


def _span(found: Found, key: KeySchema, values: Mapping[str, Value]) -> Span:
    if key.range_name not in found:
        return EVERYTHING
    operator, placeholders = found[key.range_name]
    first, *rest = [scalar(values[placeholder]) for placeholder in placeholders]
    match operator:
        case "=":
            return Span(low=first, high=first)
        case "BETWEEN":
            return Span(low=first, high=rest[0])
        case "begins_with":
            return Span(low=first, prefix=first)
        case "<" | "<=":
            return Span(high=first, high_included=operator == "<=")
        case _:
            return Span(low=first, low_included=operator == ">=")
