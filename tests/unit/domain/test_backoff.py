"""What is counted apart: failures in a row, and what is bounded on a calendar day."""

from chalicelib.domain.shared.rate_limit import Backoff, Daily, Failures

BACKOFF = Backoff(free=3, first=30, longest=3_600, forgotten=86_400)


def test_the_first_failures_are_free_and_each_after_them_waits_twice_as_long() -> None:
    seen, waits = Failures(), []
    for _ in range(14):
        seen = BACKOFF.failed(seen, 1_000)
        waits.append((seen.until - 1_000) // 1_000)

    assert waits == [0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600, 3_600]


def test_no_number_of_failures_makes_a_number_too_large() -> None:
    assert BACKOFF.failed(Failures(10**9, 0), 0) == Failures(10**9 + 1, 3_600_000)


def test_failures_are_forgotten_a_day_after_their_last_wait() -> None:
    seen = Failures(7, 5_000)

    assert BACKOFF.known(seen, 5_000 + 86_400_000) == seen
    assert BACKOFF.known(seen, 5_001 + 86_400_000) == Failures()
    assert BACKOFF.known(None, 0) == Failures()


def test_a_day_gives_nothing_back_before_it_is_over() -> None:
    """A leaky bucket of five a day lets ten through between one midnight and the next."""
    bucket, seen, taken = Daily(5).bucket, None, 0
    for now in range(0, 86_400_000, 60_000):
        if bucket.allows(seen, now):
            seen, taken = bucket.taken(seen, now), taken + 1

    assert taken == 5
