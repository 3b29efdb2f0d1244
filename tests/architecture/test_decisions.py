"""Where decisions are read from: never from a trail that forgets, and what an event refuses only from the table."""

import ast
from collections.abc import Iterator
from pathlib import Path

CODE = Path(__file__).resolve().parents[2] / "chalicelib"
READS_HISTORY = {
    "domain/enrollments/enrollment.py moved": "adds to it",
    "domain/enrollments/enrollment.py enrolled": "adds to it",
    "domain/enrollments/activity.py person_entry": "writes down what is new in it",
    "domain/enrollments/deadlines.py trail_of": "shows it",
    "api/checkin/routes.py show_history": "asks the use case that shows it",
    "services/privacy/export.py _history": "shows it to its person",
    "store/items/enrollments.py _trail": "stores it",
    "store/items/enrollments.py _history": "reads it",
    "store/items/enrollments.py cause": "of rows that were written before the field was",
    "store/items/enrollments.py was": "of rows that were written before the field was",
    "store/items/enrollments.py undone_at": "of rows that were written before the field was",
    "services/enrollments/changes/transfer.py _was_done": "of rows that were written before the field was",
}
READS_REFUSALS = {
    "domain/events/event.py refuses": "is one",
    "domain/search/event_filter.py EventFilter": "lists what is open to newcomers",
    "services/enrollments/rules.py enrolling_is_closed": "is the rule",
    "services/enrollments/rules.py enrolling_is_over": "is the rule",
    "services/enrollments/rules.py event_is_gone": "is the rule",
    "services/seats/closed_shards.py _why_closed": "explains a shard that has decided",
    "services/background/enrollment_steps.py no_shows_page": "is the job, which nobody asks for",
    "services/notifications/delivery/send.py send": "is about a mailbox",
    "services/seats/settlement.py _is_in_vain": "is about whom the settling tells, which nobody asks for",
    "api/enrollments/link_routes.py _page": "shows why there is no button",
    "api/enrollments/link_routes.py show_ticket_page": "shows why there is no ticket",
    "api/pages/shown_event.py enrolling": "shows why there is no form",
}


def reads(tree: ast.AST, names: set[str], inside: str = "") -> Iterator[str]:
    """The innermost function (or class) around each attribute of one of these names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield inside
        named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        yield from reads(node, names, node.name if named else inside)  # type: ignore[attr-defined]  # only then


def places(names: set[str]) -> set[str]:
    return {
        f"{file.relative_to(CODE)} {function}"
        for file in CODE.rglob("*.py")
        for function in reads(ast.parse(file.read_text(encoding="utf-8")), names)
    }


def test_nothing_is_decided_on_the_last_transitions() -> None:
    """The trail forgets: what something is decided on is a field of the row (docs/adr/0016)."""
    assert places({"history"}) == set(READS_HISTORY)


def test_what_an_event_refuses_is_asked_by_the_rules_alone() -> None:
    """A rule that is kept at one door of several is a row of the table of `services/enrollments/rules.py` instead."""
    assert places({"refuses", "refuses_late", "refuses_seating"}) == set(READS_REFUSALS)


def test_a_new_decision_is_found() -> None:
    code = "class A:\n    def late(self, row):\n        return row.history[-1].cause\n"

    assert list(reads(ast.parse(code), {"history"})) == ["late"]
