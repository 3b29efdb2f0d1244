"""Lines of text for pictures, which have no paragraphs: where a line may break, in scripts with and without spaces.

No font is known here, so that widths are guesses on the wide side; a text in a picture is centered and has a margin.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_MORE = "\u2026"
_JOINER = "\u200d"
_NARROW, _BROAD = frozenset("iIjltfr.,:;'!|()[] "), frozenset("mwMW@%&")
_NO_LETTER = {"Mn", "Me", "Cf"}  # drawn with the letter before
_CLOSING = {"Pe", "Pf", "Po"}  # never first in a line


@dataclass(slots=True)
class _Unit:
    """What stays together in a line."""

    text: str
    is_spaced: bool  # from the one before


def one_line(text: str) -> str:
    """Without what XML cannot hold, and with single spaces."""
    kept = (" " if char.isspace() else char for char in text if char.isspace() or _may_stand(char))
    return " ".join("".join(kept).split())


def _may_stand(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs"} and char not in {"\ufffe", "\uffff"}


def base_direction(text: str) -> str:
    """That of the first letter that has one, as `dir="auto"` of HTML."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def in_lines(text: str, across: float, most: int) -> list[str]:
    """At most so many lines, each at most `across` ems wide; what does not fit ends in an ellipsis."""
    lines, line = [], ""
    for unit in _units(text, across):
        longer = f"{line} {unit.text}" if line and unit.is_spaced else line + unit.text
        if line and _width(longer) > across:
            lines.append(line)
            line = unit.text
        else:
            line = longer
    lines.append(line)
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(lines[most - 1], across)]


def _cut(line: str, across: float) -> str:
    kept = list(_clusters(line))
    while kept and _width("".join(kept) + _MORE) > across:
        kept.pop()
    return "".join(kept).rstrip() + _MORE


def _units(text: str, across: float) -> Iterator[_Unit]:
    """Words; of a script without spaces its letters, of a word that no line holds its parts."""
    for word in text.split(" "):
        unit = _Unit("", is_spaced=True)
        is_long = _width(word) > across
        for cluster in _clusters(word):
            breaks = is_long or _is_wide(cluster) or _is_wide(unit.text[-1:])
            if unit.text and breaks and unicodedata.category(cluster[0]) not in _CLOSING:
                yield unit
                unit = _Unit("", is_spaced=False)
            unit.text += cluster
        yield unit


def _clusters(text: str) -> Iterator[str]:
    """Letters with the marks that belong to them."""
    cluster = ""
    for char in text:
        if cluster and unicodedata.category(char) not in _NO_LETTER and not cluster.endswith(_JOINER):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _is_wide(cluster: str) -> bool:
    return bool(cluster) and unicodedata.east_asian_width(cluster[0]) in {"W", "F"}


def _width(text: str) -> float:
    """Of each letter with its marks, and of a picture that is made of several, what is drawn: one."""
    return sum(_ems(cluster[0]) for cluster in _clusters(text))


def _ems(char: str) -> float:
    if unicodedata.category(char) in _NO_LETTER:
        return 0.0
    if _is_wide(char):
        return 1.0
    if char in _NARROW:
        return 0.36
    return 0.95 if char in _BROAD else 0.72 if char.isupper() else 0.6
