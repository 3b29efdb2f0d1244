"""What a publisher writes down of an event. A field is declared once: bodies, answers, examples and the card follow."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain import errors
from chalicelib.domain.events.facts import fact, facts_of
from chalicelib.domain.seats import shards_for
from chalicelib.domain.shared.coordinates import Coordinates
from chalicelib.domain.shared.limits import LATEST_START, MAX_CAPACITY, MAX_PARTY, MAX_SHARDS, WALK_INS_BEFORE, span
from chalicelib.domain.shared.times import localise, whole_days

_DAY = 24 * 60  # minutes


class WaitlistMode(StrEnum):
    """What a seat that became free is for the head of the waitlist."""

    AUTO = "auto"  # theirs at once
    OFFER = "offer"  # held for them until they accept, decline or let it pass
    OFF = "off"


class PartyPolicy(StrEnum):
    """Whether a smaller party may pass a head that does not fit."""

    STRICT = "strict"
    BEST_FIT = "best_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """Everything a publisher may write. Times are aware UTC; `capacity` None is unlimited.

    A name on a card is for good: cards that are stored have it. What only `api/events/fields.py` can check, or what is
    worked out from other fields (`api/events/bodies.py`), is named there.
    """

    title: str = field(metadata=fact("t", example="Python Workshop"))
    starts_at: datetime = field(metadata=fact("s", example="2030-07-01T09:00:00+02:00"))
    ends_at: datetime = field(
        metadata=fact(
            "e",
            note="Default: one hour after the start, marked ends_at_assumed.",
            example="2030-07-01T17:00:00+02:00",
        )
    )
    ends_at_assumed: bool = field(default=False, metadata=fact("ea", is_written=False))
    all_day: bool = field(
        default=False,
        metadata=fact(
            "ad",
            about="Whether it is of whole days, which have no hours: start and end are widened to the local days that "
            "they touch, and the end is the midnight after the last one.",
        ),
    )
    description: str = field(default="", metadata=fact(None, example="Hands-on Python for beginners."))
    timezone: str = field(
        default="UTC",
        metadata=fact(
            "tz", note="IANA zone; naive times are local to it. Default: the country's if it has one, else UTC."
        ),
    )
    language: str | None = field(default=None, metadata=fact("la", example="en"))
    location: str | None = field(default=None, metadata=fact("lo", example="Tech Hub, Berlin"))
    country: str | None = field(default=None, metadata=fact("co", example="DE"))
    coordinates: Coordinates | None = field(
        default=None,
        metadata=fact(
            "ll",
            about="Where it is on the earth, for maps and for `near`: degrees of WGS 84, kept with five decimals. "
            "null: nowhere, or nobody has said.",
            example={"latitude": 52.52, "longitude": 13.405},
        ),
    )
    url: str | None = field(default=None, metadata=fact("u"))
    online: bool = field(default=False, metadata=fact("on"))
    cover_url: str | None = field(
        default=None,
        metadata=fact(
            "cv",
            about="The address of a picture, which pages show and nobody here fetches: https, a public host name, no "
            "port.",
        ),
    )
    cover_alt: str | None = field(
        default=None, metadata=fact("ca", about="What the picture shows, for people who do not see it.")
    )
    unlisted: bool = field(
        default=False,
        metadata=fact(
            "ul",
            about="Whether only those find it who have its address: it is in no list, search, sitemap or feed of "
            "others. Enrolling is the same.",
        ),
    )
    capacity: int | None = field(
        default=None,
        metadata=fact(
            None, note="null is unlimited; 0 takes interest only: people wait.", least=0, most=MAX_CAPACITY, example=30
        ),
    )
    price: str = field(default="0.00", metadata=fact("p", example="12.50"))
    currency: str = field(default="EUR", metadata=fact("cu", example="EUR"))
    tags: tuple[str, ...] = field(default=(), metadata=fact("ta", example=["python", "beginners"]))
    enrollment_opens_at: datetime | None = field(default=None, metadata=fact("eo"))
    enrollment_closes_at: datetime | None = field(
        default=None, metadata=fact("ec", note="Default: when the event starts.")
    )
    waitlist_mode: WaitlistMode = field(
        default=WaitlistMode.AUTO,
        metadata=fact(
            "wm",
            about="What a seat that becomes free is for the first in the waitlist: `auto` theirs at once, `offer` "
            "held until they accept, decline or let it pass, `off` no waitlist.",
            example="offer",
        ),
    )
    hold_minutes: int = field(
        default=15,
        metadata=fact(
            "hm", about="How long an enrollment made with `confirm: false` keeps its seat.", least=1, most=_DAY
        ),
    )
    guest_hold_minutes: int = field(
        default=60,
        metadata=fact(
            "gh", about="How long a guest's seat waits for the link that was mailed.", least=5, most=7 * _DAY
        ),
    )
    offer_minutes: int = field(
        default=720, metadata=fact("om", about="How long an offered seat is held.", least=5, most=14 * _DAY)
    )
    party_max: int = field(
        default=1,
        metadata=fact(
            "pm", about="The most people that one enrollment may be for.", least=1, most=MAX_PARTY, example=4
        ),
    )
    party_policy: PartyPolicy = field(
        default=PartyPolicy.STRICT,
        metadata=fact(
            "pp",
            about="When the first party in the waitlist does not fit: `strict` nobody overtakes it, `best_fit` a "
            "smaller one may.",
        ),
    )
    max_skips: int = field(
        default=3,
        metadata=fact(
            "ms", about="With `best_fit`: how many seats may go past the same first party.", least=0, most=20
        ),
    )
    on_sale_shards: int | None = field(
        default=None,
        metadata=fact(
            "sh",
            about="For a rush: over how many counters the seats are spread. One bears about 10 enrolments a "
            "second, 64 about 640. null: follows from the capacity.",
            least=1,
            most=MAX_SHARDS,
        ),
    )
    guests_allowed: bool = field(
        default=True,
        metadata=fact("ga", about="Whether people without an account may enrol with name and e-mail address."),
    )
    walk_ins: bool = field(
        default=False,
        metadata=fact(
            "wi",
            about="Whether door staff may enrol somebody who stands at the door and takes a free seat: from "
            f"{span(WALK_INS_BEFORE)} before the start until the end.",
        ),
    )
    no_show_release_minutes: int | None = field(
        default=None,
        metadata=fact(
            "ns",
            about="How long after the start the seats of those who did not come are given to the "
            "waitlist. null: never.",
            least=0,
            most=_DAY,
        ),
    )
    reminders: tuple[str, ...] = field(  # domain/notifications/reminders.py reads them
        default=("-PT1H",),
        metadata=fact(
            "re",
            about="When the confirmed ones are reminded: ISO 8601 durations before the start (`-PT1H`) or the end "
            "(`END:-PT30M`), from one minute to 365 days, in weeks, days of 24 hours, hours and whole minutes. Answers "
            "write them in the shortest way.",
        ),
    )
    follow_ups: tuple[str, ...] = field(
        default=("PT1H",),
        metadata=fact(
            "fu",
            about="When somebody is written to again after their place was confirmed: ISO 8601 durations from five "
            "minutes to 90 days.",
        ),
    )

    @property
    def closes_at(self) -> datetime:
        return self.enrollment_closes_at or self.starts_at

    @property
    def largest_party(self) -> int:
        """For how many people one enrollment can be: a capacity that shrank by what was given up may be below that.

        With a capacity of 0 people wait for one that is not known yet.
        """
        return min(self.party_max, self.capacity or self.party_max)

    def problems(self) -> list[errors.FieldError]:
        """The rules between fields; each names the field to change."""
        found = []
        if self.ends_at <= self.starts_at:
            found.append(errors.FieldError("/ends_at", "ends_before_start", "must be after starts_at"))
        if self.enrollment_closes_at and self.enrollment_closes_at > self.ends_at:
            found.append(errors.FieldError("/enrollment_closes_at", "closes_after_end", "must not be after ends_at"))
        if self.enrollment_opens_at and self.enrollment_opens_at >= self.closes_at:
            found.append(
                errors.FieldError("/enrollment_opens_at", "opens_after_close", "must be before enrollment_closes_at")
            )
        return found + self._setting_problems()

    def _setting_problems(self) -> list[errors.FieldError]:
        """Settings that could not be kept as they are."""
        found = []
        if self.capacity and self.party_max > self.capacity:  # with 0 people wait for a capacity that is not known yet
            found.append(errors.FieldError("/party_max", "party_over_capacity", "must not be more than capacity"))
        wanted = self.on_sale_shards
        if wanted is not None and shards_for(self.capacity, wanted=wanted, party_max=self.party_max) != wanted:
            message = (
                "must be 1 or null while capacity is so small for party_max: no counter may be too small for a party"
            )
            found.append(errors.FieldError("/on_sale_shards", "shards_split_parties", message))
        release = self.no_show_release_minutes
        if release is not None and self.starts_at + timedelta(minutes=release) >= self.ends_at:
            found.append(errors.FieldError("/no_show_release_minutes", "release_after_end", "must pass before ends_at"))
        return found

    def start_problems(self, now: datetime) -> list[errors.FieldError]:
        """Checked only when `starts_at` is new or changes."""
        if self.starts_at <= now:
            return [errors.FieldError("/starts_at", "starts_in_past", "must be in the future")]
        if self.starts_at > now + LATEST_START:
            return [errors.FieldError("/starts_at", "starts_too_late", "must be within ten years")]
        return []


def new_problems(before: EventFacts, after: EventFacts) -> list[errors.FieldError]:
    """What an edit makes wrong. What is wrong already (a seat that was taken from the event makes its capacity smaller
    than `party_max`) is no fault of an edit that leaves the field alone.
    """
    known = before.problems()
    return [
        problem
        for problem in after.problems()
        if problem not in known or getattr(before, problem.where[1:]) != getattr(after, problem.where[1:])
    ]


def copy_of(facts: EventFacts, starts_at: datetime) -> EventFacts:
    """The same at another time: as long, or as many days; what is said of enrolling keeps its distance to the start on
    the clocks of the place. What a capacity that has shrunk since does not bear any more becomes what it bears.
    """
    ends_at = starts_at + (facts.ends_at - facts.starts_at)
    if facts.all_day:
        last = _clock(facts.ends_at, facts) - timedelta(days=1)  # within the last day
        starts_at, ends_at = whole_days(starts_at, _moved(last, facts, starts_at), facts.timezone)
    opens_at, closes_at = facts.enrollment_opens_at, facts.enrollment_closes_at
    party_max = facts.largest_party
    wanted = facts.on_sale_shards
    fits = wanted is None or shards_for(facts.capacity, wanted=wanted, party_max=party_max) == wanted
    return replace(
        facts,
        starts_at=starts_at,
        ends_at=ends_at,
        enrollment_opens_at=opens_at and _moved(_clock(opens_at, facts), facts, starts_at),
        enrollment_closes_at=closes_at and min(_moved(_clock(closes_at, facts), facts, starts_at), ends_at),
        party_max=party_max,
        on_sale_shards=wanted if fits else None,
    )


def _clock(at: datetime, facts: EventFacts) -> datetime:
    """What clocks of the place show then."""
    return at.astimezone(ZoneInfo(facts.timezone)).replace(tzinfo=None)


def _moved(shown: datetime, facts: EventFacts, starts_at: datetime) -> datetime:
    """As far from the new start as clocks show it from the present one."""
    return localise(shown + (_clock(starts_at, facts) - _clock(facts.starts_at, facts)), facts.timezone)


FACTS = facts_of(EventFacts)
WRITTEN = {name: declared for name, declared in FACTS.items() if declared.is_written}
