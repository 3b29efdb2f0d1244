"""Asking for the mail about an enrollment again: what is true now, not too often, and to nobody else's profit."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, due_rows, enrolled
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.mails.mailed import link_of
from tests.support.problems import problem
from tests.support.world import KEY_RING, World

PRODUCTION = Settings(key_ring=KEY_RING, limits="production", public_url="https://api.test", log_level="ERROR")


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def resend(world: World, row: dict[str, Any], token: str | None, **headers: str) -> Answer:
    return world.post(f"/enrollments/{row['id']}/resend", None, token, **headers)


def subjects(world: World, person: Person) -> list[str]:
    world.work()
    return [one.subject for one in world.mailer.to(person.email)]


def test_the_mail_comes_again(world: World) -> None:
    olga, ada = a_person(world), a_person(world)
    row = enrolled(world, world.an_event(olga.token), ada)
    assert len(subjects(world, ada)) == 1

    answer = resend(world, row, ada.token)

    assert (answer.status, answer.json) == (202, {"detail": "The mail is on its way."})
    first, second = subjects(world, ada)
    assert first == second


def test_it_says_what_is_true_now(world: World) -> None:
    olga, ada, bob = a_person(world), a_person(world), a_person(world)
    event = world.an_event(olga.token, capacity=1)
    held = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    waits = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, bob.token).json
    seen = {person.id: len(subjects(world, person)) for person in (ada, bob)}

    for row, person in ((held, ada), (waits, bob)):
        assert resend(world, row, person.token).status == 202
        told = subjects(world, person)[seen[person.id] :]
        assert told == subjects(world, person)[: seen[person.id]]

    kinds = [row["kind"] for row in due_rows(world) if row["kind"].startswith("enrollment_")]
    assert sorted(kinds) == ["enrollment_pending"] * 2 + ["enrollment_waitlisted"] * 2


def test_once_in_ten_minutes_then_429_with_the_time_to_wait(strict: World) -> None:
    olga, ada = a_person(strict), a_person(strict)
    row = enrolled(strict, strict.an_event(olga.token), ada)
    other = enrolled(strict, strict.an_event(olga.token), ada)
    assert resend(strict, row, ada.token).status == 202
    strict.clock.advance(timedelta(minutes=4))

    refused = resend(strict, row, ada.token)

    problem(refused, 429, "too_many_requests")
    sent = {name: refused.headers[name] for name in ("Retry-After", "RateLimit-Limit", "RateLimit-Reset")}
    assert sent == {"Retry-After": "360", "RateLimit-Limit": "1", "RateLimit-Reset": "360"}
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert resend(strict, other, ada.token).status == 202
    strict.clock.advance(timedelta(seconds=360))
    assert resend(strict, row, ada.token).status == 202


def test_nobody_uses_up_what_somebody_else_may_ask_for(strict: World) -> None:
    """A keeper who asks again and again, the organizer, and the person themselves by their link."""
    olga, mallory = a_person(strict), a_person(strict)
    event = strict.an_event(olga.token)
    record = strict.post("/attendees", {"first_name": "Vic", "email": "vic@example.org"}, mallory.token).json
    row = strict.post(f"/events/{event['id']}/enrollments", {"attendee_id": record["id"]}, mallory.token).json
    link = link_of(strict, row)

    for token in (mallory.token, olga.token, link):
        assert [resend(strict, row, token).status for _ in range(2)] == [202, 429]


def test_a_refused_request_writes_nothing(strict: World) -> None:
    olga, ada = a_person(strict), a_person(strict)
    row = enrolled(strict, strict.an_event(olga.token), ada)
    resend(strict, row, ada.token)
    before = {name: strict.db.snapshot_all(f"turnout-{name}") for name in ("accounts", "due")}

    problem(resend(strict, row, ada.token, Idempotency_Key="k"), 429, "too_many_requests")

    assert {name: strict.db.snapshot_all(f"turnout-{name}") for name in before} == before


def test_a_key_gives_the_first_answer_again_and_sends_nothing(strict: World) -> None:
    olga, ada = a_person(strict), a_person(strict)
    row = enrolled(strict, strict.an_event(olga.token), ada)
    resend(strict, row, ada.token, Idempotency_Key="k")

    again = resend(strict, row, ada.token, Idempotency_Key="k")

    assert (again.status, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert len(subjects(strict, ada)) == 2


def test_the_limits_store_no_id_and_no_address(strict: World) -> None:
    olga, ada = a_person(strict), a_person(strict)
    row = enrolled(strict, strict.an_event(olga.token), ada)
    resend(strict, row, ada.token)

    rows = [one for one in strict.db.snapshot_all("turnout-accounts") if one["pk"]["S"].startswith("limit#")]

    assert len(rows) == 1
    assert row["id"] not in str(rows)
    assert ada.id not in str(rows)


def test_the_organizer_and_the_bearer_of_the_link_may_and_strangers_may_not(world: World) -> None:
    olga, ada = a_person(world), a_person(world)
    row = enrolled(world, world.an_event(olga.token), ada)
    key = key_named(row["id"])
    assert key

    assert resend(world, row, olga.token).status == 202
    assert resend(world, row, world.container.security.links.token(key)).status == 202
    problem(resend(world, row, a_person(world).token), 404, "not_found")
    problem(resend(world, row, None), 401, "unauthenticated")
    problem(world.post("/enrollments/junk/resend", None, ada.token), 404, "not_found")


def test_nothing_is_sent_about_what_is_over(world: World) -> None:
    olga, ada = a_person(world), a_person(world)
    event = world.an_event(olga.token, capacity=1)
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    world.clock.advance(timedelta(minutes=16))
    problem(resend(world, row, ada.token), 409, "enrollment_over")
    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).status == 200
    problem(resend(world, row, ada.token), 409, "enrollment_over")

    other = enrolled(world, event, ada)
    world.clock.advance(timedelta(days=31))
    fresh = world.logged_in(ada.email)["access"]
    problem(resend(world, other, fresh), 409, "event_past")
