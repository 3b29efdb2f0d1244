"""What the tests of `web` read out of its scripts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from devtools.web.files import FOLDER

_WORDS = re.compile(r"export const words = \{\n(.*?)\n\};", re.DOTALL)
_WORD = re.compile(r'  ("(?:[^"\\]|\\.)+"): ("(?:[^"\\]|\\.)*"),')


def own_scripts() -> dict[str, str]:
    """Every script that is ours, by its path in `web`."""
    found = sorted(path for path in FOLDER.rglob("*.js") if path.parent.name != "vendor")
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in found}


def words_of(path: Path) -> dict[str, str]:
    """The texts of a file: a line each, key and text as JSON writes them."""
    block = _WORDS.search(path.read_text(encoding="utf-8"))
    assert block, f"{path} has no words"
    lines = block[1].split("\n")
    pairs = [_WORD.fullmatch(line) for line in lines]
    assert all(pairs), [line for line, pair in zip(lines, pairs, strict=True) if not pair]
    found = {json.loads(pair[1]): json.loads(pair[2]) for pair in pairs if pair}
    assert len(found) == len(lines), f"a key of {path} stands there twice"
    return found


def words() -> dict[str, dict[str, str]]:
    """All texts by language."""
    merged: dict[str, dict[str, str]] = {"en": {}, "de": {}}
    for path in sorted(FOLDER.rglob("texts/*.js")):
        texts = words_of(path)
        assert not merged[path.stem].keys() & texts.keys(), path
        merged[path.stem] |= texts
    return merged


def calls() -> Iterator[tuple[str, str, str]]:
    """Every call of the API as (file, method, path)."""
    for name, text in own_scripts().items():
        for path in re.findall(r'\bget\(\s*"(/[^"]*)"', text):
            yield name, "get", path
        for method, path in re.findall(r'\bsend\(\s*"(\w+)",\s*"(/[^"]*)"', text):
            yield name, method, path


def plain_texts_over_lines(script: str) -> list[int]:
    """Lines that lie within a template which is not one of `html`: their indentation would be a part of the text."""
    found, line, open_ones = [], 1, [""]  # each the tag of a template, or a brace of code
    for place, sign in enumerate(script):
        in_text = open_ones[-1].endswith("`")
        if sign == "\n":
            line += 1
            if open_ones[-1] == "`":
                found.append(line)
        elif sign == "`" and script[place - 1] != "\\":
            if in_text:
                open_ones.pop()
            else:
                open_ones.append("html`" if script[:place].endswith("html") else "`")
        elif sign == "{" and (not in_text or script[place - 1] == "$"):
            open_ones.append("{")
        elif sign == "}" and not in_text:
            open_ones.pop()
    assert open_ones == [""], "a template or a brace is not closed"
    return found
