"""What a field of an event may be, and how the OpenAPI document says it."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.config import JsonDict

from chalicelib.api.http.schemas import Line, Text, whole
from chalicelib.domain import countries, currencies, languages, reminders
from chalicelib.domain.limits import (
    MAX_CAPACITY,
    MAX_DESCRIPTION_BYTES,
    MAX_FOLLOW_UPS,
    MAX_LOCATION,
    MAX_PARTY,
    MAX_REMINDERS,
    MAX_SHARDS,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
)
from chalicelib.domain.times import zone

_DAY = 24 * 60  # minutes
# Begins with a host, and has neither blanks nor control characters; written so that ECMA reads it the same way.
_BLANK = r"\s\u0000-\u0020\u007f-\u00a0\ufeff"
_URL = re.compile(rf"^[Hh][Tt][Tt][Pp][Ss]?://[^{_BLANK}/?#@][^{_BLANK}]*$")
# What the validators below say, as far as JSON Schema can say it.
_JSON: dict[str, JsonDict] = {
    "description": {
        "maxLength": MAX_DESCRIPTION_BYTES,
        "description": f"At most {MAX_DESCRIPTION_BYTES} bytes of UTF-8.",
    },
    "language": {"examples": ["en", "pt-BR"], "description": "BCP 47 tag; English language names are read too."},
    "country": {"examples": ["DE"], "description": "ISO 3166-1 alpha-2; UK is read as GB."},
    "url": {"pattern": _URL.pattern, "examples": ["https://example.org"]},
    "price": {"pattern": r"^[0-9]{1,9}(\.[0-9]{1,6})?$", "examples": ["12.50"]},
    "currency": {"pattern": "^[A-Za-z]{3}$", "examples": ["EUR"], "description": "ISO 4217; default: a setting."},
}
_PRICE = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)


def _description(value: str) -> str:
    if len(value.encode()) > MAX_DESCRIPTION_BYTES:
        raise ValueError("must be at most 4 KB (4096 bytes of UTF-8)")
    return value


def _timezone(value: str) -> str:
    if zone(value) is None:
        raise ValueError("must be an IANA time zone such as Europe/Berlin")
    return value


def _language(value: str) -> str:
    tag = languages.parse(value)
    if tag is None:
        raise ValueError("must be a BCP 47 tag such as en or pt-BR, or an English language name")
    return tag


def _country(value: str) -> str:
    found = countries.find(value)
    if found is None:
        raise ValueError("must be an ISO 3166-1 alpha-2 code such as DE")
    return found.code


def _currency(value: str) -> str:
    if currencies.digits(value.upper()) is None:
        raise ValueError("must be an ISO 4217 code such as EUR")
    return value.upper()


def _price(value: str) -> str:
    if not _PRICE.fullmatch(value):
        raise ValueError('must be a decimal number as a text, such as "12.50"')
    return value


def _url(value: str) -> str:
    if not _URL.fullmatch(value):
        raise ValueError("must be an http or https URL")
    return value


def _tags(value: list[str]) -> list[str]:
    """Each tag once, where and as it was first written."""
    first: dict[str, str] = {}
    for tag in value:
        first.setdefault(tag.casefold(), tag)
    return list(first.values())


def _different(value: list[str]) -> list[str]:
    """None of them twice; they are written in the one way by now."""
    twice = sorted({one for one in value if value.count(one) > 1})
    if twice:
        raise ValueError(f"must be different from each other: {', '.join(twice)} is there more than once")
    return value


Title = Annotated[Line, Field(min_length=1, max_length=MAX_TITLE)]
Description = Annotated[Text, AfterValidator(_description), Field(json_schema_extra=_JSON["description"])]
ZoneName = Annotated[Line, AfterValidator(_timezone), Field(max_length=64)]
Language = Annotated[Line, AfterValidator(_language), Field(max_length=60, json_schema_extra=_JSON["language"])]
Location = Annotated[Line, Field(max_length=MAX_LOCATION)]
CountryCode = Annotated[Line, AfterValidator(_country), Field(max_length=60, json_schema_extra=_JSON["country"])]
Url = Annotated[Line, AfterValidator(_url), Field(max_length=500, json_schema_extra=_JSON["url"])]
Capacity = Annotated[int, Field(ge=1, le=MAX_CAPACITY), BeforeValidator(whole)]
Price = Annotated[str, AfterValidator(_price), Field(json_schema_extra=_JSON["price"])]
Currency = Annotated[
    str, AfterValidator(_currency), Field(min_length=3, max_length=3, json_schema_extra=_JSON["currency"])
]
Tags = Annotated[
    list[Annotated[Line, Field(min_length=1, max_length=MAX_TAG)]], Field(max_length=MAX_TAGS), AfterValidator(_tags)
]
HoldMinutes = Annotated[int, Field(ge=1, le=_DAY), BeforeValidator(whole)]
GuestHoldMinutes = Annotated[int, Field(ge=5, le=7 * _DAY), BeforeValidator(whole)]
OfferMinutes = Annotated[int, Field(ge=5, le=14 * _DAY), BeforeValidator(whole)]
PartyMax = Annotated[int, Field(ge=1, le=MAX_PARTY), BeforeValidator(whole)]
MaxSkips = Annotated[int, Field(ge=0, le=20), BeforeValidator(whole)]
Shards = Annotated[int, Field(ge=1, le=MAX_SHARDS), BeforeValidator(whole)]
ReleaseMinutes = Annotated[int, Field(ge=0, le=_DAY), BeforeValidator(whole)]
_REMINDER = r"^(START:|END:)?-P(?=[0-9T])([0-9]{1,3}W)?([0-9]{1,3}D)?(T(?=[0-9])([0-9]{1,4}H)?([0-9]{1,6}M)?)?$"
_FOLLOW_UP = r"^P(?=[0-9T])([0-9]{1,3}W)?([0-9]{1,3}D)?(T(?=[0-9])([0-9]{1,4}H)?([0-9]{1,6}M)?)?$"
ReminderText = Annotated[
    str,
    AfterValidator(reminders.reminder_text),
    Field(max_length=32, json_schema_extra={"pattern": _REMINDER, "examples": ["-PT1H", "-P1D", "END:-PT30M"]}),
]
FollowUpText = Annotated[
    str,
    AfterValidator(reminders.follow_up_text),
    Field(max_length=32, json_schema_extra={"pattern": _FOLLOW_UP, "examples": ["PT1H", "P7D"]}),
]
Reminders = Annotated[list[ReminderText], Field(max_length=MAX_REMINDERS), AfterValidator(_different)]
FollowUps = Annotated[list[FollowUpText], Field(max_length=MAX_FOLLOW_UPS), AfterValidator(_different)]

# What each setting means, for bodies and answers alike.
SETTINGS = {
    "waitlist_mode": "What a seat that becomes free is for the first in the waitlist: `auto` theirs at once, `offer` "
    "held until they accept, decline or let it pass, `off` no waitlist.",
    "hold_minutes": "How long an enrollment made with `confirm: false` keeps its seat.",
    "guest_hold_minutes": "How long a guest's seat waits for the link that was mailed.",
    "offer_minutes": "How long an offered seat is held.",
    "party_max": "The most people that one enrollment may be for.",
    "party_policy": "When the first party in the waitlist does not fit: `strict` nobody overtakes it, `best_fit` a "
    "smaller one may.",
    "max_skips": "With `best_fit`: how many seats may go past the same first party.",
    "on_sale_shards": "For a rush: over how many counters the seats are spread. One bears about 10 enrolments a "
    "second, 64 about 640. null: follows from the capacity.",
    "guests_allowed": "Whether people without an account may enrol with name and e-mail address.",
    "reminders": "When the confirmed ones are reminded: ISO 8601 durations before the start (`-PT1H`) or the end "
    "(`END:-PT30M`), from one minute to 365 days, in weeks, days of 24 hours, hours and whole minutes. Answers write "
    "them in the shortest way.",
    "follow_ups": "When somebody is written to again after their place was confirmed: ISO 8601 durations from five "
    "minutes to 90 days.",
    "no_show_release_minutes": "How long after the start the seats of those who did not come are given to the "
    "waitlist. null: never.",
}
