"""Time zones: a fixed list of names, not whatever files a system has beside its zones."""

import functools
from zoneinfo import ZoneInfo

from chalicelib.domain.reference_data import ZONES


def zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, written exactly so, or None."""
    return ZoneInfo(name) if name in _names() else None


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(ZONES.split())
