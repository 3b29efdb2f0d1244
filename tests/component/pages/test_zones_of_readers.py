"""When an event is on the clocks of whoever reads: chosen by a form without a script, and kept by links."""

import pytest

from tests.support.builders import Person
from tests.support.web.pages import Page, address, seen, sent
from tests.support.world import World

DAY = {"starts_at": "2026-07-01T09:00:00", "ends_at": "2026-07-01T17:00:00", "timezone": "Europe/Berlin"}
BERLIN = "Wednesday, 1 July 2026, 09:00 to 17:00 (Berlin time)"


def chosen(page: Page) -> list[str]:
    return [given["value"] for tag, given in page.tags if tag == "option" and "selected" in given]


def test_both_times_are_shown_with_how_far_they_are_from_utc(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token, **DAY))

    plain, there = seen(world, path), seen(world, f"{path}?zone=Asia/Kolkata")

    assert {BERLIN, "UTC+2"} <= set(plain.words)
    assert {BERLIN, "UTC+2", "Wednesday, 1 July 2026, 12:30 to 20:30 (Kolkata time)", "UTC+5:30"} <= set(there.words)
    assert (chosen(plain), chosen(there)) == ([], ["Asia/Kolkata"])
    assert "+05:30 Kolkata" in there.words


def test_another_day_there_is_said(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token, **DAY))

    words = seen(world, f"{path}?zone=Pacific/Auckland&lang=de").words

    assert "Mittwoch, 1. Juli 2026, 19:00 Uhr bis Donnerstag, 2. Juli 2026, 03:00 Uhr (Ortszeit Auckland)" in words


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc", "Europe/Berlin", "europe/london", "UTC\x00", "x" * 300])
def test_what_is_no_zone_or_the_same_changes_nothing(world: World, olga: Person, zone: str) -> None:
    path = address(world, world.an_event(olga.token, **DAY))

    page = seen(world, f"{path}?zone={zone}")

    assert [words for words in page.words if "July 2026" in words] == [BERLIN]


def test_a_zone_that_is_not_offered_can_be_named(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token, **DAY))

    page = seen(world, f"{path}?zone=Pacific/Chatham")

    assert chosen(page) == ["Pacific/Chatham"]
    assert "+12:45 Chatham" in page.words


def test_links_and_forms_keep_it_and_search_engines_do_not_see_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **DAY)
    path = address(world, event)
    for start in (
        "/?zone=Asia/Tokyo&lang=de",
        f"/o/{olga.id}?zone=Asia/Tokyo&lang=de",
        f"{path}?zone=Asia/Tokyo&lang=de",
    ):
        page = seen(world, start)
        inside = [href for href, _ in page.links if href.startswith("/") and not href.startswith("/events/")]
        assert inside
        assert [href for href in inside if "zone=Asia%2FTokyo" not in href] == [], start
        assert "zone" not in page.rels["canonical"]
    home = seen(world, "/?zone=Asia/Tokyo")
    assert home.fields["zone"]["value"] == "Asia/Tokyo", "of the search"
    assert (
        sent(world, f"{path}?zone=Asia/Tokyo", name="G", email="g@example.org")
        .headers["Location"]
        .endswith("/mailed?zone=Asia%2FTokyo")
    )


def test_whole_days_are_the_same_everywhere(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, all_day=True, **DAY)

    page = seen(world, f"{address(world, event)}?zone=Asia/Tokyo")

    assert "zone" not in page.fields
    assert "Wednesday, 1 July 2026" in page.words
