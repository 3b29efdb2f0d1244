"""What a text names of this repository: documents and their headings, decisions, files, and what modules define."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BASES = (PROJECT, PROJECT / "chalicelib")  # a document about the application leaves the first name out
_ROOMS = (
    r"docs|tests|chalicelib|devtools|operations|template-infra|\.github|\.chalice"
    r"|api|workers|container|store|mail|security|calendars|services|domain"
)
_PATH = re.compile(rf"(?<![\w/.$}}-])(?:{_ROOMS})/[\w./{{}},*-]*[\w*}}](?:#[\w-]+)?")
_DOTTED = re.compile(r"(?<![\w/.-])(?:chalicelib|devtools|operations|tests)(?:\.(?:\w+|\{[\w,]+\}|\*))+")
_NAME = re.compile(r"(?<![\w/.*{-])[\w-]+\.(?:py|md)\b(?!\()")
_LINK = re.compile(r"\]\((?!https?:)([^)\s]*)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_DEFINITION = r"\b(?:class|def) {0}\b|^ *{0}\b *[:=]"
_DECISION = re.compile(r"docs/adr/\d{4}")
# Names of files that are made, or that stand in somebody else's project.
_ELSEWHERE = {"setup.py", "conftest.py", "__init__.py", "__main__.py"}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, and every new one that is to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return tuple(path for name in listed.stdout.splitlines() if (path := PROJECT / name).is_file())


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in tracked())


def prose(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """The lines that are written for people, numbered: of Python its comments and docstrings, else all of them."""
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), start=1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from enumerate(node.value.value.splitlines(), start=node.lineno)


def missing_in(path: Path) -> list[str]:
    """`line: name` of everything that the file cites and that is not there."""
    text = path.read_text(encoding="utf-8")
    if not any(unresolved(path, line) for line in text.splitlines()):
        return []  # most are: whether a line is prose takes longer to find out
    return [f"{number}: {cited}" for number, line in prose(path, text) for cited in unresolved(path, line)]


def unresolved(path: Path, line: str) -> list[str]:
    """What the line names and nobody finds."""
    found = [one for one in _PATH.findall(line) if not _is_there(one)]
    found += [one for one in _DOTTED.findall(line) if not _is_defined(one)]
    found += [one for one in _NAME.findall(line) if one not in _names() | _ELSEWHERE]
    if path.suffix == ".md":
        found += [one for one in _LINK.findall(line) if not _leads_somewhere(path, one)]
    return found


def headings(text: str) -> set[str]:
    """The anchors of a document, as GitHub makes them."""
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in _HEADING.findall(text)}


def _leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    return target.exists() and (not anchor or anchor in headings(target.read_text(encoding="utf-8")))


def _is_there(cited: str) -> bool:
    name, _, anchor = cited.partition("#")
    if anchor:
        return _leads_somewhere(PROJECT / "README.md", cited)
    if _DECISION.fullmatch(name):
        return len(list(PROJECT.glob(f"{name}-*.md"))) == 1  # two decisions of one number are none
    return all(_is_file_or_member(one) for one in _spelled_out(name))


def _is_file_or_member(name: str) -> bool:
    """A file, a folder, a module without its ending, or `module.Class.method`; `*` is anything."""
    if "*" in name:
        return any(any(base.glob(name)) for base in BASES)
    folder, _, last = name.rpartition("/")
    module, *members = last.split(".")
    return any(
        (base / name).exists() or (base / f"{name}.py").is_file() or _defines(base / folder / f"{module}.py", members)
        for base in BASES
    )


def _is_defined(dotted: str) -> bool:
    """A package, a module, or what one defines."""
    return all(_is_importable(one.split(".*")[0].split(".")) for one in _spelled_out(dotted))


def _is_importable(parts: list[str]) -> bool:
    for number in range(len(parts), 0, -1):
        place, members = PROJECT.joinpath(*parts[:number]), parts[number:]
        if place.is_dir() and not members:
            return True
        if _defines(place.with_suffix(".py"), members) or (place.is_dir() and _defines(place / "__init__.py", members)):
            return True
    return False


def _defines(module: Path, members: list[str]) -> bool:
    if not module.is_file():
        return False
    text = module.read_text(encoding="utf-8")
    return all(re.search(_DEFINITION.format(re.escape(one)), text, re.MULTILINE) for one in members)


def _spelled_out(name: str) -> list[str]:
    """`a/{b,c}` is `a/b` and `a/c`."""
    before, brace, rest = name.partition("{")
    if not brace:
        return [name]
    inside, _, after = rest.partition("}")
    return [one for part in inside.split(",") for one in _spelled_out(f"{before}{part}{after}")]
