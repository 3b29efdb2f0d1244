"""The picture of an event, for those who show a link to it: what is on it, what it costs, and what has no letters."""

import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api.pages import canvas, event_picture, letters
from chalicelib.api.pages.event_picture import PictureFacts
from devtools.letters.__main__ import SOURCE
from devtools.letters.font import Font
from devtools.simdb.meter import Meter
from tests.support.builders import Person
from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER
from tests.support.problems import problem
from tests.support.web.pages import address, seen
from tests.support.world import World

FACTS: dict[str, Any] = {
    "title": "Grüße aus Köln",
    "starts_at": "2026-07-01T23:30:00-07:00",
    "ends_at": "2026-07-02T00:30:00-07:00",
    "timezone": "America/Los_Angeles",
    "location": "Alter Markt",
    "language": "de",
}
SHOWN = PictureFacts("Title", "Wednesday, 1 July 2026", "Alter Markt", "Olga", "Turnout", "July", "1")


def picture(world: World, event: dict[str, Any], query: str = "", **headers: str) -> Answer:
    return world.get(f"/e/{event['id']}/picture.png{query}", **headers)


def pixels(content: bytes) -> tuple[int, int, set[bytes]]:
    """Width, height and the lines of a PNG whose chunks are whole."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(content):
        (length,) = struct.unpack_from(">L", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert struct.unpack_from(">L", content, at + 8 + length) == (zlib.crc32(name + data),)
        chunks[name], at = data, at + 12 + length
    width, height, depth, kind = struct.unpack_from(">LLBB", chunks[b"IHDR"])
    assert (list(chunks), depth, kind) == ([b"IHDR", b"PLTE", b"IDAT", b"IEND"], 8, 3)
    squares = zlib.decompress(chunks[b"IDAT"])
    assert len(squares) == height * (width + 1)
    assert max(squares) < len(chunks[b"PLTE"]) // 3, "every color is in the palette"
    return width, height, {squares[row * (width + 1) : (row + 1) * (width + 1)] for row in range(height)}


def test_its_texts_are_those_of_the_event_on_the_clocks_of_its_place(
    world: World, olga: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[PictureFacts] = []

    def draw(texts: PictureFacts) -> bytes:
        drawn.append(texts)
        return b""

    monkeypatch.setattr(event_picture, "draw", draw)
    event = world.an_event(olga.token, **FACTS)

    for query in ("", "?lang=en", "?lang=xx"):
        picture(world, event, query, Accept_Language="fr")

    when = "Mittwoch, 1. Juli 2026, 23:30 Uhr bis Donnerstag, 2. Juli 2026, 00:30 Uhr (Ortszeit Los Angeles)"
    german = PictureFacts("Grüße aus Köln", when, "Alter Markt", "Olga Organizer", "Turnout", "Juli", "1")
    assert (drawn[0], drawn[2], drawn[1].month) == (german, german, "July")


@pytest.mark.parametrize("accept", ["*/*", "image/webp,image/png;q=0.8", "text/html", None])
def test_it_is_a_png_for_whoever_asks(world: World, olga: Person, accept: str | None) -> None:
    answer = picture(world, world.an_event(olga.token, **FACTS), **({"Accept": accept} if accept else {}))

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert pixels(answer.content)[:2] == (1200, 630)
    assert len(answer.content) < 60_000


def test_the_page_names_an_address_that_changes_with_the_event(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    named = next(given["content"] for _, given in seen(world, address(world, event)).tags
                 if given.get("property") == "og:image").removeprefix("https://api.test")  # fmt: skip

    first = world.get(named)

    assert first.headers["Cache-Control"] == "public, max-age=86400"
    again = world.get(named, If_None_Match=first.headers["ETag"])
    assert (again.status, again.content) == (304, b"")
    world.patch(f"/events/{event['id']}", {"title": "Other"}, olga.token)
    after = world.get(named, If_None_Match=first.headers["ETag"])
    assert (after.status, after.headers["Cache-Control"]) == (200, "public, max-age=5")
    assert after.content != first.content


def test_it_costs_what_the_json_costs(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    with Meter(world.db) as of_json:
        world.get(f"/events/{event['id']}")

    with Meter(world.db) as of_picture:
        picture(world, event)

    assert (of_picture.calls, of_picture.reads) == (of_json.calls, of_json.reads)


def test_there_is_none_of_what_nobody_may_see(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")

    problem(picture(world, draft), 404, "not_found")
    problem(picture(world, draft, Accept=BROWSER), 404, "not_found")
    problem(world.get("/e/x/picture.png"), 404, "not_found")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Žluťoučký kůň, Ødegård & Łódź", "Žluťoučký kůň, Ødegård & Łódź"),
        ("Tiếng Việt", "Tiếng Việt"),
        ("Ελληνική γιορτή", "Ελληνική γιορτή"),
        ("Київ: пісні", "Київ: пісні"),
        ("Gru\u0308n", "Grün"),
        ("Party \N{PARTY POPPER} 2026 \N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "Party 2026"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{LATIN SMALL LIGATURE FI}", "Afi"),
        ("活動 in Tokyo", "in Tokyo"),
        ("אירוע x", ""),
        ("مؤتمر بايثون 2026 (PyCon)", ""),
        ("PyCon \N{MIDDLE DOT} 北京 2026", "PyCon \N{MIDDLE DOT} 2026"),
        ("活動", ""),
        ("a\u0000b\u202ec\td", "abc d"),
    ],
)
def test_words_that_have_no_letters_are_left_out_and_none_is_drawn_in_part(text: str, drawn: str) -> None:
    assert letters.drawable(text) == drawn


def test_a_title_without_letters_gives_its_room_to_whoever_invites() -> None:
    def of(**texts: str) -> bytes:
        return event_picture.draw(PictureFacts(**{**vars_of(SHOWN), **texts}))

    assert of(title="活動", organizer="Olga") == of(title="Olga", organizer="Olga")
    assert of(title="活動", organizer="主催者") == of(title="Turnout", organizer="")


def vars_of(shown: PictureFacts) -> dict[str, str]:
    return {name: getattr(shown, name) for name in PictureFacts.__slots__}


@pytest.mark.parametrize("title", ["W" * 200, "word " * 40, "i" * 200, "x", "a" * 30 + " b " * 80])
def test_a_title_has_three_lines_at_most_which_fit(title: str) -> None:
    room = event_picture.WIDTH - 144

    made = letters.lines(title, 3, room)

    assert 1 <= len(made) <= 3
    assert [line for line in made if letters.width(line) > room] == []
    is_whole = "".join(made).replace(" ", "") == title.replace(" ", "")
    assert is_whole is not made[-1].endswith("\N{HORIZONTAL ELLIPSIS}")


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries({name: st.text(max_size=60) for name in PictureFacts.__slots__ if name != "day"}))
def test_whatever_people_write_becomes_a_picture(texts: dict[str, str]) -> None:
    width, height, rows = pixels(event_picture.draw(PictureFacts(**texts, day="31")))

    assert (width, height) == (1200, 630)
    background = next(row for row in rows if row.strip(b"\0") == b"")
    margins = (background[:60], background[-60:])
    assert [row for row in rows if (row[:60], row[-60:]) != margins] == [], "nothing leaves its margins"


def test_the_letters_are_those_of_the_font() -> None:
    """`python -m devtools.letters --check` compares all of them."""
    known = letters._atlas().letters

    font = Font(SOURCE)
    assert known.keys() == {*font.characters(), *(f"large {digit}" for digit in "0123456789")}
    assert letters.width("W") == round(64 * font.advance(font.glyph_of("W")) / font.units)


def test_the_letters_are_a_small_part_of_what_is_deployed() -> None:
    assert letters._FILE.stat().st_size < 45_000
    assert canvas.MEDIA == "image/png"
