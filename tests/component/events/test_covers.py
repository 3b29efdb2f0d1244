"""The cover picture of an event: an address that is shown, and that nobody here fetches."""

import json

import pytest

from chalicelib.api.pages.frame import POLICY
from tests.support.builders import Person
from tests.support.mails.mailed import BROWSER
from tests.support.problems import faults
from tests.support.web.pages import address, seen
from tests.support.world import World

COVER = "https://images.example.org/a%20b/python.jpg?w=1200&h=630"
REFUSED = {
    "http": "http://images.example.org/a.jpg",
    "script": "javascript:alert(1)",
    "data": "data:image/png;base64,AAAA",
    "relative": "//images.example.org/a.jpg",
    "no host": "https:///a.jpg",
    "user": "https://ada@images.example.org/a.jpg",
    "password": f"https://ada:{'x' * 6}@images.example.org/a.jpg",
    "port": "https://images.example.org:8443/a.jpg",
    "ipv4": "https://192.168.1.1/a.jpg",
    "public ipv4": "https://9.9.9.9/a.jpg",
    "number": "https://3232235777/a.jpg",
    "ipv6": "https://[::1]/a.jpg",
    "localhost": "https://localhost/a.jpg",
    "below localhost": "https://printer.localhost/a.jpg",
    "own network": "https://printer.local/a.jpg",
    "own network in capitals": "https://nas.LAN/a.jpg",
    "one label": "https://printer/a.jpg",
    "quote": 'https://images.example.org/a".jpg',
    "apostrophe": "https://images.example.org/a'.jpg",
    "tag": "https://images.example.org/<b>.jpg",
    "backslash": "https://images.example.org\\@example.net/a.jpg",
    "letters beyond ASCII": "https://images.example.org/köln.jpg",
    "blank inside": "https://images.example.org/a b.jpg",
    "too long": f"https://images.example.org/{'a' * 474}",
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_public_https_address_is_refused(world: World, olga: Person, why: str) -> None:
    event = world.an_event(olga.token)

    answer = world.patch(f"/events/{event['id']}", {"cover_url": REFUSED[why]}, olga.token)

    assert [pointer for pointer, _ in faults(answer)] == ["/cover_url"]


@pytest.mark.parametrize(
    "url",
    [COVER, "HTTPS://Images.Example.org", f"https://xn--kln-sna.example/{'a' * 472}"],
    ids=["usual", "bare", "longest"],
)
def test_it_is_in_answers_as_it_was_given(world: World, olga: Person, url: str) -> None:
    event = world.an_event(olga.token, cover_url=url, cover_alt="A snake")

    [listed] = world.get("/events").json["results"]
    for shown in (event, world.get(f"/events/{event['id']}").json, listed):
        assert (shown["cover_url"], shown["cover_alt"]) == (url, "A snake")


def test_the_page_shows_it_and_may_load_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, cover_url=COVER, cover_alt="A snake")

    answer = world.get(address(world, event), Accept=BROWSER)
    page = seen(world, address(world, event))

    [image] = [attributes for tag, attributes in page.tags if tag == "img"]
    assert (image["src"], image["alt"], image["referrerpolicy"]) == (COVER, "A snake", "no-referrer")
    said = {given["property"]: given["content"] for tag, given in page.tags if tag == "meta" and "property" in given}
    assert (said["og:image"], said["og:image:alt"]) == (COVER, "A snake")
    assert json.loads(page.data)["image"] == COVER
    policy = answer.headers["Content-Security-Policy"]
    assert policy.split("; ") == [
        "img-src 'self' https:" if part.startswith("img-src") else part for part in POLICY.split("; ")
    ]


def test_without_one_the_page_loads_nothing_from_elsewhere(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    answer = world.get(address(world, event), Accept=BROWSER)

    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "<img" not in answer.text


def test_it_is_taken_away_with_null(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, cover_url=COVER)

    assert world.patch(f"/events/{event['id']}", {"cover_url": None}, olga.token).json["cover_url"] is None
