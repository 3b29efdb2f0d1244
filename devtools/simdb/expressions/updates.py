"""Turns an update expression into a function from the stored item to the new one."""

from collections.abc import Callable

from devtools.simdb import numerals
from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.checks import Values
from devtools.simdb.expressions.nodes import Action, Arithmetic, Attribute, Call, Operand, Path, Placeholder
from devtools.simdb.expressions.paths import assign, find
from devtools.simdb.values import SETS, Item, Value, kind_of

Change = Callable[[Item, Values], Item]
Evaluated = Callable[[Item, Values], Value]

MISSING = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"


def build(actions: tuple[Action, ...]) -> Change:
    """Every right side reads the item as it was; removals come last, so that positions mean what they meant."""
    sets = [(action.path, _new_value(action)) for action in actions if action.section == "SET"]
    merges = [action for action in actions if action.section in {"ADD", "DELETE"}]
    sets += [(action.path, _merged(action)) for action in merges]
    sets.sort(key=lambda change: _position(change[0]))
    removals = [action.path for action in actions if action.section == "REMOVE"]
    removals.sort(key=_position, reverse=True)

    def change(item: Item, values: Values) -> Item:
        changed = item.copy()
        for path, value in [(path, evaluate(item, values)) for path, evaluate in sets]:
            assign(changed, path, value)
        for path in removals:
            assign(changed, path, None)
        return changed

    return change


def _position(path: Path) -> int:
    return path[-1] if isinstance(path[-1], int) else -1


def _new_value(action: Action) -> Callable[[Item, Values], Value | None]:
    assert action.operand is not None, "SET has a right side"
    return _evaluate(action.operand)


def _evaluate(operand: Operand) -> Evaluated:
    if isinstance(operand, Placeholder):
        name = operand.name
        return lambda _, values: values[name]
    if isinstance(operand, Attribute):
        return _existing(operand.path)
    if isinstance(operand, Arithmetic):
        return _arithmetic(operand)
    return _if_not_exists(operand) if operand.function == "if_not_exists" else _list_append(operand)


def _existing(path: Path) -> Evaluated:
    def existing(item: Item, _: Values) -> Value:
        value = find(item, path)
        if value is None:
            raise InvalidError(MISSING)
        return value

    return existing


def _arithmetic(operand: Arithmetic) -> Evaluated:
    left, right = _evaluate(operand.left), _evaluate(operand.right)
    compute = numerals.add if operand.operator == "+" else numerals.subtract

    def arithmetic(item: Item, values: Values) -> Value:
        return {"N": compute(_content(left(item, values), "N"), _content(right(item, values), "N"))}

    return arithmetic


def _if_not_exists(call: Call) -> Evaluated:
    subject, default = call.arguments
    assert isinstance(subject, Attribute), "the parser takes nothing else"
    path, fallback = subject.path, _evaluate(default)

    def if_not_exists(item: Item, values: Values) -> Value:
        value = find(item, path)
        return fallback(item, values) if value is None else value

    return if_not_exists


def _list_append(call: Call) -> Evaluated:
    first, second = (_evaluate(argument) for argument in call.arguments)

    def list_append(item: Item, values: Values) -> Value:
        return {"L": [*_content(first(item, values), "L"), *_content(second(item, values), "L")]}

    return list_append


def _content(value: Value, kind: str) -> str:
    if kind not in value:
        raise InvalidError(WRONG_TYPE)
    content: str = value[kind]
    return content


def _merged(action: Action) -> Callable[[Item, Values], Value | None]:
    """ADD and DELETE; None when the last member of a set went."""
    assert isinstance(action.operand, Placeholder), "the parser takes nothing else"
    name, path = action.operand.name, action.path
    merge = _added if action.section == "ADD" else _deleted

    def merged(item: Item, values: Values) -> Value | None:
        return merge(find(item, path), values[name])

    return merged


def _added(stored: Value | None, given: Value) -> Value:
    if stored is None:
        return given
    kind = kind_of(given)
    if kind == "N":
        return {"N": numerals.add(_content(stored, "N"), given["N"])}
    return {kind: _sorted({*_content(stored, kind), *given[kind]}, kind)}


def _deleted(stored: Value | None, given: Value) -> Value | None:
    if stored is None:
        return None
    kind = kind_of(given)
    left = {*_content(stored, kind)} - {*given[kind]}
    return {kind: _sorted(left, kind)} if left else None


def _sorted(members: set[str], kind: str) -> list[str]:
    assert kind in SETS, "only sets have members"
    return sorted(members, key=numerals.number if kind == "NS" else None)
