"""Reads docs/asvs.md, and the numbers that it must have."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "asvs.md"
SHOWN, OTHERWISE, NOT_APPLICABLE, OPERATOR, OPEN = (
    "shown", "decided otherwise", "not applicable", "operator", "open",
)  # fmt: skip
STATES = (SHOWN, OTHERWISE, NOT_APPLICABLE, OPERATOR, OPEN)


def _numbers(text: str) -> list[str]:
    return text.split()


# OWASP ASVS 5.0.0: the numbers of chapters V2, V4, V6 to V9, V13 and V16 by level; those of level 3 are left out.
LEVELS = {
    1: _numbers("""
        2.1.1 2.2.1 2.2.2 2.3.1
        4.1.1 4.4.1
        6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
        7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2
        8.1.1 8.2.1 8.2.2 8.3.1
        9.1.1 9.1.2 9.1.3 9.2.1
        13.4.1
    """),
    2: _numbers("""
        2.1.2 2.1.3 2.2.3 2.3.2 2.3.3 2.3.4 2.4.1
        4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.2 4.4.3 4.4.4
        6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4
        6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4
        7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2
        8.1.2 8.2.3 8.4.1
        9.2.2 9.2.3 9.2.4
        13.1.1 13.2.1 13.2.2 13.2.3 13.2.4 13.2.5 13.3.1 13.3.2 13.4.2 13.4.3 13.4.4 13.4.5
        16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3
        16.5.1 16.5.2 16.5.3
    """),
}
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_CITED = re.compile(r"`(tests/[^`]*)`")
_PAGE_LINK = re.compile(r"\]\([\w-]+\.md#[\w-]+\)")
_LEFT_OUT = ("deep", "aws")  # what `make pr` does not run
_FEWEST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: its number, its level, what it asks for, how it is met, and what that rests on."""

    number: str
    level: int
    asks: str
    state: str
    basis: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        return _TEST.findall(self.basis)

    @property
    def prose(self) -> str:
        """What is said beside the tests."""
        return _TEST.sub("", self.basis).strip(" ,:.")

    def faults(self) -> Iterator[str]:
        """What is wrong with the row, one sentence each."""
        if self.state not in STATES:
            yield f"{self.state!r} is no state"
        if not self.asks:
            yield "it does not say what it asks for"
        if self.state in {SHOWN, OTHERWISE} and not self.tests:
            yield "no test shows it"
        if self.state == NOT_APPLICABLE and self.tests:
            yield "what is not applicable has no tests"
        if self.state != SHOWN and not is_sentence(self.basis):
            yield "the reason is no sentence"
        if self.state == OPERATOR and not _PAGE_LINK.search(self.basis):
            yield "it does not say where the operator reads what to do"
        if self.state == OPEN and "Missing: " not in self.basis:
            yield "it does not say what is missing"
        yield from (f"{cited} is no test" for cited in _CITED.findall(self.basis) if not _TEST.fullmatch(f"`{cited}`"))
        yield from (f"{path}::{name} {why}" for path, name in self.tests if (why := unsound(path, name)))


def is_sentence(text: str) -> bool:
    """Whether somebody has written a reason: capital, full stop, and words enough to say something beside the tests."""
    words = _TEST.sub("", text).split()
    return len(words) >= _FEWEST_WORDS and text[0].isupper() and text.endswith(".")


def rows(text: str) -> list[Row]:
    """Raises `ValueError` with the line for a row that has not five cells."""
    found = []
    for line in text.splitlines():
        if re.match(r"\| \d", line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) != 5:
                raise ValueError(f"a row has {len(cells)} cells instead of 5: {line}")
            number, level, asks, state, basis = cells
            found.append(Row(number, int(level), asks, state, basis))
    return found


def unsound(path: str, name: str) -> str:
    """Why a test shows nothing: it is not there, or `make pr` does not run it; empty for one that does."""
    if not (PROJECT / path).is_file():
        return "is in no file that there is"
    if not Path(path).name.startswith("test_") or not name.startswith("test_"):
        return "is not collected"
    tests = _tests_of(path)
    if name not in tests:
        return "is not there"
    return "is left out of `make pr`" if tests[name] & set(_LEFT_OUT) else ""


@cache
def _tests_of(path: str) -> dict[str, set[str]]:
    """The functions of a file that pytest collects, with their marks."""
    module = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    of_all = {
        mark
        for node in module.body
        if isinstance(node, ast.Assign) and any(ast.unparse(one) == "pytestmark" for one in node.targets)
        for mark in re.findall(r"pytest\.mark\.(\w+)", ast.unparse(node.value))
    }
    classes = [one for one in module.body if isinstance(one, ast.ClassDef) and one.name.startswith("Test")]
    return {
        node.name: of_all | {mark for one in node.decorator_list for mark in _marks(one)}
        for node in [*module.body, *(node for one in classes for node in one.body)]
        if isinstance(node, ast.FunctionDef)
    }


def _marks(decorator: ast.expr) -> list[str]:
    """The mark of a decorator itself; one of a single parameter is none of the test."""
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return re.findall(r"^pytest\.mark\.(\w+)$", ast.unparse(named))
