"""Whatever lies in a circle stands in a list that is read for it: at the poles, at the date line, anywhere."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.search.geohash import MOST_CELLS, POLAR, cells_of, cover
from chalicelib.domain.shared.coordinates import EARTH_RADIUS, Circle, Coordinates, unpacked
from chalicelib.domain.shared.limits import MAX_NEAR, MIN_NEAR

LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, 90.0, 89.9, 84.375, 80.0, POLAR, 67.5, 45.0, 0.0, -0.0])
LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, 180.0, 179.99, -179.99, 0.0, 11.25, -11.25])
POINTS = st.builds(Coordinates.rounded, LATITUDES, LONGITUDES)
KILOMETRES = st.floats(MIN_NEAR, MAX_NEAR) | st.sampled_from([MIN_NEAR, 10, 50, 150, MAX_NEAR])
CIRCLES = st.builds(Circle, POINTS, KILOMETRES)
BEARINGS = st.floats(0, 2 * math.pi) | st.sampled_from([0.0, math.pi / 2, math.pi, 3 * math.pi / 2])
SHARES = st.floats(0, 1) | st.sampled_from([1.0, 1 - 1e-12])  # of the radius


def away(start: Coordinates, kilometres: float, bearing: float) -> Coordinates:
    """Where one comes from there, going straight on."""
    angle, north = kilometres / EARTH_RADIUS, math.radians(start.latitude)
    there = math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(bearing)
    across = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(north), math.cos(angle) - math.sin(north) * there
    )
    longitude = (start.longitude + math.degrees(across) + 180) % 360 - 180
    return Coordinates.rounded(math.degrees(math.asin(max(-1.0, min(1.0, there)))), longitude)


@given(CIRCLES, SHARES, BEARINGS)
@example(Circle(Coordinates(90, 0), MAX_NEAR), 1.0, 2.0)
@example(Circle(Coordinates(-88.2, 77), 300), 1.0, math.pi)
@example(Circle(Coordinates(0, 180), 100), 0.9, math.pi / 2)
@example(Circle(Coordinates(-16.5, -180), 5), 0.9, 3 * math.pi / 2)
def test_a_cover_has_every_point_of_its_circle(circle: Circle, share: float, bearing: float) -> None:
    point = away(circle.centre, share * circle.kilometres, bearing)

    assert not circle.includes(point) or set(cells_of(point)) & set(cover(circle))
    assert set(cells_of(circle.centre)) & set(cover(circle))


@given(CIRCLES)
@example(Circle(Coordinates(79.9, 3), MAX_NEAR))
@example(Circle(Coordinates(90, 0), MAX_NEAR))
def test_a_cover_is_a_few_different_cells(circle: Circle) -> None:
    cells = cover(circle)

    assert 1 <= len(set(cells)) == len(cells) <= MOST_CELLS


@given(st.integers(0, 900), st.integers(MIN_NEAR, MAX_NEAR), st.sampled_from([1, -1]))
def test_the_cap_of_a_pole_covers_only_what_lies_in_it(tenths: int, kilometres: int, side: int) -> None:
    latitude = tenths / 10

    if {"north", "south"} & set(cover(Circle(Coordinates(side * latitude, 0), kilometres))):
        assert latitude - math.degrees(kilometres / EARTH_RADIUS) > POLAR


@given(POINTS)
def test_packed_coordinates_are_the_same_again(point: Coordinates) -> None:
    assert unpacked(point.packed()) == point
    assert len(point.packed()) == 8
    assert point.packed().isascii()
    assert point.packed().isprintable()


@given(POINTS, POINTS)
def test_distances_are_those_of_a_ball(here: Coordinates, there: Coordinates) -> None:
    distance = here.kilometres_to(there)

    assert 0 <= distance <= math.pi * EARTH_RADIUS
    assert math.isclose(distance, there.kilometres_to(here), abs_tol=1e-6)
    assert here.kilometres_to(here) == 0
