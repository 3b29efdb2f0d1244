"""Pages on which people find events: the same lists as the API's, for the same read units."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.api.http.request.moments import MAX_YEAR, MIN_YEAR
from devtools.simdb.meter import Meter
from tests.support.builders import Person, a_person, enrolled
from tests.support.mails.mailed import BROWSER
from tests.support.web.pages import Page, address, seen
from tests.support.world import SETTINGS, World


def titles(page: Page) -> list[str]:
    return [text for href, text in page.links if href.startswith("/e/") and "?" not in href and text]


def local(url: str) -> str:
    return url.removeprefix("https://api.test")


def many(world: World, olga: Person, number: int) -> list[dict[str, Any]]:
    return [
        world.an_event(olga.token, title=f"Event {at:02}", starts_at=f"2026-07-{1 + at:02}T09:00:00Z", location="Köln")
        for at in range(number)
    ]


def test_the_front_page_is_a_page_for_browsers_and_json_for_everybody_else(world: World, olga: Person) -> None:
    world.an_event(olga.token, location="Alter Markt, Köln")

    page = seen(world, "/", Accept_Language="de")

    assert page.title == "Turnout - Kommende Veranstaltungen"
    assert titles(page) == ["Python Workshop"]
    assert page.link("Juli 2026") == "/months/2026-07"
    assert page.link("Köln") == "/search?place=K%C3%B6ln"
    assert page.labels == {"q", "place", "month"}
    answer = world.get("/")
    assert answer.json["events"] == "https://api.test/events"
    assert answer.headers["Vary"] == "Accept"


def test_lists_go_on_and_back_and_say_so_to_machines(world: World, olga: Person) -> None:
    events = many(world, olga, 25)
    for path in ("/", "/months/2026-07", f"/o/{olga.id}", "/search?place=k%C3%B6ln"):
        first = seen(world, path)
        assert titles(first) == [event["title"] for event in events[:20]], path
        assert "prev" not in first.rels

        second = seen(world, first.rels["next"])

        assert titles(second) == [event["title"] for event in events[20:]]
        assert "next" not in second.rels
        assert titles(seen(world, second.rels["prev"])) == titles(first)
        robots = [given["content"] for tag, given in second.tags if given.get("name") == "robots"]
        assert robots == ["noindex"], "search engines know the first page, and the sitemap"


def test_links_keep_the_language_that_was_chosen(world: World, olga: Person) -> None:
    many(world, olga, 21)

    page = seen(world, "/?lang=de")

    inside = [href for href, _ in page.links if not href.startswith("https://")]
    others = [href for href in inside if "lang=de" not in href]
    assert others == ["#content", "/?lang=en"]
    assert "lang=de" in page.rels["next"]
    assert page.fields["lang"]["value"] == "de"


def test_below_a_stage_every_link_leads_below_it() -> None:
    with World(replace(SETTINGS, public_url="https://api.test/prod")) as world:
        olga = a_person(world)
        many(world, olga, 21)
        page = seen(world, "/")
        event = seen(world, address(world, world.an_event(olga.token)).removeprefix("/prod"))
        for one in (page, event):
            leading = [value for _, given in one.tags for name, value in given.items() if name in {"href", "action"}]
            assert [url for url in leading if url.startswith("/") and not url.startswith("/prod/")] == []
        assert page.rels["next"].startswith("/prod/?cursor=")
        assert page.rels["canonical"] == "https://api.test/prod/"
        assert "Disallow: /prod/g/" in world.get("/robots.txt").text


def test_a_search_finds_what_the_api_finds(world: World, olga: Person, ada: Person) -> None:
    full = world.an_event(olga.token, title="Full Python", capacity=1, location="Wien")
    enrolled(world, full, ada)
    world.an_event(olga.token, title="Python online", online=True, starts_at="2026-08-01T09:00:00Z")
    world.an_event(olga.token, title="Django", starts_at="2026-07-02T09:00:00Z", location="Köln", country="DE")

    found = {query: titles(seen(world, f"/search?{query}")) for query in (
        "q=python", "q=python&free=true", "q=python&online=true", "month=2026-08", "place=k%C3%B6ln&q=&month=",
        "country=DE", "", "q=nothing&utm_campaign=x",
    )}  # fmt: skip

    assert found == {
        "q=python": ["Full Python", "Python online"],
        "q=python&free=true": ["Python online"],
        "q=python&online=true": ["Python online"],
        "month=2026-08": ["Python online"],
        "place=k%C3%B6ln&q=&month=": ["Django"],
        "country=DE": ["Django"],
        "": ["Full Python", "Django", "Python online"],
        "q=nothing&utm_campaign=x": [],
    }
    page = seen(world, "/search?q=python&online=true&month=2027-12")
    assert page.fields["q"]["value"] == "python"
    assert "checked" in page.fields["online"]
    assert "checked" not in page.fields["free"]
    assert [given["value"] for tag, given in page.tags if "selected" in given] == ["2027-12"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("q", "!!!"),
        ("q", " ".join(f"w{at}" for at in range(30))),
        ("q", "x" * 201),
        ("place", "?"),
        ("month", "July"),
        ("country", "Atlantis"),
        ("near", "here"),
    ],
)
def test_what_cannot_be_searched_for_is_told_beside_its_field(world: World, name: str, typed: str) -> None:
    page = seen(world, f"/search?{name}={quote(typed)}")

    assert page.status == 200
    assert page.faults == {name: "We cannot search for this. Please write it differently."}
    if name != "month":
        assert page.fields[name]["value"] == typed


def test_whoever_searches_in_a_country_sees_that_and_can_take_it_back(world: World, olga: Person) -> None:
    world.an_event(olga.token, title="Django", country="DE")

    page = seen(world, "/search?country=DE")

    assert "Country: DE" in page.words
    assert {"type": "checkbox", "checked": "", "value": "DE"}.items() <= page.fields["country"].items()


@pytest.mark.parametrize("query", ["online=maybe", "online=false", "free=banana"])
def test_a_box_is_ticked_or_it_is_not(world: World, olga: Person, query: str) -> None:
    world.an_event(olga.token, title="Django", online=True)

    page = seen(world, f"/search?{query}")

    assert (titles(page), page.faults) == (["Django"], {})


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("Alter Markt 5, 50667 Köln", "Köln"),
        ("Orlando, FL", "Orlando"),
        ("200 Main St, Washington, DC 20001", "Washington"),
        ("ULM", "ULM"),
        ("القاهرة، مصر 12/5", "القاهرة، مصر"),
        ("4711", None),
        ("\N{PARTY POPPER}, 12", None),
    ],
)
def test_the_front_page_leads_to_towns(world: World, olga: Person, location: str, place: str | None) -> None:
    world.an_event(olga.token, title="Django", location=location)
    world.index()

    found = [(text, href) for href, text in seen(world, "/").links if href.startswith("/search?place=")]

    assert [text for text, _ in found] == ([place] if place else [])
    assert [titles(seen(world, href)) for _, href in found] == [["Django"]] * len(found)


def test_counts_are_written_as_people_write_them(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1_000_000)

    path = address(world, event)

    assert "1,000,000 of 1,000,000 left" in seen(world, path, Accept_Language="en").words
    assert "Noch 1.000.000 von 1.000.000 frei" in seen(world, f"{path}?lang=de").words
    assert "1,000,000 of 1,000,000 left" in seen(world, f"/e/{event['id']}/embed").words


@pytest.mark.parametrize("month", [f"{MIN_YEAR}-01", f"{MAX_YEAR}-12"])
def test_a_month_far_away_is_empty(world: World, olga: Person, month: str) -> None:
    world.an_event(olga.token)

    page = seen(world, f"/months/{month}")

    assert page.status == 200
    assert "There are no events in this month." in page.words
    robots = [given["content"] for tag, given in page.tags if given.get("name") == "robots"]
    assert robots == ["noindex"], "or crawlers would follow thousands of empty months"
    months = [href for href, _ in page.links if href.startswith("/months/") and "?" not in href]
    assert len(months) == 1, "the one beside it"
    assert seen(world, months[0]).status == 200


@pytest.mark.parametrize("month", [f"{MIN_YEAR - 1}-12", f"{MAX_YEAR + 1}-01", "0000-01", "9999-12", "2026-00"])
def test_beyond_there_is_no_page(world: World, month: str) -> None:
    assert seen(world, f"/months/{month}").status == 404


@pytest.mark.parametrize("path", ["/", "/search", "/months/2026-07"])
def test_a_list_that_cannot_be_continued_leads_back(world: World, path: str) -> None:
    page = seen(world, f"{path}?cursor=junk")

    assert (page.status, page.title) == (400, "Page out of date - Turnout")


@pytest.mark.parametrize("path", ["/?cursor=x&", "/search?cursor=x&", "/e/x?", "/o/x?", "/months/x?", "/e/x/embed?"])
def test_what_is_refused_is_told_in_the_language_that_was_chosen(world: World, path: str) -> None:
    page = seen(world, f"{path}lang=de&zone=Europe/London", Accept_Language="en")

    assert '<html lang="de"' in page.html
    assert page.link("Veranstaltungen finden") == "/search?zone=Europe%2FLondon&lang=de"


def test_a_list_costs_what_the_json_costs(world: World, olga: Person) -> None:
    many(world, olga, 25)
    pairs = {
        "/": "/events/upcoming",
        "/search?q=event": "/events/upcoming?q=event",
        "/months/2026-07": "/events/upcoming?date=2026-07",
        f"/o/{olga.id}": f"/events/upcoming?organizer={olga.id} /organizers/{olga.id}",
    }
    for page, of_api in pairs.items():
        seen(world, page)
        for url in of_api.split():
            world.get(url)
        with Meter(world.db) as json:
            for url in of_api.split():
                world.get(url)
        with Meter(world.db) as html:
            answer = world.get(page, Accept=BROWSER)
        assert (page, html.calls, html.reads) == (page, json.calls, json.reads)
        assert answer.headers["Cache-Control"] == "public, max-age=5"
        assert world.get(page, Accept=BROWSER, If_None_Match=answer.headers["ETag"]).status == 304
        assert len(answer.text.encode()) < 22_000, "with the style sheet 30 KB"


def test_the_present_month_may_have_no_more_to_come(world: World, olga: Person) -> None:
    world.an_event(olga.token, starts_at="2026-06-02T09:00:00Z")
    assert "There are no more events this month." not in seen(world, "/months/2026-06").words
    world.clock.advance(world.clock().replace(day=10) - world.clock())

    assert "There are no more events this month." in seen(world, "/months/2026-06").words


def test_months_show_what_is_over_only_when_they_are(world: World, olga: Person) -> None:
    world.an_event(olga.token, starts_at="2026-06-02T09:00:00Z", title="Early")
    world.an_event(olga.token, starts_at="2026-06-29T09:00:00Z", title="Late")
    world.clock.advance(world.clock().replace(day=10) - world.clock())
    assert titles(seen(world, "/months/2026-06")) == ["Late"]
    world.clock.advance(world.clock().replace(month=8) - world.clock())

    page = seen(world, "/months/2026-06")

    assert titles(page) == ["Early", "Late"]
    assert page.words.count("Over") == 2
    assert (page.link("May 2026"), page.link("July 2026")) == ("/months/2026-05", "/months/2026-07")


def test_an_organizer_has_a_page_with_the_first_event(world: World, olga: Person) -> None:
    assert seen(world, f"/o/{olga.id}").status == 404, "an account alone is nobody's business"
    world.an_event(olga.token, status="draft")
    assert seen(world, f"/o/{olga.id}").status == 404
    event = world.an_event(olga.token)

    page = seen(world, f"/o/{olga.id}")

    assert page.title == "Olga Organizer - Turnout"
    assert page.link("Subscribe to the calendar") == f"webcal://api.test/organizers/{olga.id}/calendar.ics"
    assert titles(page) == [event["title"]]
    world.clock.advance(world.clock().replace(year=2027) - world.clock())
    assert "No upcoming events at the moment." in seen(world, f"/o/{olga.id}").words


def test_the_sitemap_has_every_page_of_what_is_coming(world: World, olga: Person) -> None:
    events = many(world, olga, 3)
    world.an_event(olga.token, status="draft", title="Draft")
    world.an_event(a_person(world).token, title="R&D <b>", starts_at="2026-12-01T09:00:00Z")

    index = world.get("/sitemap.xml")

    assert index.headers["Content-Type"] == "text/xml; charset=utf-8"
    parts = re.findall(r"<loc>(.*?)</loc>", index.text)
    assert parts == ["https://api.test/sitemaps/2026-07", "https://api.test/sitemaps/2026-12"]
    found = [re.findall(r"<loc>(.*?)</loc>", world.get(local(part)).text) for part in parts]
    assert found[0] == [f"https://api.test{address(world, event)}" for event in events]
    assert [url.endswith("-r-d-b") for url in found[1]] == [True]
    assert "Sitemap: https://api.test/sitemap.xml" in world.get("/robots.txt").text


def test_a_crowded_month_is_told_by_its_days(world: World, olga: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.search.sitemap.SITEMAP_EVENTS", 2)
    events = many(world, olga, 3)

    parts = [local(part) for part in re.findall(r"<loc>(.*?)</loc>", world.get("/sitemap.xml").text)]

    assert parts == ["/sitemaps/2026-07-01", "/sitemaps/2026-07-02", "/sitemaps/2026-07-03"]
    found = [re.findall(r"<loc>(.*?)</loc>", world.get(part).text) for part in parts]
    assert found == [[f"https://api.test{address(world, event)}"] for event in events]


def test_files_of_the_site_are_kept_for_ever_under_the_name_of_what_they_are(world: World) -> None:
    page = seen(world, "/")
    files = [given["href"] for tag, given in page.tags if given.get("rel") in {"stylesheet", "icon"}]

    for path, media in zip(files, ("text/css; charset=utf-8", "image/svg+xml; charset=utf-8"), strict=True):
        answer = world.get(path)
        assert answer.headers["Content-Type"] == media
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        old = world.get(re.sub("-[0-9a-f]+", "-0123", path))
        assert (old.text, old.headers["Cache-Control"]) == (answer.text, "public, max-age=5")
        assert "url(" not in answer.text
        assert "@import" not in answer.text
    for name in ("site.html", "page.css", "..%2Fsite.html", "site-x.js"):
        assert world.get(f"/static/{name}").status == 404


def test_whoever_takes_no_svg_gets_the_sign_as_a_picture(world: World) -> None:
    page = world.get("/search", Accept=BROWSER).text
    [path] = re.findall(r'<link rel="apple-touch-icon" href="([^"]+)">', page)

    touch, ico = world.get(path), world.get("/favicon.ico")

    assert touch.headers["Content-Type"] == "image/png"
    assert touch.content[16:24] == (180).to_bytes(4) * 2
    assert (path, touch.headers["Cache-Control"]) == ("/apple-touch-icon.png", "public, max-age=300")
    assert ico.headers["Content-Type"] == "image/x-icon"
    assert (ico.content[:6], ico.content[22:30]) == (b"\0\0\1\0\1\0", b"\x89PNG\r\n\x1a\n")
    assert len(ico.content) == 22 + int.from_bytes(ico.content[14:18], "little")


def test_every_text_of_the_site_is_said() -> None:
    from chalicelib.api.http.response.pages import SITE
    from chalicelib.mail.languages import language

    sources = [*SITE.glob("*.html"), *SITE.parent.glob("*.py")]
    asked = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    unsaid = []
    for key in language("en").texts:
        if not key.startswith("site.") or key.startswith("site.refused."):
            continue
        head, _, last = key.rpartition(".")
        is_put_together = re.search(rf'"{re.escape(head)}\.?" ?~|"{re.escape(head.rpartition(".")[0])}\." ?~', asked)
        if f'"{key}"' not in asked and not (is_put_together and re.search(rf"\b{last}\b", asked)):
            unsaid.append(key)

    assert unsaid == []
