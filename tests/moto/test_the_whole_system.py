"""From the sign-up to the reminder on moto alone: requests, queues, mails, jobs and the tick, with no server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.moto.cloud import Cloud, running


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with running(monkeypatch) as made:
        yield made


def pass_time(cloud: Cloud, minutes: int) -> None:
    """The schedule comes late, every twenty minutes: a tick is thirty queries, and moto takes its time for each."""
    for _ in range(0, minutes, 20):
        cloud.clock.advance(timedelta(minutes=20))
        cloud.tick()
        cloud.work()


def test_a_seat_is_taken_waited_for_handed_over_and_reminded_of(cloud: Cloud) -> None:
    olga, ada, bob = (cloud.signed_up(f"{name}@example.org") for name in ("olga", "ada", "bob"))
    draft = {"status": "draft", "capacity": 1, "starts_at": "2026-06-01T10:30:00Z", "reminders": ["-PT1H"]}
    event = cloud.an_event(olga, **draft)["id"]
    assert cloud.post(f"/events/{event}/publish", None, olga).status == 200
    cloud.work()
    assert [found["id"] for found in cloud.get("/events?q=python").json["results"]] == [event]

    url = f"/events/{event}/enrollments"
    seated = cloud.post(url, {}, ada)
    assert (seated.status, seated.json["status"]) == (201, "confirmed")
    assert cloud.post(url, {}, bob).code == "event_full"
    waiting = cloud.post(url, {"waitlist": True}, bob)
    assert (waiting.status, waiting.json["position"]) == (201, 1)

    assert cloud.post(f"/enrollments/{seated.json['id']}/cancel", None, ada).status == 200
    cloud.work()
    assert cloud.get(f"/enrollments/{waiting.json['id']}", bob).json["status"] == "confirmed"
    assert cloud.subjects("bob@example.org")[-1].startswith("You have a place")

    pass_time(cloud, 40)
    assert cloud.subjects("bob@example.org")[-1].startswith("Reminder")
    assert not any(subject.startswith("Reminder") for subject in cloud.subjects("ada@example.org"))


def test_who_is_enrolled_is_told_of_changes_and_of_the_end(cloud: Cloud) -> None:
    olga, ada = (cloud.signed_up(f"{name}@example.org") for name in ("olga", "ada"))
    url = f"/events/{cloud.an_event(olga)['id']}"
    assert cloud.post(f"{url}/enrollments", {}, ada).status == 201
    cloud.work()

    assert cloud.patch(url, {"location": "Hall 2"}, olga).status == 200
    pass_time(cloud, 15)
    assert cloud.subjects("ada@example.org")[-1].startswith("New place")

    asked = cloud.post(f"{url}/cancel", None, olga)
    assert asked.code == "confirmation_required"
    assert cloud.post(f"{url}/cancel?confirm={asked.json['confirm']}", None, olga).status == 200
    cloud.work()
    assert cloud.subjects("ada@example.org")[-1].startswith("Cancelled")
    assert cloud.get("/me/enrollments", ada).json["results"][0]["status"] == "cancelled"
