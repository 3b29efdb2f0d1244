"""Changes of enrollments under crashes, lost answers, throttles and conflicts at every call: no promise is broken."""

from collections.abc import Callable

import pytest

from chalicelib.container import Container
from chalicelib.services.enrollments.view import EnrollmentView
from devtools.simdb.faults import NO_FAULTS, Fault, Faults
from tests.simulation.enrollments import changing
from tests.simulation.enrollments.changing import Stage, a_stage
from tests.simulation.seeds import broken_runs, chunks

SEEDS = 5
RACES = [pytest.param(range(8), id="some"), pytest.param(range(8, 300), id="many", marks=pytest.mark.deep)]


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, changing.changing) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 10_000, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, changing.changing) == {}


@pytest.mark.parametrize("seeds", RACES)
def test_of_two_transfers_of_one_place_one_succeeds(seeds: range) -> None:
    outcomes = set()
    for seed in seeds:
        stage = a_stage(seed, [1], faults=NO_FAULTS)
        stage.spawn("ada to bob", stage.hands_on("ada", "bob"))
        stage.spawn("ada to carl", stage.hands_on("ada", "carl"))
        stage.world.run()
        assert sorted(told.answer for told in stage.told) == ["confirmed", "not_confirmed"], f"seed {seed}"
        outcomes.add(next(told.action for told in stage.told if told.answer == "confirmed"))

    assert outcomes == {"ada to bob", "ada to carl"}


def late(stage: Stage, seed: int, act: Callable[[Container], EnrollmentView]) -> Callable[[Container], EnrollmentView]:
    """Some calls later: handing on looks for its person first, and would always be the slower one."""

    def act_late(container: Container) -> EnrollmentView:
        stage.world.scheduler.sleep(seed % 5 * 0.02)
        return act(container)

    return act_late


@pytest.mark.parametrize("seeds", RACES)
def test_a_transfer_and_a_cancellation_never_both_give_the_place_away(seeds: range) -> None:
    outcomes = set()
    for seed in seeds:
        stage = a_stage(seed, [1], faults=NO_FAULTS)
        stage.spawn("transfer", stage.hands_on("ada", "bob"))
        stage.spawn("cancel", late(stage, seed, stage.leaves("ada")))
        stage.world.run()
        told = {one.action: one.answer for one in stage.told}
        assert told["cancel"] == "cancelled"  # either way Ada is out
        assert told["transfer"] in {"confirmed", "not_confirmed"}, f"seed {seed}"
        rows = stage.world.witness.log(stage.event.id).rows
        has_place = stage.people["bob"].user_id in rows
        assert has_place == (told["transfer"] == "confirmed")
        outcomes.add(told["transfer"])

    assert outcomes == {"confirmed", "not_confirmed"}


@pytest.mark.parametrize("seeds", RACES)
def test_who_enrols_while_a_place_is_handed_to_them_has_one_place(seeds: range) -> None:
    outcomes = set()
    for seed in seeds:
        stage = a_stage(seed, [2], faults=NO_FAULTS)
        stage.spawn("transfer", stage.hands_on("ada", "bob"))
        stage.spawn("enrol", late(stage, seed, stage.enrols("bob")))
        stage.world.run()
        told = {one.action: one.answer for one in stage.told}
        assert sorted(told.values()) == ["already_enrolled", "confirmed"], f"seed {seed}"
        assert stage.world.witness.violations == []
        outcomes.add(told["transfer"])

    assert outcomes == {"confirmed", "already_enrolled"}


@pytest.mark.parametrize("seeds", RACES)
def test_a_lost_answer_to_a_transfer_is_answered_with_what_happened(seeds: range) -> None:
    lossy = Faults(rates={Fault.LOST_RESPONSE: 0.3})
    for seed in seeds:
        stage = a_stage(seed, [1], faults=lossy)
        stage.spawn("ada to bob", stage.hands_on("ada", "bob"))
        stage.world.run()
        assert next(told.answer for told in stage.told) in {"confirmed", "busy"}, f"seed {seed}"
        again = stage.hands_on("ada", "bob")(stage.world.container)
        assert again.enrollment.key.attendee_id == stage.people["bob"].user_id
        rows = stage.world.witness.log(stage.event.id).rows
        assert [row.version for row in rows.values()] in ([2, 1], [1, 2])
        assert stage.world.witness.violations == []
