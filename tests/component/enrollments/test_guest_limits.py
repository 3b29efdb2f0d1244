"""What guests can take and cause: seats for the unproven, mails to one address, requests from one network."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.domain.shared.limits import PRODUCTION_LIMITS
from tests.support.builders import Person, a_person, enrolled, free_seats
from tests.support.mails.mailed import Shown, pressed
from tests.support.people.guests import DETAIL, GIL, PRODUCTION, ask, asked, statuses
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


@pytest.mark.parametrize(("capacity", "seats"), [(100, 10), (20, 5), (5, 2), (3, 1), (1, 0)])
def test_unproven_guests_hold_a_tenth_of_the_seats_at_least_five_and_at_most_half(
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

    assert len(strict.mailer.to("gil@example.org")) == 20, "what was asked for besides waits for another day"


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
    assert strict.container.store.people.by_email("one.more@example.org") is None
    strict.clock.advance(timedelta(seconds=36))
    assert ask(strict, event, "one.more@example.org").status == 202


def test_a_stranger_cannot_use_up_the_mails_of_an_address(strict: World) -> None:
    """Five requests of a stranger: the owner's own request brings a mail, and the organizer can still enrol them."""
    olga = a_person(strict)
    events = [strict.an_event(olga.token) for _ in range(7)]
    with strict.elsewhere():
        for event in events:
            assert ask(strict, event).status == 202
    strict.work()
    assert len(strict.mailer.to(GIL["email"])) == 5

    assert ask(strict, events[0]).status == 202
    strict.work()

    assert len(strict.mailer.to(GIL["email"])) == 6
    enrolled_by = strict.post(f"/events/{events[6]['id']}/enrollments", GIL, olga.token)
    assert enrolled_by.status == 201, enrolled_by.text


def test_twelve_strangers_cannot_either(strict: World) -> None:
    olga = a_person(strict)
    events = [strict.an_event(olga.token) for _ in range(6)]
    for number in range(12):
        with strict.elsewhere(f"203.0.{number}.9"):
            for event in events:
                assert ask(strict, event).status == 202
    strict.work()
    before = len(strict.mailer.to(GIL["email"]))
    assert before == 12 + 10, "the first mail of each, and what all of them together cause beyond it"

    assert ask(strict, events[0]).status == 202
    strict.work()

    assert len(strict.mailer.to(GIL["email"])) == before + 1
    assert strict.post(f"/events/{events[0]['id']}/enrollments", GIL, olga.token).status in {201, 409}


def test_limits_keep_no_address(strict: World) -> None:
    ask(strict, strict.an_event(a_person(strict).token))

    found = [row for row in strict.db.snapshot_all("turnout-accounts") if row["pk"]["S"].startswith("limit#")]

    assert len(found) == 5
    assert "gil" not in str(found)
    assert "192.0.2" not in str(found)
