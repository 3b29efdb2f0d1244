"""A mailed link as a bearer token: for its own enrollment, for a time, and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from tests.support.builders import Person, a_person, enrolled
from tests.support.mails.mailed import link_for, link_of
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

CLOSED = [one for one in ENDPOINTS if one.auth is not Auth.PUBLIC and not one.links]


@pytest.fixture
def event(world: World) -> dict[str, Any]:
    return world.an_event(a_person(world).token, capacity=3, ends_at="2026-07-02T09:00:00Z")


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    return enrolled(world, event, ada)


def test_the_bearer_reads_the_enrollment_without_an_account(world: World, row: dict[str, Any]) -> None:
    answer = world.get(f"/enrollments/{row['id']}", link_of(world, row))

    assert answer.status == 200
    assert (answer.json["id"], answer.json["status"]) == (row["id"], "confirmed")
    assert answer.json["attendee"] == {"id": row["attendee"]["id"], "name": "Ada Lovelace", "email": None}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_link_opens_no_other_enrollment(world: World, event: dict[str, Any], row: dict[str, Any]) -> None:
    other = enrolled(world, event, a_person(world))

    problem(world.get(f"/enrollments/{other['id']}", link_of(world, row)), 404, "not_found")


def test_the_organizers_own_link_opens_no_more_than_any_other(world: World, ada: Person) -> None:
    olga = a_person(world)
    event = world.an_event(olga.token)
    own, other = enrolled(world, event, olga), enrolled(world, event, ada)

    shown = world.get(f"/enrollments/{own['id']}", link_of(world, own))

    assert shown.json["attendee"]["email"] is None
    problem(world.get(f"/enrollments/{other['id']}", link_of(world, own)), 404, "not_found")


def test_a_link_is_good_until_thirty_days_after_the_end(world: World, row: dict[str, Any]) -> None:
    token = link_of(world, row)
    world.clock.now = world.clock.now.fromisoformat("2026-08-01T08:59:59+00:00")
    assert world.get(f"/enrollments/{row['id']}", token).status == 200

    world.clock.advance(timedelta(seconds=1))

    problem(world.get(f"/enrollments/{row['id']}", token), 401, "unauthenticated")


def test_a_moved_event_moves_the_end_of_its_links(world: World, ada: Person) -> None:
    olga = a_person(world)
    event = world.an_event(olga.token)
    row = enrolled(world, event, ada)
    times = {"starts_at": "2027-07-01T09:00:00Z", "ends_at": "2027-07-01T10:00:00Z"}
    assert world.patch(f"/events/{event['id']}", times, olga.token).status == 200

    world.clock.now = world.clock.now.fromisoformat("2027-07-30T00:00:00+00:00")

    assert world.get(f"/enrollments/{row['id']}", link_of(world, row)).status == 200


def test_a_link_without_an_enrollment_shows_none(world: World, event: dict[str, Any], ada: Person) -> None:
    token = link_for(world, event, ada)
    key = world.container.security.links.read(token)
    assert key is not None

    problem(world.get(f"/enrollments/{key.id}", token), 404, "not_found")


@pytest.mark.parametrize("token", ["g_", "g_junk", "g_test1.AAAA.AAAA", "g_" + "x" * 5000])
def test_a_forged_link_is_401(world: World, row: dict[str, Any], token: str) -> None:
    problem(world.get(f"/enrollments/{row['id']}", token), 401, "unauthenticated")


@pytest.mark.parametrize("endpoint", CLOSED, ids=name)
def test_everywhere_else_a_good_link_is_401(endpoint: Endpoint) -> None:
    with World() as world:
        sample = Sample(world)
        answer = sample.send(endpoint, {} if endpoint.body else None, link_of(world, sample.row))

    problem(answer, 401, "unauthenticated")


def test_links_and_tickets_are_in_no_log_line(
    world: World, row: dict[str, Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import logging

    logger = logging.getLogger("turnout")
    monkeypatch.setattr(logger, "propagate", True)
    token = link_of(world, row)
    with caplog.at_level(logging.DEBUG, logger="turnout"):
        world.get(f"/g/{token}")
        world.get(f"/enrollments/{row['id']}/ticket.svg", token)
        world.get(f"/g/{token}x")
        world.send("POST", f"/g/{token}", {"action": "nonsense"})

    assert len(caplog.records) == 4
    assert token not in caplog.text
    assert token.split(".")[-1] not in caplog.text
