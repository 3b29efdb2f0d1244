"""`python -m devtools.operators_docs [--check]`: write docs/operators.md from the rows of `operations/rights.py`."""

import sys
from pathlib import Path

from devtools.generated_files import keep
from operations.rights import BETWEEN, FINDING, RESTORED, ROLES, OperatorsRole, Right

TARGET = Path(__file__).resolve().parents[1] / "docs" / "operators.md"
_HEAD = f"""\
# Roles of operators

Generated from `operations/rights.py` by `make docs`; change it there. The template makes a role of every row, and tests
hold each against what its command was seen to ask of AWS: nothing of that is denied, and nothing else is allowed.

Every command that works on a stage (`--stage NAME`) has a role, which is an output of its stack. How it is taken is in
[deploy.md](deploy.md#operators). Each may find its stage:
{{finding}}.

| output | for | a session lasts at most |
|---|---|---|
{{rows}}

"Keys" are partition keys: a request that names any other is denied, as is one that names any other of the attributes.
A restored table is `<TablePrefix>{BETWEEN}<more>-<table>`, where `TablePrefix` is the stage's. Where a stage has a key
of KMS of its own (`KeyRingKmsKey`), whoever reads the parameter of the key ring may decrypt it, through SSM.
"""


def page() -> str:
    """The whole document."""
    finding = " and ".join(f"`{action}`" for right in FINDING for action in right.actions)
    rows = "\n".join(f"| [`{one.name}`](#{one.name.lower()}) | `{one.called}` | {_hours(one)} |" for one in ROLES)
    return "\n".join([_HEAD.format(finding=finding, rows=rows), *map(_section, ROLES)])


def _hours(role: OperatorsRole) -> str:
    return "an hour" if role.hours == 1 else f"{role.hours} hours"


def _section(role: OperatorsRole) -> str:
    rows = "\n".join(f"| {_actions(right)} | {_things(right)} | {_only(right)} |" for right in role.rights)
    return f"## {role.name}\n\n{role.does}\n\n| may | on | only |\n|---|---|---|\n{rows}\n"


def _actions(right: Right) -> str:
    return ", ".join(f"`{action}`" for action in right.actions)


def _things(right: Right) -> str:
    return ", ".join(map(_thing, right.on))


def _thing(name: str) -> str:
    of_stage = name.removeprefix(RESTORED)
    shown = of_stage.removesuffix("Table").lower() if of_stage.endswith("Table") else of_stage
    return f"restored `{shown}`" if name.startswith(RESTORED) else f"`{shown}`"


def _only(right: Right) -> str:
    parts = [
        f"{what} {', '.join(f'`{one}`' for one in some)}"
        for what, some in (("keys", right.keys), ("attributes", right.attributes))
        if some
    ]
    return "; ".join([*parts, *([f"where the stage has it (`{right.when}`)"] if right.when else [])])


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    return keep("devtools.operators_docs", __doc__, lambda: {target: page()}, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
