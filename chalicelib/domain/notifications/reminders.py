"""Reminders and follow-ups: their texts (ISO 8601 durations), their moments, and which of them still matter."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.shared.limits import LONGEST_FOLLOW_UP, LONGEST_REMINDER, SHORTEST_FOLLOW_UP
from chalicelib.domain.shared.times import stamp, to_milliseconds

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_START, _END = "START:", "END:"
_SPAN = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?)?", re.ASCII)
_UNITS = (timedelta(weeks=1), _DAY, _HOUR, _MINUTE)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long waiting for reminders and follow-ups takes: 1 outside of development, where it may be shortened."""

    speed: float = 1.0

    def of(self, span: timedelta) -> timedelta:
        return span / self.speed

    @property
    def lead(self) -> timedelta:
        """How long before its time a reminder is fanned out."""
        return self.of(10 * _MINUTE)

    @property
    def margin(self) -> timedelta:
        """From when on a confirmation's sender writes the reminder itself: the lead, and clocks that differ."""
        return self.of(12 * _MINUTE)

    @property
    def net(self) -> timedelta:
        """A row is due so long after what it follows from, or later."""
        return self.of(2 * _MINUTE)


@dataclass(frozen=True, slots=True)
class Reminder:
    """So long before the start of an event, or before its end."""

    before: timedelta
    of_end: bool = False

    def __str__(self) -> str:
        return f"{_END if self.of_end else ''}-{span_text(self.before)}"

    @classmethod
    def parse(cls, text: str) -> "Reminder":
        """Raises `ValueError` with the sentence for whoever wrote it."""
        of_end = text.startswith(_END)
        rest = text.removeprefix(_END) if of_end else text.removeprefix(_START)
        if not rest.startswith("-"):
            raise ValueError(
                "must begin with a minus sign, such as -PT1H: a reminder comes before the start or the end"
            )
        before = parse_span(rest[1:])
        if not _MINUTE <= before <= LONGEST_REMINDER:
            raise ValueError("must be from one minute (-PT1M) to 365 days (-P365D) before")
        return cls(before, of_end)

    def anchor(self, facts: EventFacts) -> datetime:
        """What it reminds of; after that it is of no use."""
        return facts.ends_at if self.of_end else facts.starts_at

    def at(self, facts: EventFacts, pace: Pace) -> datetime:
        return to_milliseconds(self.anchor(facts) - pace.of(self.before))

    def moved_at(self, event: Event) -> datetime | None:
        """When the moment that it reminds of was last moved."""
        return event.end_moved_at if self.of_end else event.start_moved_at

    def version(self, event: Event) -> str:
        """Names the moment that it reminds of: another one as soon as the event is moved, even if it is moved back."""
        moved = self.moved_at(event)
        return stamp(self.anchor(event.facts)) + (f"/{stamp(moved)}" if moved else "")


def reminders_of(facts: EventFacts) -> list[Reminder]:
    return [Reminder.parse(text) for text in facts.reminders]


def is_overtaken(reminder: Reminder, facts: EventFacts, now: datetime, pace: Pace) -> bool:
    """Whether the time of a later reminder of the same event has come: two at once would be one too many."""
    at = reminder.at(facts, pace)
    return any(at < other.at(facts, pace) <= now for other in reminders_of(facts))


def is_for(reminder: Reminder, facts: EventFacts, seated_at: datetime, pace: Pace) -> bool:
    """Whether a reminder is for who got their place then: its time had not come, and their confirmation says it all."""
    return reminder.at(facts, pace) >= seated_at


def reminders_due(facts: EventFacts, seated_at: datetime, now: datetime, pace: Pace) -> list[Reminder]:
    """Those that the sender of a late confirmation sees to: every one that is being fanned out for the others, or else
    the latest one whose time has come since the place was confirmed.
    """
    useful = [
        reminder
        for reminder in reminders_of(facts)
        if now < reminder.anchor(facts) and is_for(reminder, facts, seated_at, pace)
    ]
    near = [reminder for reminder in useful if now < reminder.at(facts, pace) <= now + pace.margin]
    past = [reminder for reminder in useful if reminder.at(facts, pace) <= now]
    return near or sorted(past, key=lambda reminder: reminder.at(facts, pace))[-1:]


def reminder_text(text: str) -> str:
    """The one way to write this reminder. Raises `ValueError` with the sentence for whoever wrote it."""
    return str(Reminder.parse(text))


def follow_up_text(text: str) -> str:
    """The one way to write this follow-up. Raises `ValueError` with the sentence for whoever wrote it."""
    if text.startswith("-"):
        raise ValueError("must not begin with a minus sign: a follow-up comes after the enrolment, such as PT1H")
    after = parse_span(text)
    if not SHORTEST_FOLLOW_UP <= after <= LONGEST_FOLLOW_UP:
        raise ValueError("must be from five minutes (PT5M) to 90 days (P90D)")
    return span_text(after)


def parse_span(text: str) -> timedelta:
    """Weeks, days of 24 hours, hours and minutes. Raises `ValueError`."""
    found = _SPAN.fullmatch(text)
    if found is None or not any(found.groups()) or text.endswith("T"):
        raise ValueError(
            "must be an ISO 8601 duration of weeks, days, hours and whole minutes, such as P1D, PT1H30M or P1DT12H"
        )
    return sum((int(number or 0) * unit for number, unit in zip(found.groups(), _UNITS, strict=True)), timedelta())


def span_text(span: timedelta) -> str:
    """The shortest ISO 8601 duration in days, hours and minutes."""
    days, rest = divmod(span, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")
