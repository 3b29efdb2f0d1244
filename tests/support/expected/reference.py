"""The lists of events as they are meant: every event is looked at, and nothing is shared with the finder.

Events are documents as `GET /events/{event_id}` answers them; parameters are texts as a client writes them.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Document = Mapping[str, Any]
Parameters = Mapping[str, str]
_BY_CHARACTER = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
_PLAIN = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_JOINERS = "-.'_"
_RADIUS = 6371.0088  # kilometres of the earth, the mean one
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
    if event["unlisted"] or event["status"] != (named or "published"):
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
        "q": lambda wanted: all(any(answers(present, one) for one in ways) for ways in _in_all_ways(wanted)),
        "title": lambda wanted: _has(event["title"], wanted),
        "location": lambda wanted: _has(event["location"] or "", wanted),
        "near": lambda wanted: _is_near(event["coordinates"], wanted),
        "country": lambda wanted: bool(event["country"] == wanted),
        "language": lambda wanted: bool(event["language"] == wanted),
        "organizer": lambda wanted: bool(event["organizer"]["id"] == wanted),
        "tag": lambda wanted: fold(wanted) in [fold(tag) for tag in event["tags"]],
        "online": lambda wanted: event["online"] is (wanted == "true"),
        "date": lambda wanted: _local(event, zone).isoformat().startswith(wanted),
        "starts_after": lambda wanted: _is_from(event, wanted, zone),
        "starts_before": lambda wanted: _is_before(event, wanted, zone),
        "running_from": lambda wanted: _runs_from(event, wanted, zone),
        "running_until": lambda wanted: _is_before(event, wanted, zone),
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
    text = re.sub("[\u00ad\u200b-\u200f\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]", "", text).replace("♯", "#")
    text = re.sub("[’‘ʼ`]", "'", re.sub("[‐‑–·]", "-", text))
    for _ in range(3):  # folding can leave what folds again
        apart = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(_PLAIN.get(one, one) for one in apart if unicodedata.combining(one) == 0)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=100_000)
def words(text: str) -> frozenset[str]:
    """Runs of letters, digits and marks, with what is joined in parts and as one, and with signs that make a name.

    Of emoji and scripts without spaces every character and every pair of neighbours.
    """
    found: set[str] = set()
    for token in _tokens(fold(text)):
        parts = [part for part in re.split("[-.'_]", token.rstrip("+#")) if part]
        for at, part in enumerate(parts):
            found |= _parts(part)
            if re.search(rf"(^|[^.])\.{re.escape(part)}", token) and (at or token[0] == "."):
                found.add(f".{part}")
        if len(parts) > 1:
            found.add("".join(parts))
        if token[-1] in "+#" and parts:
            found.add(parts[-1] + token[len(token.rstrip("+#")) :])
    return frozenset(found)


def terms(text: str) -> list[str]:
    """What a text must have when it is asked for: signs and dots stand by their part, joined words are one."""
    found: list[str] = []
    for token in _tokens(fold(text)):
        parts = [part for part in re.split("[-.'_]", token.rstrip("+#")) if part]
        signs = token[len(token.rstrip("+#")) :]
        if len(parts) == 1 and _parts(parts[0]) != {parts[0]}:
            found += _parts(parts[0])
        elif signs or token[0] == ".":
            parts[0] = "." * (token[0] == ".") + parts[0]
            parts[-1] += signs
            found += parts
        else:
            found.append("-".join(parts))
    return found


def _tokens(plain: str) -> list[str]:
    """What stands together: word characters, joiners between them, a dot before, signs behind; emoji."""
    shown = "".join(_shown(one) for one in plain)
    joined = r"(?:(?<!\.)\.(?=a))?a+(?:[-.'_]a+)*(?:[+#]+(?!l))?".replace("a", "[ld]")
    return [plain[found.start() : found.end()] for found in re.finditer(f"{joined}|u+|s+", shown)]


def _shown(one: str) -> str:
    """The kind of a character: letter, digit or a mark beyond ASCII, of an unspaced script, sign, or itself."""
    kind = unicodedata.category(one)
    if one.isalnum() or kind[0] == "M":
        return "u" if _alone(one) else "d" if (one.isascii() and one.isdigit()) or not one.isascii() else "l"
    return "s" if kind == "So" else one if one in "-.'_+#" else " "


def _parts(run: str) -> set[str]:
    if not _alone(run[0]):
        return {run}
    return set(run) | {run[at : at + 2] for at in range(len(run) - 1)}


def _alone(character: str) -> bool:
    return unicodedata.category(character) == "So" or unicodedata.name(character, "").startswith(_BY_CHARACTER)


def _in_all_ways(text: str) -> list[list[str]]:
    """Each term, and as it is written with or without dots on its vowels: of few letters as a whole word."""
    found = []
    for term, out in zip(terms(text), terms(_spelled_out(text)), strict=True):
        others = {out, _contracted(term)} - {term}
        found.append([term, *(one if len(one) >= 6 else f"{one}$" for one in others)])
    return found


def _spelled_out(text: str) -> str:
    dotted = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
    return "".join(dotted.get(one.lower(), one) for one in unicodedata.normalize("NFC", text))


def _contracted(plain: str) -> str:
    found, at = "", 0
    while at < len(plain):
        pair, after = plain[at : at + 2], plain[at + 2 : at + 3]
        is_one = pair == "oe" or (pair in {"ae", "ue"} and after.isalpha()) or (
            pair == "aa" and after.isalpha() and after not in "aeiouy"
        )  # fmt: skip
        is_one = is_one and plain[at - 1 : at] not in set("aeiouyq")
        found += plain[at]
        at += 2 if is_one else 1
    return found


def answers(present: AbstractSet[str], term: str) -> bool:
    """Joined as one; or in parts, where the first has three letters."""
    parts = term.split("-")
    if any(_begins(word, "".join(parts)) for word in present):
        return True
    return len(parts) > 1 and len(parts[0]) >= 3 and all(answers(present, part) for part in parts)


def _begins(word: str, term: str) -> bool:
    if term.endswith("$"):
        return word == term[:-1]
    return word == term if len(term) < 3 else word.startswith(term[:_WORD_KEPT])


def _is_near(point: Mapping[str, float] | None, wanted: str) -> bool:
    """By the straight line through the earth from one to the other."""
    latitude, longitude, kilometres = map(float, wanted.split(","))
    if point is None:
        return False
    through = math.dist(_on_ball(latitude, longitude), _on_ball(point["latitude"], point["longitude"]))
    return through <= 2 * math.sin(kilometres / _RADIUS / 2)


def _on_ball(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def _has(text: str, wanted: str) -> bool:
    part, plain = fold(wanted), fold(text)
    if len(part) < 3:
        return any(word.startswith(part) for word in words(text))
    others = {fold(_spelled_out(wanted)), _contracted(part)} - {part}
    return part in plain or any(_has_spelled(plain, one) for one in others if len(one) >= 3)


def _has_spelled(plain: str, part: str) -> bool:
    return part in plain if len(part) >= 6 else re.search(rf"\b{re.escape(part)}\b", plain) is not None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _local(event: Document, zone: ZoneInfo) -> datetime:
    return _time(event["starts_at"]).astimezone(zone)


def _is_from(event: Document, bound: str, zone: ZoneInfo) -> bool:
    if len(bound) == 10:
        return _local(event, zone).date() >= date.fromisoformat(bound)
    return _time(event["starts_at"]) >= _moment(bound, zone)


def _runs_from(event: Document, bound: str, zone: ZoneInfo) -> bool:
    ends = _time(event["ends_at"])
    if len(bound) == 10:  # its last moment is not before that day
        return ends > _time(f"{bound}T00:00:00+00:00").replace(tzinfo=zone)
    return ends > _moment(bound, zone)


def _is_before(event: Document, bound: str, zone: ZoneInfo) -> bool:
    if len(bound) == 10:
        return _local(event, zone).date() <= date.fromisoformat(bound)
    return _time(event["starts_at"]) < _moment(bound, zone)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)
