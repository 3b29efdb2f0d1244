"""The syntax tree of DynamoDB's expressions."""

from dataclasses import dataclass

Path = tuple[str | int, ...]  # attribute names and list positions


@dataclass(frozen=True, slots=True)
class Attribute:
    path: Path


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value of the request, by its name with the colon."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of operands: `size`, `begins_with`, `if_not_exists` and the like."""

    function: str
    arguments: "tuple[Operand, ...]"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The right side of `SET a = b + c`; conditions have none."""

    operator: str
    left: "Operand"
    right: "Operand"


Operand = Attribute | Placeholder | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """`=`, `<`, `IN`, `BETWEEN` and the others; the first operand is the left one."""

    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """AND, OR and NOT."""

    operator: str
    parts: "tuple[Node, ...]"


Node = Comparison | Logic | Call


@dataclass(frozen=True, slots=True)
class Action:
    """One change of an update expression; `operand` is None for REMOVE."""

    section: str
    path: Path
    operand: Operand | None


def shown(node: "Operand") -> str:
    """An operand as DynamoDB names it in its messages."""
    if isinstance(node, Attribute):
        return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in node.path) + "]"
    return node.name if isinstance(node, Placeholder) else str(node)
