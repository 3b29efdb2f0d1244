"""Time zones: a fixed list of names, not whatever files a system has beside its zones."""

import functools
from zoneinfo import ZoneInfo

from chalicelib.domain.reference.reference_data import ZONES

# Where zones are named after a city. All others (`Etc/GMT+5`, `US/Pacific`, `Japan`, `CET`) name none.
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_NO_CITIES = frozenset({"ACT", "LHI", "NSW", "North", "South", "West"})  # of Australia, besides its states by name


def zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, written exactly so, or None."""
    return ZoneInfo(name) if name in _names() else None


def city(name: str) -> str | None:
    """The place that a zone is named after, as the database spells it: `Buenos Aires`; None when it names none."""
    region, _, place = name.partition("/")
    found = place.rpartition("/")[2].replace("_", " ")
    return found if region in _REGIONS and found and found not in _NO_CITIES else None


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(ZONES.split())
