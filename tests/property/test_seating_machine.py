"""People enrol and leave, an organizer resizes and cancels, in any order: the sums hold after every step."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.enrollments import LIVE
from tests.support.builders import Person, people
from tests.support.world import World

CROWD = 5


class SeatingMachine(RuleBasedStateMachine):
    """One event over HTTP beside a model of it: a set of people and a number."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.organizer, *self.crowd = people(self.world, CROWD + 1)
        self.event_id = ""
        self.capacity = 0
        self.inside: dict[str, str] = {}
        self.is_cancelled = False

    def teardown(self) -> None:
        self.world.__exit__()

    @initialize(capacity=st.integers(1, 4))
    def publish(self, capacity: int) -> None:
        self.event_id = self.world.an_event(self.organizer.token, capacity=capacity)["id"]
        self.capacity = capacity

    def _person(self, number: int) -> Person:
        return self.crowd[number]

    @rule(number=st.integers(0, CROWD - 1))
    def enrol(self, number: int) -> None:
        person = self._person(number)
        answer = self.world.post(f"/events/{self.event_id}/enrollments", {}, person.token)
        if self.is_cancelled:
            assert answer.code == "event_cancelled"
        elif person.id in self.inside:
            assert answer.code == "already_enrolled"
        elif len(self.inside) < self.capacity:
            assert answer.status == 201, answer.text
            self.inside[person.id] = answer.json["id"]
        else:
            assert answer.code == "event_full"

    @rule(number=st.integers(0, CROWD - 1), by_organizer=st.booleans())
    def leave(self, number: int, by_organizer: bool) -> None:  # noqa: FBT001 - drawn
        person = self._person(number)
        if person.id not in self.inside:
            return
        token = self.organizer.token if by_organizer else person.token
        assert self.world.post(f"/enrollments/{self.inside.pop(person.id)}/cancel", None, token).status == 200

    @rule(capacity=st.one_of(st.integers(1, 6), st.none()))
    def resize(self, capacity: int | None) -> None:
        answer = self.world.patch(f"/events/{self.event_id}", {"capacity": capacity}, self.organizer.token)
        if self.is_cancelled:
            assert answer.code == "event_cancelled"
        elif capacity is not None and capacity < len(self.inside):
            assert answer.code == "capacity_below_taken"
            assert answer.json["taken"] == len(self.inside)
        else:
            assert answer.status == 200, answer.text
            self.capacity = 10**9 if capacity is None else capacity

    @precondition(lambda self: len(self.inside) > 1)
    @rule()
    def cancel_the_event(self) -> None:
        url = f"/events/{self.event_id}/cancel"
        asked = self.world.post(url, None, self.organizer.token)
        if self.is_cancelled:
            assert asked.status == 200
            return
        assert asked.json["preview"]["people"] == len(self.inside)
        assert self.world.post(f"{url}?confirm={asked.json['confirm']}", None, self.organizer.token).status == 200
        self.is_cancelled = True
        self.world.work()
        self.inside.clear()

    @rule()
    def deliver(self) -> None:
        self.world.work()

    @invariant()
    def seats_and_rows_agree(self) -> None:
        if not self.event_id:
            return
        seats: list[dict[str, Any]] = self.world.db.snapshot_all("turnout-seats")
        rows = self.world.db.snapshot_all("turnout-enrollments")
        live = {row["sk"]["S"] for row in rows if row["status"]["S"] in LIVE}
        assert live == set(self.inside)
        assert sum(int(seat["free"]["N"]) for seat in seats) + len(live) == int(seats[0]["capacity"]["N"])
        assert int(seats[0]["cancelled"]["N"]) == len(rows) - len(live)


SeatingMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
TestSeating = SeatingMachine.TestCase
