"""One conference of the file as the body of `POST /events`; the same conference and day always make the same body."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.reference import languages
from devtools.demo import places
from devtools.demo.conferences import Conference

OPENS, CLOSES = "09:00:00", "18:00:00"  # local time
LEAD = timedelta(days=1)  # tomorrow already begins today on the other side of the date line
LONGEST_TITLE = 200
MOST_TAGS = 10
LONGEST_URL = 500
SMALL_ONE_IN = 8
SMALL = range(2, 21)
USUAL = range(40, 401)


def event_body(conference: Conference, today: date) -> dict[str, Any]:
    """What is posted: past years are moved on by whole years until the start lies ahead of `today` everywhere."""
    starts_on = _moved_on(conference.starts_on, today)
    country = places.country_of(conference.country)
    body = {
        "title": conference.title.strip()[:LONGEST_TITLE],
        "description": f"Topics: {', '.join(conference.topics)}.",
        "starts_at": f"{starts_on}T{OPENS}",
        "ends_at": f"{starts_on + (conference.ends_on - conference.starts_on)}T{CLOSES}",
        "timezone": places.zone_of(conference.country, conference.city),
        "language": languages.parse(conference.languages[0]) if conference.languages else None,
        "location": conference.city,
        "country": country.code if country else None,
        "coordinates": places.coordinates_of(conference.country, conference.city),
        "url": conference.url if _is_web_address(conference.url) else None,
        "online": conference.online,
        "capacity": capacity(conference),
        "tags": list(conference.topics[:MOST_TAGS]),
    }
    return {name: value for name, value in body.items() if value is not None}


def capacity(conference: Conference) -> int:
    """Mostly 40 to 400 seats, one conference in eight 2 to 20, so that full events are easy to see."""
    sizes = SMALL if conference.number("small") % SMALL_ONE_IN == 0 else USUAL
    return sizes[conference.number("capacity") % len(sizes)]


def _moved_on(day: date, today: date) -> date:
    years = 0
    while _years_later(day, years) <= today + LEAD:
        years += 1
    return _years_later(day, years)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)  # 29 February


def _is_web_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST_URL:
        return False
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
