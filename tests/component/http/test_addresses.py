"""Addresses that mail can be written to: the same rule at every door that takes one."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from tests.support.problems import faults
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

UNREACHABLE = [
    "jürgen@example.org",
    "почта@example.org",
    "用户@example.org",
    "josé@bücher.example",
    "e\u0301@example.org",
]
FILLED: dict[str, Any] = {
    "name": "Robin Doe",
    "password": "correct horse battery staple",
    "first_name": "Robin",
    "otp": "123456",
    "role": "viewer",
}


def doors() -> Iterator[Endpoint]:
    """Whoever logs in gives an address that was taken before, in whatever way."""
    for endpoint in ENDPOINTS:
        if endpoint.body and "email" in endpoint.body.model_fields and endpoint.name != "log_in":
            yield endpoint


DOORS = list(doors())


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def test_the_doors_are_all_that_is_known_to_take_an_address() -> None:
    assert {endpoint.name for endpoint in DOORS} == {
        "sign_up", "verify_email", "resend_otp", "forgot_password", "ask_for_new_email", "enrol_in_event",
        "invite_to_team", "transfer_enrollment", "send_event_form", "create_attendee", "replace_attendee",
        "change_attendee", "enrol_walk_in",
    }  # fmt: skip


@pytest.mark.parametrize("address", UNREACHABLE)
@pytest.mark.parametrize("endpoint", DOORS, ids=name)
def test_a_local_part_that_is_not_ascii_is_refused(sample: Sample, endpoint: Endpoint, address: str) -> None:
    """Mail to it needs SMTPUTF8, which our sender does not have (RFC 6531)."""
    assert endpoint.body is not None
    body = {field: value for field, value in FILLED.items() if field in endpoint.body.model_fields}

    answer = sample.send(endpoint, {**body, "email": address}, sample.olga.token)

    assert faults(answer) == [("/email", "invalid")]
    assert "ASCII" in answer.json["errors"][0]["message"]


@pytest.mark.parametrize("endpoint", DOORS, ids=name)
def test_a_local_part_that_no_server_takes_is_refused(sample: Sample, endpoint: Endpoint) -> None:
    assert endpoint.body is not None
    body = {field: value for field, value in FILLED.items() if field in endpoint.body.model_fields}

    answer = sample.send(endpoint, {**body, "email": f"{'x' * 65}@example.org"}, sample.olga.token)

    assert faults(answer) == [("/email", "invalid")]
    assert answer.json["errors"][0]["message"] == "must have at most 64 characters before the @"


def test_nor_can_one_be_looked_for(sample: Sample) -> None:
    assert faults(sample.world.get("/attendees?email=j%C3%BCrgen@example.org", sample.olga.token)) == [
        ("email", "invalid")
    ]


def test_a_domain_in_any_script_is_good(sample: Sample) -> None:
    answer = sample.world.post(
        "/attendees", {"first_name": "Robin", "email": "robin@bücher.example"}, sample.olga.token
    )

    assert (answer.status, answer.json["email"]) == (201, "robin@bücher.example")
