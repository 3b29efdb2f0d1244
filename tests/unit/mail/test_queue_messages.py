"""What travels through SQS: the key of the row and nothing else."""

import json

import pytest

from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind, new_entry
from chalicelib.mail.queue import SqsQueue, decode, encode
from tests.support.fakes import START

KEY = OutboxKey("2026-06-01T09#3", "2026-06-01T09:02:00.000Z#01ARZ3NDEKTSV4RRFFQ69G5FAV")


def test_a_key_comes_back_as_it_was() -> None:
    assert decode(encode(KEY)) == KEY
    assert json.loads(encode(KEY)) == {"bucket": KEY.bucket, "place": KEY.place}


@pytest.mark.parametrize("body", ["", "x", "{}", "[]", "null", "1", '{"bucket": "x"}', '"text"'])
def test_what_is_no_key_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(body)


def test_without_a_queue_a_push_is_left_to_the_tick() -> None:
    due = new_entry(OutboxKind.VERIFY_EMAIL, "01KT16JKM0BYQW47Q7HP26MZD3", {}, now=START, entry_id="entry")

    SqsQueue({}).push(due)
