"""`python -m devtools.rules_docs [--check]`: write the table of rules into docs/contract.md."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.services.enrollments.rules import EVERYBODY, RULES, ChangeKind, Clause, Rule
from devtools.generated_files import keep

TARGET = Path(__file__).resolve().parents[1] / "docs" / "contract.md"
BEGIN, END = "<!-- the table of rules, by `make docs` -->", "<!-- its end -->"
_CHANGES = {
    ChangeKind.ENROL: "enrol",
    ChangeKind.HOLD: "hold a seat (`confirm: false`)",
    ChangeKind.JOIN: "enrol or wait (`waitlist: true`)",
    ChangeKind.WALK_IN: "enrol a walk-in at the door",
    ChangeKind.ASK_AS_GUEST: "ask as a guest",
    ChangeKind.CONFIRM: "confirm a hold, accept an offer",
    ChangeKind.CANCEL: "cancel, decline, leave the waitlist",
    ChangeKind.NOTE: "write the note",
    ChangeKind.NAME: "correct the name",
    ChangeKind.SHRINK: "make a party smaller",
    ChangeKind.GROW: "make a party larger",
    ChangeKind.CHECK_IN: "check in",
    ChangeKind.UNDO_CHECK_IN: "take a check-in back",
    ChangeKind.PROMOTE: "promote",
    ChangeKind.TRANSFER: "transfer",
    ChangeKind.RESEND: "have the mail sent again",
}


def table() -> str:
    """Each change with its rules in their order, and what each rule means."""
    return "\n".join([*_changes(), "", *_rules()])


def _changes() -> Iterator[str]:
    yield "| change | refused to everybody, when | refused to all but the organizer, managers and admins, when |"
    yield "|---|---|---|"
    for kind, clauses in RULES.items():
        everybody = [clause for clause in clauses if clause.binds == EVERYBODY]
        others = [clause for clause in clauses if clause.binds != EVERYBODY]
        yield f"| {_CHANGES[kind]} | {_names(everybody)} | {_names(others)} |"


def _names(clauses: list[Clause]) -> str:
    return ", ".join(_name(clause.rule) for clause in clauses) or "-"


def _name(rule: Rule) -> str:
    return rule.__name__.replace("_", " ")


def _rules() -> Iterator[str]:
    yield "| rule | when |"
    yield "|---|---|"
    found = dict.fromkeys(clause.rule for clauses in RULES.values() for clause in clauses)
    for rule in sorted(found, key=_name):
        yield f"| {_name(rule)} | {' '.join(str(rule.__doc__).split())} |"


def page(present: str) -> str:
    """The page with the present table in the place of the one that it has."""
    whole = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    return whole.sub(lambda _: f"{BEGIN}\n{table()}\n{END}", present)


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    def written() -> dict[Path, str]:
        return {target: page(target.read_text(encoding="utf-8"))}

    return keep("devtools.rules_docs", __doc__, written, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
