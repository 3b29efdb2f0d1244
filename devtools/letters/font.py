"""What a TrueType font draws for a character: outlines as lines, and the parts that letters with marks are made of."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Point = tuple[float, float]
_STEPS = 6  # lines that a curve is drawn with
_ON, _X_BYTE, _Y_BYTE, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_WORDS, _OFFSETS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 1, 2, 8, 32, 64, 128


@dataclass(frozen=True, slots=True)
class Part:
    """A glyph that another one is made of, moved by so much (in units of the font)."""

    glyph: int
    right: int
    up: int


class Font:
    """Reads what drawing needs of the tables head, hhea, hmtx, maxp, loca, glyf and cmap."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        (number,) = struct.unpack_from(">H", self._data, 4)
        self._tables: dict[str, int] = {}
        for at in range(number):
            tag, _, offset, _ = struct.unpack_from(">4sLLL", self._data, 12 + 16 * at)
            self._tables[tag.decode()] = offset
        (self.units,) = struct.unpack_from(">H", self._data, self._tables["head"] + 18)

    def characters(self) -> list[str]:
        """Those that it has something for."""
        return [chr(code) for code, glyph in sorted(self._glyphs.items()) if glyph]

    def glyph_of(self, character: str) -> int:
        """0: the font has none."""
        return self._glyphs.get(ord(character), 0)

    def advance(self, glyph: int) -> int:
        """How far the next one stands to the right."""
        (counted,) = struct.unpack_from(">H", self._data, self._tables["hhea"] + 34)
        (width,) = struct.unpack_from(">H", self._data, self._tables["hmtx"] + 4 * min(glyph, counted - 1))
        return int(width)

    def parts(self, glyph: int) -> list[Part]:
        """Those of a letter with a mark; a glyph of its own is its only part."""
        at = self._offset(glyph)
        if at is None:
            return []
        (contours,) = struct.unpack_from(">h", self._data, at)
        if contours >= 0:
            return [Part(glyph, 0, 0)]
        return [
            Part(inner.glyph, inner.right + part.right, inner.up + part.up)
            for part in self._components(at + 10)
            for inner in self.parts(part.glyph)
        ]

    def outline(self, glyph: int) -> list[list[Point]]:
        """Closed polygons of a glyph that is made of no parts, in units of the font."""
        at = self._offset(glyph)
        if at is None:
            return []
        (contours,) = struct.unpack_from(">h", self._data, at)
        ends = struct.unpack_from(f">{contours}H", self._data, at + 10)
        points = self._points(at + 10 + 2 * contours, ends[-1] + 1)
        starts = (0, *(end + 1 for end in ends[:-1]))
        return [list(_flat(points[start : end + 1])) for start, end in zip(starts, ends, strict=True)]

    def _offset(self, glyph: int) -> int | None:
        """Where it stands; None if nothing is drawn."""
        (is_long,) = struct.unpack_from(">h", self._data, self._tables["head"] + 50)
        size, kind = (4, ">LL") if is_long else (2, ">HH")
        start, end = struct.unpack_from(kind, self._data, self._tables["loca"] + size * glyph)
        factor = 1 if is_long else 2
        return None if start == end else self._tables["glyf"] + factor * start

    def _components(self, at: int) -> Iterator[Part]:
        flags = _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">HH", self._data, at)
            if not flags & _OFFSETS or flags & (_SCALE | _TWO_SCALES | _MATRIX):
                raise ValueError(f"glyph {glyph} is not only moved")
            right, up = struct.unpack_from(">hh" if flags & _WORDS else ">bb", self._data, at + 4)
            yield Part(glyph, right, up)
            at += 8 if flags & _WORDS else 6

    def _points(self, at: int, number: int) -> list[tuple[int, int, bool]]:
        (instructions,) = struct.unpack_from(">H", self._data, at)
        at += 2 + instructions
        flags: list[int] = []
        while len(flags) < number:
            flag, at = self._data[at], at + 1
            times = 1
            if flag & _REPEAT:
                times, at = 1 + self._data[at], at + 1
            flags += [flag] * times
        across, at = self._coordinates(at, flags, _X_BYTE, _X_SAME)
        upwards, _ = self._coordinates(at, flags, _Y_BYTE, _Y_SAME)
        return [(x, y, bool(flag & _ON)) for x, y, flag in zip(across, upwards, flags, strict=True)]

    def _coordinates(self, at: int, flags: list[int], byte: int, same: int) -> tuple[list[int], int]:
        found, value = [], 0
        for flag in flags:
            if flag & byte:
                value += self._data[at] if flag & same else -self._data[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", self._data, at)[0]
                at += 2
            found.append(value)
        return found, at

    @cached_property
    def _glyphs(self) -> dict[int, int]:
        """Of the table for the first 65,536 characters (cmap, format 4)."""
        base = self._tables["cmap"]
        (number,) = struct.unpack_from(">H", self._data, base + 2)
        records = [struct.unpack_from(">HHL", self._data, base + 4 + 8 * at) for at in range(number)]
        start = base + next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 1))
        count = struct.unpack_from(">H", self._data, start + 6)[0] // 2
        rows = [
            struct.unpack_from(f">{count}{kind}", self._data, start + 14 + 2 * count * at + (2 if at else 0))
            for at, kind in enumerate("HHhH")
        ]
        found: dict[int, int] = {}
        for at, (end, begin, delta, offset) in enumerate(zip(*rows, strict=True)):
            for code in range(begin, min(end, 0xFFFE) + 1):
                glyph = code
                if offset:
                    place = start + 16 + 6 * count + 2 * at + offset + 2 * (code - begin)
                    (glyph,) = struct.unpack_from(">H", self._data, place)
                if glyph or not offset:
                    found[code] = (glyph + delta) & 0xFFFF
        return found


def _flat(points: list[tuple[int, int, bool]]) -> Iterator[Point]:
    """Quadratic curves as lines; between two points that are on no curve there is one in their middle."""
    full: list[tuple[float, float, bool]] = []
    for (x, y, on), (after_x, after_y, after_on) in zip(points, [*points[1:], points[0]], strict=True):
        full.append((x, y, on))
        if not on and not after_on:
            full.append(((x + after_x) / 2, (y + after_y) / 2, True))
    first = next(at for at, point in enumerate(full) if point[2])
    full = [*full[first:], *full[:first], full[first]]
    before = full[0]
    yield before[0], before[1]
    for at, point in enumerate(full[1:], start=1):
        if not point[2]:
            continue
        if full[at - 1][2]:
            yield point[0], point[1]
        else:
            turn = full[at - 1]
            for step in range(1, _STEPS + 1):
                along = step / _STEPS
                back = 1 - along
                yield (
                    back * back * before[0] + 2 * back * along * turn[0] + along * along * point[0],
                    back * back * before[1] + 2 * back * along * turn[1] + along * along * point[1],
                )
        before = point
