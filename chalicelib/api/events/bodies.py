"""Events as they are written: the bodies, and the facts that follow from one."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from chalicelib.api.events import fields
from chalicelib.api.events.fields import SETTINGS
from chalicelib.api.http.schemas import Body, Moment
from chalicelib.domain import countries, currencies
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events import DEFAULT_LENGTH, Event, EventFacts, PartyPolicy, WaitlistMode
from chalicelib.domain.times import localise, rfc3339

READ_ONLY = frozenset(
    {
        "id", "organizer", "attendees_count", "available_spots", "waitlist_count", "is_full", "is_past", "is_upcoming",
        "is_active", "version", "created_at", "updated_at", "ends_at_assumed", "counts",
    }
)  # fmt: skip


class EventFields(Body):
    """Everything a publisher may write. Read-only fields are accepted and ignored, so that GET, edit, PUT works."""

    title: fields.Title
    starts_at: Moment
    ends_at: Moment | None = Field(None, description="Default: one hour after the start, marked ends_at_assumed.")
    description: fields.Description = ""
    timezone: fields.ZoneName | None = Field(
        None, description="IANA zone; naive times are local to it. Default: the country's if it has one, else UTC."
    )
    language: fields.Language | None = None
    location: fields.Location | None = None
    country: fields.CountryCode | None = None
    url: fields.Url | None = None
    online: bool = False
    capacity: fields.Capacity | None = Field(None, description="null is unlimited.")
    price: fields.Price = "0"
    currency: fields.Currency | None = None
    tags: fields.Tags = Field(default_factory=list)
    enrollment_opens_at: Moment | None = None
    enrollment_closes_at: Moment | None = Field(None, description="Default: when the event starts.")
    waitlist_mode: Literal["auto", "offer", "off"] = Field("auto", description=SETTINGS["waitlist_mode"])
    hold_minutes: fields.HoldMinutes = Field(15, description=SETTINGS["hold_minutes"])
    guest_hold_minutes: fields.GuestHoldMinutes = Field(60, description=SETTINGS["guest_hold_minutes"])
    offer_minutes: fields.OfferMinutes = Field(720, description=SETTINGS["offer_minutes"])
    party_max: fields.PartyMax = Field(1, description=SETTINGS["party_max"])
    party_policy: Literal["strict", "best_fit"] = Field("strict", description=SETTINGS["party_policy"])
    max_skips: fields.MaxSkips = Field(3, description=SETTINGS["max_skips"])
    on_sale_shards: fields.Shards | None = Field(None, description=SETTINGS["on_sale_shards"])
    guests_allowed: bool = Field(default=True, description=SETTINGS["guests_allowed"])
    no_show_release_minutes: fields.ReleaseMinutes | None = Field(None, description=SETTINGS["no_show_release_minutes"])
    reminders: fields.Reminders = Field(["-PT1H"], description=SETTINGS["reminders"])
    follow_ups: fields.FollowUps = Field(["PT1H"], description=SETTINGS["follow_ups"])

    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in READ_ONLY}


class EventIn(EventFields):
    """An event as it is to be, and whether its people are told of the difference."""

    notify: bool = Field(
        default=True,
        json_schema_extra={"writeOnly": True},
        description="Whether everybody enrolled is mailed what changed of title, times, place or link. No property of "
        "the event: it is about this request.",
    )


class CreateEventIn(EventFields):
    status: Literal["published", "draft"] = "published"


def to_facts(body: EventFields, currency: str, *, assumed: bool = False) -> EventFacts:
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
        **_settings(body),
    )


def _settings(body: EventFields) -> dict[str, Any]:
    """How the event takes people, by the names of `EventFacts`."""
    found = {name: getattr(body, name) for name in SETTINGS}
    return found | {
        "waitlist_mode": WaitlistMode(body.waitlist_mode),
        "party_policy": PartyPolicy(body.party_policy),
        "reminders": tuple(body.reminders),
        "follow_ups": tuple(body.follow_ups),
    }


def _maybe(at: datetime | None, zone_name: str) -> datetime | None:
    return localise(at, zone_name) if at else None


def writable(event: Event) -> dict[str, Any]:
    """The event as a body that would write it again: what PATCH merges into. Assumed values stay open."""
    facts = event.facts
    document: dict[str, Any] = {
        name: getattr(facts, name)
        for name in ("title", "description", "timezone", "language", "location", "country", "url", "online",
                     "capacity", "price", "currency", *SETTINGS)
    }  # fmt: skip
    document |= {name: list(getattr(facts, name)) for name in ("tags", "reminders", "follow_ups")}
    document["starts_at"] = rfc3339(facts.starts_at)
    if not facts.ends_at_assumed:
        document["ends_at"] = rfc3339(facts.ends_at)
    for name in ("enrollment_opens_at", "enrollment_closes_at"):
        at = getattr(facts, name)
        if at:
            document[name] = rfc3339(at)
    return document
