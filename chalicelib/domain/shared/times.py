"""Times: aware UTC inside, one fixed-width text in keys, RFC 3339 outside, local where a person reads them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
NEVER = "0"  # sorts before every stamp


def stamp(at: datetime) -> str:
    """Fixed-width UTC text with milliseconds; text order is time order."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)  # most are: lists write hundreds
    return utc.isoformat(timespec="milliseconds")[:-6] + "Z"


def unstamp(text: str) -> datetime:
    """The inverse of `stamp` (and of `rfc3339`)."""
    return datetime.fromisoformat(text)


def rfc3339(at: datetime) -> str:
    """What clients see: UTC with `Z`, without a zero fraction."""
    return stamp(at).replace(".000Z", "Z")


def to_milliseconds(at: datetime) -> datetime:
    """Cut to the precision that is stored, so that a value read back equals the value written."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def localise(at: datetime, zone_name: str) -> datetime:
    """A naive time is local to the zone (the first of two in a repeated hour); an aware one keeps its instant. UTC."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone_name))
    return to_milliseconds(at.astimezone(UTC))


def local_text(at: datetime, zone_name: str) -> str:
    """What clocks of the zone show then, as a time without an offset: `localise` reads it back."""
    return at.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None).isoformat(timespec="milliseconds")


def whole_days(start: datetime, end: datetime | None, zone_name: str) -> tuple[datetime, datetime]:
    """The local days that a span touches, from the first moment of the first to that after the last; at least one.

    A day begins when its date does, which need not be at midnight. An end before the start stays one.
    """
    zone = ZoneInfo(zone_name)
    first = start.astimezone(zone).date()
    following = _begin(first + _DAY, zone)
    if end is None or start <= end <= following:
        return _begin(first, zone), following
    last = end.astimezone(zone).date()
    return _begin(first, zone), end if end == _begin(last, zone) else _begin(last + _DAY, zone)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def month_of(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m}"


def hour_of(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H}"


def hours_between(first: datetime, last: datetime) -> list[str]:
    """Every hour bucket from the one of `first` to the one of `last`, inclusive."""
    at = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = []
    while at <= last:
        hours.append(hour_of(at))
        at += timedelta(hours=1)
    return hours
