"""A point on the earth, a circle around one, and how far two points are apart."""

import math
from dataclasses import dataclass

DIGITS = 5  # decimals of a degree that are kept: about a metre
EARTH_RADIUS = 6371.0088  # kilometres; the mean one, as if the earth were a ball
_SCALE = 10**DIGITS
_FIRST, _LETTERS, _PACKED = 33, 94, 4  # four of the printable characters of ASCII hold a rounded longitude


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees of WGS 84: north and east are positive."""

    latitude: float
    longitude: float

    @classmethod
    def rounded(cls, latitude: float, longitude: float) -> "Coordinates":
        """As they are kept. Zero has no sign."""
        return cls(round(latitude, DIGITS) + 0.0, round(longitude, DIGITS) + 0.0)

    def kilometres_to(self, other: "Coordinates") -> float:
        """Along the great circle through both."""
        here, there = math.radians(self.latitude), math.radians(other.latitude)
        across = math.radians(other.longitude - self.longitude)
        half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
        return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))

    def packed(self) -> str:
        """Rounded coordinates in eight characters."""
        return _characters(round((self.latitude + 90) * _SCALE)) + _characters(round((self.longitude + 180) * _SCALE))


def unpacked(text: str) -> Coordinates:
    """What `Coordinates.packed` wrote."""
    return Coordinates.rounded(_number(text[:_PACKED]) / _SCALE - 90, _number(text[_PACKED:]) / _SCALE - 180)


def _characters(number: int) -> str:
    found = ""
    for _ in range(_PACKED):
        number, rest = divmod(number, _LETTERS)
        found = chr(_FIRST + rest) + found
    return found


def _number(text: str) -> int:
    found = 0
    for character in text:
        found = found * _LETTERS + ord(character) - _FIRST
    return found


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything that is so many kilometres or less from a point."""

    centre: Coordinates
    kilometres: float

    def includes(self, point: Coordinates) -> bool:
        return self.centre.kilometres_to(point) <= self.kilometres
