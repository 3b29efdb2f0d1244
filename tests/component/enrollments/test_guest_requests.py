"""The request of a guest: one answer whatever is true of the address, what is refused, and keys."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from devtools.simdb.meter import Meter
from tests.support.builders import Person, a_person, enrolled, free_seats
from tests.support.mails.mailed import pressed
from tests.support.people.guests import GIL, PRODUCTION, ask, asked, rows
from tests.support.problems import faults, problem
from tests.support.world import World


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def nobody(world: World, event: dict[str, Any]) -> str:
    return "new@example.org"


def an_account(world: World, event: dict[str, Any]) -> str:
    return a_person(world).email


def a_guest(world: World, event: dict[str, Any]) -> str:
    return str(world.container.store.people.guest("known@example.org", world.clock()).email)


def an_attendee(world: World, event: dict[str, Any]) -> str:
    person = a_person(world)
    enrolled(world, event, person)
    return person.email


def one_with_a_hold(world: World, event: dict[str, Any]) -> str:
    ask(world, event, "held@example.org")
    return "held@example.org"


def one_whose_hold_is_over(world: World, event: dict[str, Any]) -> str:
    one_with_a_hold(world, event)
    world.clock.advance(timedelta(minutes=241))
    world.container.seats.settlement.settle(event["id"])
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
    event = world.an_event(a_person(world).token, capacity=9, guest_hold_minutes=240)
    email = state(world, event)
    world.clock.advance(timedelta(hours=2))  # whatever was counted is forgotten
    world.work()
    headers = {"Idempotency_Key": key} if key else {}
    with Meter(world.db) as meter:
        answer = world.post(f"/events/{event['id']}/enrollments", {"name": "X", "email": email}, **headers)
    pushed = len(world.queue.waiting)
    told = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return answer.status, answer.text.replace(email, "x@y"), told, meter.calls, pushed


# What is refused


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "Gil"}, [("/email", "required")]),
        ({"email": "gil@example.org"}, [("/name", "required")]),
        ({**GIL, "email": "no address"}, [("/email", "invalid")]),
        ({**GIL, "name": ""}, [("/name", "invalid")]),
        ({**GIL, "name": "two\nlines"}, [("/name", "invalid")]),
        ({**GIL, "attendee_id": "x"}, [("/attendee_id", "one_person")]),
        ({**GIL, "party_size": 2}, [("/party_size", "party_too_large")]),
        ({**GIL, "phone": "1"}, [("/phone", "unknown_field")]),
    ],
)
def test_bad_bodies_are_told(world: World, olga: Person, body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    event = world.an_event(olga.token)

    assert faults(world.post(f"/events/{event['id']}/enrollments", body)) == expected


@pytest.mark.parametrize("body", [{}, {"waitlist": True}, {"attendee_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}])
def test_who_gives_no_address_has_to_sign_in(world: World, olga: Person, body: dict[str, Any]) -> None:
    event = world.an_event(olga.token)

    answer = world.post(f"/events/{event['id']}/enrollments", body)

    assert problem(answer, 401, "unauthenticated")["next_step"]["href"] == "/auth/login"


def test_a_bad_token_is_401_and_an_account_enrols_itself_only(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}/enrollments"

    problem(world.post(url, GIL, "bad"), 401, "unauthenticated")
    problem(world.post(url, GIL, asked(world, event)), 401, "unauthenticated")
    problem(world.post(url, GIL, a_person(world).token), 403, "forbidden")


def test_events_that_take_no_guests_say_so(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, guests_allowed=False, capacity=1)
    enrolled(world, event, olga)

    told = problem(ask(world, event), 401, "unauthenticated")

    assert told["detail"] == "This event takes no guests: sign in to enrol."
    assert told["next_step"]["action"] == "login"
    eligible = world.get(f"/events/{event['id']}/eligibility").json
    assert (eligible["code"], eligible["detail"]) == ("unauthenticated", told["detail"])
    assert world.mailer.sent == []


def test_what_everybody_sees_of_an_event_is_told(world: World, olga: Person) -> None:
    opens = world.an_event(olga.token, enrollment_opens_at="2026-06-20T09:00:00Z")
    soon = world.an_event(olga.token, starts_at="2026-06-02T09:00:00Z", ends_at="2026-06-02T10:00:00Z")
    draft = world.an_event(olga.token, status="draft")

    problem(ask(world, opens), 409, "enrollment_not_open")
    problem(ask(world, draft), 404, "not_found")
    problem(ask(world, {"id": "junk"}), 404, "not_found")
    problem(ask(world, {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}), 404, "not_found")
    world.clock.advance(timedelta(days=1))
    problem(ask(world, soon), 409, "event_started")
    world.clock.advance(timedelta(hours=1))
    problem(ask(world, soon), 409, "event_past")
    assert rows(world) == []


# Keys


def test_a_key_gives_the_first_answer_again_and_sends_nothing(strict: World) -> None:
    event = strict.an_event(a_person(strict).token, capacity=3)
    url = f"/events/{event['id']}/enrollments"
    first = strict.post(url, GIL, Idempotency_Key="k")

    again = strict.post(url, GIL, Idempotency_Key="k")

    assert (again.status, again.text) == (first.status, first.text) == (202, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(strict.post(url, {**GIL, "name": "Other"}, Idempotency_Key="k"), 422, "idempotency_key_reused")
    assert free_seats(strict, event) == [2]


def test_a_key_belongs_to_the_address(world: World, olga: Person) -> None:
    url = f"/events/{world.an_event(olga.token)['id']}/enrollments"
    world.post(url, GIL, Idempotency_Key="k")

    other = world.post(url, {**GIL, "email": "other@example.org"}, Idempotency_Key="k")

    assert (other.status, other.json["email"]) == (202, "other@example.org")
    assert "Idempotency-Replayed" not in other.headers
    assert len(rows(world)) == 2


def test_a_key_tells_nobody_that_an_address_is_not_written_to(strict: World) -> None:
    event = strict.an_event(a_person(strict).token)
    url = f"/events/{event['id']}/enrollments"
    ask(strict, event)

    silent, again = (strict.post(url, GIL, Idempotency_Key="k") for _ in range(2))

    assert (silent.status, "Idempotency-Replayed" in silent.headers) == (202, False)
    assert again.headers["Idempotency-Replayed"] == "true"
