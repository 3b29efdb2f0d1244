"""Outlines as squares of gray: how much of each is covered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from devtools.letters.font import Point

LEVELS = 4  # of gray, white and black among them
_LINES = 4  # that each row of squares is looked at on


@dataclass(frozen=True, slots=True)
class Raster:
    """`left` and `top` from the pen on the base line, in squares to the right and downwards; rows of levels."""

    left: int
    top: int
    width: int
    rows: tuple[bytes, ...]


def raster(outline: Sequence[Sequence[Point]], scale: float) -> Raster | None:
    """None where nothing is drawn."""
    lines = [
        (scale * x, -scale * y, scale * after_x, -scale * after_y)
        for polygon in outline
        for (x, y), (after_x, after_y) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
        if y != after_y
    ]
    if not lines:
        return None
    across = [x for line in lines for x in (line[0], line[2])]
    downwards = [y for line in lines for y in (line[1], line[3])]
    left, right = math.floor(min(across)), math.ceil(max(across))
    top, bottom = math.floor(min(downwards)), math.ceil(max(downwards))
    rows = tuple(_row(lines, y, left, right - left) for y in range(top, bottom))
    return Raster(left, top, right - left, rows)


def _row(lines: Sequence[tuple[float, float, float, float]], y: int, left: int, width: int) -> bytes:
    covered = [0.0] * width
    for step in range(_LINES):
        at = y + (step + 0.5) / _LINES
        for begin, end in _inside(lines, at):
            _cover(covered, begin - left, end - left)
    most = LEVELS - 1
    return bytes(min(most, int(most * one / _LINES + 0.5)) for one in covered)


def _inside(lines: Sequence[tuple[float, float, float, float]], at: float) -> list[tuple[float, float]]:
    """Where a level line is within the polygons (the winding number is not 0)."""
    met = sorted(
        (x + (at - y) * (after_x - x) / (after_y - y), 1 if after_y > y else -1)
        for x, y, after_x, after_y in lines
        if min(y, after_y) <= at < max(y, after_y)
    )
    found, winding, begin = [], 0, 0.0
    for x, turn in met:
        if winding == 0:
            begin = x
        winding += turn
        if winding == 0:
            found.append((begin, x))
    return found


def _cover(covered: list[float], begin: float, end: float) -> None:
    for square in range(int(begin), min(len(covered), math.ceil(end))):
        covered[square] += max(0.0, min(end, square + 1) - max(begin, square))
