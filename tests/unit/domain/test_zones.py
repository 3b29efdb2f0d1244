"""Zones: the names of the IANA database, on every machine the same."""

from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.reference.zones import zone


@pytest.mark.parametrize("name", ["", "Nowhere", "CEST", "..", "../x", "/etc/passwd", "Europe", "\x00", "x" * 300])
def test_a_zone_that_there_is_not_is_none(name: str) -> None:
    assert zone(name) is None


@pytest.mark.parametrize(
    "name",
    ["posixrules", "localtime", "Factory", "right/Europe/Berlin", "posix/Europe/Berlin", "zone.tab"],
)
def test_a_file_beside_the_zones_is_none(name: str) -> None:
    assert zone(name) is None


@pytest.mark.parametrize("name", ["europe/berlin", "EUROPE/BERLIN", "utc", "Europe//Berlin", "Europe/Berlin/", " UTC"])
def test_a_name_is_written_exactly_so(name: str) -> None:
    assert zone(name) is None


def test_every_name_of_the_database_is_a_zone() -> None:
    names = set(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}

    assert len(names) > 500
    assert [name for name in names if zone(name) != ZoneInfo(name)] == []
