"""An Idempotency-Key belongs to what a body means, not to its bytes."""

import json
from typing import Any

import pytest

from chalicelib.api.http.request.call import digest
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AnswerItem
from tests.support.builders import Person
from tests.support.problems import problem
from tests.support.world import World

KEY = "a2f1b7c0-key"
FIRST = '{"title":"Caf\u00e9","starts_at":"2026-07-01T09:00:00Z","capacity":5,"price":"7.5","tags":["a","b"]}'
SAME = {
    "the same bytes": FIRST,
    "another order": json.dumps(dict(reversed(json.loads(FIRST).items()))),
    "blanks": json.dumps(json.loads(FIRST), indent=4),
    "escapes": json.dumps(json.loads(FIRST), ensure_ascii=True),
    "a number written otherwise": FIRST.replace("5,", "5.0,"),
    "a number with an exponent": FIRST.replace("5,", "0.5e1,"),
    "defaults": FIRST.replace("{", '{"online":false,"description":"","country":null,', 1),
    "the same time elsewhere": FIRST.replace("09:00:00Z", "11:00:00+02:00"),
    "a price with other zeros": FIRST.replace('"7.5"', '"07.50"'),
    "a zero fraction": FIRST.replace("09:00:00Z", "09:00:00.000Z"),
    "blanks around a text": FIRST.replace('"Caf\u00e9"', '" Caf\u00e9 "'),
    "no place": FIRST.replace("{", '{"location":" ",', 1),
    "what is ignored": FIRST.replace("{", '{"version":9,', 1),
}
OTHER = {
    "another title": FIRST.replace("Caf\u00e9", "Cafe"),
    "another number": FIRST.replace("5,", "6,"),
    "another order in a list": FIRST.replace('"a","b"', '"b","a"'),
    "another price": FIRST.replace("7.5", "7.05"),
    "another time": FIRST.replace("09:00", "10:00"),
    "no default": FIRST.replace("{", '{"online":true,', 1),
    "a local time": FIRST.replace("09:00:00Z", "09:00:00"),
}


def create(world: World, organizer: Person, raw: str) -> Any:
    headers = {"Content-Type": "application/json", "Idempotency-Key": KEY}
    return world.send("POST", "/events", raw=raw, token=organizer.token, headers=headers)


@pytest.mark.parametrize("case", SAME)
def test_what_means_the_same_gets_the_first_answer(world: World, olga: Person, case: str) -> None:
    first = create(world, olga, FIRST)
    second = create(world, olga, SAME[case])

    assert (first.status, second.status, second.text) == (201, 201, first.text), second.text
    assert second.headers["Idempotency-Replayed"] == "true"
    assert world.get("/events").json["count"] == 1


def test_points_that_are_kept_as_one_mean_the_same(world: World, olga: Person) -> None:
    point = '"coordinates":{"latitude":52.52,"longitude":-0.0}'
    same = '"coordinates":{"longitude":0,"latitude":52.5200001}'
    first = create(world, olga, FIRST.replace("{", "{" + point + ",", 1))

    assert create(world, olga, FIRST.replace("{", "{" + same + ",", 1)).text == first.text
    assert first.json["coordinates"] == {"latitude": 52.52, "longitude": 0.0}


@pytest.mark.parametrize("case", OTHER)
def test_what_means_something_else_is_refused(world: World, olga: Person, case: str) -> None:
    create(world, olga, FIRST)

    problem(create(world, olga, OTHER[case]), 422, "idempotency_key_reused")


def test_no_body_means_the_same_as_an_empty_one(world: World, olga: Person, ada: Person) -> None:
    """Also where the use case finds the answer by itself, with the session."""
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}/enrollments"
    first = world.post(url, None, ada.token, Idempotency_Key=KEY)

    for body in ({}, {"confirm": True}, {"party_size": 1, "waitlist": False, "attendee_id": None}):
        again = world.post(url, body, ada.token, Idempotency_Key=KEY)
        assert (again.status, again.text) == (201, first.text)
    problem(world.post(url, {"confirm": False}, ada.token, Idempotency_Key=KEY), 422, "idempotency_key_reused")
    problem(
        world.post(f"/events/{world.an_event(olga.token)['id']}/enrollments", {}, ada.token, Idempotency_Key=KEY),
        422,
        "idempotency_key_reused",
    )


def test_an_answer_that_was_kept_under_its_bytes_is_found_until_it_is_over(world: World, olga: Person) -> None:
    """As they were written before meanings were compared."""
    first = create(world, olga, FIRST)
    [kept] = [row for row in world.db.snapshot_all("turnout-accounts") if row["pk"]["S"].startswith("answer#")]
    by_bytes = AnswerItem.body_digest.set(digest(FIRST.encode()))
    key = kept["pk"]["S"].removeprefix("answer#")
    world.container.store.dynamo.update(AnswerItem, keys.answer(key), [by_bytes], None)

    assert create(world, olga, FIRST).text == first.text
    problem(create(world, olga, OTHER["another title"]), 422, "idempotency_key_reused")
