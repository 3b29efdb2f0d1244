"""What the date parameters of lists mean: half-open spans of time, in UTC."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.api.http.request.moments import FRACTION, MAX_YEAR, MIN_YEAR, check_fraction, parsed
from chalicelib.domain.shared.times import localise

# As the documents say them. What they cannot say, such as 30 February, is refused below.
DATE_PATTERN = r"^(19[7-9]\d|[2-8]\d{3}|9000)(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
BOUND_PATTERN = (
    r"^(19[7-9]\d|[2-8]\d{3}|9000)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    rf"([Tt]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d{FRACTION})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)?)?$"
)
_DATE = re.compile(DATE_PATTERN, re.ASCII)
_BOUND = re.compile(BOUND_PATTERN, re.ASCII)
_DAY = len("2026-07-01")
_MONTH = len("2026-07")

Span = tuple[datetime, datetime]


def checked_date(text: str) -> str:
    """A year, a month or a day that exists; raises `ValueError` with the sentence for the client."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"must be a year, a month or a day from {MIN_YEAR} to {MAX_YEAR}, such as 2026-07")
    if len(text) == _DAY:
        _parsed(date.fromisoformat, text)
    return text


def checked_bound(text: str) -> str:
    """A day or a time that exists; raises `ValueError` with the sentence for the client."""
    check_fraction(text)
    if not _BOUND.fullmatch(text):
        hint = "; a plus sign is written %2B" if re.search(r" \d\d:\d\d$", text) else ""
        raise ValueError(f"must be a day or a time such as 2026-07-01 or 2026-07-01T09:00:00Z{hint}")
    _parsed(parsed, text)
    return text


def _parsed(parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        raise ValueError("must be a day, or a day and a time, that exist") from error


def span_of(text: str, zone: ZoneInfo) -> Span:
    """The year, month or day of a zone that `checked_date` let through."""
    first = date.fromisoformat(f"{text}-01-01"[:_DAY] if len(text) < _MONTH else f"{text}-01"[:_DAY])
    if len(text) == _DAY:
        following = first + timedelta(days=1)
    elif len(text) == _MONTH:
        following = (first + timedelta(days=31)).replace(day=1)
    else:
        following = first.replace(year=first.year + 1)
    return _midnight(first, zone), _midnight(following, zone)


def bound_of(text: str, zone: ZoneInfo, *, end: bool) -> datetime:
    """The moment of a bound: a time is itself; a day is its beginning, or as the `end` of a span the next day's."""
    if len(text) > _DAY:
        return localise(parsed(text), zone.key)
    day = date.fromisoformat(text)
    return _midnight(day + timedelta(days=1) if end else day, zone)


def is_later_day(after: str | None, before: str | None) -> bool:
    """Whether both are days, and the wrong way round: where one ends the next begins, so that no moment tells."""
    return bool(after and before and len(after) == len(before) == _DAY and after > before)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Where the clocks skip midnight, the moment in which the day begins."""
    return localise(datetime.combine(day, time()), zone.key)
