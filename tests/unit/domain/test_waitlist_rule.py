"""Who is next in a waitlist: the head, or under best_fit somebody smaller within the bounds."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.event_facts import EventFacts, PartyPolicy
from chalicelib.domain.waitlist import LOOK_DOWN, choose, depth

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
STRICT = EventFacts(title="x", starts_at=NOW, ends_at=NOW)
BEST_FIT = replace(STRICT, party_policy=PartyPolicy.BEST_FIT, max_skips=3)


def queue(*sizes: int, skipped: int = 0) -> list[Enrollment]:
    """Those who wait, in order, by the sizes of their parties."""
    joined = Transition(NOW, EnrollmentStatus.WAITLISTED, "x", Cause.JOINED, "r")
    rows = [
        enrolled(EnrollmentKey("e", 0, f"person{place}"), "a", joined, party_size=size, waitlist_number=place)
        for place, size in enumerate(sizes)
    ]
    return [replace(rows[0], skipped=skipped), *rows[1:]]


@pytest.mark.parametrize(
    ("sizes", "room", "strict", "best_fit"),
    [
        ([1], 1, 0, 0),
        ([2, 1], 2, 0, 0),
        ([2, 1], 3, 0, 0),
        ([2, 1], 1, None, 1),
        ([2, 2, 1], 1, None, 2),
        ([4, 3, 2], 3, None, 1),
        ([5, 4, 2], 4, None, 2),
        ([1], 0, None, None),
        ([2, 3], 1, None, None),
    ],
)
def test_the_head_is_first_and_smaller_ones_only_under_best_fit(
    sizes: list[int], room: int, strict: int | None, best_fit: int | None
) -> None:
    waiting = queue(*sizes)

    for facts, place in ((STRICT, strict), (BEST_FIT, best_fit)):
        found = choose(waiting, room, facts)
        if place is None:
            assert found is None
        else:
            assert found is not None
            assert found.chosen is waiting[place]
            assert found.passed is (waiting[0] if place else None)


def test_nobody_waits() -> None:
    assert choose([], 5, STRICT) is None
    assert choose([], 5, BEST_FIT) is None


@pytest.mark.parametrize(("skipped", "passes"), [(0, True), (1, True), (2, False), (3, False), (9, False)])
def test_no_more_than_max_skips_seats_go_past_one_head(skipped: int, *, passes: bool) -> None:
    waiting = queue(5, 2, skipped=skipped)

    assert (choose(waiting, 2, BEST_FIT) is not None) is passes


def test_without_skips_best_fit_is_strict() -> None:
    assert choose(queue(2, 1), 1, replace(BEST_FIT, max_skips=0)) is None


def test_nobody_is_looked_for_further_down_than_twenty_places() -> None:
    twentieth = queue(*[2] * LOOK_DOWN, 1)

    found = choose(twentieth, 1, BEST_FIT)

    assert found is not None
    assert found.chosen is twentieth[LOOK_DOWN]
    assert choose(queue(*[2] * (LOOK_DOWN + 1), 1), 1, BEST_FIT) is None


def test_the_rule_sees_as_many_places_as_it_needs() -> None:
    assert (depth(STRICT), depth(BEST_FIT)) == (1, LOOK_DOWN + 1)
