"""The languages of mails: sentences by key from one catalogue each, and moments as its readers write them."""

import functools
import string
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.event_changes import Facts

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "de")
FALLBACK = LANGUAGES[0]


class TextError(LookupError):
    """A template asks for a sentence that there is not, or with other values than the sentence has places for."""


class Language:
    """One catalogue. `tag` is what documents in this language declare."""

    def __init__(self, tag: str, texts: Mapping[str, str]) -> None:
        self.tag = tag
        self.texts = texts

    def say(self, key: str, **values: object) -> str:
        """The sentence with its values. Raises `TextError` rather than to send half of one."""
        text = self.texts.get(key)
        if text is None:
            raise TextError(f"{self.tag} has no text {key}")
        if places(text) != values.keys():
            raise TextError(f"{self.tag} {key} takes {sorted(places(text))}, not {sorted(values)}")
        return text.format_map(values)

    def moment(self, at: datetime, zone: str) -> str:
        """A moment as people at that place read it."""
        return self._written("time.moment", at.astimezone(ZoneInfo(zone)))

    def moment_of(self, at: datetime, facts: Facts) -> str:
        """A moment in the event's own zone, with its name."""
        return self.say("time.moment_of", moment=self.moment(at, facts.timezone), zone=facts.timezone)

    def when(self, facts: Facts) -> str:
        """Start and end in the event's own zone; a multi-day event shows both days."""
        zone = ZoneInfo(facts.timezone)
        start, end = facts.starts_at.astimezone(zone), facts.ends_at.astimezone(zone)
        if start.date() == end.date():
            return self._written("time.one_day", start, end=f"{end:%H:%M}", zone=facts.timezone)
        begin, until = self.moment(facts.starts_at, facts.timezone), self.moment(facts.ends_at, facts.timezone)
        return self.say("time.days", start=begin, end=until, zone=facts.timezone)

    def _written(self, key: str, local: datetime, **more: str) -> str:
        weekday = self.say("time.weekdays").split()[local.weekday()]
        month = self.say("time.months").split()[local.month - 1]
        day = self.say("time.date", weekday=weekday, day=local.day, month=month, year=local.year)
        return self.say(key, date=day, time=f"{local:%H:%M}", **more)


@functools.cache
def places(text: str) -> frozenset[str]:
    """The names of the values that a sentence takes."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def language_of(locale: str) -> Language:
    """The language of a BCP 47 tag, whatever the region: `de-AT` reads `de`; for everybody else English."""
    primary = locale.partition("-")[0].lower()
    return language(primary if primary in LANGUAGES else FALLBACK)


@functools.cache
def language(tag: str) -> Language:
    import tomllib  # the first mail or page of a process needs it

    with (TEXTS / f"{tag}.toml").open("rb") as file:
        return Language(tag, dict(_flat(tomllib.load(file))))


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every text under its dotted key. Line breaks of the file are none of the text."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, " ".join(str(value).split())
