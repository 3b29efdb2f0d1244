"""The expressions of one request, read once per text and checked with the request's names and values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions import checks, conditions, updates
from devtools.simdb.expressions.checks import Check
from devtools.simdb.expressions.condition_parser import ConditionParser
from devtools.simdb.expressions.nodes import Node, Path
from devtools.simdb.expressions.update_parser import ProjectionParser, UpdateParser
from devtools.simdb.values import Value, ingest

MAX_EXPRESSION_BYTES = 4096
CACHED_TEXTS = 4096
Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What all kinds of expressions have in common."""

    used_names: frozenset[str]
    used_values: frozenset[str]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Condition(Compiled):
    tree: Node
    test: conditions.Test
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Update(Compiled):
    change: updates.Change
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Projection(Compiled):
    paths: tuple[Path, ...]


class Expressions:
    """Takes the expressions of one request; `done` then refuses names and values that none of them used."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        names = request.get("ExpressionAttributeNames")
        values = request.get("ExpressionAttributeValues")
        if names is None and values is None:
            self._names: Names = ()
            self.values: dict[str, Value] = {}
        else:
            self._names = _names(names)
            self.values = _values(values)
        self._used_names: frozenset[str] = frozenset()
        self._used_values: frozenset[str] = frozenset()
        self._any = False

    def condition(self, parameter: str) -> Condition | None:
        text = self._request.get(parameter)
        return None if text is None else self._take(_condition, parameter, text)

    def update(self) -> Update | None:
        text = self._request.get("UpdateExpression")
        return None if text is None else self._take(_update, "UpdateExpression", text)

    def projection(self) -> Projection | None:
        text = self._request.get("ProjectionExpression")
        return None if text is None else self._take(_projection, "ProjectionExpression", text)

    def _take(self, compiler: Any, parameter: str, text: str) -> Any:
        try:
            compiled: Compiled = compiler(text, self._names)
            self._check(compiled)
        except InvalidError as error:
            raise InvalidError(f"Invalid {parameter}: {error}") from error
        self._any = True
        self._used_names = self._used_names | compiled.used_names
        self._used_values = self._used_values | compiled.used_values
        return compiled

    def _check(self, compiled: Compiled) -> None:
        for name in compiled.used_values:
            if name not in self.values:
                raise InvalidError(
                    f"An expression attribute value used in expression is not defined; attribute value: {name}"
                )
        for check in compiled.checks:
            check(self.values)

    def done(self) -> None:
        if len(self._used_names) < len(self._names):
            self._refuse("ExpressionAttributeNames", {name for name, _ in self._names} - self._used_names)
        if len(self._used_values) < len(self.values):
            self._refuse("ExpressionAttributeValues", self.values.keys() - self._used_values)

    def _refuse(self, parameter: str, unused: set[str]) -> None:
        if not self._any:
            raise InvalidError(f"{parameter} can only be specified when using expressions")
        keys = ", ".join(sorted(unused))
        raise InvalidError(f"Value provided in {parameter} unused in expressions: keys: {{{keys}}}")


def _names(names: Mapping[str, str] | None) -> Names:
    if names is None:
        return ()
    if not names:
        raise InvalidError("ExpressionAttributeNames must not be empty")
    return _checked(tuple(names.items()))


@lru_cache(maxsize=CACHED_TEXTS)
def _checked(names: Names) -> Names:
    for name, _ in names:
        if not name.startswith("#") or not name[1:].replace("_", "a").isalnum():
            raise InvalidError(f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{name}"')
    return names


def _values(values: Mapping[str, Any] | None) -> dict[str, Value]:
    if values is None:
        return {}
    if not values:
        raise InvalidError("ExpressionAttributeValues must not be empty")
    taken: dict[str, Value] = {}
    for name, value in values.items():
        if not name.startswith(":"):
            raise InvalidError(f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{name}"')
        try:
            taken[name] = ingest(value)
        except InvalidError as error:
            raise InvalidError(f"ExpressionAttributeValues contains invalid value: {error} for key {name}") from error
    return taken


def _limited(text: str) -> str:
    if len(text.encode()) > MAX_EXPRESSION_BYTES:
        raise InvalidError("Expression size has exceeded the maximum allowed size;")
    return text


@lru_cache(maxsize=CACHED_TEXTS)
def _condition(text: str, names: Names) -> Condition:
    parser = ConditionParser(_limited(text), dict(names))
    tree = parser.parse()
    return Condition(
        frozenset(parser.used_names),
        frozenset(parser.used_values),
        tuple(checks.of_condition(tree)),
        tree,
        conditions.build(tree),
        frozenset(parser.attributes),
    )


@lru_cache(maxsize=CACHED_TEXTS)
def _update(text: str, names: Names) -> Update:
    parser = UpdateParser(_limited(text), dict(names))
    actions = parser.parse()
    found = tuple(check for action in actions for check in checks.of_action(action))
    return Update(
        frozenset(parser.used_names),
        frozenset(parser.used_values),
        found,
        updates.build(actions),
        tuple(action.path for action in actions),
    )


@lru_cache(maxsize=CACHED_TEXTS)
def _projection(text: str, names: Names) -> Projection:
    parser = ProjectionParser(_limited(text), dict(names))
    paths = parser.parse()
    return Projection(frozenset(parser.used_names), frozenset(), (), paths)
