"""What happened to an event and its people: each change once, the last first, for whoever may know."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, enrolled, people
from tests.support.problems import faults, problem
from tests.support.world import World


def happened(world: World, event: dict[str, Any], person: Person, size: int = 100) -> list[dict[str, Any]]:
    """All pages, and none of them larger than it may be."""
    found: list[dict[str, Any]] = []
    url = f"/events/{event['id']}/activity?page_size={size}"
    while url:
        page = world.get(url, person.token)
        assert page.status == 200, page.text
        assert len(page.json["results"]) <= size
        found += page.json["results"]
        url = (page.json["next"] or "").removeprefix("https://api.test")
    return found


def kinds(rows: list[dict[str, Any]]) -> list[str]:
    return [kind for row in rows for kind in row["kinds"]]


def figures(world: World, event: dict[str, Any], person: Person, query: str = "") -> dict[str, Any]:
    answer = world.get(f"/events/{event['id']}/figures{query}", person.token)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def sums(found: dict[str, Any]) -> dict[str, int]:
    names = [name for name in found["buckets"][0] if name != "start"]
    return {name: sum(one[name] for one in found["buckets"]) for name in names}


def test_what_is_done_to_an_event_is_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, status="draft", capacity=5)
    url = f"/events/{event['id']}"
    bodies = {"capacity": 7, "location": "Hall 2"}
    steps = [("POST", "/publish", None), ("PATCH", "", bodies), ("PATCH", "", bodies), ("POST", "/cancel", None)]
    for method, path, body in steps:
        world.clock.advance(timedelta(seconds=1))
        assert world.send(method, f"{url}{path}", body, token=olga.token).status == 200

    rows = happened(world, event, olga)

    assert kinds(rows) == ["cancelled", "edited", "published", "created"]
    assert {row["about"] for row in rows} == {"event"}
    assert {(row["actor"], row["actor_id"]) for row in rows} == {("organizer", olga.id)}
    assert (set(rows[1]["changed"]), rows[1]["capacity"]) == ({"capacity", "location"}, {"before": 5, "after": 7})


@pytest.mark.parametrize("size", [1, 3, 100])
def test_what_happens_to_people_is_told_once_in_its_order(world: World, olga: Person, size: int) -> None:
    event = world.an_event(olga.token, capacity=1, on_sale_shards=1)
    ada, bob = a_person(world, first_name="Ada", last_name="Byron"), a_person(world, first_name="Bob", last_name="Ross")
    world.clock.advance(timedelta(seconds=1))
    first = enrolled(world, event, ada)
    world.clock.advance(timedelta(seconds=1))
    enrolled(world, event, bob, waitlist=True)
    world.clock.advance(timedelta(seconds=1))
    assert world.post(f"/enrollments/{first['id']}/cancel", None, ada.token).status == 200
    world.work()

    rows = happened(world, event, olga, size)

    told = [(row["kinds"], row["enrollment"] and row["enrollment"]["name"], row["actor"]) for row in rows]
    assert sorted(told[:2]) == [
        (["cancelled_by_attendee"], "Ada Byron", "attendee"),
        (["promoted"], "Bob Ross", "system"),
    ]
    assert told[2:] == [
        (["joined_waitlist"], "Bob Ross", "attendee"),
        (["enrolled"], "Ada Byron", "attendee"),
        (["created"], None, "organizer"),
    ]
    assert len({row["id"] for row in rows}) == len(rows)


def test_all_partitions_of_a_large_event_are_one_list(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=None)
    crowd = people(world, 12)
    for person in crowd:
        world.clock.advance(timedelta(seconds=1))
        enrolled(world, event, person)

    rows = happened(world, event, olga, 5)

    times = [row["at"] for row in rows]
    assert (len(rows), times) == (13, sorted(times, reverse=True))
    back = world.get(f"/events/{event['id']}/activity?page_size=5", olga.token).json["next"]
    second = world.get(back.removeprefix("https://api.test"), olga.token).json
    before = world.get(second["previous"].removeprefix("https://api.test"), olga.token).json
    assert before["results"] == rows[:5]


def test_what_people_were_told_is_in_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    words = {"subject": "Bring a laptop", "body": "Please.", "segment": "confirmed"}
    url = f"/events/{event['id']}/messages"
    confirm = world.post(url, words, olga.token).json["confirm"]
    world.clock.advance(timedelta(seconds=1))
    assert world.post(f"{url}?confirm={confirm}", words, olga.token).status == 202

    row = happened(world, event, olga)[0]

    assert (row["about"], row["kinds"], row["subject"]) == ("message", ["message"], "Bring a laptop")


def test_a_lost_answer_is_one_entry(world: World, olga: Person) -> None:
    event, ada = world.an_event(olga.token), a_person(world)
    world.clock.advance(timedelta(seconds=1))
    for _ in range(2):
        answer = world.post(f"/events/{event['id']}/enrollments", {}, ada.token, Idempotency_Key="one")
        assert answer.status == 201

    assert kinds(happened(world, event, olga)) == ["enrolled", "created"]


def test_a_name_is_what_the_reader_may_see(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    known = a_person(world, first_name="Known", last_name="Elsewhere")
    body = {"name": "As written", "email": known.email}
    assert world.post(f"/events/{event['id']}/enrollments", body, olga.token).status == 201

    text = world.get(f"/events/{event['id']}/activity", olga.token).text

    assert "As written" in text
    assert ("Elsewhere" in text, known.email in text, known.id in text) == (False, False, False)


def test_others_are_told_nothing(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    for path in ("activity", "figures"):
        problem(world.get(f"/events/{event['id']}/{path}", a_person(world).token), 403, "forbidden")


# Figures


def test_the_figures_are_those_of_the_event(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, party_max=2, on_sale_shards=1, waitlist_mode="offer")
    ada, bob = people(world, 2)
    row = enrolled(world, event, ada, party_size=2)
    waiting = enrolled(world, event, bob, waitlist=True)
    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).status == 200
    world.work()
    assert world.post(f"/enrollments/{waiting['id']}/confirm", None, bob.token).status == 200

    found = figures(world, event, olga)

    assert (found["by"], len(found["buckets"]), found["complete"]) == ("day", 30, True)
    assert sums(found) == {
        "enrolments": 2,
        "cancellations": 1,
        "expirations": 0,
        "offers_taken": 1,
        "check_ins": 0,
        "check_ins_undone": 0,
    }
    assert found["buckets"][-1]["enrolments"] == 2


def test_people_are_counted_when_they_were_scanned(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, party_max=3, timezone="Asia/Kathmandu")
    ada, bob = people(world, 2)
    one, two = enrolled(world, event, ada, party_size=3), enrolled(world, event, bob)
    world.clock.advance(timedelta(minutes=50))
    now = world.clock()
    rows = [
        {"enrollment_id": one["id"], "checked_in_at": (now - timedelta(minutes=40)).isoformat(), "people": 2},
        {"enrollment_id": two["id"]},
    ]
    assert world.post(f"/events/{event['id']}/check-ins", {"rows": rows}, olga.token).status == 200
    assert world.delete(f"/enrollments/{two['id']}/check-in", olga.token).status == 204

    day = (now + timedelta(hours=5, minutes=45)).date().isoformat()
    found = figures(world, event, olga, f"?by=quarter_hour&from={day}&until={day}")

    busy = {bucket["start"]: bucket for bucket in found["buckets"] if bucket["check_ins"] or bucket["check_ins_undone"]}
    assert (len(found["buckets"]), found["timezone"]) == (96, "Asia/Kathmandu")
    assert [(bucket["check_ins"], bucket["check_ins_undone"]) for bucket in busy.values()] == [(2, 0), (1, 1)]
    assert sums(found)["check_ins"] - sums(found)["check_ins_undone"] == 2


def test_what_is_counted_for_good_is_counted_once(world: World, olga: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.people.figures.READ", 2)
    monkeypatch.setattr("chalicelib.services.people.figures.COUNTED", 3)
    event = world.an_event(olga.token, capacity=50)
    for person in people(world, 9):
        enrolled(world, event, person)
        world.clock.advance(timedelta(minutes=6))

    first, second = figures(world, event, olga), figures(world, event, olga)

    assert (sums(first)["enrolments"], first["complete"]) == (9, True)
    assert second["buckets"] == first["buckets"]


def test_what_cannot_be_counted_yet_is_said(world: World, olga: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the last two minutes somebody may still write an entry that is older: nothing of that is counted."""
    monkeypatch.setattr("chalicelib.services.people.figures.READ", 2)
    event = world.an_event(olga.token, capacity=50)
    for person in people(world, 5):
        enrolled(world, event, person)
        world.clock.advance(timedelta(seconds=1))

    soon = figures(world, event, olga)
    world.clock.advance(timedelta(minutes=3))
    later = figures(world, event, olga)

    assert (soon["complete"], sums(soon)["enrolments"], soon["counted_until"] is None) == (False, 2, False)
    assert (later["complete"], sums(later)["enrolments"], later["counted_until"]) == (True, 5, None)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?from=2026-07-02&until=2026-07-01", "until"),
        ("?from=2026-01-01&until=2026-12-31", "until"),
        ("?by=quarter_hour&from=2026-07-01&until=2026-07-03", "until"),
        ("?by=hour", "by"),
        ("?from=yesterday", "from"),
    ],
    ids=["the wrong way round", "too many days", "too many quarters", "another length", "no day"],
)
def test_a_span_that_cannot_be_answered_is_refused(world: World, olga: Person, query: str, name: str) -> None:
    event = world.an_event(olga.token)

    found = faults(world.get(f"/events/{event['id']}/figures{query}", olga.token))

    assert [where for where, _ in found] == [name]


def test_a_day_has_as_many_hours_as_on_the_clocks_of_the_event(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, timezone="Europe/Berlin")

    days = figures(world, event, olga, "?from=2026-10-24&until=2026-10-26")
    quarters = figures(world, event, olga, "?by=quarter_hour&from=2026-10-25")

    assert [one["start"] for one in days["buckets"]] == [
        "2026-10-23T22:00:00Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z",
    ]
    assert len(quarters["buckets"]) == 100


def test_the_figures_of_a_cancelled_event_end_with_nobody(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    for person in people(world, 2):
        enrolled(world, event, person)
    cancelled(world, event, olga)
    world.work()

    found = sums(figures(world, event, olga))

    assert (found["enrolments"], found["cancellations"]) == (2, 2)


def test_two_scans_of_one_party_in_one_moment_are_two_entries(world: World, olga: Person) -> None:
    """The same step, at the same time, of the same request: what was done twice happened twice."""
    event = world.an_event(olga.token, capacity=5, party_max=4)
    row = enrolled(world, event, a_person(world), party_size=4)
    first, second = ("2026-06-01T09:00:01Z", "2026-06-01T09:00:02Z")
    world.clock.advance(timedelta(minutes=1))
    scans = [{"enrollment_id": row["id"], "people": 1, "checked_in_at": at} for at in (first, second)]

    assert world.post(f"/events/{event['id']}/check-ins", {"rows": scans}, olga.token).status == 200

    assert [one["people"] for one in happened(world, event, olga) if "checked_in" in one["kinds"]] == [1, 1]
    assert sums(figures(world, event, olga))["check_ins"] == 2
