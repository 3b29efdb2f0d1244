"""The grammars of update expressions and of projections."""

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.nodes import Action, Arithmetic, Attribute, Call, Operand, Path, shown
from devtools.simdb.expressions.operands import UPDATE_FUNCTIONS, OperandParser

SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")


class UpdateParser(OperandParser):
    def parse(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        seen: set[str] = set()
        while self.reader.next.kind != "end":
            section = self.reader.next.text
            if section not in SECTIONS or self.reader.next.kind != "keyword":
                raise self.reader.error()
            if section in seen:
                raise InvalidError(f'The "{section}" section can only be used once in an update expression;')
            seen.add(section)
            self.reader.take()
            actions.append(self._action(section))
            while self.reader.skip(","):
                actions.append(self._action(section))
        refuse_overlaps([action.path for action in actions])
        return tuple(actions)

    def _action(self, section: str) -> Action:
        path = self.path()
        if section == "REMOVE":
            return Action(section, path, None)
        if section == "SET":
            self.reader.need("=")
            return Action(section, path, self._right_side())
        return Action(section, path, self.placeholder())

    def _right_side(self) -> Operand:
        left = self._term()
        for operator in ("+", "-"):
            if self.reader.skip(operator):
                return Arithmetic(operator, left, self._term())
        return left

    def _term(self) -> Operand:
        if self.reader.skip("("):
            inner = self._right_side()
            self.reader.need(")")
            return inner
        operand = self.operand()
        if isinstance(operand, Call):
            _check_call(operand)
        return operand


def _check_call(call: Call) -> None:
    if call.function not in UPDATE_FUNCTIONS:
        raise InvalidError(f"The function is not allowed in an update expression; function: {call.function}")
    if call.function == "if_not_exists" and not isinstance(call.arguments[0], Attribute):
        raise InvalidError("Operator or function requires a document path; operator or function: if_not_exists")
    for argument in call.arguments:
        if isinstance(argument, Call):
            _check_call(argument)


class ProjectionParser(OperandParser):
    def parse(self) -> tuple[Path, ...]:
        paths = [self.path()]
        while self.reader.skip(","):
            paths.append(self.path())
        self.reader.finish()
        refuse_overlaps(paths)
        return tuple(paths)


def refuse_overlaps(paths: list[Path]) -> None:
    """No path may lie inside another one, nor use as a list what another one uses as a map."""
    for position, later in enumerate(paths):
        for earlier in paths[:position]:
            fault = _fault(earlier, later)
            if fault:
                raise InvalidError(
                    f"Two document paths {fault} with each other; must remove or rewrite one of these paths; "
                    f"path one: {shown(Attribute(earlier))}, path two: {shown(Attribute(later))}"
                )


def _fault(first: Path, second: Path) -> str | None:
    for left, right in zip(first, second, strict=False):
        if type(left) is not type(right):
            return "conflict"
        if left != right:
            return None
    return "overlap"
