"""Events as they are written: the bodies, and the facts that follow from one."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, create_model, model_validator

from chalicelib.api.events import fields
from chalicelib.api.http.request.moments import Moment
from chalicelib.api.http.request.schemas import Body
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events.event import DEFAULT_LENGTH, Event
from chalicelib.domain.events.event_facts import WRITTEN, EventFacts
from chalicelib.domain.events.facts import Fact
from chalicelib.domain.reference import countries, currencies
from chalicelib.domain.shared.coordinates import Coordinates
from chalicelib.domain.shared.times import local_text, localise, whole_days

READ_ONLY = frozenset(
    {
        "id", "organizer", "attendees_count", "available_spots", "waitlist_count", "is_full", "is_past", "is_upcoming",
        "is_active", "version", "created_at", "updated_at", "ends_at_assumed", "counts",
        "waiting_in_vain", "slug", "html_url", "description_html", "would",
    }
)  # fmt: skip


class _Writable(Body):
    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in READ_ONLY}


if TYPE_CHECKING:
    _Facts = _Writable
else:
    _Facts = create_model(
        "EventFields", __base__=_Writable, **{name: fields.body_field(fact) for name, fact in WRITTEN.items()}
    )


class EventFields(_Facts):
    """Everything a publisher may write. Read-only fields are accepted and ignored, so that GET, edit, PUT works."""


class _Tried(EventFields):
    dry_run: bool = Field(
        default=False,
        json_schema_extra={"writeOnly": True},
        description="Answer with 200 what the request would, refusals included, and write nothing, mail nobody and "
        "keep no answer for an `Idempotency-Key`.",
    )


class EventIn(_Tried):
    """An event as it is to be, and whether its people are told of the difference."""

    shrink: bool = Field(
        default=False,
        json_schema_extra={"writeOnly": True},
        description="Whether `capacity` may be lower than the seats that are taken: nobody loses one, and seats that "
        "are given up go to nobody until only so many are taken. No property of the event: it is about this request.",
    )
    notify: bool = Field(
        default=True,
        json_schema_extra={"writeOnly": True},
        description="Whether everybody enrolled is mailed what changed of title, times, place or link. No property of "
        "the event: it is about this request.",
    )


class CreateEventIn(_Tried):
    status: Literal["published", "draft"] = "published"


class DuplicateEventIn(Body):
    """When the copy is; everything else is as the event has it."""

    starts_at: Moment = Field(description="A time without an offset is local to the event's `timezone`.")
    title: fields.Title | None = Field(None, description="Default: that of the event.")


def to_facts(body: EventFields, currency: str, *, assumed: bool = False) -> EventFacts:
    """Fill in the defaults and make every time an instant. `assumed` keeps an assumed end assumed."""
    given = dict(body)
    country = countries.get(given["country"]) if given["country"] else None
    zone_name = given["timezone"] or (country.timezone if country and country.timezone else "UTC")
    currency = given["currency"] or currency
    price = currencies.price(given["price"], currency)
    if price is None:
        places = currencies.digits(currency)
        raise InvalidRequestError(FieldError("/price", "invalid", f"{currency} has {places} decimal digits"))
    found = {name: _fact_of(fact, given[name], zone_name) for name, fact in WRITTEN.items()}
    assumed = assumed or given["ends_at"] is None
    starts_at, ends_at = _times(found, zone_name, assumed=assumed)
    found |= {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "ends_at_assumed": assumed,
        "timezone": zone_name,
        "price": price,
        "currency": currency,
    }
    return EventFacts(**found)


def _times(found: dict[str, Any], zone_name: str, *, assumed: bool) -> tuple[datetime, datetime]:
    """Start and end, with what stands in for an end that nobody set."""
    start, end = found["starts_at"], None if assumed else found["ends_at"]
    if found["all_day"]:
        return whole_days(start, end, zone_name)
    return start, end or start + DEFAULT_LENGTH


def _fact_of(fact: Fact, value: Any, zone_name: str) -> Any:
    """A value of a body as its fact has it."""
    if value is None:
        return None
    if fact.kind is datetime:
        return localise(value, zone_name)
    if fact.kind is Coordinates:
        return Coordinates.rounded(value.latitude, value.longitude)
    return fact.kind(value)


def writable(event: Event) -> dict[str, Any]:
    """The event as a body that would write it again: what PATCH merges into. Assumed values stay open.

    Whole days are told by their dates: in another time zone they are the same.
    """
    facts = event.facts
    document = {name: fields.json_value(getattr(facts, name)) for name in WRITTEN}
    if facts.all_day:
        document |= {name: local_text(getattr(facts, name), facts.timezone) for name in ("starts_at", "ends_at")}
    if event.facts.ends_at_assumed:
        del document["ends_at"]
    return document
