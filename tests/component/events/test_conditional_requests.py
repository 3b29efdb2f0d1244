"""ETag, If-None-Match and If-Match: nobody overwrites what they have not seen."""

import re
from datetime import timedelta

import pytest

from tests.support.builders import Person, a_person, enrolled
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World


def counted(answer: Answer) -> str:
    """Version and counts; what follows is a checksum of all that is shown."""
    found = re.fullmatch(r'"(\d+\.\d+(?:-\d+)?)\.[0-9a-f]{8}"', answer.headers["ETag"])
    assert found, answer.headers["ETag"]
    return found[1]


def test_the_tag_of_an_event_is_its_version_and_its_counts(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    url = f"/events/{event['id']}"
    assert counted(world.get(url)) == "1.0"

    enrolled(world, event, a_person(world))
    assert counted(world.get(url)) == "1.1"

    changed = world.patch(url, {"title": "x"}, olga.token)
    assert counted(changed) == "2.1"
    assert world.get(url).headers["ETag"] == changed.headers["ETag"]


@pytest.mark.parametrize("header", ["{}", "W/{}", '"9.9", {}', "*"])
def test_an_event_that_has_not_changed_is_not_sent_again(world: World, olga: Person, header: str) -> None:
    event = world.an_event(olga.token)
    tag = world.get(f"/events/{event['id']}").headers["ETag"]

    answer = world.get(f"/events/{event['id']}", If_None_Match=header.format(tag))

    assert (answer.status, answer.text) == (304, "")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "public, max-age=5"


@pytest.mark.parametrize("header", ['"1.1"', '"1"', "1.0x", '"1.0"', '"1.0.00000000"', "junk"])
def test_any_other_tag_gets_the_event(world: World, olga: Person, header: str) -> None:
    event = world.an_event(olga.token)

    assert world.get(f"/events/{event['id']}", If_None_Match=header).json == event


def test_a_seat_that_was_taken_changes_the_answer(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    tag = world.get(f"/events/{event['id']}").headers["ETag"]
    enrolled(world, event, olga)

    assert world.get(f"/events/{event['id']}", If_None_Match=tag).status == 200


def test_what_time_and_the_organizers_name_change_is_sent_too(world: World, olga: Person) -> None:
    """Neither is a change of the event: its version stays."""
    event = world.an_event(olga.token, starts_at="2026-06-01T09:10:00Z")
    url = f"/events/{event['id']}"
    first = world.get(url)

    world.patch("/auth/me", {"first_name": "Helga"}, olga.token)
    world.work()
    renamed = world.get(url, If_None_Match=first.headers["ETag"])
    world.clock.advance(timedelta(minutes=10))
    started = world.get(url, If_None_Match=renamed.headers["ETag"])

    assert renamed.json["organizer"]["name"] == "Helga Organizer"
    assert (renamed.json["is_upcoming"], started.json["is_upcoming"]) == (True, False)
    assert {one.json["version"] for one in (first, renamed, started)} == {1}
    assert world.patch(url, {"location": "Here"}, olga.token, If_Match=first.headers["ETag"]).status == 200


WRITES = [("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/publish")]


@pytest.mark.parametrize(("method", "action"), WRITES)
@pytest.mark.parametrize(
    "header", ['"2.0"', '"0"', '"1x.0"', "junk", '""', '"99999999999999999999"', '"-1"', 'W/"1.0"', "1"]
)
def test_a_write_under_another_version_is_refused(
    world: World, olga: Person, method: str, action: str, header: str
) -> None:
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}"
    body = event if method in {"PUT", "PATCH"} else None

    answer = world.send(method, url + action, body, token=olga.token, headers={"If-Match": header})

    problem(answer, 412, "precondition_failed")
    assert world.get(url).json == event


@pytest.mark.parametrize(("method", "action"), WRITES)
@pytest.mark.parametrize("header", ['"1.0"', '"1.77"', '"1"', '"9.0", "1.0"', "*"])
def test_only_the_version_part_counts_for_a_write(
    world: World, olga: Person, method: str, action: str, header: str
) -> None:
    event = world.an_event(olga.token)
    body = event if method in {"PUT", "PATCH"} else None

    answer = world.send(method, f"/events/{event['id']}{action}", body, token=olga.token, headers={"If-Match": header})

    assert answer.status in {200, 204}, answer.text


def test_of_two_editors_the_slower_one_is_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}"
    tag = world.get(url).headers["ETag"]

    first = world.patch(url, {"title": "First"}, olga.token, If_Match=tag)
    second = world.patch(url, {"location": "Here"}, olga.token, If_Match=tag)

    assert first.status == 200
    problem(second, 412, "precondition_failed")
    assert world.get(url).json == first.json


def test_somebody_who_may_not_write_learns_nothing_from_the_tag(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    stranger = a_person(world)

    for tag in ('"1"', '"2"'):
        answer = world.patch(f"/events/{event['id']}", {"title": "x"}, stranger.token, If_Match=tag)
        problem(answer, 403, "forbidden")


def test_the_tag_of_an_enrollment_is_its_version_and_a_checksum_of_what_is_shown(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    created = world.post(f"/events/{event['id']}/enrollments", {}, olga.token)
    url = f"/enrollments/{created.json['id']}"

    assert created.headers["ETag"] == '"1"'
    shown = world.get(url, olga.token).headers["ETag"]
    assert shown.startswith('"1.')
    assert world.get(url, olga.token, If_None_Match=shown).status == 304
    world.work()
    assert world.get(url, olga.token, If_None_Match=shown).status == 200, "the mail is sent now"
    cancelled = world.post(f"{url}/cancel", token=olga.token)
    assert cancelled.headers["ETag"] == '"2"'
    assert world.get(url, olga.token, If_None_Match=shown).json["status"] == "cancelled"


@pytest.mark.parametrize(("method", "action"), [("POST", "/cancel"), ("DELETE", "")])
def test_an_enrollment_is_cancelled_under_its_version_only(
    world: World, olga: Person, method: str, action: str
) -> None:
    event = world.an_event(olga.token)
    url = f"/enrollments/{enrolled(world, event, olga)['id']}"

    wrong = world.send(method, url + action, token=olga.token, headers={"If-Match": '"2"'})
    problem(wrong, 412, "precondition_failed")
    assert world.get(url, olga.token).json["status"] == "confirmed"

    right = world.send(method, url + action, token=olga.token, headers={"If-Match": '"1"'})
    assert right.status in {200, 204}
