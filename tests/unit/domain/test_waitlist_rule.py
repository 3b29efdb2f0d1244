"""Who is next in a waitlist: the head, or under best_fit somebody smaller within the bounds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.enrollments.waitlist import (
    LOOK_DOWN,
    choose,
    depth,
    ending_of,
    is_served_otherwise,
    may_be_in_vain,
)
from chalicelib.domain.events.event_facts import EventFacts, PartyPolicy, WaitlistMode

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


@pytest.mark.parametrize(
    ("party", "mode", "capacity", "cause"),
    [
        (1, "auto", 1, None),
        (1, "offer", 1, None),
        (3, "auto", 3, None),
        (3, "auto", 2, Cause.NEVER_FITS),
        (3, "offer", 2, Cause.NEVER_FITS),
        (3, "auto", None, None),
        (3, "auto", 0, None),
        (1, "off", 1, Cause.WAITLIST_CLOSED),
        (3, "off", 2, Cause.WAITLIST_CLOSED),
        (3, "off", 0, Cause.WAITLIST_CLOSED),
    ],
)
def test_who_waits_in_vain_is_known(party: int, mode: str, capacity: int | None, cause: Cause | None) -> None:
    facts = replace(STRICT, waitlist_mode=WaitlistMode(mode), capacity=capacity)
    [waiting] = queue(party)

    assert ending_of(waiting, facts) is cause
    assert (choose([waiting], 9, facts) is None) is (cause is not None)


@pytest.mark.parametrize("policy", [STRICT, BEST_FIT])
def test_nobody_is_served_past_a_head_that_is_still_to_be_told(policy: EventFacts) -> None:
    assert choose(queue(3, 1), 1, replace(policy, capacity=2)) is None


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ({}, {}, False),
        ({}, {"waitlist_mode": WaitlistMode.OFF}, True),
        ({"waitlist_mode": WaitlistMode.OFF}, {"waitlist_mode": WaitlistMode.OFF}, False),
        ({"waitlist_mode": WaitlistMode.OFF}, {}, False),
        ({"capacity": 5}, {"capacity": 2}, True),
        ({"capacity": 2}, {"capacity": 5}, False),
        ({"capacity": None}, {"capacity": 19}, True),
        ({"capacity": None}, {"capacity": 20}, False),  # no party is larger
        ({"capacity": 500}, {"capacity": 20}, False),
        ({"capacity": 0}, {"capacity": 2}, True),
        ({"capacity": 2}, {"capacity": 0}, False),
        ({"capacity": 2}, {"capacity": None}, False),
    ],
)
def test_an_edit_that_may_leave_somebody_waiting_in_vain_is_known(
    before: dict[str, Any], after: dict[str, Any], *, may: bool
) -> None:
    assert may_be_in_vain(replace(STRICT, **before), replace(STRICT, **after)) is may


@pytest.mark.parametrize(
    "after",
    [
        {"waitlist_mode": WaitlistMode.OFFER},
        {"party_policy": PartyPolicy.BEST_FIT},
        {"max_skips": 9},
        {"capacity": 9},
        {"ends_at": NOW + timedelta(hours=1)},
    ],
)
def test_an_edit_that_may_make_it_somebodys_turn_is_known(after: dict[str, Any]) -> None:
    assert is_served_otherwise(STRICT, replace(STRICT, **after))
    assert not is_served_otherwise(STRICT, replace(STRICT, title="Another"))


def test_the_rule_sees_as_many_places_as_it_needs() -> None:
    assert (depth(STRICT), depth(BEST_FIT)) == (1, LOOK_DOWN + 1)
