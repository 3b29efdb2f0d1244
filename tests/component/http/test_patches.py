"""A merge patch of any resource: null clears a field, and is no way past the names that there are."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from tests.support.problems import faults
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

PATCHES = [endpoint for endpoint in ENDPOINTS if endpoint.method == "PATCH"]
VALUES: list[Any] = [None, 1, "", [], {}]


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("endpoint", PATCHES, ids=name)
def test_a_name_that_is_no_field_is_refused_whatever_its_value(sample: Sample, endpoint: Endpoint, value: Any) -> None:
    answer = sample.send(endpoint, {"nope": value}, sample.olga.token)

    assert faults(answer) == [("/nope", "unknown_field")]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_it_is_refused_for_ones_own_record_too(sample: Sample, value: Any) -> None:
    answer = sample.world.patch(f"/attendees/{sample.olga.id}", {"nope": value}, sample.olga.token)

    assert faults(answer) == [("/nope", "unknown_field")]


@pytest.mark.parametrize("endpoint", PATCHES, ids=name)
def test_read_only_fields_are_ignored_whatever_their_value(sample: Sample, endpoint: Endpoint) -> None:
    for value in (None, 1):
        answer = sample.send(endpoint, {"id": value, "created_at": value}, sample.olga.token)

        assert answer.status == 200, answer.text
