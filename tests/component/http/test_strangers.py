"""Every route, asked by whoever has no business there: nobody is let in, nothing is shown, nothing is changed."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from tests.support.expected.documented import document
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

SIGNED_IN = [one for one in ENDPOINTS if one.auth in {Auth.USER, Auth.DEFERRED}]
ABOUT_SOMETHING = [one for one in ENDPOINTS if "{" in one.path and one.tag not in {"documents", "reference"}]
# What everybody may read of an event and its organizer, and what everybody may do: enrol.
EVERYBODYS = {
    "show_problem",
    "show_event",
    "show_capacity",
    "show_eligibility",
    "list_waitlist",
    "show_event_calendar",
    "show_organizer_calendar",
    "show_organizer_profile",
    "enrol_in_event",
    "show_event_page",
    "send_event_form",
    "show_mailed",
    "show_event_picture",
    "show_embedded_event",
    "show_month",
    "show_organizer",
    "show_sitemap_part",
    "show_site_file",
}
# The address is the credential: whoever has it may use it, signed in or not.
BY_LINK = {
    "show_feed",
    "show_link",
    "follow_link",
    "show_ticket_page",
    "show_unsubscribe",
    "unsubscribe",
    "subscribe_again",
    "show_invitation",
    "decline_by_link",
}


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def a_body(endpoint: Endpoint) -> Any:
    """The documented example: nothing is wrong with the request but who sends it."""
    documented = document()["paths"][endpoint.path][endpoint.method.lower()].get("requestBody")
    return documented["content"]["application/json"].get("example", {}) if documented else None


def stored(world: World) -> list[Any]:
    """Everything but the rows of limits, which count who asked."""
    rows = [(table, world.db.snapshot_all(table)) for table in sorted(world.db.tables)]
    return [(table, row) for table, found in rows for row in found if "limit#" not in str(row.get("pk"))]


@pytest.mark.parametrize("endpoint", SIGNED_IN, ids=name)
def test_without_a_login_every_other_route_is_401(sample: Sample, endpoint: Endpoint) -> None:
    url, before = sample.url(endpoint), stored(sample.world)

    problem(sample.world.send(endpoint.method, url, a_body(endpoint)), 401, "unauthenticated")
    assert stored(sample.world) == before


@pytest.mark.parametrize("endpoint", [one for one in ABOUT_SOMETHING if one.name not in BY_LINK], ids=name)
def test_what_is_anothers_is_neither_shown_nor_changed(sample: Sample, endpoint: Endpoint) -> None:
    url, before = sample.url(endpoint), stored(sample.world)

    answer = sample.world.send(endpoint.method, url, a_body(endpoint), token=sample.stranger.token)

    if endpoint.name in EVERYBODYS:
        assert answer.status < 400, answer.text
    else:
        assert answer.status in {403, 404}, answer.text
        assert stored(sample.world) == before


def test_what_is_told_of_a_draft_is_that_there_is_none(sample: Sample) -> None:
    told = {
        endpoint.name: sample.world.send(
            endpoint.method, sample.url(endpoint, event_id=sample.draft["id"]), a_body(endpoint),
            token=sample.stranger.token,
        ).status
        for endpoint in ABOUT_SOMETHING
        if "{event_id}" in endpoint.path
    }  # fmt: skip

    assert told == dict.fromkeys(told, 404)
