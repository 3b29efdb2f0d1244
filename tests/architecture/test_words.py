"""Names of the code are words of the glossary (ARCHITECTURE.md): what these once meant has a name of the field now."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path.relative_to(PROJECT).as_posix()
    for room in ("chalicelib", "devtools", "operations")
    for path in (PROJECT / room).rglob("*.py")
)
# What stands for a thing only in the mind of who wrote it.
PRIVATE_WORDS = {"desk", "placed", "press", "told", "wish", "wished"}
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def words_of(name: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(name)}


def named(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives, but for those of what a loop, a comprehension or a lambda goes through."""
    passing = {id(name) for node in ast.walk(tree) for target in _targets(node) for name in ast.walk(target)}
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) if id(node) not in passing:
                yield name


def _targets(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.For | ast.comprehension):
        return [node.target]
    return [node.args] if isinstance(node, ast.Lambda) else []


def private(source: str) -> list[str]:
    names = sorted(set(named(ast.parse(source))))
    return [name for name in names if words_of(name) & PRIVATE_WORDS or name == "one"]


@pytest.mark.parametrize("room", ["chalicelib", "devtools", "operations"])
def test_no_name_is_a_private_word(room: str) -> None:
    found = {
        file: names
        for file in FILES
        if file.startswith(f"{room}/") and (names := private((PROJECT / file).read_text(encoding="utf-8")))
    }

    assert found == {}


def test_no_file_is_called_by_one() -> None:
    assert [path for path in FILES if words_of(Path(path).stem) & PRIVATE_WORDS] == []
    assert words_of("accounts_desk") & PRIVATE_WORDS, "it would be found"


def test_what_is_no_name_of_ours_is_no_fault() -> None:
    assert private("class Wish: ...\ndef _told_of(x): ...\nself.placed = 1\ndef f(one): ...") == [
        "Wish",
        "_told_of",
        "one",
        "placed",
    ]
    assert (
        private("x = [one for one in rows]\nfor one in sorted(rows, key=lambda one: one.told): print(expressed)") == []
    )
