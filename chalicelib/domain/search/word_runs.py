"""Cutting folded text into runs, and what each run is: the words that a text has, the terms that a query asks for."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

JOINED = "-"  # between the parts of a joined word, where it is a term
_UNSPACED = (  # scripts that are written without spaces: each character and each pair of them is a word
    (0x0E00, 0x0EFF),  # Thai and Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # parts of Hangul syllables
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),  # Tai Le, New Tai Lue, signs of Khmer
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x3040, 0x30FF),  # Hiragana and Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Chinese characters, extension A
    (0x4E00, 0x9FFF),  # Chinese characters
    (0xA960, 0xA97F),
    (0xA980, 0xA9FF),  # Javanese, more Burmese
    (0xAA60, 0xAADF),  # more Burmese, Tai Viet
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x323AF),
)
_LETTER, _ALONE, _SIGN = "a", "U", "E"  # what a character beyond ASCII is in the outline of a text
_RUN = re.compile(
    r"(?P<dot>(?<!\.)\.(?=[a-z]))?(?P<parts>[a-z0-9]+(?:[-.'_][a-z0-9]+)*)(?P<signs>[+#]+(?![a-z]))?"
    r"|(?P<alone>U+|E+)"
)
_JOINT = re.compile(r"[-.'_]")
_DOTTED = re.compile(r"\.[a-z]")


@dataclass(frozen=True, slots=True)
class Run:
    """What stands together: parts of one word, with signs before and behind; or emoji, or what is not spaced.

    One emoji may be several characters (a flag, a person at work), which neighbours tell apart from others.
    """

    parts: tuple[str, ...] = ()
    dots: tuple[bool, ...] = ()  # whether a dot stands before each part, which begins with a letter
    signs: str = ""
    alone: str = ""

    @property
    def words(self) -> Iterator[str]:
        """All that finds a text with it."""
        for number, character in enumerate(self.alone):
            yield character
            if number:
                yield self.alone[number - 1 : number + 1]
        for part, dotted in zip(self.parts, self.dots, strict=True):
            yield part
            if dotted:
                yield f".{part}"
        if len(self.parts) > 1:
            yield "".join(self.parts)
        if self.signs:
            yield f"{self.parts[-1]}{self.signs}"

    def terms(self, shared_letters: int) -> Iterator[str]:
        """What a text must have when this is asked for.

        A joined word and its first part are found in one place if that part has `shared_letters` letters; a shorter one
        (`e-commerce`) is looked for joined only, as every text has it that joins it in whatever way.
        """
        if self.alone:
            yield from self.words
        elif self.signs or (self.parts and self.dots[0]):
            first, last = f".{self.parts[0]}" if self.dots[0] else self.parts[0], f"{self.parts[-1]}{self.signs}"
            yield from dict.fromkeys((first, *self.parts[1:-1], last) if len(self.parts) > 1 else ())
            if len(self.parts) == 1:
                yield last if self.signs else first
        elif len(self.parts) > 1:
            yield (JOINED if len(self.parts[0]) >= shared_letters else "").join(self.parts)
        else:
            yield from self.parts


def runs(plain: str) -> Iterator[Run]:
    """The runs of a text that is folded."""
    outline = plain if plain.isascii() else "".join(map(_outlined, plain))
    for found in _RUN.finditer(outline):
        start, end = found.span()
        if found["parts"] is None:
            yield Run(alone=plain[start:end])
            continue
        start, end = found.span("parts")
        joints = [*_JOINT.finditer(outline, start, end)]
        bounds = [start, *(place for joint in joints for place in joint.span()), end]
        yield Run(
            tuple(plain[first:last] for first, last in zip(bounds[::2], bounds[1::2], strict=True)),
            (found["dot"] is not None, *(_DOTTED.match(outline, joint.start()) is not None for joint in joints)),
            found["signs"] or "",
        )


@lru_cache(maxsize=4096)
def _outlined(character: str) -> str:
    if character.isascii():
        return character
    kind = unicodedata.category(character)
    if not character.isalnum() and kind[0] != "M":
        return _SIGN if kind == "So" else " "
    return _ALONE if is_unspaced(character) else _LETTER


def stands_alone(character: str) -> bool:
    """Whether each of its like is a word, and each two that are neighbours."""
    return _outlined(character) in {_ALONE, _SIGN}


def is_unspaced(character: str) -> bool:
    """Whether it is a letter, a digit or a mark of a script that is written without spaces."""
    return character >= "\u0e00" and any(first <= ord(character) <= last for first, last in _UNSPACED)
