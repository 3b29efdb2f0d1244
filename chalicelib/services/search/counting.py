"""Whether the rest of a scan is short enough to be read for the count alone."""

from collections import Counter

from chalicelib.domain.search.filters import LAST
from chalicelib.services.events.ports import BucketCounts
from chalicelib.services.search.intersection import Intersection

COUNTED_AT_MOST = 1000  # matches that are counted exactly, where a filter is given
COUNTED_UNITS = 44.0  # up to which a search reads on only to count
_MONTH = len("2026-07")


def rest_of(scan: Intersection, counts: BucketCounts, fitted: int, waiting: int) -> int:
    """About how many postings lie beyond those that were read, by the share of all events that lie there.

    `fitted` of those that were read did fit, `waiting` are not on the page. None are promised where more than
    `COUNTED_AT_MOST` would be counted.
    """
    here = (scan.position or "")[:_MONTH]
    months = Counter[str]()
    for of_status in counts.values():
        months.update(of_status.by_month)
    low, high = (bound and bound[:_MONTH] for bound in (scan.places.above, scan.places.below))
    within = {name: number for name, number in months.items() if (low or "") <= name <= (high or LAST)}
    passed = sum(number for name, number in within.items() if (name <= here if scan.places.forward else name >= here))
    left = sum(within.values()) - passed
    matches = fitted * left // max(1, passed) + waiting
    return max(1, scan.looked * left // max(1, passed)) if matches <= COUNTED_AT_MOST else 0
