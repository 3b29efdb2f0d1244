"""Walk-ins: two devices and people at home want the last seats; nobody is in without one, and nobody has two."""

from functools import partial

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.domain.enrollments.enrollment import EnrollmentChange
from chalicelib.domain.seats import Step
from tests.simulation.checkin.walking_in import walking_in
from tests.simulation.seats.wrong import SUMS, ReadThenWrite, enrollments
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 12
DEEP_SEEDS = 5_000
WITHOUT_KEY, BY_A_GLANCE = 11, 1  # seeds that catch them


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, walking_in) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, walking_in) == {}


def test_without_a_key_one_request_takes_two_seats() -> None:
    unnamed = partial(walking_in, keyed=False)

    assert is_caught(WITHOUT_KEY, 300, lambda seed: "one request took two seats" in unnamed(seed))


class SeatedByAGlance(ReadThenWrite):
    """Sees a free seat from the door, and takes it without a condition."""

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return None if step.free < 0 else super().demands_of(step, change)


def test_two_devices_that_only_look_for_a_seat_both_take_the_last_one() -> None:
    wrong = partial(walking_in, tamper=enrollments(SeatedByAGlance))

    assert is_caught(BY_A_GLANCE, 300, lambda seed: any(sign in one for one in wrong(seed) for sign in SUMS))
