"""The grammar of conditions, filters and key conditions; it has no arithmetic, as on AWS."""

from collections.abc import Mapping

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.nodes import Attribute, Call, Comparison, Logic, Node, Operand, shown
from devtools.simdb.expressions.operands import UPDATE_FUNCTIONS, OperandParser

MAX_ALTERNATIVES = 100
COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})


class ConditionParser(OperandParser):
    def __init__(self, source: str, names: Mapping[str, str]) -> None:
        super().__init__(source, names)
        self._redundant = False

    def parse(self) -> Node:
        """OR binds weakest, then AND, then NOT."""
        node = self._either()
        self.reader.finish()
        if self._redundant:
            raise InvalidError("The expression has redundant parentheses;")
        return node

    def _either(self) -> Node:
        parts = [self._both()]
        while self.reader.skip("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Logic("OR", tuple(parts))

    def _both(self) -> Node:
        parts = [self._negated()]
        while self.reader.skip("AND"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else Logic("AND", tuple(parts))

    def _negated(self) -> Node:
        if self.reader.skip("NOT"):
            return Logic("NOT", (self._negated(),))
        if self.reader.skip("("):
            return self._parenthesised()
        return self._statement()

    def _parenthesised(self) -> Node:
        closing = self._closing() if self.reader.next.text == "(" else -1
        node = self._either()
        # ((x)) is refused, ((x) AND (y)) is not
        self._redundant |= closing == self.reader.at - 1
        self.reader.need(")")
        return node

    def _closing(self) -> int:
        """Where the parenthesis that comes next is closed."""
        depth = 0
        for at in range(self.reader.at, len(self.reader.words)):
            depth += {"(": 1, ")": -1}.get(self.reader.words[at].text, 0)
            if depth == 0:
                return at
        raise self.reader.error()

    def _statement(self) -> Node:
        left = self.operand()
        if isinstance(left, Call) and left.function != "size":
            return self._predicate(left)
        operator = self.reader.next.text
        if operator in COMPARATORS:
            self.reader.take()
            return _distinct(Comparison(operator, (left, self._value())))
        if self.reader.skip("BETWEEN"):
            low = self._value()
            self.reader.need("AND")
            return Comparison("BETWEEN", (left, low, self._value()))
        if self.reader.skip("IN"):
            return self._among(left)
        raise _misplaced(left) if isinstance(left, Call) else self.reader.error()

    def _among(self, left: Operand) -> Node:
        self.reader.need("(")
        others = self.listed(self._value)
        if len(others) > MAX_ALTERNATIVES:
            raise InvalidError(
                "The IN operator is provided with too many operands; "
                f"maximum allowed operands: {MAX_ALTERNATIVES}, operands provided: {len(others)}"
            )
        return _distinct(Comparison("IN", (left, *others)))

    def _predicate(self, call: Call) -> Node:
        following = self.reader.next.text
        if call.function in UPDATE_FUNCTIONS or following in COMPARATORS or following in {"BETWEEN", "IN"}:
            raise _misplaced(call)
        _distinct(Comparison(call.function, call.arguments))
        return call

    def _value(self) -> Operand:
        operand = self.operand()
        if isinstance(operand, Call) and operand.function != "size":
            raise _misplaced(operand)
        return operand


def _misplaced(call: Call) -> InvalidError:
    use = "in a condition" if call.function in UPDATE_FUNCTIONS else "to be used this way in an"
    return InvalidError(f"The function is not allowed {use} expression; function: {call.function}")


def _distinct(comparison: Comparison) -> Comparison:
    first, *rest = comparison.operands
    if isinstance(first, Attribute) and first in rest:
        raise InvalidError(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {comparison.operator}, first operand: {shown(first)}"
        )
    return comparison
