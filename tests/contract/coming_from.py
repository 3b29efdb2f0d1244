"""Reads docs/coming-from.md: its rows, and the requests that they promise."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coming-from.md"
STATES = ("done", "coming", "not ported")
NEEDS = ("operation", "web face")
_REQUEST = re.compile(r"(?P<caller>\w+) (?P<method>[A-Z]+) (?P<url>\S+)(?: (?P<body>{.*}))? -> (?P<then>.+)")
_SAME = "same -> "


@dataclass(frozen=True, slots=True)
class Walk:
    """One request, and what its answer must show. `asked` is the text of the request, for finding it again."""

    caller: str
    method: str
    url: str
    body: str | None
    status: int
    shows: tuple[str, ...]

    @property
    def asked(self) -> tuple[str, str, str, str | None]:
        return self.caller, self.method, self.url, self.body


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what another API has, what it is here, and whether it is here now."""

    line: int
    api: str
    theirs: str
    ours: str
    state: str
    need: str
    last: str
    walk: Walk | None

    @property
    def name(self) -> str:
        return f"{self.api[:3]}-{self.line}-{re.sub(r'[^a-zA-Z0-9]+', '-', self.theirs).strip('-')[:60]}"


def rows(text: str) -> Iterator[Row]:
    """Every row of every table; raises `ValueError` with the line number for one that cannot be read."""
    api, before = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("## "):
            api, before = line.removeprefix("## "), None
        if not line.startswith("| ") or line.startswith("| theirs "):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 4:
            raise ValueError(f"line {number} has {len(cells)} cells instead of 4")
        theirs, ours, state, last = cells
        state, _, need = state.partition(": ")
        walk = _walk(last, before, number)
        before = walk if state == "done" and walk else before
        yield Row(number, api, theirs, ours, state, need, last, walk)


def _walk(cell: str, before: Walk | None, number: int) -> Walk | None:
    if not (cell.startswith("`") and cell.endswith("`")):
        return None
    text = cell.strip("`")
    if text.startswith(_SAME):
        if before is None:
            raise ValueError(f"line {number} repeats a request, and there is none above it")
        return replace(before, shows=_list(text.removeprefix(_SAME)))
    found = _REQUEST.fullmatch(text)
    if not found:
        raise ValueError(f"line {number} names no request: {text}")
    status, *shows = _list(found["then"])
    return Walk(found["caller"], found["method"], found["url"], found["body"], int(status), tuple(shows))


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";"))


def at(document: Any, path: str) -> Any:
    """The value at `a.0.b`; raises `KeyError`, `IndexError` or `TypeError` where there is none."""
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def split(shown: str) -> tuple[str, Any]:
    """`path=value` with a JSON value; `KeyError` stands for "anything"."""
    path, equals, value = shown.partition("=")
    return path, json.loads(value) if equals else KeyError
