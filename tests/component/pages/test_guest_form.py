"""The form of an event's page: a guest gets a place with it, and whatever is wrong costs nothing that was typed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.builders import Person, a_person, enrolled, free_seats
from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER, Shown, pressed
from tests.support.problems import problem
from tests.support.web.pages import Page, address, seen, sent
from tests.support.world import SETTINGS, World

GUEST = {"name": "Grace", "email": "grace@example.org"}


def mails(world: World, to: str = GUEST["email"]) -> list[str]:
    world.work()
    return [mail.subject for mail in world.mailer.to(to)]


def test_a_guest_is_mailed_a_link_and_told_to_look_for_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    path = address(world, event)
    page = seen(world, path)
    assert page.fields.keys() == {"name", "email", "zone"}
    assert page.labels == set(page.fields), "every field has a label"

    answer = sent(world, path, **GUEST)

    assert (answer.status, answer.headers["Location"]) == (303, f"{path}/mailed")
    assert answer.headers["Cache-Control"] == "no-store"
    after = seen(world, answer.headers["Location"])
    assert (after.status, after.title) == (200, "Check your inbox - Turnout")
    assert GUEST["email"] not in after.html
    assert mails(world) == ["Confirm your place: Python Workshop"]
    assert free_seats(world, event) == [1]


def test_the_mail_has_the_language_of_the_page(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token))

    answer = sent(world, f"{path}?lang=de", **GUEST)

    assert answer.headers["Location"] == f"{path}/mailed?lang=de"
    assert mails(world) == ["Bitte bestätigen Sie Ihren Platz: Python Workshop"]


def test_the_answer_is_the_same_for_everybody(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, ada)
    path = address(world, event)

    answers = [sent(world, path, name="A", email=email) for email in ("new@example.org", ada.email, ada.email)]

    assert {(one.status, one.headers["Location"], one.text) for one in answers} == {(303, f"{path}/mailed", "")}


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"name": "", "email": ""}, {"name": "Please enter your name.", "email": "Please enter your e-mail address."}),
        ({"name": "  ", "email": "a@b"}, {"name": "Please enter your name.", "email": "This is not an e-mail address"}),
        ({"name": "G" * 201, "email": "grace@example.org"}, {"name": "Please enter a name of at most 200"}),
        ({"name": "Gr\u202eace", "email": "grace@example.org"}, {"name": "Please enter a name of at most 200"}),
        ({**GUEST, "party_size": "0"}, {"party_size": "Please enter a number from 1 to 3."}),
        ({**GUEST, "party_size": "4"}, {"party_size": "Please enter a number from 1 to 3."}),
        ({**GUEST, "party_size": "two"}, {"party_size": "Please enter a number from 1 to 3."}),
        ({**GUEST, "party_size": "9" * 5000}, {"party_size": "Please enter a number from 1 to 3."}),
        ({**GUEST, "party_size": "٣"}, {"party_size": "Please enter a number from 1 to 3."}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    world: World, olga: Person, typed: dict[str, str], faults: dict[str, str]
) -> None:
    event = world.an_event(olga.token, capacity=9, party_max=3)

    answer = sent(world, address(world, event), **typed)

    page = Page(answer)
    assert page.status == 400
    assert page.faults.keys() == faults.keys()
    assert all(page.faults[name].startswith(words) for name, words in faults.items())
    for name, value in typed.items():
        assert page.fields[name]["value"] == value.strip(), "nothing is lost"
        assert ("aria-invalid" in page.fields[name]) is (name in faults)
        assert page.fields[name].get("aria-describedby") == (f"{name}-fault" if name in faults else None)
    assert "Please check what you have entered." in page.words
    assert free_seats(world, event) == [9]
    assert mails(world) == []


def test_a_program_is_told_in_json(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token))

    problem(sent(world, path, accept="application/json", name="", email="x"), 400, "invalid_request")
    problem(world.post(path, {"name": "Grace", "email": 1}), 400, "invalid_request")
    assert world.post(path, GUEST).status == 303


def test_junk_is_refused_on_a_page(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token))
    junk: list[tuple[bytes, str, int]] = [
        (b"name=a&name=b", "application/x-www-form-urlencoded", 400),
        (b"name=%ff", "application/x-www-form-urlencoded", 400),
        (b"color=red", "application/x-www-form-urlencoded", 400),
        (b"\x00", "application/x-www-form-urlencoded", 400),
        (b"name=a", "multipart/form-data; boundary=x", 415),
        (b"x" * 300_000, "application/x-www-form-urlencoded", 413),
    ]
    for raw, media, status in junk:
        answer = world.send("POST", path, raw=raw, headers={"Content-Type": media, "Accept": BROWSER})
        assert answer.status == status, raw[:20]
        assert Page(answer).link("Upcoming events") == "/"


def test_a_full_event_offers_the_waitlist_and_the_link_joins_it(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, ada)
    path = address(world, event)
    page = seen(world, path)
    assert {"Fully booked", "Join the waitlist", "The event is full; you can wait for a seat."} <= set(page.words)

    assert sent(world, path, **GUEST).status == 303

    assert mails(world) == ["Your enrollment: Python Workshop"]
    link = re.search(r"/g/([\w.-]+)", world.mailer.to(GUEST["email"])[-1].text)
    assert link
    assert "You are number 1 on the waitlist." in Shown(pressed(world, link[1], "join")).words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"capacity": 1, "waitlist_mode": "off"}, "The event is full and has no waitlist."),
        ({"guests_allowed": False}, "Only people with an account at Turnout can enrol in this event."),
        (
            {"enrollment_opens_at": "2026-06-20T09:00:00Z"},
            "Enrollment opens on Saturday, 20 June 2026, 09:00 (UTC).",
        ),
        ({"enrollment_closes_at": "2026-05-01T09:00:00Z"}, "Enrollment has closed."),
    ],
)
def test_where_nobody_can_enrol_the_reason_stands_in_place_of_the_form(
    world: World, olga: Person, ada: Person, fields: dict[str, object], words: str
) -> None:
    event = world.an_event(olga.token, **fields)
    if fields.get("capacity"):
        enrolled(world, event, ada)

    page = seen(world, address(world, event))

    assert page.fields.keys() <= {"zone"}
    assert words in page.words


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"guests_allowed": False}, 401, "Only people with an account at Turnout can enrol in this event."),
        ({"enrollment_closes_at": "2026-05-01T09:00:00Z"}, 409, "Enrollment has closed."),
    ],
)
def test_a_form_that_was_opened_before_is_refused_on_the_page(
    world: World, olga: Person, fields: dict[str, object], status: int, words: str
) -> None:
    path = address(world, world.an_event(olga.token, **fields))

    page = Page(sent(world, path, **GUEST))

    assert page.status == status
    assert words in page.words
    assert mails(world) == []


def test_an_event_that_began_meanwhile(world: World, olga: Person) -> None:
    path = address(world, world.an_event(olga.token))
    world.clock.advance(timedelta(days=60))

    page = Page(sent(world, path, **GUEST))

    assert page.status == 409
    assert "This event is over." in page.words


def limited(world: World, path: str) -> Answer:
    answers = [sent(world, path, name="G", email=f"g{number}@example.org") for number in range(101)]
    return next(answer for answer in answers if answer.status != 303)


def test_limits_hold_here_too_and_nothing_typed_is_lost() -> None:
    with World(replace(SETTINGS, limits="production")) as world:
        path = address(world, world.an_event(a_person(world).token))

        answer = limited(world, path)

        page = Page(answer)
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Please wait a moment, and try again." in page.words
        assert page.fields["email"]["value"].endswith("@example.org")
        with world.elsewhere():
            assert sent(world, path, **GUEST).status == 303
