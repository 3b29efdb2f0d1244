"""The country table against the tables of the IANA time zone database, and how codes are read."""

import unicodedata
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.reference import countries
from chalicelib.domain.reference.countries import Country

# ISO's short name differs from the one that the time zone database prefers.
NAMED_DIFFERENTLY = "AS BQ CD CF CG CI CV CZ GB KP KR MF MM MO SH SX SZ TC TF TL TR UM VC VG VI WS"


def iana_table(name: str) -> list[list[str]]:
    lines = files("tzdata.zoneinfo").joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def test_every_iso_3166_1_country_is_there_and_nothing_else() -> None:
    codes = [country.code for country in countries.all_countries()]

    assert len(codes) == 249
    assert sorted(codes) == sorted(code for code, _ in iana_table("iso3166.tab"))


def test_names_belong_to_their_codes() -> None:
    ours = {country.code: without_accents(country.name).lower() for country in countries.all_countries()}
    theirs = {
        code: without_accents(name).lower().replace("&", "and").replace("st ", "saint ")
        for code, name in iana_table("iso3166.tab")
    }

    assert {code for code in ours if ours[code] != theirs[code]} == set(NAMED_DIFFERENTLY.split())
    assert {code: countries.get(code).name for code in ("GB", "TR", "CZ", "CI")} == {  # type: ignore[union-attr]
        "GB": "United Kingdom",
        "TR": "Türkiye",
        "CZ": "Czechia",
        "CI": "Côte d'Ivoire",
    }


def test_a_country_has_a_timezone_exactly_when_all_its_zones_keep_one_time_for_ten_years() -> None:
    zones: dict[str, list[str]] = {}
    for row in iana_table("zone.tab"):
        zones.setdefault(row[0], []).append(row[2])
    expected = {code: names[0] for code, names in zones.items() if keep_one_time(names)}

    named = {country.code: country.timezone for country in countries.all_countries() if country.timezone}

    assert named == expected
    assert named["DE"] == "Europe/Berlin"
    assert "US" not in named


def keep_one_time(names: list[str]) -> bool:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    zones = [ZoneInfo(name) for name in names]
    days = [noon + timedelta(days=day) for day in range(0, 3653, 3)] if len(names) > 1 else []
    return all(len({day.astimezone(zone).utcoffset() for zone in zones}) == 1 for day in days)


def test_countries_are_listed_by_name_and_accents_do_not_push_them_to_the_end() -> None:
    names = [without_accents(country.name).casefold() for country in countries.all_countries()]

    assert len(set(names)) == 249
    assert all(one < other for one, other in pairwise(names))


@pytest.mark.parametrize("text", ["GB", "gb", "Gb", "UK", "uk"])
def test_codes_are_found_in_any_case_and_uk_is_the_united_kingdom(text: str) -> None:
    assert countries.find(text) == Country("GB", "United Kingdom", "Europe/London")


@pytest.mark.parametrize("text", ["", "G", "XX", "DEU", "Germany", " DE", "DE\n", "ß", "ﬁ", "D\0", "😀"])
def test_anything_else_is_no_country(text: str) -> None:
    assert countries.find(text) is None


def test_get_takes_canonical_codes_only() -> None:
    assert countries.get("DE") == Country("DE", "Germany", "Europe/Berlin")
    assert countries.get("de") is None
    assert countries.get("UK") is None
