"""A merge patch of any resource: null clears a field, and is no way past the names that there are."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoint import Endpoint
from tests.support.problems import faults
from tests.support.town import ENDPOINTS, Town, name
from tests.support.world import World

PATCHES = [endpoint for endpoint in ENDPOINTS if endpoint.method == "PATCH"]
VALUES: list[Any] = [None, 1, "", [], {}]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with World() as world:
        yield Town(world)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("endpoint", PATCHES, ids=name)
def test_a_name_that_is_no_field_is_refused_whatever_its_value(town: Town, endpoint: Endpoint, value: Any) -> None:
    answer = town.send(endpoint, {"nope": value}, town.olga.token)

    assert faults(answer) == [("/nope", "unknown_field")]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_it_is_refused_for_ones_own_record_too(town: Town, value: Any) -> None:
    answer = town.world.patch(f"/attendees/{town.olga.id}", {"nope": value}, town.olga.token)

    assert faults(answer) == [("/nope", "unknown_field")]


@pytest.mark.parametrize("endpoint", PATCHES, ids=name)
def test_read_only_fields_are_ignored_whatever_their_value(town: Town, endpoint: Endpoint) -> None:
    for value in (None, 1):
        answer = town.send(endpoint, {"id": value, "created_at": value}, town.olga.token)

        assert answer.status == 200, answer.text
