"""Reads what all expressions are made of: document paths, placeholders and function calls."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.lexer import Reader
from devtools.simdb.expressions.nodes import Attribute, Call, Operand, Path, Placeholder
from devtools.simdb.expressions.reserved import RESERVED

T = TypeVar("T")

PREDICATES = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
UPDATE_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
FUNCTIONS = {**PREDICATES, **UPDATE_FUNCTIONS, "size": 1}


class OperandParser:
    """One expression with the names of its request; `used_*` say what it took of the request."""

    def __init__(self, source: str, names: Mapping[str, str]) -> None:
        if not source.strip():
            raise InvalidError("The expression can not be empty;")
        self.names = names
        self.reader = Reader(source)
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        self.attributes: set[str] = set()

    def operand(self) -> Operand:
        word = self.reader.next
        if word.kind == "value":
            return self.placeholder()
        if word.kind == "word" and self.reader.peek(1).text == "(":
            return self._call()
        return Attribute(self.path())

    def placeholder(self) -> Placeholder:
        if self.reader.next.kind != "value":
            raise self.reader.error()
        name = self.reader.take().text
        self.used_values.add(name)
        return Placeholder(name)

    def _call(self) -> Call:
        function = self.reader.take().text
        if function not in FUNCTIONS:
            raise InvalidError(f"Invalid function name; function: {function}")
        self.reader.need("(")
        arguments = tuple(self.listed(self.operand))
        if len(arguments) != FUNCTIONS[function]:
            raise InvalidError(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {function}, number of operands: {len(arguments)}"
            )
        return Call(function, arguments)

    def listed(self, read: Callable[[], T]) -> list[T]:
        """One or more, with commas between them, up to the closing parenthesis."""
        found = [read()]
        while self.reader.skip(","):
            found.append(read())
        self.reader.need(")")
        return found

    def path(self) -> Path:
        first = self._name()
        self.attributes.add(first)
        parts: list[str | int] = [first]
        while self.reader.next.text in {".", "["}:
            if self.reader.skip("."):
                parts.append(self._name())
            else:
                parts.append(self._position())
        return tuple(parts)

    def _position(self) -> int:
        self.reader.need("[")
        if self.reader.next.kind != "number":
            raise self.reader.error()
        position = int(self.reader.take().text)
        self.reader.need("]")
        return position

    def _name(self) -> str:
        word = self.reader.next
        if word.kind == "name":
            return self._named(self.reader.take().text)
        if word.kind != "word":
            raise self.reader.error()
        if word.text.upper() in RESERVED:
            raise InvalidError(f"Attribute name is a reserved keyword; reserved keyword: {word.text}")
        return self.reader.take().text

    def _named(self, name: str) -> str:
        if name not in self.names:
            raise InvalidError(
                f"An expression attribute name used in the document path is not defined; attribute name: {name}"
            )
        self.used_names.add(name)
        return self.names[name]
