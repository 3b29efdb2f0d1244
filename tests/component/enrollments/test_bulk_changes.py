"""Many enrollments cancelled, or their mails sent again, in one request: each for itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.shared.limits import MAX_BULK
from chalicelib.services.people import in_turn
from chalicelib.settings import Settings
from tests.support.builders import Person, a_member, a_person, enrolled, free_seats, people
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, World

PRODUCTION = Settings(key_ring=KEY_RING, limits="production", public_url="https://api.test", log_level="ERROR")
FOREIGN = "e_zeCMDplKLqqJYwxjaKLpQ536Ks7KZErWMv4zYflBdiqIwx8HGf3U_yAPmSFO"


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def bulk(
    world: World, event: dict[str, Any], organizer: Person, action: str, ids: list[str], key: str = "", **more: Any
) -> Answer:
    body = {"action": action, "enrollment_ids": ids, **more}
    headers = {"Idempotency_Key": key} if key else {}
    return world.post(f"/events/{event['id']}/enrollments/bulk", body, organizer.token, **headers)


def results(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def told(answer: Answer) -> list[tuple[str, str | None]]:
    return [(one["status"], one["code"]) for one in results(answer)]


def test_each_is_cancelled_and_its_seat_goes_to_whoever_is_next(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    first, second, third, waiting = people(world, 4)
    rows = [enrolled(world, event, one)["id"] for one in (first, second, third)]
    waits = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, waiting.token).json

    answer = bulk(world, event, olga, "cancel", rows[:2], note="The room is closed.")

    assert [(one["enrollment_id"], one["status"], one["enrollment_status"]) for one in results(answer)] == [
        (row, "done", "cancelled") for row in rows[:2]
    ]
    assert world.get(f"/enrollments/{waits['id']}", waiting.token).json["status"] == "confirmed"
    shown = world.get(f"/enrollments/{rows[0]}", olga.token).json
    assert (shown["status"], shown["note"]) == ("cancelled", "The room is closed.")
    assert sum(free_seats(world, event)) == 1
    world.work()
    assert "Cancelled" in world.mailer.to(first.email)[-1].subject


def test_seats_may_go_to_nobody(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    rows = [enrolled(world, event, one)["id"] for one in people(world, 2)]

    assert told(bulk(world, event, olga, "cancel", rows, hand_over=False)) == [("done", None)] * 2
    assert world.get(f"/events/{event['id']}/capacity").json["capacity"] == 1


def test_one_that_is_refused_spoils_no_other(world: World, olga: Person) -> None:
    event, other = world.an_event(olga.token), world.an_event(olga.token)
    ada, bob = people(world, 2)
    here, there = enrolled(world, event, ada)["id"], enrolled(world, other, bob)["id"]

    answer = bulk(world, event, olga, "cancel", ["junk", there, FOREIGN, here])

    assert told(answer) == [("refused", "not_found")] * 3 + [("done", None)]
    assert world.get(f"/enrollments/{there}", bob.token).json["status"] == "confirmed"
    assert {one["retry_after"] for one in results(answer)} == {None}


def test_the_rules_are_those_of_the_single_change(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    gone, here = (enrolled(world, event, one)["id"] for one in people(world, 2))
    world.post(f"/enrollments/{gone}/cancel", None, olga.token)

    assert told(bulk(world, event, olga, "resend", [gone, here])) == [("refused", "enrollment_over"), ("done", None)]
    assert told(bulk(world, event, olga, "cancel", [gone, here])) == [("done", None)] * 2, "who is cancelled stays so"


def test_the_same_request_again_does_nothing_more(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    ada, bob = people(world, 2)
    rows = [enrolled(world, event, one)["id"] for one in (ada, bob)]
    first = bulk(world, event, olga, "resend", rows, key="again-and-again")
    world.work()
    sent = len(world.mailer.to(ada.email))

    again = bulk(world, event, olga, "resend", rows, key="again-and-again")
    other = bulk(world, event, olga, "resend", rows[:1], key="again-and-again")

    assert (again.text, again.headers["Idempotency-Replayed"]) == (first.text, "true")
    problem(other, 422, "idempotency_key_reused")
    world.work()
    assert [len(world.mailer.to(one.email)) for one in (ada, bob)] == [sent, sent]


def test_a_mail_that_was_just_sent_is_not_sent_again(strict: World) -> None:
    olga = a_person(strict)
    event = strict.an_event(olga.token)
    rows = [enrolled(strict, event, one)["id"] for one in people(strict, 2)]
    assert told(bulk(strict, event, olga, "resend", rows[:1])) == [("done", None)]

    limited, sent = results(bulk(strict, event, olga, "resend", rows))

    assert (limited["status"], limited["code"]) == ("refused", "too_many_requests")
    assert 0 < limited["retry_after"] <= 600
    assert (sent["status"], sent["retry_after"]) == ("done", None)


def test_what_there_is_no_time_for_is_not_tried(world: World, olga: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock moves with every read of it here: three are within the budget."""
    event = world.an_event(olga.token)
    rows = [enrolled(world, event, one)["id"] for one in people(world, 3)]
    monkeypatch.setattr(in_turn, "BUDGET", timedelta(0))
    now = world.clock.now
    try:
        cancel = world.container.people.bulk._cancel

        def slow(*args: Any) -> Any:
            view = cancel(*args)
            world.clock.advance(timedelta(seconds=1))
            return view

        monkeypatch.setattr(world.container.people.bulk, "_cancel", slow)
        answer = bulk(world, event, olga, "cancel", rows)
    finally:
        world.clock.now = now

    assert [one["status"] for one in results(answer)] == ["done", "not_tried", "not_tried"]
    assert [one["retry_after"] for one in results(answer)] == [None, 1, 1]
    assert [world.get(f"/enrollments/{row}", olga.token).json["status"] for row in rows] == [
        "cancelled", "confirmed", "confirmed"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"action": "cancel", "enrollment_ids": []}, ("/enrollment_ids", "too_short")),
        (
            {"action": "cancel", "enrollment_ids": [str(n) for n in range(MAX_BULK + 1)]},
            ("/enrollment_ids", "too_long"),
        ),
        ({"action": "cancel", "enrollment_ids": ["a", "b", "a"]}, ("/enrollment_ids/2", "repeated")),
        ({"action": "promote", "enrollment_ids": ["a"]}, ("/action", "invalid")),
    ],
    ids=["none", "too many", "twice", "another action"],
)
def test_a_body_that_is_not_of_this_form_is_refused_as_a_whole(
    world: World, olga: Person, body: Any, fault: tuple[str, str]
) -> None:
    event = world.an_event(olga.token)

    [found] = faults(world.post(f"/events/{event['id']}/enrollments/bulk", body, olga.token))

    assert found[0] == fault[0]
    assert fault[1] != "repeated" or found[1] == "repeated"


def test_only_who_manages_the_event_does_this(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    ada = a_person(world)
    row = enrolled(world, event, ada)["id"]
    for role in (TeamRole.VIEWER, TeamRole.CHECK_IN):
        problem(bulk(world, event, a_member(world, event, role), "cancel", [row]), 403, "forbidden")
    problem(bulk(world, event, ada, "cancel", [row]), 403, "forbidden")

    assert told(bulk(world, event, a_member(world, event, TeamRole.MANAGER), "cancel", [row])) == [("done", None)]
