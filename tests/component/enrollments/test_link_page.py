"""The page that mailed links open: it shows one enrollment, changes nothing by being opened, and acts on a button."""

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, deleted, due_rows, enrolled, free_seats, live_people
from tests.support.mails.mailed import BROWSER, Shown, link_for, link_of, opened, pressed
from tests.support.problems import problem
from tests.support.world import World

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def an_event(world: World, olga: Person, **fields: Any) -> dict[str, Any]:
    return world.an_event(
        olga.token, **{"capacity": 1, "timezone": "Europe/Berlin", "location": "Alter Markt", **fields}
    )


def asked(world: World, event: dict[str, Any], person: Person, **options: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", options, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def test_a_confirmed_place_is_shown_with_time_place_and_ticket(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, an_event(world, olga), ada)

    page = Shown(opened(world, link_of(world, row)))

    assert page.words[:4] == ["Turnout", "Python Workshop", "Your place is confirmed.", "When"]
    assert "Wednesday, 1 July 2026, 11:00 (Berlin time)" in page.words
    assert {"Alter Markt", "Olga Organizer", "Ada Lovelace"} <= set(page.words)
    assert page.actions == ["cancel"]
    assert page.buttons == ["Cancel my enrollment"]
    assert "svg" in page.tags


def test_it_leads_to_the_page_of_the_event_as_long_as_that_is_there(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_of(world, enrolled(world, event, ada))

    assert f'<a href="/e/{event["id"]}-python-workshop">Python Workshop</a>' in opened(world, token).text
    cancelled(world, event, olga)
    assert f'href="/e/{event["id"]}-' in opened(world, token).text
    deleted(world, event, olga)
    assert 'href="/e/' not in opened(world, token).text


def test_the_page_loads_nothing_runs_nothing_and_is_kept_by_nobody(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, an_event(world, olga), ada)

    answer = opened(world, link_of(world, row))

    page = Shown(answer)
    assert page.loads == []
    assert not {"script", "img", "link", "iframe", "object", "embed"} & page.tags
    style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL).group(1)  # type: ignore[union-attr]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_what_people_wrote_is_text(world: World, olga: Person) -> None:
    eve = a_person(world, first_name="<script>alert(1)</script>", last_name="")
    event = an_event(world, olga, title='"><img src=x onerror=alert(1)>', location="<b>here</b>")
    row = enrolled(world, event, eve)

    page = Shown(opened(world, link_of(world, row)))

    assert not {"script", "img", "b"} & page.tags
    assert {"<b>here</b>", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'} <= set(page.words)


@pytest.mark.parametrize("accept", [BROWSER, "application/json", "*/*", ""])
def test_opening_a_link_changes_nothing(world: World, olga: Person, ada: Person, accept: str) -> None:
    row = asked(world, an_event(world, olga), ada, confirm=False)
    before = {table: world.db.snapshot_all(f"turnout-{table}") for table in ("enrollments", "seats", "due")}

    assert opened(world, link_of(world, row), accept).status == 200

    assert {table: world.db.snapshot_all(f"turnout-{table}") for table in before} == before


def test_a_hold_is_confirmed(world: World, olga: Person, ada: Person) -> None:
    row = asked(world, an_event(world, olga), ada, confirm=False)
    token = link_of(world, row)
    page = Shown(opened(world, token))
    assert "A seat is kept for you until Monday, 1 June 2026, 11:15 (Berlin time). Confirm it by then." in page.words
    assert page.actions == ["confirm", "cancel"]
    assert page.buttons == ["Confirm my place", "I am not coming"]

    after = Shown(pressed(world, token, "confirm"))

    assert "Your place is confirmed." in after.words
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["status"] == "confirmed"


def test_a_place_is_cancelled_and_taken_again(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_of(world, enrolled(world, event, ada))

    page = Shown(pressed(world, token, "cancel"))

    assert "Your enrollment is cancelled. A seat is free." in page.words
    assert (page.actions, page.buttons) == (["confirm"], ["Enrol"])
    assert free_seats(world, event) == [1]
    assert "Your place is confirmed." in Shown(pressed(world, token, "confirm")).words
    assert live_people(world, event) == [ada.id]


def test_a_link_that_is_opened_late_enrols_if_a_seat_is_free(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    row = asked(world, event, ada, confirm=False)
    world.clock.advance(timedelta(minutes=15))
    page = Shown(opened(world, link_of(world, row)))
    assert "The time to confirm has run out." in page.text
    assert "Confirm my place" not in page.buttons
    [action] = page.actions

    after = Shown(pressed(world, link_of(world, row), action))

    assert "Your place is confirmed." in after.words
    assert (live_people(world, event), free_seats(world, event)) == ([ada.id], [0])


def test_else_it_offers_the_waitlist(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_for(world, event, ada)
    enrolled(world, event, a_person(world))
    page = Shown(opened(world, token))
    assert "You are not enrolled. The event is full; you can wait for a seat." in page.words
    assert (page.actions, page.buttons) == (["join"], ["Join the waitlist"])

    after = Shown(pressed(world, token, "join"))

    assert "You are number 1 on the waitlist." in after.words
    assert (after.actions, after.buttons) == (["cancel"], ["Leave the waitlist"])


def test_a_guest_without_a_seat_sees_the_event_and_gets_the_free_seat(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_for(world, event, ada)
    page = Shown(opened(world, token))
    assert "You are not enrolled. A seat is free." in page.words
    assert "Alter Markt" in page.words
    assert page.actions == ["confirm"]

    pressed(world, token, "confirm")

    assert live_people(world, event) == [ada.id]
    [mail] = due_rows(world, "enrollment_confirmed")
    assert mail["recipient"] == ada.id


def test_an_offer_is_declined(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga, waitlist_mode="offer")
    first = enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    world.delete(f"/enrollments/{first['id']}", olga.token)
    page = Shown(opened(world, link_of(world, row)))
    assert page.text.count("A seat is free for you until") == 1
    assert page.buttons == ["Accept the seat", "Decline"]

    pressed(world, link_of(world, row), "cancel")

    assert world.get(f"/enrollments/{row['id']}", ada.token).json["status"] == "cancelled"


def test_what_is_refused_is_a_sentence_on_the_page(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_for(world, event, ada)
    enrolled(world, event, a_person(world))

    answer = pressed(world, token, "confirm")

    assert answer.status == 409
    page = Shown(answer)
    assert "Every seat is taken." in page.text
    assert page.actions == ["join"]
    assert live_people(world, event) != [ada.id]


def test_programs_get_the_same_refusal_as_a_problem(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga, waitlist_mode="off")
    token = link_for(world, event, ada)
    enrolled(world, event, a_person(world))

    for accept in ("application/json", "*/*", ""):
        problem(world.post(f"/g/{token}", {"action": "confirm"}, Accept=accept), 409, "event_full")
        problem(world.post(f"/g/{token}", {"action": "join"}, Accept=accept), 409, "waitlist_off")


def test_programs_act_in_json(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    token = link_for(world, event, ada)
    problem(opened(world, token, "application/json"), 404, "not_found")

    made = world.post(f"/g/{token}", {"action": "confirm"}, Accept="application/json")

    assert (made.status, made.json["status"]) == (200, "confirmed")
    assert made.json["attendee"] == {"id": ada.id, "name": "Ada Lovelace", "email": None}
    assert opened(world, token, "application/json").json == made.json
    gone = world.post(f"/g/{token}", {"action": "cancel"}, Accept="application/json")
    assert gone.json["status"] == "cancelled"


def test_a_repeated_press_with_its_key_is_answered_as_before(world: World, olga: Person, ada: Person) -> None:
    token = link_for(world, an_event(world, olga), ada)
    options = {"Accept": "application/json", "Idempotency_Key": "press-1"}
    first = world.post(f"/g/{token}", {"action": "confirm"}, **options)

    again = world.post(f"/g/{token}", {"action": "confirm"}, **options)

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json
    problem(world.post(f"/g/{token}", {"action": "cancel"}, **options), 422, "idempotency_key_reused")


def test_the_key_of_one_link_is_not_that_of_another(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga, capacity=2)
    for person in (ada, a_person(world)):
        token = link_for(world, event, person)
        answer = world.post(f"/g/{token}", {"action": "confirm"}, Accept="application/json", Idempotency_Key="same")
        assert answer.json["attendee"]["id"] == person.id


@pytest.mark.parametrize("token", ["g_", "x", "g_junk", "g_test1.AAAA.AAAA"])
def test_a_link_that_is_none_is_404_and_to_a_browser_a_page(world: World, token: str) -> None:
    answer = opened(world, token)

    assert answer.status == 404
    assert "This link is incomplete, or no longer valid." in Shown(answer).words
    assert '<a class="button" href="/">Upcoming events</a>' in answer.text, "whoever stands there can go on"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    problem(opened(world, token, "application/json"), 404, "not_found")
    problem(world.post(f"/g/{token}", {"action": "cancel"}), 404, "not_found")


def test_a_link_ends_thirty_days_after_its_event(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, an_event(world, olga), ada)
    token = link_of(world, row)
    world.clock.now = world.clock.now.fromisoformat("2026-07-31T09:59:59+00:00")
    page = Shown(opened(world, token))
    assert "This event is over." in page.words
    assert (page.actions, "svg" in page.tags) == ([], False)

    world.clock.advance(timedelta(seconds=1))

    assert opened(world, token).status == 404


def test_after_the_start_a_place_is_not_given_back(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, an_event(world, olga), ada)
    world.clock.now = world.clock.now.fromisoformat("2026-07-01T09:00:00+00:00")
    assert Shown(opened(world, link_of(world, row))).actions == []

    answer = pressed(world, link_of(world, row), "cancel")

    assert answer.status == 409
    assert "The event has started." in Shown(answer).text


def test_a_cancelled_event_says_so(world: World, olga: Person, ada: Person) -> None:
    event = an_event(world, olga)
    row = enrolled(world, event, ada)
    cancelled(world, event, olga)

    page = Shown(opened(world, link_of(world, row)))

    assert "This event will not take place." in page.words
    assert (page.actions, "svg" in page.tags) == ([], False)


@pytest.mark.parametrize("form", ["", "action=", "action=explode", "action=cancel&x=1", "=", "&" * 200])
def test_a_form_that_is_not_ours_is_refused(world: World, olga: Person, ada: Person, form: str) -> None:
    token = link_of(world, enrolled(world, an_event(world, olga), ada))

    answer = world.send("POST", f"/g/{token}", raw=form, headers=FORM)

    problem(answer, 400, "malformed_json" if "&&" in form else "invalid_request")
    browser = world.send("POST", f"/g/{token}", raw=form, headers={**FORM, "Accept": BROWSER})
    assert browser.status == 400
    assert Shown(browser).actions == []


def test_other_endpoints_take_no_forms(world: World, olga: Person) -> None:
    event = an_event(world, olga)

    answer = world.send("POST", f"/events/{event['id']}/enrollments", raw="a=1", token=olga.token, headers=FORM)

    problem(answer, 415, "unsupported_media_type")
