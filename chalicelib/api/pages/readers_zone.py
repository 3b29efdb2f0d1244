"""When an event is on the clocks of whoever reads: they choose a time zone, and links keep it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.api.pages.frame import Frame
from chalicelib.domain.events.event_facts import EventFacts

# A few for each offset that people live by: all of them would be more than the rest of a page. Others can stand in the
# address, and are then among them.
OFFERED = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago",
    "America/Mexico_City", "America/New_York", "America/Bogota", "America/Halifax", "America/Santiago",
    "America/St_Johns", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores", "UTC",
    "Europe/London", "Africa/Lagos", "Europe/Berlin", "Europe/Athens", "Africa/Cairo", "Africa/Johannesburg",
    "Europe/Istanbul", "Africa/Nairobi", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo",
    "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """`there` are the facts on the clocks of the zone that was chosen; `offered` are names with what people read."""

    chosen: str
    there: EventFacts | None
    offered: list[tuple[str, str]]


def zone_choice(facts: EventFacts, made: Frame) -> ZoneChoice | None:
    """None for whole days: they are the same days everywhere."""
    if facts.all_day:
        return None
    language, chosen = made.language, made.zone or ""
    there = replace(facts, timezone=chosen) if chosen and chosen != facts.timezone else None
    sorted_ones = sorted((_offset(facts.starts_at, name), name) for name in {*OFFERED, chosen} - {""})
    offered = [(name, f"{_written(offset)} {language.place_of_zone(name)}") for offset, name in sorted_ones]
    return ZoneChoice(chosen, there, offered)


def _offset(at: datetime, name: str) -> timedelta:
    return at.astimezone(ZoneInfo(name)).utcoffset() or timedelta()


def _written(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"{sign}{hours:02}:{rest:02}"
