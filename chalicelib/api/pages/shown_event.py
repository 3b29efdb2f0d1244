"""An event as its pages show it: the address, what its buttons lead to, and what search engines read."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.api.events.rich_text import plain
from chalicelib.api.pages.frame import Frame
from chalicelib.domain.errors import EnrollmentNotOpenError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts, WaitlistMode
from chalicelib.domain.events.slugs import page_path
from chalicelib.domain.reference import countries
from chalicelib.domain.shared.coordinates import DIGITS
from chalicelib.domain.shared.times import rfc3339
from chalicelib.services.events.change import EventView

_DAY, _MOMENT = timedelta(days=1), timedelta(milliseconds=1)
_MODES = {(True, False): "Online", (False, True): "Offline", (True, True): "Mixed", (False, False): "Offline"}
PICTURE_SIZE = (1200, 630)  # what networks show large
_NEARBY = 25  # kilometres
SHORT = 200  # characters of a description elsewhere


def path_of(event: Event) -> str:
    return page_path(event.id, event.facts.title)


def place_of(facts: EventFacts) -> str:
    """Where it is, for people: what the organizer wrote, else the country."""
    country = countries.get(facts.country) if facts.country else None
    return facts.location or (country.name if country else "")


def map_link(facts: EventFacts) -> str:
    """Where it is on a map; nothing is loaded from there before somebody asks."""
    if point := facts.coordinates:
        latitude, longitude = _degrees(point.latitude), _degrees(point.longitude)
        marked = urlencode({"mlat": latitude, "mlon": longitude})
        return f"https://www.openstreetmap.org/?{marked}#map=16/{latitude}/{longitude}"
    country = countries.get(facts.country) if facts.country else None
    words = [word for word in (facts.location, country.name if country else None) if word]
    return f"https://www.openstreetmap.org/search?{urlencode({'query': ', '.join(words)})}" if facts.location else ""


def nearby(facts: EventFacts) -> str:
    """What `near` is asked with for events not far from this one; "" where nobody has said where it is."""
    point = facts.coordinates
    return f"{_degrees(point.latitude)},{_degrees(point.longitude)},{_NEARBY}" if point else ""


def _degrees(number: float) -> str:
    """Never with an exponent."""
    return f"{number:.{DIGITS}f}".rstrip("0").rstrip(".")


def _days(facts: EventFacts) -> tuple[datetime, datetime]:
    """Start and end on the clocks of the place."""
    zone = ZoneInfo(facts.timezone)
    return facts.starts_at.astimezone(zone), facts.ends_at.astimezone(zone)


def google_link(event: Event, page: str) -> str:
    facts = event.facts
    if facts.all_day:
        start, end = _days(facts)
        dates = f"{start:%Y%m%d}/{end - _MOMENT + _DAY:%Y%m%d}"
    else:
        dates = f"{facts.starts_at:%Y%m%dT%H%M%SZ}/{facts.ends_at:%Y%m%dT%H%M%SZ}"
    given = {"action": "TEMPLATE", "text": facts.title, "dates": dates, "details": page, "location": place_of(facts)}
    return f"https://calendar.google.com/calendar/render?{urlencode(given)}"


def outlook_link(event: Event, page: str) -> str:
    facts = event.facts
    start, end = rfc3339(facts.starts_at), rfc3339(facts.ends_at)
    if facts.all_day:
        first, after = _days(facts)
        start, end = f"{first:%Y-%m-%d}", f"{after - _MOMENT + _DAY:%Y-%m-%d}"
    given = {
        "rru": "addevent",
        "subject": facts.title,
        "startdt": start,
        "enddt": end,
        "body": page,
        "location": place_of(facts),
        "allday": "true" if facts.all_day else "false",
    }
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(given)}"


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands beside a link to an event elsewhere. Of a picture from elsewhere nobody knows how large it is."""

    url: str
    alt: str
    width: int | None = None
    height: int | None = None


def picture_of(view: EventView, made: Frame) -> Picture:
    """The organizer's own, else one that is drawn, whose address changes with the event: nobody shows an old one."""
    event = view.event
    if event.facts.cover_url:
        return Picture(event.facts.cover_url, event.facts.cover_alt or "")
    url = made.absolute(f"/e/{event.id}/picture.png", v=event.version)
    said = [event.facts.title, made.language.when(event.facts), place_of(event.facts)]
    return Picture(url, ", ".join(part for part in said if part), *PICTURE_SIZE)


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What somebody without an account can do at an event now."""

    is_open: bool  # a form is shown
    waits: bool = False  # nothing is free: the form leads to the waitlist
    refusal: str = ""  # the code of why there is none
    needs_account: bool = False


def enrolling(view: EventView, now: datetime) -> Enrolling:
    """The service decides when the form is sent; this says what to offer before."""
    refused, facts = view.event.refuses(now), view.event.facts
    if refused:
        return Enrolling(is_open=False, refusal=refused.code)
    if not facts.guests_allowed:
        return Enrolling(is_open=False, needs_account=True)
    if view.seats.is_full and facts.waitlist_mode is WaitlistMode.OFF:
        return Enrolling(is_open=False, refusal="waitlist_off")
    return Enrolling(is_open=True, waits=view.seats.is_full)


def json_ld(view: EventView, page: str, organizer_page: str, picture: str, now: datetime) -> str:
    """schema.org/Event as search engines ask for it, safe to stand in a script element.

    `organizer_page` is "" where there is none.
    """
    event, facts = view.event, view.event.facts
    is_on = event.status is EventStatus.PUBLISHED
    start, end = _days(facts)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": facts.title,
        "url": page,
        "image": picture,
        "startDate": f"{start:%Y-%m-%d}" if facts.all_day else start.isoformat(timespec="minutes"),
        "eventStatus": f"https://schema.org/Event{'Scheduled' if is_on else 'Cancelled'}",
        "eventAttendanceMode": f"https://schema.org/{_MODES[facts.online, _has_place(facts)]}EventAttendanceMode",
        "organizer": {"@type": "Organization", "name": view.seats.organizer_name}
        | ({"url": organizer_page} if organizer_page else {}),
        "offers": _offer(view, page, enrolling(view, now)),
    }
    if not facts.ends_at_assumed:
        said["endDate"] = f"{end - _MOMENT:%Y-%m-%d}" if facts.all_day else end.isoformat(timespec="minutes")
    if places := _places(facts, page):
        said["location"] = places[0] if len(places) == 1 else places
    if facts.description.strip():
        said["description"] = plain(facts.description, 1000)
    if facts.language:
        said["inLanguage"] = facts.language
    if facts.tags:
        said["keywords"] = ", ".join(facts.tags)
    if view.seats.limit is not None:
        said["maximumAttendeeCapacity"] = view.seats.limit
        said["remainingAttendeeCapacity"] = view.seats.available
    escaped = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(escaped)


def _offer(view: EventView, page: str, state: Enrolling) -> dict[str, str]:
    """Nothing is in stock where nobody gets a place any more; where it is to come, `validFrom` says when."""
    facts = view.event.facts
    is_to_be_had = not view.seats.is_full and state.refusal in {"", EnrollmentNotOpenError.code}
    return {
        "@type": "Offer",
        "price": facts.price,
        "priceCurrency": facts.currency,
        "availability": f"https://schema.org/{'InStock' if is_to_be_had else 'SoldOut'}",
        "validFrom": rfc3339(facts.enrollment_opens_at or view.event.created_at),
        "url": page,
    }


def _has_place(facts: EventFacts) -> bool:
    return bool(place_of(facts) or facts.coordinates)


def _places(facts: EventFacts, page: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if _has_place(facts):
        found.append({"@type": "Place", **_named(facts)})
        if point := facts.coordinates:
            geo = {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}
            found[0]["geo"] = geo
    if facts.online:
        found.append({"@type": "VirtualLocation", "url": facts.url or page})
    return found


def _named(facts: EventFacts) -> dict[str, Any]:
    """The name and the address of the place, as far as they are known."""
    place = place_of(facts)
    if not place:
        return {}
    address: dict[str, str] = {"@type": "PostalAddress"}
    if facts.location:
        address["streetAddress"] = facts.location
    if facts.country:
        address["addressCountry"] = facts.country
    return {"name": place, "address": address}
