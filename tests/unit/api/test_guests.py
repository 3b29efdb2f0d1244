"""Guests over HTTP: one answer whatever is true, a seat that waits for the mailed link, and no way to annoy others."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.services.limiting import PRODUCTION_LIMITS
from chalicelib.settings import Settings
from devtools.simdb.meter import Meter
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, free_seats, signed_in
from tests.support.http import Answer
from tests.support.mailed import BROWSER, Shown, opened, pressed
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
    causes = [one["cause"] for one in world.get(f"{own}/history", token).json["results"]]
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


def test_the_link_of_a_party_without_seats_brings_its_size_along(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=50, party_max=3)
    first = asked(world, event, "first@example.org", party_size=3)
    token = asked(world, event, "second@example.org", party_size=3)
    assert statuses(world) == {"pending": 1}
    mail = world.mailer.to("second@example.org")[-1].text
    assert f"/g/{token}?party_size=3\n" in mail
    page = Shown(world.get(f"/g/{token}?party_size=3", Accept=BROWSER))
    assert page.words[page.words.index("Party") + 1] == "3 people"
    assert page.sizes == ["3"]

    pressed(world, first, "confirm")
    assert "Your place is confirmed." in Shown(pressed(world, token, "confirm", party_size=3)).words

    assert free_seats(world, event) == [44]
    assert Shown(opened(world, first)).words.count("3 people") == 1
    assert faults(world.get(f"/g/{token}?party_size=0")) == [("party_size", "invalid")]
    assert faults(world.post(f"/g/{token}", {"action": "join", "party_size": "x"})) == [("/party_size", "invalid")]


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
    world.clock.advance(timedelta(minutes=241))
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


# Bounds


@pytest.mark.parametrize(("capacity", "seats"), [(100, 10), (20, 5), (3, 3)])
def test_unproven_guests_hold_a_tenth_of_the_seats_and_at_least_five(
    world: World, olga: Person, capacity: int, seats: int
) -> None:
    event = world.an_event(olga.token, capacity=capacity)

    for number in range(12):
        assert ask(world, event, f"guest{number}@example.org").status == 202

    assert free_seats(world, event) == [capacity - seats]
    world.work()
    assert len({mail.to for mail in world.mailer.sent}) == 12
    if capacity > seats:
        assert enrolled(world, event, a_person(world))["status"] == "confirmed"


def test_every_guest_who_confirms_makes_room_for_another(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=20)
    tokens = [asked(world, event, f"guest{number}@example.org") for number in range(6)]
    assert statuses(world) == {"pending": 5}

    for token in tokens:
        assert "Your place is confirmed." in Shown(pressed(world, token, "confirm")).words

    assert statuses(world) == {"confirmed": 6}
    assert ask(world, event).status == 202
    assert (statuses(world), free_seats(world, event)) == ({"confirmed": 6, "pending": 1}, [13])


def test_the_part_of_guests_is_found_wherever_its_seats_are(world: World, olga: Person) -> None:
    """Their part is spread over the shards like the seats, and the last seats may be on other shards."""
    event = world.an_event(olga.token, capacity=60, on_sale_shards=4)
    while sum(free_seats(world, event)) > 6:
        enrolled(world, event, a_person(world))

    for number in range(8):
        assert ask(world, event, f"guest{number}@example.org").status == 202

    assert statuses(world)["pending"] == 6
    assert sum(free_seats(world, event)) == 0


def test_an_event_without_a_limit_takes_guests(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    token = asked(world, event)

    assert "Your place is confirmed." in Shown(pressed(world, token, "confirm")).words


# Limits


def test_the_link_of_one_event_is_mailed_once_an_hour(strict: World) -> None:
    event = strict.an_event(a_person(strict).token)
    for minutes in (0, 30, 29):
        strict.clock.advance(timedelta(minutes=minutes))
        answer = ask(strict, event, "GIL@example.org" if minutes else GIL["email"])
        assert (answer.status, answer.json["detail"]) == (202, DETAIL)
    strict.work()
    assert len(strict.mailer.sent) == 1

    strict.clock.advance(timedelta(minutes=1))

    assert ask(strict, event).status == 202
    strict.work()
    assert len(strict.mailer.sent) == 2


def test_one_address_gets_five_mails_an_hour_and_twenty_a_day(strict: World) -> None:
    olga = a_person(strict)
    events = [strict.an_event(olga.token) for _ in range(6)]
    for event in events:
        assert ask(strict, event).status == 202
    strict.work()
    assert len(strict.mailer.to("gil@example.org")) == 5
    assert ask(strict, events[0], "other@example.org").status == 202

    for _ in range(23):
        strict.clock.advance(timedelta(hours=1, seconds=1))
        for event in events[:5]:
            assert ask(strict, event).status == 202
        strict.work()

    assert len(strict.mailer.to("gil@example.org")) == 20 + 23 * 3600 // (86_400 // 20), "twenty, refilled in a day"


def test_who_is_not_written_to_gets_no_seat_and_no_record(strict: World) -> None:
    olga = a_person(strict)
    for _ in range(5):
        ask(strict, strict.an_event(olga.token))
    event = strict.an_event(olga.token, capacity=5)
    before = {name: strict.db.snapshot_all(f"turnout-{name}") for name in ("enrollments", "seats", "due")}

    assert ask(strict, event).status == 202

    assert {name: strict.db.snapshot_all(f"turnout-{name}") for name in before} == before


def test_one_network_asks_so_often_an_hour_then_429_with_the_time_to_wait(strict: World) -> None:
    event = strict.an_event(a_person(strict).token)
    assert PRODUCTION_LIMITS.mail_from
    for number in range(PRODUCTION_LIMITS.mail_from.number):
        assert ask(strict, event, f"guest{number}@example.org").status == 202

    refused = ask(strict, event, "one.more@example.org")

    problem(refused, 429, "too_many_requests")
    assert refused.headers["Retry-After"] == "36"
    assert strict.container.people.by_email("one.more@example.org") is None
    strict.clock.advance(timedelta(seconds=36))
    assert ask(strict, event, "one.more@example.org").status == 202


def test_limits_keep_no_address(strict: World) -> None:
    ask(strict, strict.an_event(a_person(strict).token))

    found = [row for row in strict.db.snapshot_all("turnout-accounts") if row["pk"]["S"].startswith("limit#")]

    assert len(found) == 4
    assert "gil" not in str(found)
    assert "192.0.2" not in str(found)


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


# With an account


def test_a_guest_who_signs_up_owns_the_enrollment_once(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    token = asked(world, event)
    pressed(world, token, "confirm")

    account = world.signed_up("gil@example.org", first_name="Gilbert")

    [mine] = world.get("/me/enrollments", account).json["results"]
    assert (mine["event"]["id"], mine["status"]) == (event["id"], "confirmed")
    assert mine["id"] == opened(world, token, "application/json").json["id"]
    problem(world.post(f"/events/{event['id']}/enrollments", {}, account), 409, "already_enrolled")
    assert world.post(f"/enrollments/{mine['id']}/cancel", None, account).json["status"] == "cancelled"
    assert "Your enrollment is cancelled. A seat is free." in Shown(opened(world, token)).words


@pytest.mark.parametrize("options", [{}, {"waitlist": True}])
def test_who_enrols_with_an_account_confirms_the_hold_that_a_stranger_made(
    world: World, olga: Person, options: dict[str, Any]
) -> None:
    event = world.an_event(olga.token, capacity=1)
    ada = a_person(world, "ada@example.org")
    url = f"/events/{event['id']}/enrollments"
    assert ask(world, event, "ada@example.org").status == 202
    assert world.get(f"/events/{event['id']}/eligibility", ada.token).json["would"] == "confirmed"

    first, again = (world.post(url, options, ada.token, Idempotency_Key="k") for _ in range(2))

    assert (first.status, first.json["status"]) == (201, "confirmed")
    assert (again.text, again.headers["Idempotency-Replayed"]) == (first.text, "true")
    assert (statuses(world), free_seats(world, event)) == ({"confirmed": 1}, [0])
    problem(world.post(url, {}, ada.token), 409, "already_enrolled")


def test_a_hold_of_another_size_is_shown_to_its_person_instead(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=50, party_max=3)
    ada = a_person(world, "ada@example.org")
    assert ask(world, event, "ada@example.org", party_size=3).status == 202

    told = problem(world.post(f"/events/{event['id']}/enrollments", {}, ada.token), 409, "already_enrolled")

    assert told["enrollment"]["status"] == "pending"
    assert world.get(f"/events/{event['id']}/eligibility", ada.token).json["code"] == "already_enrolled"
    own = f"/enrollments/{told['enrollment']['id']}"
    assert world.post(f"{own}/confirm", None, ada.token).json["party_size"] == 3
    assert world.patch(own, {"party_size": 1}, ada.token).json["party_size"] == 1
    assert free_seats(world, event) == [49]


def test_a_strangers_hold_that_is_over_is_in_nobodys_way(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    ada = a_person(world, "ada@example.org")
    assert ask(world, event, "ada@example.org").status == 202
    world.clock.advance(timedelta(minutes=60))
    ada = signed_in(world, ada.account)

    assert enrolled(world, event, ada)["status"] == "confirmed"


def test_the_account_of_a_known_address_is_not_changed_by_guests(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    ada = a_person(world, "ada@example.org", first_name="Ada", last_name="Lovelace")

    token = asked(world, event, "ada@example.org")

    pressed(world, token, "confirm")
    [entry] = world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"]
    assert entry["attendee"] == {"id": ada.id, "name": "Ada Lovelace", "email": "ada@example.org"}
    assert world.get("/me/enrollments", ada.token).json["count"] == 1
