"""The trail keeps six transitions. However many follow, what was decided before is decided the same."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, enrolled, people, signed_in
from tests.support.problems import problem
from tests.support.world import World

GRACE = {"name": "Grace Hopper", "email": "grace@example.org"}


def note(world: World, row: dict[str, Any], olga: Person, times: int = 7) -> None:
    """More edits than the trail remembers."""
    for number in range(times):
        answer = world.patch(
            f"/enrollments/{row['id']}", {"note": f"Row {number}"}, signed_in(world, olga.account).token
        )
        assert answer.status == 200, answer.text


def test_handing_on_once_more_finds_what_was_done(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)
    made = world.post(f"/enrollments/{row['id']}/transfer", GRACE, ada.token)
    for one in (row, made.json):
        note(world, one, olga)

    again = world.post(f"/enrollments/{row['id']}/transfer", GRACE, ada.token)

    assert (made.status, again.status, again.json["id"]) == (201, 201, made.json["id"])


def test_whose_place_was_left_again_is_not_the_one_who_has_it(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)
    made = world.post(f"/enrollments/{row['id']}/transfer", GRACE, ada.token).json
    world.post(f"/enrollments/{made['id']}/cancel", None, olga.token)

    problem(world.post(f"/enrollments/{row['id']}/transfer", GRACE, ada.token), 409, "not_confirmed")


@pytest.mark.parametrize(("mode", "code"), [("offer", "offer_expired"), ("auto", "hold_expired")])
def test_what_has_expired_says_what_it_was(world: World, olga: Person, mode: str, code: str) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode=mode, offer_minutes=30, hold_minutes=30)
    url, (first, second) = f"/events/{event['id']}/enrollments", people(world, 2)
    row = world.post(url, {"confirm": mode == "offer"}, first.token).json
    if mode == "offer":
        waiting = world.post(url, {"waitlist": True}, second.token).json
        world.post(f"/enrollments/{row['id']}/cancel", None, first.token)
        first, row = second, waiting
    world.clock.advance(timedelta(minutes=31))
    world.tick()
    world.work()
    note(world, row, olga)

    problem(world.post(f"/enrollments/{row['id']}/confirm", None, first.token), 409, code)


def test_a_note_makes_nobody_late_nor_in_time(world: World, olga: Person) -> None:
    """Who did not come is told by when the seat was confirmed, and not by the last edit."""
    times = {"starts_at": "2026-06-01T10:00:00Z", "ends_at": "2026-06-01T14:00:00Z"}
    event = world.an_event(olga.token, capacity=2, no_show_release_minutes=10, **times)
    row = enrolled(world, event, a_person(world))
    world.work()
    world.clock.advance(timedelta(minutes=71))
    note(world, row, olga, 1)
    for _ in range(2):
        world.tick()
        world.work()

    shown = world.get(f"/enrollments/{row['id']}", signed_in(world, olga.account).token).json
    assert (shown["status"], shown["no_show_at"] is not None) == ("cancelled", True)


@pytest.mark.parametrize("times", [1, 7])
def test_the_mail_says_what_was_lost_whatever_is_noted_before_it_goes_out(
    world: World, olga: Person, times: int
) -> None:
    event = world.an_event(olga.token, capacity=1)
    url, (first, second) = f"/events/{event['id']}/enrollments", people(world, 2)
    world.post(url, {}, first.token)
    waiting = world.post(url, {"waitlist": True}, second.token).json
    world.work()
    world.post(f"/enrollments/{waiting['id']}/cancel", None, second.token)
    note(world, waiting, olga, times)
    world.work()

    mail = world.mailer.to(second.email)[-1]
    assert "waitlist" in mail.text.lower()


def test_a_mail_that_is_sent_again_tells_of_the_place_and_not_of_the_note(
    world: World, olga: Person, ada: Person
) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)
    world.work()
    first = world.mailer.to(ada.email)[-1]
    note(world, row, olga)
    world.patch(f"/enrollments/{row['id']}", {"note": None}, olga.token)

    assert world.post(f"/enrollments/{row['id']}/resend", None, ada.token).status == 202
    world.work()

    again = world.mailer.to(ada.email)[-1]
    assert (again.subject, again.text) == (first.subject, first.text)
