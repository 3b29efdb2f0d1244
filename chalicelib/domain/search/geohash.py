"""Cells of the earth by which events are found near a point: geohashes, and the few of them that cover a circle."""

import math
from collections.abc import Iterator

from chalicelib.domain.shared.coordinates import EARTH_RADIUS, Circle, Coordinates

PRECISIONS = (2, 3, 4)  # characters: cells of 1,250 by 625 km, 156 by 156 km and 39 by 20 km at the equator
ENOUGH_CELLS = 9  # of a cover: each is a list that is read; where it takes more, larger ones are cheaper
MOST_CELLS = 16  # of the largest ones
POLAR = 70.0  # degrees; beyond it meridians are so close that a cap counts as a cell, too
_NORTH, _SOUTH = "north", "south"
_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
_BITS = 5  # of a character: longitude and latitude by turns, longitude first
_TINY = 1e-9  # radians, more than rounding of the arithmetic: 6 mm


def cells_of(point: Coordinates) -> list[str]:
    """Every cell that has the point, the largest first."""
    found = [_cap(point.latitude)] if abs(point.latitude) >= POLAR else []
    for precision in PRECISIONS:
        columns, rows = _size(precision)
        found.append(_name(precision, _column(point.longitude, columns) % columns, _row(point.latitude, rows)))
    return found


def cover(circle: Circle) -> list[str]:
    """Cells of one precision that have every point of the circle: few, and as small as that allows.

    `circle` has no more than 500 km: where even the largest cells are too narrow, it lies in the cap of a pole.
    """
    cells: list[str] = []
    for precision in reversed(PRECISIONS):
        cells = _cells(circle, precision)
        if len(cells) <= ENOUGH_CELLS:
            break
    return cells if len(cells) <= MOST_CELLS else [_cap(circle.centre.latitude)]


def _cap(latitude: float) -> str:
    return _NORTH if latitude > 0 else _SOUTH


def _size(precision: int) -> tuple[int, int]:
    """How many columns and rows the earth has."""
    bits = _BITS * precision
    return 1 << (bits + 1) // 2, 1 << bits // 2


def _column(longitude: float, columns: int) -> int:
    return math.floor((longitude + 180) / 360 * columns)


def _row(latitude: float, rows: int) -> int:
    """The north pole belongs to the last one."""
    return max(0, min(rows - 1, math.floor((latitude + 90) / 180 * rows)))


def _name(precision: int, column: int, row: int) -> str:
    bits, length = 0, _BITS * precision
    for left in reversed(range(length)):
        is_column = (length - left) % 2  # the first one is
        bits = bits << 1 | (column if is_column else row) >> left // 2 & 1
    return "".join(_ALPHABET[bits >> _BITS * at & 31] for at in reversed(range(precision)))


def _cells(circle: Circle, precision: int) -> list[str]:
    """Those that the circle touches, by rows from the south."""
    columns, rows = _size(precision)
    found = []
    for row, width in _widths(circle, rows):
        first = _column(circle.centre.longitude - width, columns)
        last = _column(circle.centre.longitude + width, columns)
        around = range(first, min(last + 1, first + columns))
        found += [_name(precision, number % columns, row) for number in around]
    return found


def _widths(circle: Circle, rows: int) -> Iterator[tuple[int, float]]:
    """The rows that the circle touches, and how many degrees it reaches east and west in each at most."""
    centre, radius = math.radians(circle.centre.latitude), circle.kilometres / EARTH_RADIUS + _TINY
    south, north = max(-math.pi / 2, centre - radius), min(math.pi / 2, centre + radius)
    widest = math.sin(centre) / math.cos(radius)  # the sine of the latitude where meridians touch the circle
    for row in range(_row(math.degrees(south), rows), _row(math.degrees(north), rows) + 1):
        low, high = (math.pi * (number / rows - 0.5) for number in (row, row + 1))
        low, high = max(low, south), min(high, north)
        ends = [low, high]
        if math.sin(low) <= widest <= math.sin(high):
            ends.append(math.asin(widest))
        yield row, math.degrees(max(_reach(centre, radius, latitude) for latitude in ends) + _TINY)


def _reach(centre: float, radius: float, latitude: float) -> float:
    """How far from its own meridian a circle is crossed by this latitude, in radians."""
    rest = math.cos(radius) - math.sin(centre) * math.sin(latitude)
    whole = math.cos(centre) * math.cos(latitude)
    if rest <= -whole:
        return math.pi
    return math.acos(rest / whole) if rest < whole else 0.0
