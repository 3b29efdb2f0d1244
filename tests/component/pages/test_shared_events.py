"""Events on the pages of others: a card where the organizer lets them, and what says how to show it (oEmbed)."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.api.pages.frame import POLICY
from devtools.simdb.meter import Meter
from tests.support.builders import Person, cancelled, enrolled
from tests.support.mails.mailed import BROWSER
from tests.support.problems import problem
from tests.support.web.pages import Page, address, seen
from tests.support.world import World

HERE = "https://api.test"


def embedded(world: World, event: dict[str, Any], query: str = "", **headers: str) -> Page:
    return seen(world, f"/e/{event['id']}/embed{query}", **headers)


def policy(world: World, event: dict[str, Any]) -> str:
    return str(world.get(f"/e/{event['id']}/embed", Accept=BROWSER).headers["Content-Security-Policy"])


def allow(world: World, person: Person, *sites: str) -> list[str]:
    answer = world.patch("/auth/me", {"embed_on": list(sites)}, person.token)
    assert answer.status == 200, answer.text
    found: list[str] = answer.json["embed_on"]
    return found


def oembed(world: World, url: str, rest: str = "") -> Any:
    return world.get(f"/oembed?url={quote(url, safe='')}{rest}").json


def test_a_card_says_when_where_and_what_is_left_and_leads_to_the_page(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Alter Markt", capacity=3)

    page = embedded(world, event, "?lang=en&utm_source=x")

    assert {"Python Workshop", "Alter Markt", "3 of 3 left", "Olga Organizer"} <= set(page.words)
    assert page.link("Get a place") == f"{HERE}{address(world, event)}?lang=en"
    assert [given["target"] for tag, given in page.tags if tag == "a"] == ["_blank"]
    assert not {"form", "input", "script", "img"} & {tag for tag, _ in page.tags}, "a frame may be covered"


def test_what_is_full_cancelled_or_over_says_so(world: World, olga: Person, ada: Person) -> None:
    full, off = world.an_event(olga.token, capacity=1), world.an_event(olga.token)
    enrolled(world, full, ada)
    cancelled(world, off, olga)

    assert "Fully booked" in embedded(world, full).words
    assert "Join the waitlist" in embedded(world, full).words
    assert {"Cancelled", "Details"} <= set(embedded(world, off).words)
    world.clock.advance(world.clock().replace(year=2027) - world.clock())
    assert {"Over", "Details"} <= set(embedded(world, full).words)


def test_only_sites_that_the_organizer_names_may_show_it_and_nothing_else_of_ours(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    assert policy(world, event) == POLICY
    assert POLICY.endswith("frame-ancestors 'none'")

    assert allow(world, olga, "https://Example.org/", "https://a.example:8443") == [
        "https://example.org", "https://a.example:8443",
    ]  # fmt: skip

    assert policy(world, event).endswith("; frame-ancestors https://example.org https://a.example:8443")
    assert world.get(address(world, event), Accept=BROWSER).headers["Content-Security-Policy"] == POLICY
    assert allow(world, olga, "https://example.org", "*") == ["*"]
    assert policy(world, event).endswith("; frame-ancestors *")
    assert allow(world, olga) == []
    assert policy(world, event) == POLICY


@pytest.mark.parametrize(
    "site",
    ["http://example.org", "example.org", "https://example.org/path", "https://exa mple.org", "https://example.org;",
     "https://example.org 'self'", "https://*.example.org", "https://127.0.0.1", "https://localhost", "https://bücher.example",
     "https://example.org:0", "https://example.org:123456", "https://-a.example", "", "'none'", "null", "https://"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(world: World, olga: Person, site: str) -> None:
    answer = world.patch("/auth/me", {"embed_on": [site]}, olga.token)

    assert problem(answer, 400, "invalid_request")["errors"][0]["pointer"].startswith("/embed_on")


def test_twenty_sites_are_the_most(world: World, olga: Person) -> None:
    sites = [f"https://s{number}.example" for number in range(21)]

    assert allow(world, olga, *sites[:20], sites[0]) == sites[:20]
    problem(world.patch("/auth/me", {"embed_on": sites}, olga.token), 400, "invalid_request")


def test_a_card_is_small_kept_like_the_page_and_costs_one_look_up_more(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    with Meter(world.db) as of_json:
        world.get(f"/events/{event['id']}")

    with Meter(world.db) as of_card:
        answer = world.get(f"/e/{event['id']}/embed", Accept=BROWSER)

    assert of_card.reads - of_json.reads == 0.5
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert world.get(f"/e/{event['id']}/embed", Accept=BROWSER, If_None_Match=answer.headers["ETag"]).status == 304
    assert len(answer.text.encode()) < 3_000


def test_an_event_that_nobody_may_embed_is_a_link(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title='R&D "x" <b>')
    path = address(world, event)

    assert oembed(world, f"{HERE}{path}") == {
        "type": "link", "version": "1.0", "title": 'R&D "x" <b>', "author_name": "Olga Organizer",
        "author_url": f"{HERE}/o/{olga.id}", "provider_name": "Turnout", "provider_url": f"{HERE}/", "cache_age": 300,
        "thumbnail_url": f"{HERE}/e/{event['id']}/picture.png?v=1", "thumbnail_width": 1200, "thumbnail_height": 630,
    }  # fmt: skip


def test_an_event_that_others_may_embed_is_rich(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title='R&D "x" <b>')
    allow(world, olga, "*")
    url = f"{HERE}{address(world, event)}?utm_source=x#enrol"

    found = oembed(world, url, "&format=json&maxwidth=300&maxheight=250&x=1")

    assert (found["type"], found["width"], found["height"]) == ("rich", 300, 250)
    assert found["html"] == (
        f'<iframe src="{HERE}/e/{event["id"]}/embed" title="R&amp;D &quot;x&quot; &lt;b&gt;" width="300" height="250" '
        'loading="lazy" frameborder="0"></iframe>'
    )
    assert "thumbnail_url" not in found, "there is no room for it"
    assert oembed(world, url, "&maxwidth=9000")["width"] == 480
    assert "lang=de" in oembed(world, url, "&lang=de")["html"]


def test_its_page_says_where_it_is_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    page = seen(world, address(world, event))

    (named,) = [given["href"] for _, given in page.tags if given.get("type") == "application/json+oembed"]

    assert named.startswith(f"{HERE}/oembed?url=https%3A%2F%2Fapi.test%2Fe%2F")
    assert json.loads(world.get(named.removeprefix(HERE)).text)["title"] == "Python Workshop"


def test_of_everything_else_there_is_nothing_to_embed(world: World, olga: Person) -> None:
    event, draft = world.an_event(olga.token), world.an_event(olga.token, status="draft")
    path = address(world, event)

    for url in (
        f"https://evil.test{path}", f"{HERE}.evil.test{path}", f"{HERE}/", f"{HERE}/o/{olga.id}",
        f"{HERE}{path}/mailed",
        f"{HERE}/e/{draft['id']}", f"{HERE}/e/{'0' * 26}", f"{HERE}/e/", "x", f"{HERE}/events/{event['id']}",
    ):  # fmt: skip
        problem(world.get(f"/oembed?url={quote(url, safe='')}"), 404, "not_found")
    problem(world.get("/oembed"), 404, "not_found")
    problem(world.get(f"/oembed?url={HERE}{path}&format=xml"), 501, "format_not_offered")
    problem(world.get(f"/oembed?url={HERE}{path}&maxwidth=0"), 400, "invalid_request")
    problem(world.get(f"/oembed?url={HERE}{path}&maxheight=x"), 400, "invalid_request")
