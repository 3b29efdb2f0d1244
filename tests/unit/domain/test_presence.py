"""Who has come, whatever order it is told in, and how often."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.enrollments.presence import Arrival, Presence
from chalicelib.domain.shared.limits import MAX_SCANS_AHEAD

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PARTY = 3


def at(minute: int) -> datetime:
    return START + minute * MINUTE


Step = tuple[str, int, int | None]  # in or out, a minute, how many (None: all)


def told(steps: tuple[Step, ...]) -> Presence:
    presence = Presence()
    for what, minute, people in steps:
        presence = presence.came(Arrival(at(minute), people)) if what == "in" else presence.taken_back(at(minute))
    return presence


@pytest.mark.parametrize(
    ("steps", "people"),
    [
        ((("in", 1, None),), 3),
        ((("in", 1, None), ("out", 2, None)), 0),
        ((("in", 1, None), ("out", 2, None), ("in", 3, None)), 3),
        ((("in", 1, None), ("in", 3, None), ("out", 2, None)), 3),
        ((("in", 1, None), ("in", 2, None), ("in", 3, None), ("out", 2, None), ("out", 4, None)), 0),
        ((("in", 1, 1), ("in", 2, 1)), 2),
        ((("in", 1, 1), ("in", 2, 1), ("in", 3, 1), ("in", 4, 1)), 3),
        ((("in", 1, 1), ("in", 2, 2), ("out", 1, None)), 2),
        ((("in", 1, 1), ("in", 2, None), ("out", 3, None), ("in", 4, 1)), 1),
        ((("out", 2, None), ("in", 2, None)), 0),
    ],
)
def test_the_order_and_the_number_of_tellings_change_nothing(steps: tuple[Step, ...], people: int) -> None:
    expected = told(steps)

    assert expected.people(PARTY) == people
    for order in itertools.permutations(steps):
        for again in order:
            presence = told((*order, again, *order))
            assert (presence.people(PARTY), presence.undone_at) == (people, expected.undone_at), order


def test_the_first_of_those_who_are_here_says_since_when() -> None:
    assert told((("in", 5, None), ("in", 1, None), ("in", 3, None))).since == at(1)
    assert told((("in", 5, 1), ("in", 1, 1), ("out", 2, None))).since == at(5)
    assert told((("in", 1, 1), ("out", 2, None))).since is None


def test_many_scans_of_one_ticket_are_kept_as_two() -> None:
    presence = told(tuple(("in", minute, None) for minute in range(1, 60)))

    assert presence.arrivals == (Arrival(at(1)), Arrival(at(59)))


def test_scans_of_parts_are_as_many_as_the_largest_party() -> None:
    presence = told(tuple(("in", minute, 1) for minute in range(1, 60)))

    assert len(presence.arrivals) == 20
    assert presence.people(20) == 20


def test_what_happens_now_is_after_everything_that_is_known() -> None:
    here = told((("out", 1, None), ("in", 2, None)))

    assert here.next_arrival(at(9)) == at(9)
    assert here.next_arrival(at(2)) > at(2)
    assert here.taken_back(here.next_undo(at(0))).people(PARTY) == 0
    gone = here.taken_back(at(5))
    assert gone.came(Arrival(gone.next_arrival(at(5)))).people(PARTY) == 3


def test_a_clock_that_was_ahead_is_remembered_until_its_own_time_is_taken_back() -> None:
    presence = Presence().came(Arrival(at(1))).correcting(at(3), at(1))

    assert (presence.meant(at(3)), presence.meant(at(2))) == (at(1), None)
    assert presence.taken_back(at(2)).meant(at(3)) == at(1)
    assert presence.taken_back(at(3)).meant(at(3)) is None
    assert presence.taken_back(at(3)).correcting(at(3), at(2)).corrected == ()


def test_no_scan_of_a_clock_that_was_ahead_is_forgotten_for_another_one() -> None:
    presence = Presence()
    while presence.has_room_ahead:
        presence = presence.correcting(at(100 + len(presence.corrected)), at(1))

    assert len(presence.corrected) == MAX_SCANS_AHEAD
    assert {presence.meant(at(100 + number)) for number in range(MAX_SCANS_AHEAD)} == {at(1)}
    assert presence.taken_back(at(2)).corrected == presence.corrected
    assert presence.taken_back(at(100)).has_room_ahead


def test_a_party_that_grew_lacks_those_who_are_new() -> None:
    here = told((("in", 1, 1), ("in", 2, None), ("in", 4, None))).grown(PARTY)

    assert here.people(5) == 3
    assert here.came(Arrival(at(2))).people(5) == 3  # told again
    assert here.came(Arrival(at(5), 1)).people(5) == 4
    assert here.came(Arrival(at(5))).people(5) == 5
    assert here.taken_back(at(3)).people(5) == 3
    assert here.grown(5).people(2) == 2


def test_a_party_that_shrank_below_who_has_come_and_grew_again_lacks_those_who_are_new() -> None:
    here = told((("in", 1, 1), ("in", 2, 2)))

    assert here.people(2) == 2
    assert here.grown(2).people(4) == 2
    assert here.grown(2).came(Arrival(at(2), 2)).people(4) == 2  # told again
    assert here.grown(2).came(Arrival(at(3), 1)).people(4) == 3
    assert here.grown(2).taken_back(at(1)).people(4) == 2
    assert here.grown(3).people(4) == 3


def test_a_scan_of_as_many_as_the_party_was_is_the_same_when_the_party_has_grown() -> None:
    here = told((("in", 1, None), ("in", 2, None))).grown(2)

    assert here.came(Arrival(at(2), 2)) == here
    assert here.came(Arrival(at(2), 1)) != here
