"""What a field of an event may be, and how the OpenAPI document says it."""

import re
from dataclasses import MISSING
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from chalicelib.api.http.request.moments import Moment
from chalicelib.api.http.request.schemas import Body, Heading, Line, Out, Text, UtcTime, whole
from chalicelib.domain.events.facts import Fact
from chalicelib.domain.notifications import reminders
from chalicelib.domain.reference import countries, currencies, languages
from chalicelib.domain.reference.zones import zone
from chalicelib.domain.shared.coordinates import DIGITS, Coordinates
from chalicelib.domain.shared.limits import (
    MAX_COVER_ALT,
    MAX_DESCRIPTION_BYTES,
    MAX_FOLLOW_UPS,
    MAX_LOCATION,
    MAX_REMINDERS,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
)
from chalicelib.domain.shared.times import rfc3339

# Begins with a host, and has neither blanks nor control characters; written so that ECMA reads it the same way.
_BLANK = r"\s\u0000-\u0020\u007f-\u00a0\ufeff"
_URL = re.compile(rf"^[Hh][Tt][Tt][Pp][Ss]?://[^{_BLANK}/?#@][^{_BLANK}]*$")
# A name that the whole world resolves, which a number, a port and a name of somebody's own network are not: pages make
# their readers' browsers ask there.
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PICTURE = re.compile(
    rf"^[Hh][Tt][Tt][Pp][Ss]://({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
    r"([/?#][A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]*)?$"
)
_HOST = re.compile(r"://([^/?#]*)")
_OWN_NETWORK = frozenset({"localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "arpa"})
# What the validators below say, as far as JSON Schema can say it.
_JSON: dict[str, JsonDict] = {
    "description": {
        "maxLength": MAX_DESCRIPTION_BYTES,
        "description": f"At most {MAX_DESCRIPTION_BYTES} bytes of UTF-8.",
    },
    "language": {"examples": ["en", "pt-BR"], "description": "BCP 47 tag; English language names are read too."},
    "country": {"examples": ["DE"], "description": "ISO 3166-1 alpha-2; UK is read as GB."},
    "url": {"pattern": _URL.pattern, "examples": ["https://example.org"]},
    "cover_url": {"pattern": _PICTURE.pattern, "examples": ["https://images.example.org/python.jpg"]},
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
    return currencies.shortest(value)


def _url(value: str) -> str:
    if not _URL.fullmatch(value):
        raise ValueError("must be an http or https URL")
    return value


def _picture(value: str) -> str:
    host = _HOST.search(value) if _PICTURE.fullmatch(value) else None
    if host is None or host[1].lower().rpartition(".")[2] in _OWN_NETWORK:
        raise ValueError("must be an https URL with a public host name, without a port, user name or password")
    return value


def _tags(value: list[str]) -> list[str]:
    """Each tag once, where and as it was first written."""
    first: dict[str, str] = {}
    for tag in value:
        first.setdefault(tag.casefold(), tag)
    return list(first.values())


def _if_any(value: str) -> str | None:
    return value or None


def _degrees(value: float) -> float:
    """As they are kept, so that two points that are kept as one are one to an `Idempotency-Key`."""
    return round(value, DIGITS) + 0.0


def _different(value: list[str]) -> list[str]:
    """None of them twice; they are written in the one way by now."""
    twice = sorted({text for text in value if value.count(text) > 1})
    if twice:
        raise ValueError(f"must be different from each other: {', '.join(twice)} is there more than once")
    return value


Title = Annotated[Heading, Field(min_length=1, max_length=MAX_TITLE)]
Description = Annotated[Text, AfterValidator(_description), Field(json_schema_extra=_JSON["description"])]
ZoneName = Annotated[Line, AfterValidator(_timezone), Field(max_length=64)]
Language = Annotated[Line, AfterValidator(_language), Field(max_length=60, json_schema_extra=_JSON["language"])]
Location = Annotated[Line, Field(max_length=MAX_LOCATION), AfterValidator(_if_any)]
CountryCode = Annotated[Line, AfterValidator(_country), Field(max_length=60, json_schema_extra=_JSON["country"])]
Url = Annotated[Line, AfterValidator(_url), Field(max_length=500, json_schema_extra=_JSON["url"])]
CoverUrl = Annotated[Line, AfterValidator(_picture), Field(max_length=500, json_schema_extra=_JSON["cover_url"])]
CoverAlt = Annotated[Line, Field(max_length=MAX_COVER_ALT)]
Price = Annotated[str, AfterValidator(_price), Field(json_schema_extra=_JSON["price"])]
Currency = Annotated[
    str, AfterValidator(_currency), Field(min_length=3, max_length=3, json_schema_extra=_JSON["currency"])
]
Tags = Annotated[
    list[Annotated[Line, Field(min_length=1, max_length=MAX_TAG)]], Field(max_length=MAX_TAGS), AfterValidator(_tags)
]
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


Degrees = Annotated[float, AfterValidator(_degrees)]


class CoordinatesIn(Body):
    """A point on the earth, in degrees of WGS 84; five decimals are kept, about a metre."""

    latitude: Degrees = Field(ge=-90, le=90, allow_inf_nan=False, description="North is positive.", examples=[52.52])
    longitude: Degrees = Field(ge=-180, le=180, allow_inf_nan=False, description="East is positive.", examples=[13.405])


class CoordinatesOut(Out):
    """A point on the earth, in degrees of WGS 84."""

    model_config = ConfigDict(from_attributes=True)

    latitude: float
    longitude: float


# The fields that more is asked of than their kind and bounds say.
CHECKED: dict[str, Any] = {
    "title": Title,
    "description": Description,
    "timezone": ZoneName,
    "language": Language,
    "location": Location,
    "country": CountryCode,
    "coordinates": CoordinatesIn,
    "url": Url,
    "cover_url": CoverUrl,
    "cover_alt": CoverAlt,
    "price": Price,
    "currency": Currency,
    "tags": Tags,
    "reminders": Reminders,
    "follow_ups": FollowUps,
}
# What a body may leave out although the event has it: `bodies.to_facts` works these out.
WORKED_OUT: dict[str, Any] = {"ends_at": None, "timezone": None, "currency": None, "price": "0"}


def body_field(fact: Fact) -> tuple[Any, Any]:
    """The type and the default of a field in a body, as `create_model` takes them."""
    kind = CHECKED.get(fact.name) or _plain(fact)
    default = WORKED_OUT.get(fact.name, fact.default)
    if fact.is_optional or default is None:
        kind = kind | None
    text = fact.about or fact.note
    if default == ():
        return kind, Field(default_factory=list, description=text)
    return kind, Field(... if default is MISSING else json_value(default), description=text)


def answer_field(fact: Fact) -> tuple[Any, Any]:
    """The same of an answer, which has every field."""
    kind = {datetime: UtcTime, tuple: list[str], Coordinates: CoordinatesOut}.get(fact.kind) or _values(fact)
    return (kind | None if fact.is_optional else kind), Field(description=fact.about)


def json_value(value: Any) -> Any:
    """What a fact is in JSON."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Coordinates):
        return {"latitude": value.latitude, "longitude": value.longitude}
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _plain(fact: Fact) -> Any:
    """What a value of this kind may be, by its bounds."""
    if fact.kind is datetime:
        return Moment
    if fact.kind is int:
        return Annotated[int, Field(ge=fact.least, le=fact.most), BeforeValidator(whole)]
    if fact.kind is str:
        return Annotated[Line, Field(max_length=fact.most)]
    return _values(fact)


def _values(fact: Fact) -> Any:
    return Literal[tuple(value.value for value in fact.kind)] if issubclass(fact.kind, StrEnum) else fact.kind
