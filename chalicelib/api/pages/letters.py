"""Letters as squares of gray, and which of a text can be drawn with them: `letters.bin`, made by `devtools.letters`."""

import functools
import json
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SIZE = 64  # squares of an em; small letters have half of them
LEVELS = 13  # of gray: four small squares of four levels each, added up
_FILE = Path(__file__).parent / "letters.bin"
_ALL_BUT_SIGNS = frozenset("LMN")  # letters, their marks, and numbers: a word without one of them is another word
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class Part(NamedTuple):
    """A piece of a letter, from the pen on the base line: rows from the first to the last square that is drawn."""

    top: int
    rows: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class _Atlas:
    letters: dict[str, list[int]]
    parts: list[list[int]]
    packed: bytes


@functools.cache
def _atlas() -> _Atlas:
    index, _, packed = zlib.decompress(_FILE.read_bytes()).partition(b"\n")
    return _Atlas(**json.loads(index), packed=packed)


@functools.cache
def _unpacked() -> tuple[bytes, ...]:
    """The four squares of each byte, from white to black on the scale of `LEVELS`."""
    return tuple(bytes(4 * (byte >> shift & 3) for shift in (0, 2, 4, 6)) for byte in range(256))


def drawable(text: str) -> str:
    """What there are letters for. Signs are left out one by one; of a word that is written with others nothing stays.

    So no word is shown in part, as another one. Where that is the most of a text, the rest would say something else.
    """
    words = [(word, _word(word)) for word in unicodedata.normalize("NFC", text).split()]
    lost = sum(character.isalnum() for word, drawn in words if not drawn for character in word)
    kept = " ".join(drawn for _, drawn in words if drawn)
    return kept if lost <= sum(character.isalnum() for character in kept) else ""


def _word(word: str) -> str:
    known, drawn = _atlas().letters, ""
    for character in word:
        found = character if character in known else unicodedata.normalize("NFKC", character)
        if not all(one in known for one in found):
            found = unicodedata.normalize("NFKD", character)[:1]
        if found in known or all(one in known for one in found):
            drawn += found
        elif unicodedata.category(character)[0] in _ALL_BUT_SIGNS and character != "\N{VARIATION SELECTOR-16}":
            return ""
    return drawn


def width(text: str, *, small: bool = False, large: bool = False) -> int:
    known, size = _atlas().letters, "large " if large else ""
    return sum(known[size + character][0] for character in text) // (2 if small else 1)


def lines(text: str, most: int, room: int, *, small: bool = False) -> list[str]:
    """At most so many lines of so much room; what does not fit ends with an ellipsis, and long words are cut."""
    rest = text.split()
    made: list[str] = []
    while rest and len(made) < most:
        line = ""
        while rest and width(f"{line} {rest[0]}".strip(), small=small) <= room:
            line = f"{line} {rest.pop(0)}".strip()
        if not line:
            line = _fitting(rest[0], room, small=small)
            rest[0] = rest[0][len(line) :]
        made.append(line)
    if rest:
        kept = _fitting(made[-1], room - width(_ELLIPSIS, small=small), small=small)
        made[-1] = kept.rstrip(" ,.;:-") + _ELLIPSIS
    return made


def _fitting(text: str, room: int, *, small: bool) -> str:
    """As many letters from the beginning as there is room for; one at least."""
    number = len(text)
    while number > 1 and width(text[:number], small=small) > room:
        number -= 1
    return text[:number]


def set_in_line(text: str, *, small: bool = False, large: bool = False) -> Iterator[tuple[int, int, Part]]:
    """Each part of each letter, by how much it stands to the right of the beginning, and below the base line."""
    pen, known, divisor = 0, _atlas().letters, 2 if small else 1
    for character in text:
        advance, *said = known[f"large {character}" if large else character]
        for number, right, down in zip(said[::3], said[1::3], said[2::3], strict=True):
            yield (pen + right) // divisor, down // divisor, (_small if small else _full)(number)
        pen += advance


@functools.cache
def _squares(number: int) -> tuple[int, int, list[bytes]]:
    left, top, across, downwards, at = _atlas().parts[number]
    step, squares = (across + 3) // 4, _unpacked()
    packed = _atlas().packed
    rows = [
        b"".join(squares[byte] for byte in packed[at + row * step : at + (row + 1) * step]) for row in range(downwards)
    ]
    return left, top, [row[:across] for row in rows]


@functools.cache
def _full(number: int) -> Part:
    left, top, rows = _squares(number)
    return Part(top, tuple(_trimmed(left, row) for row in rows))


@functools.cache
def _small(number: int) -> Part:
    """Of half the size: each square is what four of them are together."""
    left, top, rows = _squares(number)
    before, above = left % 2, top % 2
    blank = bytes(len(rows[0]) + before + 1)
    padded = [blank] * above + [bytes(before) + row + b"\0" for row in rows] + [blank]
    halved = [
        bytes((a + b + c + d) // 4 for a, b, c, d in zip(one[::2], one[1::2], other[::2], other[1::2], strict=False))
        for one, other in zip(padded[::2], padded[1::2], strict=False)
    ]
    return Part(top // 2, tuple(_trimmed(left // 2, row) for row in halved))


def _trimmed(left: int, row: bytes) -> tuple[int, bytes]:
    drawn = row.rstrip(b"\0")
    begun = drawn.lstrip(b"\0")
    return left + len(drawn) - len(begun), begun
