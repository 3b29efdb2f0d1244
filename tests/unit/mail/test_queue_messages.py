"""What travels through SQS: the key of the row and nothing else."""

import json

import pytest

from chalicelib.domain.outbox import OutboxKey
from chalicelib.mail.queue import SqsQueue, decode, encode

KEY = OutboxKey("2026-06-01T09#3", "2026-06-01T09:02:00.000Z#01ARZ3NDEKTSV4RRFFQ69G5FAV")


def test_a_key_comes_back_as_it_was() -> None:
    assert decode(encode(KEY)) == KEY
    assert json.loads(encode(KEY)) == {"bucket": KEY.bucket, "place": KEY.place}


@pytest.mark.parametrize("body", ["", "x", "{}", "[]", "null", "1", '{"bucket": "x"}', '"text"'])
def test_what_is_no_key_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(body)


def test_without_a_queue_a_push_is_left_to_the_tick() -> None:
    from tests.support.world import World

    with World() as world:
        world.post("/auth/signup", {"email": "ada@example.org", "password": "correct horse battery"})
        due = world.queue.waiting[0]

    SqsQueue({}).push(due)
