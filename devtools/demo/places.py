"""Where a conference is: the ISO country of its country name, the IANA zone and the coordinates of its city."""

import unicodedata
from functools import cache
from pathlib import Path

from chalicelib.domain.reference import countries
from chalicelib.domain.reference.countries import Country

CITIES = Path(__file__).with_name("data") / "cities.tsv"

# The names of the file that are not the names of ISO 3166. Kosovo has no code there.
_CODES = {"U.S.A.": "US", "U.K.": "GB", "Scotland": "GB", "Czech Republic": "CZ", "Korea": "KR", "Turkey": "TR"}
_WITHOUT_CODE = {"Kosovo": "Europe/Belgrade"}

# Countries with several zones: the one where most people live.
_MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}

_CENTRAL_STATES = "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"
# Their cities (and the states of the U.S.A.) that live in another one.
_CITIES_BY_ZONE = {
    "America/Argentina/Cordoba": ("AR Cordoba",),
    "America/Bahia": ("BR Salvador", "BR Feira De Santana"),
    "America/Belem": ("BR Belem",),
    "America/Detroit": ("US MI",),
    "America/Edmonton": ("CA Banff", "CA Calgary", "CA Edmonton"),
    "America/Fortaleza": ("BR Fortaleza",),
    "America/Halifax": ("CA Halifax",),
    "America/Indiana/Indianapolis": ("US IN",),
    "America/Kentucky/Louisville": ("US Louisville, KY",),
    "America/Boise": ("US ID",),
    "America/Chicago": tuple(f"US {state}" for state in _CENTRAL_STATES.split()),
    "America/Denver": ("US CO", "US MT", "US NM", "US UT", "US WY"),
    "America/Los_Angeles": ("US CA", "US NV", "US OR", "US WA"),
    "America/Anchorage": ("US AK",),
    "America/Maceio": ("BR Aracaju",),
    "America/Mazatlan": ("MX Mazatlan",),
    "America/New_York": ("US Chattanooga, TN", "US Knoxville, TN"),
    "America/Phoenix": ("US AZ",),
    "America/Recife": ("BR Recife", "BR Porto de Galinhas"),
    "America/Regina": ("CA Regina",),
    "America/St_Johns": ("CA St. John’s",),
    "America/Vancouver": ("CA Vancouver", "CA Victoria"),
    "America/Winnipeg": ("CA Winnipeg",),
    "Asia/Kuching": ("MY Sabah",),
    "Asia/Makassar": ("ID Bali",),
    "Asia/Novosibirsk": ("RU Novosibirsk",),
    "Asia/Yekaterinburg": ("RU Yekaterinburg",),
    "Atlantic/Canary": ("ES Canarias", "ES Gran Canaria", "ES Tenerife"),
    "Atlantic/Madeira": ("PT Funchal",),
    "Australia/Brisbane": ("AU Brisbane", "AU Gold Coast"),
    "Australia/Melbourne": ("AU Melbourne", "AU South Wharf"),
    "Australia/Perth": ("AU Perth",),
    "Pacific/Honolulu": ("US HI",),
}


def country_of(name: str | None) -> Country | None:
    """The country that the file calls by this name; None without a name, and for Kosovo, which ISO does not know."""
    if name is None or name in _WITHOUT_CODE:
        return None
    return countries.get(_CODES[name]) if name in _CODES else _by_name()[name]


def zone_of(country_name: str | None, city: str | None) -> str:
    """The IANA zone of the place: the city's where we know it, else the country's main one, else UTC."""
    country = country_of(country_name)
    if country is None:
        return _WITHOUT_CODE.get(country_name or "", "UTC")
    return country.timezone or _zone_in(country.code, city or "") or _MAIN_ZONES[country.code]


def coordinates_of(country_name: str | None, city: str | None) -> dict[str, float] | None:
    """Of the middle of the city, where two conferences or more are in it."""
    country = country_of(country_name)
    return _coordinates_by_city().get(f"{country.code} {city}") if country else None


def _zone_in(code: str, city: str) -> str | None:
    """By the city ("Dallas, TX"), else by what stands behind its last comma ("TX")."""
    zones = _zones_by_city()
    return zones.get(_folded(f"{code} {city}")) or zones.get(_folded(f"{code} {city.rpartition(',')[2].strip()}"))


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


@cache
def _zones_by_city() -> dict[str, str]:
    return {_folded(city): zone for zone, cities in _CITIES_BY_ZONE.items() for city in cities}


@cache
def _by_name() -> dict[str, Country]:
    return {country.name: country for country in countries.all_countries()}


@cache
def _coordinates_by_city() -> dict[str, dict[str, float]]:
    lines = (line.split("\t") for line in CITIES.read_text(encoding="utf-8").splitlines())
    return {f"{code} {city}": {"latitude": float(lat), "longitude": float(lon)} for code, city, lat, lon in lines}
