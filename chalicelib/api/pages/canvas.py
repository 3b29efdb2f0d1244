"""A picture of few colors that becomes a PNG: areas, and texts in grades between two colors."""

import struct
import zlib
from collections.abc import Iterable

from chalicelib.api.pages import letters
from chalicelib.api.pages.letters import LEVELS, Part

MEDIA = "image/png"
Color = tuple[int, int, int]


def color(text: str) -> Color:
    """`#17324d` as red, green and blue."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def between(start: Color, end: Color, share: float) -> Color:
    """As much of the end as `share` says."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
    return red, green, blue


class Canvas:
    def __init__(self, width: int, height: int, ground: Color) -> None:
        self._width = width
        self._colors: list[Color] = [ground]
        self._grades: dict[tuple[Color, Color], bytes] = {}
        self._rows = [bytearray(width) for _ in range(height)]

    def fill(self, left: int, top: int, width: int, height: int, paint: Color) -> None:
        run = bytes([self._number(paint)]) * width
        for row in self._rows[top : top + height]:
            row[left : left + width] = run

    def write(
        self, left: int, base: int, text: str, ink: Color, ground: Color, *, small: bool = False, large: bool = False
    ) -> None:
        """From there to the right, standing on that line. Letters have to be those of `letters.drawable`."""
        grades = self._grades_of(ink, ground)
        for right, down, part in letters.set_in_line(text, small=small, large=large):
            self._draw(left + right, base + down, part, grades)

    def png(self) -> bytes:
        """Colors by number, and rows as they are: most of them repeat the one above, which packs best so."""
        header = struct.pack(">LLBBBBB", self._width, len(self._rows), 8, 3, 0, 0, 0)
        palette = b"".join(bytes(one) for one in self._colors)
        packed = zlib.compress(b"".join(b"\0" + row for row in self._rows), 4)
        chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", packed), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)

    def _draw(self, left: int, base: int, part: Part, grades: bytes) -> None:
        for at, (start, squares) in enumerate(part.rows, base + part.top):
            if squares:
                self._rows[at][left + start : left + start + len(squares)] = squares.translate(grades)

    def _number(self, paint: Color) -> int:
        if paint not in self._colors:
            self._colors.append(paint)
        return self._colors.index(paint)

    def _grades_of(self, ink: Color, ground: Color) -> bytes:
        """The number of the color for each level, as a table to translate with."""
        if (ink, ground) not in self._grades:
            shades: Iterable[Color] = (between(ground, ink, level / (LEVELS - 1)) for level in range(LEVELS))
            self._grades[ink, ground] = bytes(self._number(shade) for shade in shades).ljust(256, b"\0")
        return self._grades[ink, ground]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))
