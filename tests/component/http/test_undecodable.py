"""Bytes that are no text are refused wherever they come, as they are and as a gateway replaces them."""

from collections.abc import Iterator

import pytest

from tests.support.problems import faults, problem
from tests.support.stories.sample import Sample
from tests.support.world import World

BROKEN = [b"Caf\xe9", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", "Caf\ufffd".encode()]
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


@pytest.mark.parametrize("text", BROKEN, ids=repr)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/attendees"), ("PUT", "/attendees/{id}"), ("PATCH", "/attendees/{id}")]
)
def test_a_body_that_is_not_utf_8_is_refused(sample: Sample, method: str, path: str, text: bytes) -> None:
    raw = b'{"first_name": "' + text + b'"}'
    url = path.replace("{id}", sample.kept["id"])

    problem(sample.world.send(method, url, raw=raw, headers=JSON, token=sample.olga.token), 400, "malformed_json")
    shown = sample.world.get(f"/attendees/{sample.kept['id']}", sample.olga.token).json
    assert shown["first_name"] == "Kim"


@pytest.mark.parametrize("action", [b"%ff", b"%zz", b"%", b"confirm%c3", b"\xff", b"%E"], ids=repr)
def test_a_form_that_is_not_utf_8_is_refused(sample: Sample, action: bytes) -> None:
    answer = sample.world.send("POST", "/g/g_x", raw=b"action=" + action, headers=FORM)

    problem(answer, 400, "malformed_json")


def test_the_sign_itself_can_be_written_as_an_escape(sample: Sample) -> None:
    raw = b'{"first_name": "Kim\\ufffd"}'

    answer = sample.world.send("POST", "/attendees", raw=raw, headers=JSON, token=sample.olga.token)

    assert (answer.status, answer.json["first_name"]) == (201, "Kim\ufffd")


@pytest.mark.parametrize("query", ["q=%ff", "q=Caf%E9", "q=%ED%A0%80", "q=%EF%BF%BD", "title=a%ffb"])
def test_a_query_that_is_not_utf_8_is_refused_by_name(sample: Sample, query: str) -> None:
    assert faults(sample.world.get(f"/events?{query}")) == [(query.partition("=")[0], "undecodable")]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/events/%ff", "event_id"), ("/enrollments/a%E9", "enrollment_id"), ("/countries/%ff", "code"),
     ("/docs/%ff", "asset"), ("/problems/%ff", "problem"), ("/g/%ff", "token"), ("/feeds/%ff", "feed")],
)  # fmt: skip
def test_a_path_that_is_not_utf_8_is_refused_by_name(sample: Sample, path: str, name: str) -> None:
    assert faults(sample.world.get(path)) == [(name, "undecodable")]
