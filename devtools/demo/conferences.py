"""The 6,007 real conferences that the demo imports, as they stand in the file."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("data") / "conferences.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """`key` is made of the line in the file: the same in every run, and different for every conference."""

    key: str
    title: str
    url: str
    starts_on: date
    ends_on: date
    city: str | None
    country: str | None
    online: bool
    languages: tuple[str, ...]
    topics: tuple[str, ...]

    def number(self, purpose: str) -> int:
        """A number that looks random and never changes."""
        return int.from_bytes(hashlib.sha256(f"{purpose}:{self.key}".encode()).digest()[:8])


@cache
def load() -> tuple[Conference, ...]:
    """Every conference, in the order of the file."""
    return tuple(_conference(line) for line in FILE.read_bytes().splitlines())


def _conference(line: bytes) -> Conference:
    record: dict[str, Any] = json.loads(line)
    return Conference(
        key=hashlib.sha256(line).hexdigest()[:20],
        title=record["title"],
        url=record["url"],
        starts_on=date.fromisoformat(record["starts_on"]),
        ends_on=date.fromisoformat(record["ends_on"]),
        city=record["city"],
        country=record["country"],
        online=record["online"],
        languages=tuple(record["languages"]),
        topics=tuple(record["topics"]),
    )
