"""Countries: the 249 of ISO 3166-1 alpha-2, and the IANA zone of those that keep one time."""

from dataclasses import dataclass
from functools import cache

from chalicelib.domain.reference.reference_data import COUNTRIES

_ALSO_WRITTEN = {"UK": "GB"}  # reserved by ISO for the United Kingdom, and what people type


@dataclass(frozen=True, slots=True)
class Country:
    """`timezone` is None where the country keeps several times, or none (two uninhabited islands)."""

    code: str
    name: str
    timezone: str | None


def find(text: str) -> Country | None:
    """The country of a code written in any case; `UK` is read as `GB`."""
    if not text.isascii():
        return None  # "ß".upper() is "SS": South Sudan
    code = text.upper()
    return get(_ALSO_WRITTEN.get(code, code))


def get(code: str) -> Country | None:
    """The country of an alpha-2 code in capitals."""
    return _by_code().get(code)


def all_countries() -> tuple[Country, ...]:
    """Every country, by name; letters with accents stand beside those without."""
    return tuple(_by_code().values())


@cache
def _by_code() -> dict[str, Country]:
    countries = {}
    for line in COUNTRIES.splitlines():
        code, _, rest = line.partition(" ")
        name, _, timezone = rest.partition("=")
        countries[code] = Country(code, name, timezone or None)
    return countries
