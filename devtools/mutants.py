"""`python -m devtools.mutants [PATTERN]`: change the seat rules in every small way; a test has to notice each change.

mutmut does the work (`[tool.mutmut]` in pyproject.toml says what is changed and which tests run), in a copy of the
sources below build/. What no test notices needs a row with a reason in docs/mutants.md.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
COPY = PROJECT / "build" / "mutants"
REASONS = PROJECT / "docs" / "mutants.md"
SOURCES = ("app.py", "chalicelib", "devtools", "tests", "template-infra", "pyproject.toml")
KILLED = frozenset({"killed", "timeout", "caught by type check"})
_ROW = re.compile(r"^\| `(?P<function>[\w.]+)` \| `(?P<change>.+)` \| (?P<reason>.+) \|$")
_COUNTER = re.compile(r"__mutmut_\d+$")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed, in words that later edits elsewhere do not touch."""

    function: str
    change: str

    def row(self, reason: str) -> str:
        return f"| `{self.function}` | `{self.change}` | {reason} |"


def function_of(name: str) -> str:
    """From `a.b.xǁClassǁmethod__mutmut_7` or `a.b.x_function__mutmut_7` to `a.b.Class.method`, `a.b.function`."""
    module, _, mangled = _COUNTER.sub("", name).rpartition(".")
    plain = mangled.removeprefix("xǁ").replace("ǁ", ".") if "ǁ" in mangled else mangled.removeprefix("x_")
    return f"{module}.{plain}"


def change_of(diff: str) -> str:
    """`old -> new` of a unified diff, on one line that a table can hold."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    sides = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return " -> ".join(sides).replace("|", "¦").replace("`", "'")


def reasons(text: str) -> dict[Survivor, str]:
    """The rows of the document."""
    found = (_ROW.match(line) for line in text.splitlines())
    return {Survivor(row["function"], row["change"]): row["reason"] for row in found if row}


def judged(survivors: Iterable[Survivor], known: Mapping[Survivor, str]) -> tuple[list[Survivor], list[Survivor]]:
    """`(survivors without a reason, reasons without a survivor)`."""
    present = set(survivors)
    return sorted(present - set(known), key=str), sorted(set(known) - present, key=str)


def table(results: Mapping[str, str]) -> str:
    """One line a function: how many changes there were and what became of them."""
    by_function: dict[str, Counter[str]] = defaultdict(Counter)
    for name, status in results.items():
        by_function[function_of(name)][status] += 1
    rows = [f"{'killed':>7} {'all':>5}  function"]
    for function, counts in sorted(by_function.items()):
        rest = ", ".join(f"{number} {status}" for status, number in counts.items() if status not in KILLED)
        killed = sum(number for status, number in counts.items() if status in KILLED)
        rows.append(f"{killed:>7} {counts.total():>5}  {function}{f' ({rest})' if rest else ''}")
    total = sum(status in KILLED for status in results.values())
    return "\n".join([*rows, f"{total:>7} {len(results):>5}  together"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.mutants", description=__doc__)
    parser.add_argument("pattern", nargs="*", help="mutants to run, such as 'chalicelib.domain.seats*'; default: all")
    options = parser.parse_args(arguments)
    _copy()
    if _mutmut("run", "--max-children", str(os.cpu_count() or 1), *options.pattern, show=True).returncode:
        return 1
    listed = _mutmut("results", "--all", "true").stdout
    results = dict(line.strip().split(": ", 1) for line in listed.splitlines() if ": " in line)
    results = {name: status for name, status in results.items() if status != "not checked"}
    print(table(results))
    alive = [name for name, status in results.items() if status not in KILLED]
    survivors = [Survivor(function_of(name), change_of(_mutmut("show", name).stdout)) for name in alive]
    unexplained, stale = judged(survivors, reasons(REASONS.read_text(encoding="utf-8")))
    if unexplained:
        print("\nNo test notices these; write a test, or a row with the reason into docs/mutants.md:", file=sys.stderr)
        print(*(mutant.row("?") for mutant in unexplained), sep="\n", file=sys.stderr)
    if stale and not options.pattern:
        print("\nThese rows of docs/mutants.md are about no survivor:", file=sys.stderr)
        print(*(mutant.row("...") for mutant in stale), sep="\n", file=sys.stderr)
    return 1 if unexplained or (stale and not options.pattern) else 0


def _copy() -> None:
    """The sources as they are now; mutmut's own folder beside them stays, so that only what changed runs again."""
    COPY.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        source, target = PROJECT / name, COPY / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)


def _mutmut(*arguments: str, show: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], check=False, cwd=COPY, text=True, capture_output=not show
    )


if __name__ == "__main__":
    sys.exit(main())
