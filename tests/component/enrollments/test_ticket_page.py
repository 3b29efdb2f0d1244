"""The ticket of a mailed link, to print or to show: what is on it, what is not, and when there is none."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER, Shown, link_for, link_of, opened
from tests.support.problems import problem
from tests.support.tickets.scanning import scanned
from tests.support.world import World


def printed(world: World, token: str, **headers: str) -> Answer:
    return world.get(f"/g/{token}/ticket", Accept=BROWSER, **headers)


def an_event(world: World, olga: Person, **fields: Any) -> dict[str, Any]:
    given = {"capacity": 9, "party_max": 4, "timezone": "Europe/Berlin", "location": "Alter Markt", "price": "12.50"}
    return world.an_event(olga.token, **{**given, **fields})


def test_it_has_the_code_and_what_the_door_wants_to_know(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": 3}, ada.token).json
    token = link_of(world, row)

    answer = printed(world, token)

    page = Shown(answer)
    assert page.words == [
        "Turnout",
        "Show this code at the entrance.",
        "Python Workshop",
        "For",
        "Ada Lovelace",
        "Party",
        "3 people",
        "When",
        "Wednesday, 1 July 2026, 11:00 (Berlin time)",
        "Where",
        "Alter Markt",
        "Admits the whole party; you need not arrive together.",
        "Print this page, or show it on your phone.",
        "Back to your enrollment",
    ]
    code = world.container.security.tickets.read(scanned(answer.text[answer.text.index("<svg") :]))
    assert code is not None
    assert code.generation == 1
    assert f'href="/g/{token}"' in answer.text
    assert page.buttons == []


def test_nothing_else_of_the_person_stands_on_it(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, an_event(world, olga), ada)
    world.send("PATCH", f"/enrollments/{row['id']}", {"note": "needs a ramp"}, token=olga.token)
    assert "needs a ramp" in opened(world, link_of(world, row)).text

    text = printed(world, link_of(world, row)).text

    assert not {word for word in ("needs a ramp", ada.email, "12.50", "Olga Organizer") if word in text}


def test_it_is_kept_by_nobody_and_loads_nothing(world: World, olga: Person, ada: Person) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga), ada))

    answer = printed(world, token)

    assert Shown(answer).loads == []
    assert not {"script", "img", "link", "iframe", "form"} & Shown(answer).tags
    kept = ("Content-Security-Policy", "Referrer-Policy", "Cache-Control", "X-Robots-Tag", "Vary")
    page = opened(world, token)
    assert {name: answer.headers[name] for name in kept} == {name: page.headers[name] for name in kept}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL)
    assert style
    assert "@media print" in style[1]


def test_the_page_of_the_enrollment_leads_there_and_so_does_the_mail(world: World, olga: Person, ada: Person) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga), ada))
    world.work()

    assert f'href="/g/{token}/ticket"' in opened(world, token).text
    assert f"/g/{token}/ticket\n" in world.mailer.to(ada.email)[-1].text


def test_it_is_in_the_language_of_the_reader(world: World, olga: Person, ada: Person) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga), ada))

    page = Shown(printed(world, token, Accept_Language="de"))

    assert {"Zeigen Sie diesen Code am Eingang vor.", "Gilt für eine Person."} <= set(page.words)


@pytest.mark.parametrize("wish", [{"confirm": False}, {"waitlist": True}, None], ids=["held", "waiting", "none"])
def test_without_a_confirmed_place_there_is_none(
    world: World, olga: Person, ada: Person, wish: dict[str, bool] | None
) -> None:
    event = an_event(world, olga, capacity=1, party_max=1)
    if wish != {"confirm": False}:
        enrolled(world, event, a_person(world))
    if wish:
        assert world.post(f"/events/{event['id']}/enrollments", wish, ada.token).status == 201
    token = link_for(world, event, ada)

    answer = printed(world, token)

    assert answer.status == 409
    assert "There is a ticket only for a confirmed place." in Shown(answer).words
    problem(world.get(f"/g/{token}/ticket", Accept="application/json"), 409, "not_confirmed")
    assert "/ticket" not in opened(world, token).text


def test_nor_when_the_event_is_off_or_over(world: World, olga: Person, ada: Person) -> None:
    off, over = an_event(world, olga), an_event(world, olga)
    tokens = [link_of(world, enrolled(world, event, ada)) for event in (off, over)]
    cancelled(world, off, olga)
    assert printed(world, tokens[0]).status == 409
    assert printed(world, tokens[1]).status == 200

    world.clock.advance(timedelta(days=31))

    assert "The event is over." in Shown(printed(world, tokens[1])).words


def test_a_bad_link_is_not_found(world: World) -> None:
    answer = printed(world, "g_junk")

    assert answer.status == 404
    assert "This link is incomplete, or no longer valid." in Shown(answer).words
