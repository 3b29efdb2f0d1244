"""Time zones as calendars read them: a VTIMEZONE made from the IANA rules, and local times that refer to it."""

import functools
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from chalicelib.calendars.lines import component, line, text, utc

_STEP = timedelta(days=4)  # no clocks were ever changed and changed back within so few days
_SECOND = timedelta(seconds=1)
_WEEK = 7
_YEARS = 10  # so many are looked at: enough to tell the last Sunday of a month from the fourth
_EPOCH = "19700101T000000"
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _State:
    """What a clock of the zone shows, as an offset from UTC."""

    offset: timedelta
    saving: timedelta
    name: str

    @classmethod
    def at(cls, moment: datetime, zone: tzinfo) -> "_State":
        local = moment.astimezone(zone)
        return cls(local.utcoffset() or timedelta(), local.dst() or timedelta(), local.tzname() or "")

    @property
    def is_seen(self) -> tuple[timedelta, str]:
        """What somebody with a clock notices of it."""
        return self.offset, self.name


@dataclass(frozen=True, slots=True)
class _Onset:
    """One change of the clocks; `local` is what they showed when they were changed."""

    moment: datetime
    before: _State
    after: _State

    @property
    def local(self) -> datetime:
        return (self.moment + self.before.offset).replace(tzinfo=None)


def is_utc(name: str) -> bool:
    """Whether the zone is UTC under one of its names: its times need no VTIMEZONE."""
    return ZoneInfo(name).tzname(datetime(2000, 1, 1)) == "UTC"  # noqa: DTZ001 - of no zone: it asks for one's name


def local_time(name: str, at: datetime, zone_name: str) -> str:
    """DTSTART or DTEND in the zone. The second of two equal hours can only be said in UTC (RFC 5545, 3.3.5)."""
    local = at.astimezone(ZoneInfo(zone_name))
    if is_utc(zone_name) or local.fold:
        return line(name, utc(at))
    return line(name, f"{local:%Y%m%dT%H%M%S}", {"TZID": zone_name})


def local_date(name: str, at: datetime, zone_name: str) -> str:
    """DTSTART or DTEND of whole days, which are the same wherever they are read."""
    return line(name, f"{at.astimezone(ZoneInfo(zone_name)):%Y%m%d}", {"VALUE": "DATE"})


def definition(name: str, first: datetime, last: datetime) -> list[str]:
    """The lines of a VTIMEZONE that is right for every moment from `first` to `last`.

    Yearly changes are a rule, because Outlook reads nothing else; changes that follow none are told one by one.
    """
    last_year = max(last.year, first.year + _YEARS)
    onsets = _onsets(name, first.year - 1, last_year)
    lines = []
    if not onsets or onsets[0].moment > first:
        state = onsets[0].before if onsets else _State.at(first, ZoneInfo(name))
        lines += _observance(state, state, _EPOCH, None, saving=state.saving > timedelta())
    for group in _groups(onsets):
        rule = _rule([onset.local for onset in group]) if group[-1].moment.year == last_year else None
        for onset in group[:1] if rule else [change for change in group if change.moment <= last]:
            at = f"{onset.local:%Y%m%dT%H%M%S}"
            lines += _observance(onset.before, onset.after, at, rule, saving=_is_saving(onset.after, onsets))
    return component("VTIMEZONE", [line("TZID", name), *lines])


def _is_saving(state: _State, onsets: Sequence[_Onset]) -> bool:
    """Whether it is daylight saving time; some zones call the winter the exception, and save less than nothing."""
    if any(onset.after.saving < timedelta() for onset in onsets):
        return state.saving == timedelta()
    return state.saving > timedelta()


def _observance(before: _State, after: _State, at: str, rule: str | None, *, saving: bool) -> list[str]:
    lines = [
        line("DTSTART", at),
        *([line("RRULE", rule)] if rule else []),
        line("TZOFFSETFROM", _offset(before.offset)),
        line("TZOFFSETTO", _offset(after.offset)),
        line("TZNAME", text(after.name)),
    ]
    return component("DAYLIGHT" if saving else "STANDARD", lines)


def _offset(offset: timedelta) -> str:
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")


def _groups(onsets: Sequence[_Onset]) -> list[list[_Onset]]:
    """Changes from and to the same, in the order of their first."""
    groups: dict[tuple[_State, _State], list[_Onset]] = {}
    for onset in onsets:
        groups.setdefault((onset.before, onset.after), []).append(onset)
    return list(groups.values())


def _rule(times: Sequence[datetime]) -> str | None:
    """What changes of consecutive years have in common: the last or n-th such weekday of a month, or one of a week."""
    if len(times) < _YEARS - 1 or any(late.year - early.year != 1 for early, late in pairwise(times)):
        return None
    if len({(moment.month, moment.weekday(), moment.time()) for moment in times}) > 1:
        return None
    month, weekday = times[0].month, _WEEKDAYS[times[0].weekday()]
    days = sorted({moment.day for moment in times})
    if all(moment.day + _WEEK > monthrange(moment.year, moment.month)[1] for moment in times):
        return f"FREQ=YEARLY;BYMONTH={month};BYDAY=-1{weekday}"
    weeks = {(day - 1) // _WEEK + 1 for day in days}
    if len(weeks) == 1:
        return f"FREQ=YEARLY;BYMONTH={month};BYDAY={weeks.pop()}{weekday}"
    if days[-1] - days[0] != _WEEK - 1:
        return None
    either = ",".join(str(day) for day in range(days[0], days[-1] + 1))
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={either};BYDAY={weekday}"


@functools.lru_cache(maxsize=128)
def _onsets(name: str, first_year: int, last_year: int) -> tuple[_Onset, ...]:
    """Every change of the clocks in these years: looked for in steps, then to the second."""
    zone = ZoneInfo(name)
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    state, found = _State.at(at, zone), []
    while at < end:
        if _State.at(at + _STEP, zone) == state:
            at += _STEP
            continue
        at = _change(zone, at, at + _STEP)
        after = _State.at(at, zone)
        if after.is_seen != state.is_seen:
            found.append(_Onset(at, state, after))
        state = after
    return tuple(found)


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first second, of those after `before` and up to `after`, in which the clocks show something else."""
    state = _State.at(before, zone)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if _State.at(middle, zone) == state:
            before = middle
        else:
            after = middle
    return after
