"""Events on the wire: the body to write, the summary in lists, the whole in detail."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic.config import JsonDict

from chalicelib.api.schemas.common import Body, Line, Moment, Out, Text, UtcTime, whole
from chalicelib.domain import countries, currencies, languages
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events import DEFAULT_LENGTH, Event, EventFacts
from chalicelib.domain.seats import MAX_CAPACITY
from chalicelib.domain.times import localise, rfc3339, zone
from chalicelib.services.publishing import EventView

READ_ONLY = frozenset(
    {
        "id", "organizer", "attendees_count", "available_spots", "waitlist_count", "is_full", "is_past", "is_upcoming",
        "is_active", "version", "created_at", "updated_at", "ends_at_assumed", "counts",
    }
)  # fmt: skip
MAX_DESCRIPTION_BYTES = 4096
# Begins with a host, and has neither blanks nor control characters; written so that ECMA reads it the same way.
_BLANK = r"\s\u0000-\u0020\u007f-\u00a0\ufeff"
_URL = re.compile(rf"^[Hh][Tt][Tt][Pp][Ss]?://[^{_BLANK}/?#@][^{_BLANK}]*$")
# What the validators below say, as far as JSON Schema can say it.
_JSON: dict[str, JsonDict] = {
    "description": {"maxLength": MAX_DESCRIPTION_BYTES, "description": "At most 4096 bytes of UTF-8."},
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


Tag = Annotated[Line, Field(min_length=1, max_length=40)]


class EventIn(Body):
    """Everything a publisher may write. Read-only fields are accepted and ignored, so that GET, edit, PUT works."""

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    starts_at: Moment
    ends_at: Moment | None = Field(None, description="Default: one hour after the start, marked ends_at_assumed.")
    description: Annotated[Text, AfterValidator(_description), Field(json_schema_extra=_JSON["description"])] = ""
    timezone: Annotated[Line, AfterValidator(_timezone), Field(max_length=64)] | None = Field(
        None, description="IANA zone; naive times are local to it. Default: the country's if it has one, else UTC."
    )
    language: (
        Annotated[Line, AfterValidator(_language), Field(max_length=60, json_schema_extra=_JSON["language"])] | None
    ) = None
    location: Annotated[Line, Field(max_length=200)] | None = None
    country: (
        Annotated[Line, AfterValidator(_country), Field(max_length=60, json_schema_extra=_JSON["country"])] | None
    ) = None
    url: Annotated[Line, AfterValidator(_url), Field(max_length=500, json_schema_extra=_JSON["url"])] | None = None
    online: bool = False
    capacity: Annotated[int, Field(ge=1, le=MAX_CAPACITY), BeforeValidator(whole)] | None = Field(
        None, description="null is unlimited."
    )
    price: Annotated[str, AfterValidator(_price), Field(json_schema_extra=_JSON["price"])] = "0"
    currency: (
        Annotated[
            str, AfterValidator(_currency), Field(min_length=3, max_length=3, json_schema_extra=_JSON["currency"])
        ]
        | None
    ) = None
    tags: Annotated[list[Tag], Field(max_length=10), AfterValidator(_tags)] = Field(default_factory=list)
    enrollment_opens_at: Moment | None = None
    enrollment_closes_at: Moment | None = Field(None, description="Default: when the event starts.")

    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in READ_ONLY}


class CreateEventIn(EventIn):
    status: Literal["published", "draft"] = "published"


class OrganizerOut(Out):
    id: str
    name: str


class EventSummaryOut(Out):
    """An event in a list: everything but the description."""

    id: str
    title: str
    starts_at: UtcTime
    ends_at: UtcTime
    ends_at_assumed: bool
    timezone: str
    language: str | None
    location: str | None
    country: str | None
    url: str | None
    online: bool
    capacity: int | None
    price: str
    currency: str
    tags: list[str]
    status: Literal["draft", "published", "cancelled"]
    enrollment_opens_at: UtcTime | None
    enrollment_closes_at: UtcTime
    organizer: OrganizerOut
    attendees_count: int
    available_spots: int | None = Field(description="null when unlimited.")
    waitlist_count: int
    is_full: bool
    is_past: bool
    is_upcoming: bool
    is_active: bool
    version: int
    created_at: UtcTime
    updated_at: UtcTime


class EventOut(EventSummaryOut):
    description: str


class CountsOut(Out):
    """The event's enrollments by status."""

    confirmed: int
    cancelled: int


class OwnEventOut(EventSummaryOut):
    counts: CountsOut


class CapacityOut(Out):
    capacity: int | None
    attendees_count: int
    available_spots: int | None
    waitlist_count: int


def to_facts(body: EventIn, currency: str, *, assumed: bool = False) -> EventFacts:
    """Fill in the defaults and make every time an instant. `assumed` keeps an assumed end assumed."""
    country = countries.get(body.country) if body.country else None
    zone_name = body.timezone or (country.timezone if country and country.timezone else "UTC")
    currency = body.currency or currency
    price = currencies.price(body.price, currency)
    if price is None:
        places = currencies.digits(currency)
        raise InvalidRequestError(FieldError("/price", "invalid", f"{currency} has {places} decimal digits"))
    starts_at = localise(body.starts_at, zone_name)
    assumed = assumed or body.ends_at is None
    return EventFacts(
        title=body.title,
        starts_at=starts_at,
        ends_at=starts_at + DEFAULT_LENGTH if assumed or body.ends_at is None else localise(body.ends_at, zone_name),
        ends_at_assumed=assumed,
        description=body.description,
        timezone=zone_name,
        language=body.language,
        location=body.location or None,
        country=body.country,
        url=body.url,
        online=body.online,
        capacity=body.capacity,
        price=price,
        currency=currency,
        tags=tuple(body.tags),
        enrollment_opens_at=_maybe(body.enrollment_opens_at, zone_name),
        enrollment_closes_at=_maybe(body.enrollment_closes_at, zone_name),
    )


def _maybe(at: datetime | None, zone_name: str) -> datetime | None:
    return localise(at, zone_name) if at else None


def writable(event: Event) -> dict[str, Any]:
    """The event as a body that would write it again: what PATCH merges into. Assumed values stay open."""
    facts = event.facts
    document: dict[str, Any] = {
        name: getattr(facts, name)
        for name in ("title", "description", "timezone", "language", "location", "country", "url", "online",
                     "capacity", "price", "currency")
    }  # fmt: skip
    document["tags"] = list(facts.tags)
    document["starts_at"] = rfc3339(facts.starts_at)
    if not facts.ends_at_assumed:
        document["ends_at"] = rfc3339(facts.ends_at)
    for name in ("enrollment_opens_at", "enrollment_closes_at"):
        at = getattr(facts, name)
        if at:
            document[name] = rfc3339(at)
    return document


def event_fields(view: EventView, now: datetime) -> dict[str, Any]:
    """Everything of a summary, by name."""
    event, seats = view.event, view.seats
    facts = event.facts
    return {
        "id": event.id,
        "title": facts.title,
        "starts_at": facts.starts_at,
        "ends_at": facts.ends_at,
        "ends_at_assumed": facts.ends_at_assumed,
        "timezone": facts.timezone,
        "language": facts.language,
        "location": facts.location,
        "country": facts.country,
        "url": facts.url,
        "online": facts.online,
        "capacity": seats.limit,
        "price": facts.price,
        "currency": facts.currency,
        "tags": list(facts.tags),
        "status": event.status.value,
        "enrollment_opens_at": facts.enrollment_opens_at,
        "enrollment_closes_at": facts.closes_at,
        "organizer": OrganizerOut(id=event.organizer_id, name=seats.organizer_name),
        "attendees_count": seats.taken,
        "available_spots": seats.available,
        "waitlist_count": 0,
        "is_full": seats.is_full,
        "is_past": event.is_past(now),
        "is_upcoming": event.is_upcoming(now),
        "is_active": event.status.value == "published",
        "version": event.version,
        "created_at": event.created_at,
        "updated_at": event.updated_at,
    }


def summary_out(view: EventView, now: datetime) -> EventSummaryOut:
    return EventSummaryOut(**event_fields(view, now))


def event_out(view: EventView, now: datetime) -> EventOut:
    return EventOut(description=view.event.facts.description, **event_fields(view, now))


def own_event_out(view: EventView, now: datetime) -> OwnEventOut:
    counts = CountsOut(confirmed=view.seats.taken, cancelled=view.seats.cancelled)
    return OwnEventOut(counts=counts, **event_fields(view, now))


def etag(view: EventView) -> str:
    """`<version>.<counts>`: If-None-Match compares all of it, If-Match the part before the dot."""
    return f"{view.event.version}.{view.seats.taken}"
