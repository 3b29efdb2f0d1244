"""Whether the rest of a scan is short enough to be read for the count alone."""

from collections import Counter

from chalicelib.domain.search.filters import LAST
from chalicelib.services.events.ports import BucketCounts
from chalicelib.services.search.intersection import Intersection

COUNTED_AT_MOST = 1000  # matches that are counted exactly, where a filter is given
COUNTED_UNITS = 44.0  # up to which a search reads on only to count
_MONTH, _DAY, _HOUR = len("2026-07"), slice(8, 10), slice(11, 13)  # of a place
_DAYS = 31


def rest_of(scan: Intersection, counts: BucketCounts, fitted: int, waiting: int) -> int:
    """About how many postings lie beyond those that were read, by the share of all events that lie there.

    `fitted` of those that were read did fit, `waiting` are not on the page. None are promised where more than
    `COUNTED_AT_MOST` would be counted.
    """
    months = Counter[str]()
    for of_status in counts.values():
        months.update(of_status.by_month)
    low, here, high = (
        _before(place, months) for place in (scan.places.above or "", scan.position or "", scan.places.below or LAST)
    )
    passed, left = (here - low, high - here) if scan.places.forward else (high - here, here - low)
    times = max(0.0, left) / max(1.0, passed)
    return max(1, int(scan.looked * times)) if int(fitted * times) + waiting <= COUNTED_AT_MOST else 0


def _before(place: str, months: Counter[str]) -> float:
    """About how many of all events start before a place: as if those of one month were spread evenly over it."""
    month, day, hour = place[:_MONTH], place[_DAY], place[_HOUR]
    share = ((int(day) - 1 if day.isdigit() else 0) + (int(hour) if hour.isdigit() else 0) / 24) / _DAYS
    return sum(number for name, number in months.items() if name < month) + share * months[month]
