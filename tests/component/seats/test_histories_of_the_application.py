"""The application and the model agree: whatever one client after the other does, the model explains the answers."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.history.checker import check
from tests.history.model import Rules
from tests.history.operations import Answer
from tests.history.recording import Diary
from tests.history.state import State
from tests.support.builders import a_person
from tests.support.world import World

SETTINGS: dict[str, dict[str, Any]] = {
    "automatic": {},
    "offers": {"waitlist_mode": "offer", "offer_minutes": 60},
    "best fit": {"party_policy": "best_fit"},
    "several shards": {"on_sale_shards": 4, "party_max": 1},
}


def walk(diary: Diary, rng: random.Random, steps: int) -> None:
    most = diary.event["party_max"]
    for _ in range(steps):
        person = rng.choice(sorted(diary.people))
        wish = rng.random()
        if wish < 0.5 or person not in diary.ids:
            diary.enrol(person, party=rng.randint(1, most), hold=rng.random() < 0.4, wait=rng.random() < 0.6)
        elif wish < 0.6:
            diary.cancel(person)
        elif wish < 0.65:
            rng.choice([diary.remove, diary.undo])(person)
        elif wish < 0.75:
            diary.check_in(person)
            diary.change(person, rng.randint(1, most))
        elif wish < 0.9:
            diary.show(person)
            diary.confirm(person)
        else:
            diary.resize(rng.randint(max(most, 2), 6))
        diary.world.clock.advance(timedelta(seconds=rng.choice([0.5, 2, 300, 1_200])))
        if rng.random() < 0.3:
            diary.world.tick()
            diary.world.work()


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(1, 40))])
def test_the_model_explains_what_the_application_answers(world: World, name: str, seed: int) -> None:
    olga = a_person(world)
    event = world.an_event(olga.token, **({"capacity": 3, "party_max": 2} | SETTINGS[name]))
    diary = Diary(world, event, olga, {f"p{number}": a_person(world) for number in range(6)})
    walk(diary, random.Random(seed), 40)
    for _ in range(12):
        world.clock.advance(timedelta(minutes=30))
        world.tick()
        world.work()
    diary.quiet()
    for person in diary.ids:
        assert diary.show(person) is not Answer.UNKNOWN

    rules = Rules(
        offers=event["waitlist_mode"] == "offer",
        best_fit=event["party_policy"] == "best_fit",
        offer=60.0 * event["offer_minutes"],
    )
    verdict = check(diary.recorder.operations, State(3), rules)

    assert verdict.holds, str(verdict)
    seen = {one.answer for one in diary.recorder.operations}
    assert {Answer.CONFIRMED, Answer.ALREADY} <= seen
    assert len(seen) >= 6
