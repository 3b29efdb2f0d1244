"""What is too short or too long is told in the words of the field, not of the validator."""

from typing import Any

import pytest

from tests.support.builders import a_person
from tests.support.world import World

CASES = [
    ({"title": ""}, "/title", "must have at least 1 character(s)"),
    ({"title": "x" * 201}, "/title", "must have at most 200 character(s)"),
    ({"tags": [str(number) for number in range(11)]}, "/tags", "must have at most 10 item(s)"),
    ({"tags": [""]}, "/tags/0", "must have at least 1 character(s)"),
]


@pytest.mark.parametrize(("fields", "pointer", "message"), CASES)
def test_a_length_fault_names_the_limit_and_its_unit(fields: dict[str, Any], pointer: str, message: str) -> None:
    with World() as world:
        organizer = a_person(world)
        body = {"title": "A title", "starts_at": "2026-07-01T09:00:00Z", **fields}

        answer = world.post("/events", body, organizer.token)

    assert answer.status == 400
    assert answer.json["errors"] == [{"pointer": pointer, "code": "invalid", "message": message}]
