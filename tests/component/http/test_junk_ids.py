"""Ids that cannot be: a plain 404 on every route, for whoever asks."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.domain.shared.ids import enrollment_id
from tests.support.expected.documented import document
from tests.support.problems import problem
from tests.support.stories.sample import ABSENT, ENDPOINTS, Sample, name
from tests.support.world import World

JUNK = {
    "a ULID that is nobody's": ABSENT,
    "small letters": ABSENT.lower(),
    "one letter short": ABSENT[:-1],
    "one letter long": f"{ABSENT}0",
    "beyond 128 bits": "8" + "0" * 25,
    "letters that no ULID has": "ILOU" + "0" * 22,
    "a number": "1",
    "a UUID": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "null": "null",
    "a word": "upcoming2",
    "a shard of seats": f"{ABSENT}#1",
    "a key of the store": "event#1",
    "NUL": "\x00",
    "a line": "a\nb",
    "quotes": "'; DROP TABLE events; --",
    "a path": "..",
    "percent": "%2e%2e",
    "Chinese": "活動",
    "a surrogate pair": "🐎",
    "as long as a key may be": "x" * 2048,
    "longer than a key may be": "x" * 6000,
    "base64 of nothing": "AAAA",
    "an enrollment id that is nobody's": enrollment_id(ABSENT, 0, ABSENT),
    "an enrollment id with padding": enrollment_id(ABSENT, 0, ABSENT) + "=",
    "an enrollment id with a bit too many": "/" + enrollment_id(ABSENT, 0, ABSENT)[1:],
}
WITH_ID = [endpoint for endpoint in ENDPOINTS if "_id}" in endpoint.path]


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def url(endpoint: Endpoint, junk: str) -> str:
    """The junk in the place of the first id; whatever else the path names is nobody's."""
    first, *others = re.findall(r"{(\w+)}", endpoint.path)
    return endpoint.path.format(**{first: quote(junk, safe="")}, **dict.fromkeys(others, ABSENT))


def a_body(endpoint: Endpoint) -> Any:
    """The documented example of a body that must be there: what is wrong is the id alone."""
    documented = document()["paths"][endpoint.path][endpoint.method.lower()].get("requestBody")
    return documented["content"]["application/json"].get("example", {}) if documented else None


@pytest.mark.parametrize("endpoint", WITH_ID, ids=name)
def test_an_id_that_cannot_be_is_404(sample: Sample, endpoint: Endpoint) -> None:
    body = a_body(endpoint)

    answers = {kind: sample.world.send(endpoint.method, url(endpoint, junk), body, token=sample.olga.token)
               for kind, junk in JUNK.items()}  # fmt: skip

    assert {kind: answer.code for kind, answer in answers.items()} == dict.fromkeys(JUNK, "not_found")
    for answer in answers.values():
        problem(answer, 404, "not_found")


@pytest.mark.parametrize("endpoint", [one for one in WITH_ID if one.keyed], ids=name)
def test_a_key_does_not_change_that(sample: Sample, endpoint: Endpoint) -> None:
    for junk in ("x" * 6000, "\x00", ABSENT):
        options: Any = {"token": sample.olga.token, "headers": {"Idempotency-Key": "key"}}
        answer = sample.world.send(endpoint.method, url(endpoint, junk), a_body(endpoint), **options)
        problem(answer, 404, "not_found")


@pytest.mark.parametrize("code", ["XX", "DEU", "d", " ", "x" * 6000, "\x00", "..", "日本"])
def test_a_country_that_is_none_is_404(sample: Sample, code: str) -> None:
    problem(sample.world.get(f"/countries/{quote(code, safe='')}"), 404, "not_found")


def test_an_enrollment_id_of_another_bucket_is_nobodys(sample: Sample) -> None:
    forged = enrollment_id(sample.event["id"], 7, sample.ada.id)

    problem(sample.world.get(f"/enrollments/{forged}", sample.ada.token), 404, "not_found")


@pytest.mark.parametrize("junk", ["", " ", "x", ABSENT, "\U0001f40e" * 16], ids=ascii)
@pytest.mark.parametrize("route", ["/events/{event}/enrollments", "/enrollments/{place}/transfer"])
def test_an_attendee_who_cannot_be_is_404_and_never_oneself(sample: Sample, route: str, junk: str) -> None:
    event = sample.world.an_event(sample.olga.token)
    place = sample.world.post(f"/events/{event['id']}/enrollments", {}, sample.ada.token).json

    url = route.format(event=event["id"], place=place["id"])
    answer = sample.world.post(url, {"attendee_id": junk}, sample.olga.token)

    problem(answer, 404, "not_found")
