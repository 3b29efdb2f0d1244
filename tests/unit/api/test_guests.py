"""Guests over HTTP: one answer whatever is true, a seat that waits for the mailed link, and no way to annoy others."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.settings import Settings
from devtools.simdb.meter import Meter
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, free_seats
from tests.support.http import Answer
from tests.support.mailed import Shown, opened, pressed
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, World

PRODUCTION = Settings(key_ring=KEY_RING, limits="production", public_url="https://api.test", log_level="ERROR")
GIL = {"name": "Gil Guest", "email": "gil@example.org"}
DETAIL = "A mail is on its way. Its link shows the enrollment, and confirms it."


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world, first_name="Olga", last_name="Organizer")


def ask(world: World, event: dict[str, Any], email: str = GIL["email"], **options: Any) -> Answer:
    return world.post(f"/events/{event['id']}/enrollments", {"name": "Gil Guest", "email": email, **options})


def asked(world: World, event: dict[str, Any], email: str = GIL["email"], **options: Any) -> str:
    """The token of the link that was mailed."""
    assert ask(world, event, email, **options).status == 202
    return token_for(world, email)


def token_for(world: World, email: str) -> str:
    world.work()
    found = re.search(r"/g/(g_[\w.~-]+)", world.mailer.to(email)[-1].text)
    assert found
    return found.group(1)


def rows(world: World) -> list[dict[str, Any]]:
    """All enrollments, without places in waitlists and deadlines."""
    return [row for row in world.db.snapshot_all("turnout-enrollments") if row["pk"]["S"].split("#")[1].isdigit()]


def statuses(world: World) -> Counter[str]:
    return Counter(row["status"]["S"] for row in rows(world))


# The way of a guest


def test_a_guest_gets_a_seat_for_an_hour_and_a_mail(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)

    answer = ask(world, event)

    assert (answer.status, answer.json) == (202, {"detail": DETAIL, "email": "gil@example.org"})
    assert not {"Location", "ETag"} & answer.headers.keys()
    assert answer.headers["Cache-Control"] == "no-store"
    assert free_seats(world, event) == [2]
    [row] = rows(world)
    assert (row["status"]["S"], row["unproven"]["BOOL"]) == ("pending", True)
    assert row["expires_at"]["S"].startswith("2026-06-01T10:00:00")
    world.work()
    [mail] = world.mailer.to("gil@example.org")
    assert mail.subject == "Confirm your place: Python Workshop"
    assert [one["kind"] for one in due_rows(world)] == ["guest_link", "job_expire"]


def test_the_link_confirms_on_its_page(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    page = Shown(opened(world, token))
    assert (page.actions, page.buttons[0]) == (["confirm", "cancel"], "Confirm my place")
    assert statuses(world) == {"pending": 1}

    after = Shown(pressed(world, token, "confirm"))

    assert "Your place is confirmed." in after.words
    assert "Gil Guest" in after.words
    [entry] = world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"]
    assert (entry["status"], entry["attendee"]["name"]) == ("confirmed", "Gil Guest")
    assert entry["attendee"]["email"] == "gil@example.org"
    world.work()
    assert [one.subject for one in world.mailer.to("gil@example.org")] == [
        "Confirm your place: Python Workshop",
        "Confirmed: Python Workshop",
    ]


def test_the_link_confirms_and_cancels_as_a_bearer_token(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    own = f"/enrollments/{opened(world, token, 'application/json').json['id']}"
    assert world.get(own, token).json["status"] == "pending"

    confirmed = world.post(f"{own}/confirm", None, token)

    assert (confirmed.status, confirmed.json["status"], confirmed.json["expires_at"]) == (200, "confirmed", None)
    assert world.get(f"{own}/ticket.svg", token).status == 200
    causes = [one["cause"] for one in world.get(f"{own}/history", token).json["history"]]
    assert causes == ["held", "hold_confirmed"]
    assert world.post(f"{own}/cancel", None, token).json["status"] == "cancelled"
    assert free_seats(world, event) == [3]


def test_a_hold_that_nobody_took_back_is_enrolled_late_while_a_seat_is_free(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    token = asked(world, event)
    world.clock.advance(timedelta(minutes=60))
    page = Shown(opened(world, token))
    assert "The time to confirm is over. A seat is free." in page.words
    own = opened(world, token, "application/json").json["id"]
    problem(world.post(f"/enrollments/{own}/confirm", None, token), 409, "hold_expired")

    assert "Your place is confirmed." in Shown(pressed(world, token, "confirm")).words

    assert (statuses(world), free_seats(world, event)) == ({"confirmed": 1}, [0])


def test_a_hold_that_is_over_is_in_nobodys_way_and_no_mail_follows_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    token = asked(world, event)
    world.clock.advance(timedelta(minutes=60))

    enrolled(world, event, a_person(world))

    world.work()
    assert len(world.mailer.to("gil@example.org")) == 1
    page = Shown(opened(world, token))
    assert "The time to confirm is over. The event is full; you can wait for a seat." in page.words
    assert page.actions == ["join"]


def test_at_a_full_event_the_link_leads_to_the_waitlist(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    winner = a_person(world)
    place = enrolled(world, event, winner)
    token = asked(world, event, waitlist=True)
    assert statuses(world) == {"confirmed": 1}
    assert "No seat is kept for you yet." in world.mailer.to("gil@example.org")[-1].text
    page = Shown(opened(world, token))
    assert (page.actions, page.buttons) == (["join"], ["Join the waitlist"])

    assert "You are number 1 on the waitlist." in Shown(pressed(world, token, "join")).words

    assert world.post(f"/enrollments/{place['id']}/cancel", None, winner.token).status == 200
    assert "Your place is confirmed." in Shown(opened(world, token)).words


def test_the_link_of_a_party_remembers_its_size(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=40, party_max=3)
    others = [asked(world, event, f"guest{number}@example.org", party_size=3) for number in range(2)]
    assert [row["party_size"]["N"] for row in rows(world)] == ["3"]

    answer = pressed(world, others[0], "confirm")

    assert "Your place is confirmed." in Shown(answer).words
    assert free_seats(world, event) == [37]


def test_a_cancelled_event_is_a_sentence_on_the_page(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    own = opened(world, token, "application/json").json["id"]

    cancelled(world, event, olga)
    world.work()

    page = Shown(opened(world, token))
    assert "This event does not take place." in page.words
    assert page.actions == []
    problem(world.post(f"/enrollments/{own}/confirm", None, token), 409, "event_cancelled")
    problem(ask(world, event), 409, "event_cancelled")
    assert statuses(world) == {"cancelled": 1}


def test_a_guest_comes_again_after_cancelling(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    first = asked(world, event)
    pressed(world, first, "cancel")
    assert free_seats(world, event) == [1]

    assert asked(world, event) == first

    assert (statuses(world), free_seats(world, event)) == ({"pending": 1}, [0])


def test_who_is_enrolled_already_gets_a_mail_that_shows_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    ada = a_person(world, "ada@example.org", first_name="Ada", last_name="")
    row = enrolled(world, event, ada)
    world.work()

    assert ask(world, event, "ADA@example.org").status == 202

    world.work()
    mail = world.mailer.to("ada@example.org")[-1]
    assert "you asked for this event again: you are enrolled already." in mail.text
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["version"] == row["version"]
    assert len(rows(world)) == 1


def test_the_words_of_a_stranger_are_not_mailed_to_an_address_that_nobody_has_proven(
    world: World, olga: Person
) -> None:
    event = world.an_event(olga.token)

    world.post(f"/events/{event['id']}/enrollments", {"name": "Win at evil.example", "email": "gil@example.org"})

    world.work()
    [mail] = world.mailer.to("gil@example.org")
    assert "evil.example" not in mail.text + mail.html + mail.subject


# Nobody learns anything


def nobody(world: World, event: dict[str, Any]) -> str:
    return "new@example.org"


def an_account(world: World, event: dict[str, Any]) -> str:
    return a_person(world).email


def a_guest(world: World, event: dict[str, Any]) -> str:
    return str(world.container.people.guest("Known", "known@example.org", world.clock()).email)


def an_attendee(world: World, event: dict[str, Any]) -> str:
    person = a_person(world)
    enrolled(world, event, person)
    return person.email


def one_with_a_hold(world: World, event: dict[str, Any]) -> str:
    ask(world, event, "held@example.org")
    return "held@example.org"


def one_whose_hold_is_over(world: World, event: dict[str, Any]) -> str:
    one_with_a_hold(world, event)
    world.clock.advance(timedelta(minutes=61))
    enrolled_somebody = a_person(world)
    enrolled(world, event, enrolled_somebody)
    world.container.settling.settle(event["id"])
    return "held@example.org"


def one_who_left(world: World, event: dict[str, Any]) -> str:
    pressed(world, asked(world, event, "left@example.org"), "cancel")
    return "left@example.org"


def nobody_at_a_full_event(world: World, event: dict[str, Any]) -> str:
    for _ in range(9):
        enrolled(world, event, a_person(world))
    return "new@example.org"


def nobody_beside_many_guests(world: World, event: dict[str, Any]) -> str:
    for number in range(5):
        ask(world, event, f"other{number}@example.org")
    return "new@example.org"


@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize(
    "state",
    [
        an_account,
        a_guest,
        an_attendee,
        one_with_a_hold,
        one_whose_hold_is_over,
        one_who_left,
        nobody_at_a_full_event,
        nobody_beside_many_guests,
    ],
)
def test_a_stranger_learns_nothing(state: Callable[..., str], key: str | None) -> None:
    """The answers are the same to the byte, and so are the calls that the application makes."""
    with World(PRODUCTION) as known, World(PRODUCTION) as new:
        seen = [observed(one, state, key) for one in (known,)] + [observed(new, nobody, key)]

    assert seen[0] == seen[1]


def observed(world: World, state: Callable[..., str], key: str | None) -> Any:
    """What a stranger sees, and what a clock beside the service could see."""
    event = world.an_event(a_person(world).token, capacity=9)
    email = state(world, event)
    world.clock.advance(timedelta(hours=2))  # whatever was counted is forgotten
    world.work()
    headers = {"Idempotency_Key": key} if key else {}
    with Meter(world.db) as meter:
        answer = world.post(f"/events/{event['id']}/enrollments", {"name": "X", "email": email}, **headers)
    pushed = len(world.queue.waiting)
    told = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return answer.status, answer.text.replace(email, "x@y"), told, meter.calls, pushed
