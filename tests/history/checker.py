"""The search for one order of the operations that the model accepts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from tests.history.model import STALE, Model, Reason, Rules
from tests.history.operations import Answer, Operation
from tests.history.state import State


@dataclass(frozen=True, slots=True)
class Verdict:
    """`order` explains the history, or its longest part that can be; `objections` are what comes next and cannot."""

    holds: bool
    order: tuple[Operation, ...]
    objections: tuple[tuple[Operation, Reason], ...] = ()

    @property
    def reason(self) -> Reason | None:
        """The first objection, one that names a broken promise before any other."""
        reasons = [reason for _, reason in self.objections]
        return next((one for one in reasons if one is not Reason.OTHER), reasons[0] if reasons else None)

    def __str__(self) -> str:
        done = "\n".join(f"  {one}" for one in self.order)
        stuck = "\n".join(f"  {one}: {reason}" for one, reason in self.objections)
        return f"{'holds' if self.holds else 'does not hold'}; in this order:\n{done}\nbut not:\n{stuck}"


@dataclass(frozen=True, slots=True)
class _Node:
    done: int  # a bit for each operation
    state: State
    now: float  # not earlier than this, as far as the order says
    last: "tuple[_Node, Operation] | None" = None

    @property
    def key(self) -> tuple[int, State, float]:
        return self.done, self.state, self.now

    def order(self) -> tuple[Operation, ...]:
        found, last = [], self.last
        while last is not None:
            before, operation = last
            found.append(operation)
            last = before.last
        return tuple(reversed(found))


@dataclass(slots=True)
class _Stuck:
    """The deepest that the search came, and what was objected there."""

    depth: int = -1
    order: tuple[Operation, ...] = ()
    objections: dict[tuple[Operation, Reason], None] = field(default_factory=dict)

    def note(self, depth: int, node: _Node, objections: Sequence[tuple[Operation, Reason]]) -> None:
        if depth < self.depth:
            return
        if depth > self.depth:
            self.depth, self.order, self.objections = depth, node.order(), {}
        self.objections.update(dict.fromkeys(objections))


def _begins(operation: Operation) -> float:
    """Full may be said of a state that is a second old: the answer has no effect and may belong to then."""
    return operation.invoked - (STALE if operation.answer is Answer.FULL else 0)


class UndecidedError(Exception):
    """So many states were looked at, and there are more."""


class _Search:
    def __init__(self, history: Sequence[Operation], rules: Rules, most: int | None) -> None:
        self._model = Model(rules)
        self._most = most
        self._operations = sorted(history, key=_begins)
        self._known = sum(1 << place for place, one in enumerate(self._operations) if one.is_known)
        self._stuck = _Stuck()

    def run(self, start: State) -> Verdict:
        open_nodes = [_Node(0, start, -inf)]
        seen: set[tuple[int, State, float]] = set()
        while open_nodes:
            node = open_nodes.pop()
            if node.done & self._known == self._known:
                return Verdict(holds=True, order=node.order())
            if node.key not in seen:
                if len(seen) == self._most:
                    raise UndecidedError(f"{self._most} states of {len(self._operations)} operations")
                seen.add(node.key)
                open_nodes += self._following(node)
        return Verdict(holds=False, order=self._stuck.order, objections=tuple(self._stuck.objections))

    def _following(self, node: _Node) -> list[_Node]:
        """Every next node, the likeliest last: own steps of the event are tried only after all requests."""
        left = [place for place in range(len(self._operations)) if not node.done >> place & 1]
        latest = min(one.answered for one in map(self._operations.__getitem__, left) if one.is_known)
        own = [
            _Node(node.done, state, now, node.last) for state, now in self._model.steps(node.state, node.now, latest)
        ]
        asked, objections = [], []
        for place in left:
            operation = self._operations[place]
            if _begins(operation) > latest:
                break
            for result in self._model.results(node.state, operation):
                if isinstance(result, Reason):
                    objections.append((operation, result))
                elif result is node.state:
                    if operation.is_known:  # changes nothing and is possible here: no other place can be better
                        return [_Node(node.done | 1 << place, node.state, node.now, (node, operation))]
                else:
                    now = max(node.now, operation.invoked)
                    asked.append(_Node(node.done | 1 << place, result, now, (node, operation)))
        known = [one for one in objections if one[0].is_known]
        self._stuck.note((node.done & self._known).bit_count(), node, known)
        return [*own, *reversed(asked)]


def check(
    history: Sequence[Operation], start: State, rules: Rules | None = None, *, most: int | None = None
) -> Verdict:
    """Whether some order, true to the times, explains every answer; unknown ones may have happened or not.

    Raises `UndecidedError` when `most` states do not suffice to tell.
    """
    return _Search(history, rules or Rules(), most).run(start)
