"""The arithmetic of limits against the definition: in no window more than the number and what flows back in it."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.shared.rate_limit import Limit

LIMITS = st.builds(Limit, number=st.integers(1, 50), seconds=st.integers(1, 86_400))
STEPS = st.lists(st.integers(0, 200_000), min_size=1, max_size=60)


def taken(limit: Limit, steps: list[int]) -> list[int]:
    """The times at which one was allowed, asked after each step."""
    now, tat, found = 1_780_000_000_000, None, []
    for step in steps:
        now += step
        if limit.allows(tat, now):
            tat = limit.taken(tat, now)
            found.append(now)
    return found


@given(LIMITS, STEPS)
def test_never_more_than_the_number_and_what_flowed_back(limit: Limit, steps: list[int]) -> None:
    times = taken(limit, steps)

    for first in range(len(times)):
        for last in range(first, len(times)):
            most = limit.number + (times[last] - times[first]) // limit.interval
            assert last - first + 1 <= most


@given(LIMITS)
def test_the_whole_number_is_there_at_once_and_no_more(limit: Limit) -> None:
    assert len(taken(limit, [0] * (limit.number + 5))) == limit.number


@given(LIMITS, STEPS)
def test_who_waits_as_long_as_told_is_allowed_and_a_millisecond_less_is_refused(limit: Limit, steps: list[int]) -> None:
    now, tat = 1_780_000_000_000, None
    for step in steps:
        now += step
        wait = limit.wait(tat, now)
        assert limit.allows(tat, now) == (wait == 0)
        assert limit.allows(tat, now + wait)
        if wait:
            assert not limit.allows(tat, now + wait - 1)
        else:
            tat = limit.taken(tat, now)


@given(LIMITS, STEPS)
def test_somebody_who_asks_no_faster_than_the_limit_is_never_refused(limit: Limit, steps: list[int]) -> None:
    spaced = [max(step, limit.interval) for step in steps]

    assert len(taken(limit, spaced)) == len(spaced)
