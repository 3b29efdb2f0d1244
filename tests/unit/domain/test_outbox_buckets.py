"""Partitions of what is due: where a row lies follows from its place, also after there are more of them."""

from collections.abc import Iterator

import pytest

from chalicelib.domain.outbox import buckets as outbox_buckets
from chalicelib.domain.outbox.buckets import Buckets, BucketsError
from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.settings import Settings, SettingsError

EARLIER, LATER = "2026-06-01T11", "2026-06-01T12"
GROWN = Buckets.parse(f"4, 16 from {LATER}")
IDS = [f"id{number}" for number in range(400)]


@pytest.fixture
def grown() -> Iterator[None]:
    outbox_buckets.use(GROWN)
    yield
    outbox_buckets.use(Buckets())


def of(buckets: Buckets, hour: str, queue: QueueName = QueueName.MAIL) -> list[str]:
    return [buckets.of(queue, f"{hour}:59:59.999Z#{one}") for one in IDS]


def test_rows_are_spread_over_all_shards_of_their_lane_and_hour() -> None:
    for queue in (QueueName.MAIL, QueueName.JOBS):
        for hour in (EARLIER, LATER):
            assert set(of(GROWN, hour, queue)) == set(GROWN.in_hour(queue, hour))

    assert len(GROWN.in_hour(QueueName.MAIL, LATER)) == 16
    assert len(GROWN.in_hour(QueueName.JOBS, LATER)) == 8


def test_until_the_hour_of_growth_rows_lie_where_they_lay() -> None:
    assert of(GROWN, EARLIER) == of(Buckets(), EARLIER)
    assert of(GROWN, LATER) != of(Buckets(), LATER)


def test_what_was_written_ahead_with_fewer_shards_is_read_too() -> None:
    for queue in (QueueName.MAIL, QueueName.JOBS):
        assert set(of(Buckets(), LATER, queue)) <= set(GROWN.in_hour(queue, LATER))


def test_no_bucket_of_jobs_is_one_of_mails() -> None:
    assert not set(GROWN.in_hour(QueueName.MAIL, LATER)) & set(GROWN.in_hour(QueueName.JOBS, LATER))


@pytest.mark.usefixtures("grown")
def test_keys_follow_the_plan_of_the_process() -> None:
    place = f"{LATER}:00:00.000Z#id"

    assert OutboxKey.at(place).bucket == GROWN.of(QueueName.MAIL, place)
    assert OutboxKey.at(place, OutboxKind.EXPIRE.queue).bucket == GROWN.of(QueueName.JOBS, place)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "four",
        "0",
        "3",
        "65",
        "4, 8",
        "16 from 2026-06-01T12",
        "8, 4 from 2026-06-01T12",
        "4, 16 from 2026-06-01T12, 8 from 2026-07-01T00",
        "4, 16 from 2026-07-01T00, 32 from 2026-06-01T00",
        "4, 16 from tomorrow",
        "4, 16 from 2026-06-01T12:30",
    ],
)
def test_a_plan_that_would_lose_rows_is_refused_with_the_setting_it_stands_in(text: str) -> None:
    with pytest.raises(BucketsError):
        Buckets.parse(text)
    if text:
        with pytest.raises(SettingsError, match="DUE_SHARDS must"):
            Settings.from_env({"DUE_SHARDS": text})


@pytest.mark.parametrize(
    "text", ["4", "8", "4, 16 from 2026-06-01T12", "4,16 from 2026-06-01T12, 64 from 2027-01-01T00"]
)
def test_plans_that_grow_are_taken(text: str) -> None:
    assert Settings.from_env({"DUE_SHARDS": text}).due_shards == text
    assert Buckets.parse(text)
