"""The lists of events as they are meant: every event is looked at, and nothing is shared with the finder.

Events are documents as `GET /events/{event_id}` answers them; parameters are texts as a client writes them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Document = Mapping[str, Any]
Parameters = Mapping[str, str]
_BY_CHARACTER = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_TITLE_KEPT = _WORD_KEPT = 200


def ids(events: Sequence[Document], path: str, asked: Parameters, now: datetime, me: str = "") -> list[str]:
    """The ids of the whole list, in its order."""
    order = asked.get("ordering", "starts_at")
    found = [event for event in events if _belongs(event, path, asked, now, me) and _fits(event, asked, now)]
    found.sort(key=lambda event: _place(event, order.removeprefix("-")), reverse=order.startswith("-"))
    return [event["id"] for event in found]


def _belongs(event: Document, path: str, asked: Parameters, now: datetime, me: str) -> bool:
    """Whether the list is about such events at all."""
    named = asked.get("status") or {"true": "published", "false": "cancelled"}.get(asked.get("is_active", ""))
    if path == "/me/events":
        return bool(event["organizer"]["id"] == me and event["status"] == (named or event["status"]))
    if event["status"] != (named or "published"):
        return False
    ahead = _time(event["starts_at"]) > now
    if path == "/events/available":
        opens = event["enrollment_opens_at"]
        is_open = (opens is None or _time(opens) <= now) and now < _time(event["enrollment_closes_at"])
        return ahead and is_open and not event["is_full"]
    return ahead or path != "/events/upcoming"


def _fits(event: Document, asked: Parameters, now: datetime) -> bool:
    texts = [event["title"], event["description"], event["location"] or ""]
    present = {word for text in texts for word in words(text)}
    zone = ZoneInfo(asked.get("tz", "UTC"))
    checks: dict[str, Callable[[str], bool]] = {
        "q": lambda wanted: all(any(_begins(word, term) for word in present) for term in words(wanted)),
        "title": lambda wanted: _has(event["title"], wanted),
        "location": lambda wanted: _has(event["location"] or "", wanted),
        "country": lambda wanted: bool(event["country"] == wanted),
        "language": lambda wanted: bool(event["language"] == wanted),
        "organizer": lambda wanted: bool(event["organizer"]["id"] == wanted),
        "tag": lambda wanted: fold(wanted) in [fold(tag) for tag in event["tags"]],
        "online": lambda wanted: event["online"] is (wanted == "true"),
        "date": lambda wanted: _local(event, zone).isoformat().startswith(wanted),
        "starts_after": lambda wanted: _is_from(event, wanted, zone),
        "starts_before": lambda wanted: _is_before(event, wanted, zone),
        "has_spots": lambda wanted: event["is_full"] is (wanted == "false"),
        "is_past": lambda wanted: (_time(event["ends_at"]) <= now) is (wanted == "true"),
    }
    return all(checks[name](value) for name, value in asked.items() if name in checks)


def _place(event: Document, order: str) -> tuple[Any, ...]:
    if order != "title":
        return (_time(event[order]), event["id"])
    return (fold(event["title"])[:_TITLE_KEPT], event["id"])


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """What is left of a text without case, accents and the width of blanks."""
    for _ in range(3):  # folding can leave what folds again
        apart = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(one for one in apart if unicodedata.combining(one) == 0)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=100_000)
def words(text: str) -> frozenset[str]:
    """Runs of letters and digits; of scripts without spaces every character and every pair of neighbours."""
    found: set[str] = set()
    for run in re.findall(r"[^\W_]+", fold(text)):
        found |= _parts(run)
    return frozenset(found)


def _parts(run: str) -> set[str]:
    found: set[str] = set()
    start = 0
    for end in range(1, len(run) + 1):
        if end < len(run) and _alone(run[end]) == _alone(run[start]):
            continue
        piece = run[start:end]
        if _alone(piece[0]):
            found |= set(piece) | {piece[at : at + 2] for at in range(len(piece) - 1)}
        else:
            found.add(piece)
        start = end
    return found


def _alone(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_BY_CHARACTER)


def _begins(word: str, term: str) -> bool:
    return word == term if len(term) < 3 else word.startswith(term[:_WORD_KEPT])


def _has(text: str, wanted: str) -> bool:
    part = fold(wanted)
    return part in fold(text) if len(part) >= 3 else any(word.startswith(part) for word in words(text))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _local(event: Document, zone: ZoneInfo) -> datetime:
    return _time(event["starts_at"]).astimezone(zone)


def _is_from(event: Document, bound: str, zone: ZoneInfo) -> bool:
    if len(bound) == 10:
        return _local(event, zone).date() >= date.fromisoformat(bound)
    return _time(event["starts_at"]) >= _moment(bound, zone)


def _is_before(event: Document, bound: str, zone: ZoneInfo) -> bool:
    if len(bound) == 10:
        return _local(event, zone).date() <= date.fromisoformat(bound)
    return _time(event["starts_at"]) < _moment(bound, zone)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)
