"""Change notices: which facts of an event its people are told of, and what several edits make one mail of."""

import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

GATHERING = timedelta(minutes=5)  # edits so close to each other become one mail
NEAR = timedelta(minutes=30)  # before its start nobody waits for further edits
_MOMENT = timedelta(milliseconds=1)
IN_FLIGHT = timedelta(seconds=30)  # the longest that a request takes from looking at the clock to its commit


class Facts(Protocol):
    """What an event says of itself, as far as people plan by it."""

    @property
    def title(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def ends_at_assumed(self) -> bool: ...
    @property
    def all_day(self) -> bool: ...
    @property
    def timezone(self) -> str: ...
    @property
    def location(self) -> str | None: ...
    @property
    def online(self) -> bool: ...
    @property
    def url(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The facts whose change is told; the link of an event matters when it is where the event takes place."""

    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str = "UTC"
    location: str | None = None
    online: bool = False
    url: str | None = None
    all_day: bool = False
    ends_at_assumed: bool = False

    @classmethod
    def of(cls, facts: Facts) -> "Material":
        found = {field.name: getattr(facts, field.name) for field in fields(cls)}
        return cls(**found | {"url": facts.url if facts.online else None})


class NoticeState(StrEnum):
    WAITING = "waiting"  # for further edits
    SENDING = "sending"  # what it says is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an event's people are to be told: how it differs from `before`, by a job that is due at `due_at`."""

    id: str
    before: Material
    opened_at: datetime
    changed_at: datetime
    due_at: datetime
    state: NoticeState = NoticeState.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one notice says, decided once: the mails about it tell the same, whatever is edited meanwhile."""

    id: str
    before: Material
    after: Material
    changed_at: datetime

    def concerns(self, enrolled_at: datetime) -> bool:
        """Whether somebody who enrolled then may have seen the event as it was."""
        return enrolled_at < self.changed_at + IN_FLIGHT


def last_day(facts: Facts) -> datetime:
    """A moment of the last day of an event, in its own zone: it ends when that day is over."""
    return (facts.ends_at - _MOMENT).astimezone(ZoneInfo(facts.timezone))


def differences(was: Facts, now: Facts) -> tuple[str, ...]:
    """What people notice of a change, in the order in which they are told.

    Of times that is another moment, or another day or hour on the clocks of the place: from Berlin to Vienna nothing
    changes. Whole days have no hours. Of texts it is what can be seen.
    """
    facts = {
        "title": _read(was.title) != _read(now.title),
        "time": _read_times(was) != _read_times(now),
        "location": _read(was.location) != _read(now.location),
        "online": was.online != now.online,
        "url": was.url != now.url and (was.online or now.online),
    }
    return tuple(name for name, changed in facts.items() if changed)


def _read(text: str | None) -> str:
    """Letters with accents of their own and letters with accents put together look the same."""
    return unicodedata.normalize("NFC", text or "")


def _read_times(facts: Facts) -> tuple[object, ...]:
    zone = ZoneInfo(facts.timezone)
    if facts.all_day:
        return facts.starts_at.astimezone(zone).date(), last_day(facts).date()
    local = (facts.starts_at.astimezone(zone), facts.ends_at.astimezone(zone))
    return facts.starts_at, facts.ends_at, *(at.replace(tzinfo=None) for at in local)


def is_near(before: Facts, after: Facts, now: datetime) -> bool:
    """Whether people may be on their way already, to where or when the event was or will be."""
    return min(before.starts_at, after.starts_at) - now < NEAR


def silenced(before: Material, old: Material, new: Material) -> Material:
    """What a waiting notice starts from after a change that nobody is to be told of.

    A fact that it is about stays: its mail goes out in any case, and says what is true then.
    """
    quiet: dict[str, Any] = {}
    for name in (field.name for field in fields(Material)):
        if getattr(before, name) == getattr(old, name):
            quiet[name] = getattr(new, name)
    return replace(before, **quiet)
