"""Times as clients write them: RFC 3339, and no finer than they are stored."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

MIN_YEAR, MAX_YEAR = 1970, 9000
FRACTION = r"(\.\d{1,3}0*)?"  # milliseconds; zeros behind them say nothing
# As the documents say it, beside the format: in these years, and no finer than a millisecond.
_PATTERN = r"^(19[7-9]\d|[2-8]\d{3}|9000)-[^.]*(\.\d{1,3}0*([Zz+-].*)?)?$"
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,18})?)?(Z|z|[+-]\d{2}:[0-5]\d)?", re.ASCII)
_TOO_FINE = re.compile(r"\.\d{3}0*[1-9]", re.ASCII)
_MORE_ZEROS = re.compile(r"(\.\d{3})0+", re.ASCII)


def check_fraction(text: str) -> None:
    """Raises `ValueError` for a time that would be read back as another one."""
    if _TOO_FINE.search(text):
        raise ValueError("must not be finer than a millisecond, such as 2026-07-01T09:00:00.123Z")


def parsed(text: str) -> datetime:
    """A time that exists; raises `ValueError` with the sentence for the client."""
    check_fraction(text)
    try:
        return datetime.fromisoformat(_MORE_ZEROS.sub(r"\1", text.upper()))
    except ValueError as error:
        raise ValueError("must be a day and a time that exist") from error


def _time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 date and time such as 2026-07-01T09:00:00Z or 2026-07-01T09:00:00")
    at = parsed(value)
    if not MIN_YEAR <= at.year <= MAX_YEAR:
        raise ValueError(f"must be in a year from {MIN_YEAR} to {MAX_YEAR}")
    return at


Moment = Annotated[
    datetime,
    BeforeValidator(_time),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": _PATTERN, "examples": ["2030-07-01T09:00:00Z"]},
        mode="validation",
    ),
]
