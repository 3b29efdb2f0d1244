"""What stands on a ticket besides its code: whole, in lines that fit, in every script, for who cannot see it."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from chalicelib.api.checkin.text_lines import base_direction, in_lines, one_line
from tests.support.builders import Person, a_person, enrolled
from tests.support.world import World

SVG = "{http://www.w3.org/2000/svg}"


def drawn(world: World, olga: Person, person: Person, party: int = 1, language: str = "en", **facts: Any) -> Any:
    event = world.an_event(olga.token, **{"capacity": 9, "timezone": "Europe/Berlin", "party_max": 4, **facts})
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": party}, person.token).json
    answer = world.get(f"/enrollments/{row['id']}/ticket.svg", person.token, Accept_Language=language)
    assert (answer.status, answer.headers["Content-Language"]) == (200, language), answer.text
    assert answer.headers["Vary"] == "Accept-Language"
    return ET.fromstring(answer.text)  # noqa: S314 - made here


def lines(svg: Any) -> list[str]:
    return [one.text for one in svg.iter(f"{SVG}text")]


def test_it_says_what_whose_when_and_where(world: World, olga: Person, ada: Person) -> None:
    svg = drawn(world, olga, ada, party=3, location="Alter Markt 5, Köln", online=True)

    assert " ".join(lines(svg)) == (
        "Python Workshop Ada Lovelace For 3 people Wednesday, 1 July 2026, 11:00 (Berlin time) "
        "Online Alter Markt 5, Köln"
    )
    assert svg.find(f"{SVG}title").text == "Ticket: Python Workshop"
    assert "Ada Lovelace\nFor 3 people\nWednesday, 1 July 2026" in svg.find(f"{SVG}desc").text
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "ticket-title ticket-facts")
    assert {one.get("id") for one in svg} >= {"ticket-title", "ticket-facts"}
    assert "example.org" not in ET.tostring(svg, "unicode"), "no address of anybody"


def test_it_is_in_the_language_of_the_reader_else_of_the_event(world: World, olga: Person, ada: Person) -> None:
    assert "Mittwoch, 1. Juli 2026, 11:00 Uhr" in " ".join(lines(drawn(world, olga, ada, language="de")))
    event = world.an_event(olga.token, language="de")
    row = enrolled(world, event, ada)

    answer = world.get(f"/enrollments/{row['id']}/ticket.svg", ada.token)

    assert answer.headers["Content-Language"] == "de"


def test_a_browser_that_has_it_is_told_so_and_in_another_language_gets_another(
    world: World, olga: Person, ada: Person
) -> None:
    url = f"/enrollments/{enrolled(world, world.an_event(olga.token), ada)['id']}/ticket.svg"
    etag = world.get(url, ada.token).headers["ETag"]

    assert world.get(url, ada.token, If_None_Match=etag).status == 304
    assert world.get(url, ada.token, If_None_Match=etag, Accept_Language="de").status == 200


def test_what_people_wrote_is_text(world: World, olga: Person) -> None:
    eve = a_person(world, first_name='"><script>alert(1)</script>', last_name="&amp;")

    svg = drawn(world, olga, eve, title="</text><image href='https://evil.example/x.png'/>", location="<b>&lt;</b>")

    assert {one.tag for one in svg.iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "path", "g", "text")
    }
    said = " ".join(lines(svg))
    assert "</text><image" in said
    assert '"><script>alert(1)</script> &amp;' in said
    assert "<b>&lt;</b>" in said


@pytest.mark.parametrize(
    ("title", "direction"),
    [("سهرة الثعابين", "rtl"), ("ערב פייתון 2026", "rtl"), ("Python ערב", None), ("2026", None)],
    ids=["arabic", "hebrew", "latin first", "no letters"],
)
def test_a_text_has_its_own_direction(
    world: World, olga: Person, ada: Person, title: str, direction: str | None
) -> None:
    svg = drawn(world, olga, ada, title=title, location="Köln")

    assert svg.find(f"{SVG}g").get("text-anchor") == "middle"
    found = {one.text: one.get("direction") for one in svg.iter(f"{SVG}text")}
    assert (found[title], found["Köln"]) == (direction, None)


@pytest.mark.parametrize(
    "title",
    ["Conference of Accessible Interfaces and the People who Build Them", "x" * 200,
     "パイソン勉強会、" * 24, "🐍" * 150, "W" * 200],
    ids=["words", "one word", "japanese", "pictures", "broad"],
)  # fmt: skip
def test_a_long_title_takes_three_lines_and_the_picture_grows_no_wider(
    world: World, olga: Person, ada: Person, title: str
) -> None:
    svg = drawn(world, olga, ada, title=title[:200])

    shown = [one.text for one in svg.iter(f"{SVG}text") if one.get("font-weight") == "700"]
    assert len(shown) == 3
    assert all(len(line) <= 34 for line in shown)
    assert shown[2].endswith("…") == (len(title) > 100)
    assert svg.find(f"{SVG}title").text == f"Ticket: {title[:200]}", "told whole to who cannot see it"
    _, _, width, height = svg.get("viewBox").split()
    assert width == "360"
    assert float(height) > max(float(one.get("y")) for one in svg.iter(f"{SVG}text"))


@pytest.mark.parametrize(
    ("text", "across", "expected"),
    [
        ("", 6, [""]),
        ("one two three", 5, ["one two", "three"]),
        ("abcdeghknopsuvxy", 6.01, ["abcdeghkno", "psuvxy"]),
        ("日本語、日本語", 5, ["日本語、日", "本語"]),
        ("日本語日本、語", 5, ["日本語日", "本、語"]),
        ("one two three four five six", 5, ["one two", "three fo…"]),
        ("e\u0301" * 12, 6.01, ["e\u0301" * 10, "e\u0301" * 2]),
        ("👩\u200d👩\u200d👧" * 9, 5, ["👩\u200d👩\u200d👧" * 5, "👩\u200d👩\u200d👧" * 4]),
    ],
    ids=["nothing", "words", "one word", "no spaces", "no mark first", "too much", "marks stay", "one of several"],
)
def test_where_lines_break(text: str, across: float, expected: list[str]) -> None:
    assert in_lines(text, across, 2) == expected


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert one_line(" a\u0000\u0008b\ufffe\n\t c\ud800 ") == "ab c"


def test_the_direction_is_that_of_the_first_letter() -> None:
    assert [base_direction(text) for text in ("12 ערב", "(سهرة) a", "a ערב", "", "…")] == [
        "rtl",
        "rtl",
        "ltr",
        "ltr",
        "ltr",
    ]
