"""Times: one width in keys, RFC 3339 outside, local where a zone is named."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.domain.shared.times import (
    NEVER,
    hour_of,
    hours_between,
    localise,
    month_of,
    rfc3339,
    stamp,
    to_milliseconds,
    unstamp,
)

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "key", "shown"),
    [
        (NOON, "2026-06-01T12:00:00.000Z", "2026-06-01T12:00:00Z"),
        (NOON.replace(microsecond=5_000), "2026-06-01T12:00:00.005Z", "2026-06-01T12:00:00.005Z"),
        (NOON.replace(microsecond=999_999), "2026-06-01T12:00:00.999Z", "2026-06-01T12:00:00.999Z"),
        (NOON.astimezone(timezone(timedelta(hours=9))), "2026-06-01T12:00:00.000Z", "2026-06-01T12:00:00Z"),
    ],
)
def test_a_moment_is_written_in_utc(at: datetime, key: str, shown: str) -> None:
    assert stamp(at) == key
    assert rfc3339(at) == shown
    assert unstamp(key) == unstamp(shown) == to_milliseconds(at)


def test_never_sorts_before_every_moment() -> None:
    assert stamp(datetime(1970, 1, 1, tzinfo=UTC)) > NEVER


def test_months_and_hours_are_those_of_utc() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=timezone(timedelta(hours=-2)))

    assert (month_of(late), hour_of(late)) == ("2026-07", "2026-07-01T01")


def test_hours_between_are_all_that_one_touches() -> None:
    first = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)

    assert hours_between(first, first) == ["2026-06-30T22"]
    assert hours_between(first, first + timedelta(seconds=1)) == ["2026-06-30T22", "2026-06-30T23"]
    assert hours_between(first, first + timedelta(hours=2)) == ["2026-06-30T22", "2026-06-30T23", "2026-07-01T00"]
    assert hours_between(first, first - timedelta(hours=1)) == []


def test_an_aware_time_keeps_its_instant_and_a_naive_one_is_local() -> None:
    naive = datetime(2026, 7, 1, 9, 0)  # noqa: DTZ001 - the case itself

    assert localise(naive, "Europe/Berlin") == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    assert localise(NOON, "Europe/Berlin") == NOON
