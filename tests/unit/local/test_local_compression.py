"""Long answers are compressed and encoded bodies decoded, as API Gateway does it."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from devtools.local.gateway.compression import MINIMUM, compressed, decompressed
from devtools.local.gateway.gateway import Answer, Request
from devtools.package.build import MERGED
from devtools.package.template import load
from tests.infra.conftest import PROJECT

LONG = Answer(200, [("Content-Type", "application/json")], b"a" * MINIMUM)
MOST = 10_000


def accepting(*values: str) -> Request:
    return Request("GET", "/", [("Accept-Encoding", value) for value in values], b"", "203.0.113.9")


def sending(body: bytes, coding: str) -> Request:
    return Request("POST", "/", [("content-encoding", coding), ("X", "y")], body, "203.0.113.9")


def test_the_template_compresses_from_the_same_length_on() -> None:
    assert load(PROJECT / MERGED)["Resources"]["RestAPI"]["Properties"]["MinimumCompressionSize"] == MINIMUM


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (("gzip",), "gzip"),
        (("gzip, deflate, br",), "gzip"),
        (("br", "deflate"), "deflate"),
        (("GZIP;q=0.5",), "gzip"),
        (("gzip;q=0.5, deflate;q=0.8",), "deflate"),
        (("*",), "gzip"),
        (("gzip;q=0, *",), "deflate"),
    ],
)
def test_a_long_answer_is_sent_in_a_coding_that_the_client_takes(accepted: tuple[str, ...], coding: str) -> None:
    made = compressed(accepting(*accepted), LONG)

    assert dict(made.headers)["Content-Encoding"] == coding
    decoded = gzip.decompress(made.body) if coding == "gzip" else zlib.decompress(made.body)
    assert decoded == LONG.body


@pytest.mark.parametrize(
    "accepted", [(), ("",), ("identity",), ("br",), ("gzip;q=0",), ("gzip;q=0, deflate;q=0.0, *;q=0",)]
)
def test_whoever_takes_no_coding_gets_the_answer_as_it_is(accepted: tuple[str, ...]) -> None:
    assert compressed(accepting(*accepted), LONG) == LONG


def test_short_answers_and_encoded_ones_are_left_alone() -> None:
    for answer in (
        Answer(200, [], b"a" * (MINIMUM - 1)),
        Answer(204, []),
        Answer(200, [("content-encoding", "br")], LONG.body),
    ):
        assert compressed(accepting("gzip"), answer) == answer


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_an_encoded_body_reaches_the_application_as_it_was(coding: str, encode: Callable[[bytes], bytes]) -> None:
    made = decompressed(sending(encode(b"{}"), coding), MOST)

    assert isinstance(made, Request)
    assert (made.body, made.headers) == (b"{}", [("X", "y")])


@pytest.mark.parametrize(("coding", "status"), [("gzip", 400), ("deflate", 400), ("br", 415)])
def test_a_body_that_is_not_what_it_says_is_refused(coding: str, status: int) -> None:
    for body in (b"{}", gzip.compress(b"{}" * 99)[:-9] if coding == "gzip" else b"x"):
        made = decompressed(sending(body, coding), MOST)

        assert isinstance(made, Answer)
        assert made.status == status


def test_a_body_that_grows_beyond_measure_is_not_unpacked() -> None:
    made = decompressed(sending(gzip.compress(b"a" * 50_000_000), "gzip"), MOST)

    assert isinstance(made, Request)
    assert len(made.body) == MOST + 1
