"""What a body means, whatever way it is written: the order of names, blanks, escapes, `5.0` for `5`, defaults."""

import json
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel


def meaning_of(body: BaseModel | None) -> str:
    """One text for all bodies that wish the same; another one for every other wish."""
    said = body.model_dump(exclude_defaults=True) if body is not None else {}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no meaning in JSON")
