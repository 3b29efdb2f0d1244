"""What DynamoDB checks of the values of a request before it looks at any item."""

from collections.abc import Callable, Iterator, Mapping

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.nodes import (
    Action,
    Arithmetic,
    Attribute,
    Call,
    Comparison,
    Logic,
    Node,
    Operand,
    Placeholder,
)
from devtools.simdb.values import ORDERED, SETS, TYPE_NAMES, Value, kind_of, scalar

Values = Mapping[str, Value]
Check = Callable[[Values], None]

TYPES = frozenset(TYPE_NAMES)
SIZED = TYPES - {"N", "BOOL", "NULL"}
WITH_ORDER = frozenset({"<", "<=", ">", ">=", "BETWEEN"})
ADDABLE = frozenset({"N", *SETS})


def of_condition(node: Node) -> Iterator[Check]:
    """All checks of one condition, in the order of its text."""
    if isinstance(node, Logic):
        for part in node.parts:
            yield from of_condition(part)
    elif isinstance(node, Call):
        yield from _of_predicate(node)
    else:
        yield from _of_comparison(node)


def _of_comparison(node: Comparison) -> Iterator[Check]:
    for operand in node.operands:
        yield from _of_size(operand)
        if node.operator in WITH_ORDER:
            yield from _typed(operand, ORDERED, node.operator)
    if node.operator == "BETWEEN":
        _, low, high = node.operands
        if isinstance(low, Placeholder) and isinstance(high, Placeholder):
            yield _bounds(low.name, high.name)


def _of_size(operand: Operand) -> Iterator[Check]:
    if isinstance(operand, Call):
        yield from _typed(operand.arguments[0], SIZED, "size")


def _of_predicate(node: Call) -> Iterator[Check]:
    subject = node.arguments[0]
    for argument in node.arguments:
        yield from _of_size(argument)
    if node.function.startswith("attribute_") and not isinstance(subject, Attribute):
        raise InvalidError(f"Operator or function requires a document path; operator or function: {node.function}")
    if node.function == "begins_with":
        for argument in node.arguments:
            yield from _typed(argument, frozenset({"S", "B"}), "begins_with")
    if node.function == "attribute_type":
        yield from _type_name(node.arguments[1])


def _type_name(operand: Operand) -> Iterator[Check]:
    if not isinstance(operand, Placeholder):
        raise InvalidError(
            "Incorrect operand type for operator or function; operator or function: attribute_type, "
            "operand type: document path"
        )
    yield from _typed(operand, frozenset({"S"}), "attribute_type")

    def known(values: Values) -> None:
        name = values[operand.name]["S"]
        if name not in TYPES:
            valid = ",".join(sorted(TYPES))
            raise InvalidError(f"Invalid attribute type name found; type: {name}, valid types: {{{valid}}}")

    yield known


def _typed(operand: Operand, allowed: frozenset[str], where: str) -> Iterator[Check]:
    if not isinstance(operand, Placeholder):
        return

    def check(values: Values) -> None:
        kind = kind_of(values[operand.name])
        if kind not in allowed:
            raise InvalidError(
                f"Incorrect operand type for operator or function; operator or function: {where}, operand type: {kind}"
            )

    yield check


def _bounds(low: str, high: str) -> Check:
    def check(values: Values) -> None:
        lower, upper = values[low], values[high]
        operands = (
            f"lower bound operand: AttributeValue: {_braced(lower)}, "
            f"upper bound operand: AttributeValue: {_braced(upper)}"
        )
        if kind_of(lower) != kind_of(upper):
            raise InvalidError(f"The BETWEEN operator requires same data type for lower and upper bounds; {operands}")
        if scalar(lower) > scalar(upper):
            raise InvalidError(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " + operands
            )

    return check


def _braced(value: Value) -> str:
    kind, content = next(iter(value.items()))
    return f"{{{kind}:{content}}}"


def of_action(action: Action) -> Iterator[Check]:
    """All checks of one change of an update expression."""
    if action.section in {"ADD", "DELETE"} and isinstance(action.operand, Placeholder):
        allowed = ADDABLE if action.section == "ADD" else frozenset(SETS)
        yield _changeable(action.section, action.operand.name, allowed)
    elif action.operand is not None:
        yield from _of_operand(action.operand)


def _of_operand(operand: Operand) -> Iterator[Check]:
    if isinstance(operand, Arithmetic):
        for side in (operand.left, operand.right):
            yield from _typed(side, frozenset({"N"}), operand.operator)
            yield from _of_operand(side)
    elif isinstance(operand, Call):
        for argument in operand.arguments:
            if operand.function == "list_append":
                yield from _typed(argument, frozenset({"L"}), "list_append")
            yield from _of_operand(argument)


def _changeable(section: str, name: str, allowed: frozenset[str]) -> Check:
    def check(values: Values) -> None:
        kind = kind_of(values[name])
        if kind not in allowed:
            raise InvalidError(
                f"Incorrect operand type for operator or function; operator: {section}, "
                f"operand type: {TYPE_NAMES[kind]}, typeSet: ALLOWED_FOR_{section}_OPERAND"
            )

    return check
