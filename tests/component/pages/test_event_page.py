"""The page of an event: what it shows, where it is, and what machines read in it."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.api.pages.frame import POLICY
from devtools.simdb.meter import Meter
from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.mails.mailed import BROWSER
from tests.support.problems import problem
from tests.support.web.pages import Page, address, seen
from tests.support.world import World

FACTS: dict[str, Any] = {
    "title": "Grüße aus Köln",
    "starts_at": "2026-07-01T09:00:00+02:00",
    "ends_at": "2026-07-01T17:00:00+02:00",
    "timezone": "Europe/Berlin",
    "location": "Alter Markt",
    "country": "DE",
    "capacity": 3,
    "price": "12.50",
    "description": "**Bring** a laptop.",
    "tags": ["python"],
    "language": "de",
}


def test_it_shows_what_there_is_to_know(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)

    page = seen(world, address(world, event), Accept_Language="en")

    assert page.title == "Grüße aus Köln - Turnout"
    assert {
        "Wednesday, 1 July 2026, 09:00 to 17:00 (Berlin time)", "Alter Markt", "EUR 12.50", "3 of 3 left",
        "Olga Organizer", "python", "Bring",
    } <= set(page.words)  # fmt: skip
    assert "openstreetmap.org/search?query=Alter+Markt%2C+Germany" in page.link("Show on a map")
    assert page.link("Olga Organizer") == f"/o/{olga.id}"
    assert page.link("Apple and others (.ics)") == f"/events/{event['id']}/calendar.ics"


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (0, ("3 of 3 left", "Noch 3 von 3 frei")),
        (1, ("2 of 3 left", "Noch 2 von 3 frei")),
        (2, ("One of 3 left", "Noch einer von 3 frei")),
        (3, ("Fully booked", "Ausgebucht")),
    ],
)
def test_it_and_its_card_say_how_many_places_are_left_down_to_the_last(
    world: World, olga: Person, taken: int, said: tuple[str, str]
) -> None:
    event = world.an_event(olga.token, **FACTS)
    for _ in range(taken):
        enrolled(world, event, a_person(world))

    for tag, words in zip(("en", "de"), said, strict=True):
        assert words in seen(world, f"{address(world, event)}?lang={tag}").words
        assert words in seen(world, f"/e/{event['id']}/embed?lang={tag}").words


@pytest.mark.parametrize("slug", ["", "-", "-other", "-gruesse-aus-koeln-2", "grusse"])
def test_its_id_is_enough_and_leads_to_its_address(world: World, olga: Person, slug: str) -> None:
    event = world.an_event(olga.token, **FACTS)

    answer = world.get(f"/e/{event['id']}{slug}?lang=de&utm_source=mail", Accept=BROWSER)

    assert answer.status == 301
    assert answer.headers["Location"] == f"/e/{event['id']}-gruesse-aus-koeln?lang=de"
    assert answer.headers["Cache-Control"] == "public, max-age=5", "a title may go back to what it was"
    assert seen(world, answer.headers["Location"]).status == 200


def test_a_title_without_ascii_leaves_the_id(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="活動")

    assert seen(world, f"/e/{event['id']}").title == "活動 - Turnout"


def test_a_page_of_nothing_is_friendly_and_a_problem_to_programs(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")
    for path in ("/e/x", f"/e/{draft['id']}", "/o/x", f"/o/{olga.id}", "/months/2026-13", "/months/x"):
        page = seen(world, path)
        assert (page.status, page.title) == (404, "Page not found - Turnout"), path
        assert page.link("Find events") == "/search"
        problem(world.get(path), 404, "not_found")


def test_machines_read_what_search_engines_ask_for(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, **{**FACTS, "online": True, "url": "https://example.org/call"})
    path = address(world, event)
    enrolled(world, event, ada)

    page = seen(world, path)

    url, picture = f"https://api.test{path}", f"https://api.test/e/{event['id']}/picture.png?v=1"
    assert json.loads(page.data) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Grüße aus Köln",
        "url": url,
        "image": picture,
        "startDate": "2026-07-01T09:00+02:00",
        "endDate": "2026-07-01T17:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            {"@type": "Place", "name": "Alter Markt",
             "address": {"@type": "PostalAddress", "streetAddress": "Alter Markt", "addressCountry": "DE"}},
            {"@type": "VirtualLocation", "url": "https://example.org/call"},
        ],
        "organizer": {"@type": "Organization", "name": "Olga Organizer", "url": f"https://api.test/o/{olga.id}"},
        "offers": {"@type": "Offer", "price": "12.50", "priceCurrency": "EUR", "url": url,
                   "availability": "https://schema.org/InStock", "validFrom": event["created_at"]},
        "description": "Bring a laptop.",
        "inLanguage": "de",
        "keywords": "python",
        "maximumAttendeeCapacity": 3,
        "remainingAttendeeCapacity": 2,
    }  # fmt: skip
    assert page.rels["canonical"] == url
    alternates = {given["hreflang"]: given["href"] for tag, given in page.tags if given.get("rel") == "alternate"
                  and "hreflang" in given}  # fmt: skip
    assert alternates == {"en": f"{url}?lang=en", "de": f"{url}?lang=de", "x-default": url}
    shared = {given["property"]: given["content"] for tag, given in page.tags if "property" in given}
    assert shared == {
        "og:site_name": "Turnout", "og:url": url, "og:type": "website", "og:title": "Grüße aus Köln",
        "og:description": "Bring a laptop.", "og:image": picture, "og:image:width": "1200", "og:image:height": "630",
        "og:image:alt": "Grüße aus Köln, Mittwoch, 1. Juli 2026, 09:00 bis 17:00 Uhr (Ortszeit Berlin), Alter Markt",
    }  # fmt: skip
    cards = [given["content"] for tag, given in page.tags if given.get("name") == "twitter:card"]
    assert cards == ["summary_large_image"]


# https://developers.google.com/search/docs/appearance/structured-data/event, but for who performs: nobody says so, and
# `previousStartDate`, which is of events that are marked as moved.
REQUIRED = {"@context", "@type", "name", "startDate", "location"}
RECOMMENDED = {"description", "endDate", "eventStatus", "image", "offers", "organizer"}
OF_AN_OFFER = {"availability", "price", "priceCurrency", "validFrom", "url"}


@pytest.mark.parametrize(
    "facts",
    [{}, {"online": True, "location": None, "country": None}, {"price": "0.00"}],
    ids=["place", "online", "free"],
)
def test_search_engines_find_every_field_that_they_ask_for(world: World, olga: Person, facts: dict[str, Any]) -> None:
    event = world.an_event(olga.token, **{**FACTS, **facts})

    data = json.loads(seen(world, address(world, event)).data)

    assert (REQUIRED | RECOMMENDED) - data.keys() == set()
    assert OF_AN_OFFER - data["offers"].keys() == set()
    assert {"name", "url"} - data["organizer"].keys() == set()
    if data["location"]["@type"] == "Place":
        assert {"name", "address"} - data["location"].keys() == set()
    else:
        assert data["location"]["url"].startswith("https://")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, "InStock"),
        ({"guests_allowed": False}, "InStock"),
        ({"enrollment_opens_at": "2026-06-20T09:00:00Z"}, "InStock"),
        ({"capacity": 0}, "SoldOut"),
        ({"enrollment_closes_at": "2026-06-01T09:30:00Z"}, "SoldOut"),
        ({"starts_at": "2026-06-01T09:30:00Z", "ends_at": None}, "SoldOut"),
    ],
    ids=["open", "with an account", "opens later", "full", "closed", "over"],
)
def test_machines_are_told_whether_there_is_still_a_place(
    world: World, olga: Person, facts: dict[str, Any], told: str
) -> None:
    event = world.an_event(olga.token, **{**FACTS, **facts})
    world.clock.advance(timedelta(hours=3))

    offer = json.loads(seen(world, address(world, event)).data)["offers"]

    assert offer["availability"] == f"https://schema.org/{told}"


def test_a_country_is_no_street_to_machines(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, country="DE")

    place = json.loads(seen(world, address(world, event)).data)["location"]

    assert place == {
        "@type": "Place", "name": "Germany", "address": {"@type": "PostalAddress", "addressCountry": "DE"},
    }  # fmt: skip


def test_whole_days_are_days_to_machines_and_calendars(world: World, olga: Person) -> None:
    days = {"starts_at": "2026-07-01T12:00:00", "ends_at": "2026-07-02T12:00:00"}
    event = world.an_event(olga.token, all_day=True, timezone="Europe/Berlin", **days)

    page = seen(world, address(world, event))

    data = json.loads(page.data)
    assert (data["startDate"], data["endDate"]) == ("2026-07-01", "2026-07-02")
    assert "location" not in data, "nobody said where"
    google = parse_qs(urlsplit(page.link("Google Calendar")).query)
    assert google["dates"] == ["20260701/20260703"], "the day after the last one"
    outlook = parse_qs(urlsplit(page.link("Outlook")).query)
    assert (outlook["startdt"], outlook["enddt"], outlook["allday"]) == (["2026-07-01"], ["2026-07-03"], ["true"])


def test_what_calendars_are_told_of_hours(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    path = address(world, event)

    page = seen(world, f"{path}?lang=en")

    google = parse_qs(urlsplit(page.link("Google Calendar")).query)
    assert google == {
        "action": ["TEMPLATE"], "text": ["Grüße aus Köln"], "dates": ["20260701T070000Z/20260701T150000Z"],
        "details": [f"https://api.test{path}?lang=en"], "location": ["Alter Markt"],
    }  # fmt: skip
    outlook = parse_qs(urlsplit(page.link("Outlook")).query)
    assert (outlook["startdt"], outlook["enddt"]) == (["2026-07-01T07:00:00Z"], ["2026-07-01T15:00:00Z"])


def test_a_cancelled_event_says_so_and_has_no_form(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    cancelled(world, event, olga)

    page = seen(world, address(world, event))

    assert "This event will not take place." in page.words
    assert page.fields.keys() <= {"zone"}
    assert "5 of 5 left" not in page.words, "nobody can have them"
    data = json.loads(page.data)
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["offers"]["availability"] == "https://schema.org/SoldOut"


@pytest.mark.parametrize(
    ("wish", "query", "tag"),
    [("", "", "de"), ("en", "", "en"), ("fr", "", "de"), ("en", "?lang=de", "de"), ("de", "?lang=en", "en"),
     ("de", "?lang=xx", "de"), ("de", "?lang=", "de"), ("en", "?lang=en&lang=de", "de")],
)  # fmt: skip
def test_its_language(world: World, olga: Person, wish: str, query: str, tag: str) -> None:
    path = address(world, world.an_event(olga.token, **FACTS))

    answer = world.get(f"{path}{query}", Accept=BROWSER, **({"Accept-Language": wish} if wish else {}))

    assert answer.headers["Content-Language"] == tag
    assert f'<html lang="{tag}"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_it_is_kept_and_revalidated_like_the_json_and_costs_the_same(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    path = address(world, event)
    with Meter(world.db) as of_json:
        world.get(f"/events/{event['id']}")

    with Meter(world.db) as of_page:
        answer = world.get(path, Accept=BROWSER)

    assert (of_page.calls, of_page.reads) == (of_json.calls, of_json.reads)
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    again = world.get(path, Accept=BROWSER, If_None_Match=answer.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    world.patch(f"/events/{event['id']}", {"location": "Neuer Markt"}, olga.token)
    assert world.get(path, Accept=BROWSER, If_None_Match=answer.headers["ETag"]).status == 200


def test_nothing_runs_and_nothing_comes_from_elsewhere(world: World, olga: Person) -> None:
    answer = world.get(address(world, world.an_event(olga.token, **FACTS)), Accept=BROWSER)
    page = Page(answer)

    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert "script-src" not in POLICY, "so that default-src 'none' holds"
    loaded = [given for tag, given in page.tags if tag == "link" and given["rel"] in {"stylesheet", "icon"}]
    assert [given["href"].startswith("/static/site-") for given in loaded] == [True, True]
    assert [given for tag, given in page.tags if tag == "script"] == [{"type": "application/ld+json"}]
    assert not {"style", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") or name == "style" for _, given in page.tags for name in given)


def test_it_is_small_however_much_there_is_to_say(world: World, olga: Person) -> None:
    event = world.an_event(
        olga.token, title="ä" * 200, location="ö" * 200, description="[x](https://a.b) " * 240,
        tags=[f"{number}{'t' * 39}" for number in range(10)],
    )  # fmt: skip

    answer = world.get(address(world, event), Accept=BROWSER)
    css = world.get(next(given["href"] for tag, given in Page(answer).tags if given.get("rel") == "stylesheet"))

    assert len(css.text.encode()) < 9_000
    short = world.get(address(world, world.an_event(olga.token, **FACTS)), Accept=BROWSER)
    assert len(short.text.encode()) + len(css.text.encode()) <= 30_000
    assert len(answer.text.encode()) + len(css.text.encode()) <= 60_000, "two hundred links"
