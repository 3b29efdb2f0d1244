"""Times and prices as people read them: a clock and a day at the place of the event, an amount in its currency."""

import functools
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from chalicelib.domain.events.event_changes import Facts, last_day
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.reference.zones import city

_MINUTE = timedelta(minutes=1)


class Wording(ABC):
    """How one language writes them, in the words of its catalogue."""

    @abstractmethod
    def say(self, key: str, **values: object) -> str:
        """The sentence of this key with its values."""

    def moment(self, at: datetime, zone: str) -> str:
        """A moment as people at that place read it."""
        local = at.astimezone(ZoneInfo(zone))
        return self.say("time.moment", date=self._date(local), time=_clock(local))

    def moment_of(self, at: datetime, facts: Facts) -> str:
        """A moment in the event's own zone, with the zone."""
        local = at.astimezone(ZoneInfo(facts.timezone))
        return self.say("time.moment_of", moment=self.moment(at, facts.timezone), zone=self._zone(local, facts))

    def in_utc(self, at: datetime) -> str:
        """A moment for a reader of whom no place is known."""
        return self.say("time.moment_of", moment=self.moment(at, "UTC"), zone="UTC")

    def start_of(self, facts: Facts) -> str:
        """When an event begins: its day, if it is of whole days."""
        if facts.all_day:
            return self._date(facts.starts_at.astimezone(ZoneInfo(facts.timezone)))
        return self.moment_of(facts.starts_at, facts)

    def end_of(self, facts: Facts) -> str:
        """When an event ends: its last day, if it is of whole days."""
        return self._date(last_day(facts)) if facts.all_day else self.moment_of(facts.ends_at, facts)

    def when(self, facts: Facts) -> str:
        """Start and end in the event's own zone. An end that nobody set is not told, and whole days are only days."""
        if facts.all_day:
            first, last = self.start_of(facts), self.end_of(facts)
            return first if first == last else self.say("time.whole_days", first=first, last=last)
        if facts.ends_at_assumed:
            return self.start_of(facts)
        zone = ZoneInfo(facts.timezone)
        start, end = facts.starts_at.astimezone(zone), facts.ends_at.astimezone(zone)
        shown = self._zone(start, facts, end)
        if start.date() == end.date():
            date = self._date(start)
            return self.say("time.one_day", date=date, time=_clock(start), end=_clock(end), zone=shown)
        begin, until = self.moment(facts.starts_at, facts.timezone), self.moment(facts.ends_at, facts.timezone)
        return self.say("time.days", start=begin, end=until, zone=shown)

    def offsets(self, facts: Facts) -> str:
        """How far the clocks of the place are from UTC; empty where `when` says it already, or tells of no clocks."""
        if facts.all_day or city(facts.timezone) is None:
            return ""
        zone = ZoneInfo(facts.timezone)
        return "/".join(dict.fromkeys(_offset(at.astimezone(zone)) for at in (facts.starts_at, facts.ends_at)))

    def place_of_zone(self, zone: str) -> str:
        """What a zone is named after, in this language; the name of one that is named after none."""
        named = city(zone)
        return zone if named is None else self._cities().get(named, named)

    def price(self, facts: EventFacts, party_size: int = 1) -> str:
        """What it costs, for each of a party; empty when nobody asked for money."""
        amount = Decimal(facts.price)
        if not amount:
            return ""
        written = self.say("price.amount", amount=self._marked(f"{amount:,f}"), currency=facts.currency)
        return self.say("price.each", price=written) if party_size > 1 else written

    def number(self, number: int) -> str:
        """How many: thousands are kept apart where there are so many."""
        return self._marked(f"{number:,}")

    def _marked(self, written: str) -> str:
        return written.translate({ord(","): self.say("price.thousands"), ord("."): self.say("price.decimals")})

    def _date(self, local: datetime) -> str:
        weekday = self.say("time.weekdays").split()[local.weekday()]
        month = self.say("time.months").split()[local.month - 1]
        return self.say("time.date", weekday=weekday, day=local.day, month=month, year=local.year)

    def _zone(self, local: datetime, facts: Facts, until: datetime | None = None) -> str:
        """Whose clocks they are: those of a city, by its name in this language, else of one or two offsets."""
        named = city(facts.timezone)
        if named is None:
            return "/".join(dict.fromkeys(_offset(at) for at in (local, until or local)))
        return self.say("time.city", city=self._cities().get(named, named))

    def _cities(self) -> dict[str, str]:
        return _pairs(self.say("time.cities"))


@functools.cache
def _pairs(text: str) -> dict[str, str]:
    """Of `a=b, c=d`: once for each language, as a page may name many."""
    return dict(entry.strip().split("=") for entry in text.split(","))


def _clock(local: datetime) -> str:
    """What clocks show; in an hour that comes twice also which of the two it is."""
    is_repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} ({_offset(local)})" if is_repeated else f"{local:%H:%M}"


def _offset(local: datetime) -> str:
    minutes = (local.utcoffset() or timedelta()) // _MINUTE
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
