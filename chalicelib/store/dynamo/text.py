"""Values as items keep them: compact JSON, milliseconds, and `0` for a time that never comes."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.shared.times import NEVER, stamp, unstamp


def compact(value: Any) -> str:
    """JSON without a byte too many: items are billed by the kilobyte."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def epoch(at: datetime) -> int:
    """Seconds for a TTL attribute; it cleans and decides nothing."""
    return int(at.timestamp())


def maybe_stamp(at: datetime | None) -> str:
    return stamp(at) if at else NEVER


def maybe_time(text: str | None) -> datetime | None:
    return unstamp(text) if text and text != NEVER else None


def millis(at: datetime | None) -> int | None:
    return round(at.timestamp() * 1000) if at else None


def at_millis(number: int) -> datetime:
    return datetime.fromtimestamp(number / 1000, UTC)


def time_of(number: int | None) -> datetime | None:
    return at_millis(number) if number is not None else None
