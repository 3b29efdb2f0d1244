"""Countries of ISO 3166-1 with their everyday English names, and the IANA zone of those that keep one time."""

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pycountry

# ISO's short name is turned round for lists, has a remark in brackets, or is not what people say.
SPOKEN = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "MF": "Saint Martin",
    "PS": "Palestine",
    "RU": "Russia",
    "SX": "Sint Maarten",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}
# Zones that agree from here on count as one time.
FROM = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS = range(0, 3653, 3)


def table() -> list[str]:
    """`code name=zone` for each country by name, accents aside; without `=zone` where several times are kept."""
    zones = _zones()
    entries = []
    for code, name in sorted(_names().items(), key=lambda pair: _without_accents(pair[1])):
        zone = _one_time(zones.get(code, []))
        entries.append(f"{code} {name}={zone}" if zone else f"{code} {name}")
    return entries


def _names() -> dict[str, str]:
    found = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    return {**found, **SPOKEN}


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _zones() -> dict[str, list[str]]:
    """The zones of each country in the order of tzdata's zone.tab."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            found.setdefault(code, []).append(zone)
    return found


def _one_time(zones: list[str]) -> str:
    """The first zone if all of them show the same time for ten years (Germany has Büsingen), else nothing."""
    first, *others = zones or [""]
    same = all(_offset(first, day) == _offset(other, day) for other in others for day in DAYS)
    return first if same else ""


def _offset(zone: str, day: int) -> timedelta | None:
    return (FROM + timedelta(days=day)).astimezone(_pinned(zone)).utcoffset()


@cache
def _pinned(zone: str) -> ZoneInfo:
    """The zone of the pinned package: the machine may have another release."""
    with files("tzdata.zoneinfo").joinpath(zone).open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)
