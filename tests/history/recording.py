"""Requests to the application as operations of a history: what is sent, and how its answer is read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.history.operations import Answer, Kind, Operation, Recorder
from tests.support.builders import Person, signed_in
from tests.support.http import Answer as Response
from tests.support.world import World

_CODES = {
    "event_full": Answer.FULL,
    "already_enrolled": Answer.ALREADY,
    "capacity_below_taken": Answer.BELOW,
    "hold_expired": Answer.EXPIRED,
    "offer_expired": Answer.EXPIRED,
    "checked_in": Answer.HERE,
}


def seconds(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None


def answer_of(response: Response, success: Answer | None = None) -> tuple[Answer, float | None]:
    """What the client was told, and the deadline that it was told of."""
    if response.status >= 500:
        return Answer.UNKNOWN, None
    if response.status >= 400:
        return _CODES.get(str(response.json["code"]), Answer.REFUSED), None
    if success is not None:
        return success, None
    return Answer(response.json["status"]), seconds(response.json.get("expires_at"))


@dataclass(slots=True)
class Diary:
    """One event and its clients, with everything that they did; the organizer is `owner`."""

    world: World
    event: dict[str, Any]
    owner: Person
    people: dict[str, Person]
    recorder: Recorder = field(init=False)
    ids: dict[str, str] = field(default_factory=dict)
    deadlines: dict[str, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.recorder = Recorder(lambda: self.world.clock().timestamp())

    def enrol(self, person: str, *, party: int = 1, hold: bool = False, wait: bool = False) -> Answer:
        asked = Operation(kind=Kind.ENROL, invoked=0, person=person, party=party, hold=hold, wait=wait)
        body = {"party_size": party, "confirm": not hold, "waitlist": wait}
        number = self.recorder.begin(asked)
        response = self.world.post(f"/events/{self.event['id']}/enrollments", body, self._token(self.people[person]))
        if response.status == 201:
            self.ids[person] = response.json["id"]
            self.deadlines[person] = seconds(response.json.get("expires_at"))
        return self._end(number, response)

    def confirm(self, person: str) -> Answer:
        asked = Operation(kind=Kind.CONFIRM, invoked=0, person=person, expires_at=self.deadlines.get(person))
        return self._act(asked, "confirm")

    def cancel(self, person: str) -> Answer:
        return self._act(Operation(kind=Kind.CANCEL, invoked=0, person=person), "cancel")

    def remove(self, person: str) -> Answer:
        """The organizer cancels the place."""
        asked = Operation(kind=Kind.CANCEL, invoked=0, person=person, in_charge=True)
        number = self.recorder.begin(asked)
        url = f"/enrollments/{self.ids[person]}/cancel"
        return self._end(number, self.world.post(url, None, self._token(self.owner)))

    def check_in(self, person: str) -> Answer:
        number = self.recorder.begin(Operation(kind=Kind.CHECK_IN, invoked=0, person=person))
        url = f"/enrollments/{self.ids[person]}/check-in"
        return self._end(number, self.world.post(url, None, self._token(self.owner)), Answer.DONE)

    def undo(self, person: str) -> Answer:
        number = self.recorder.begin(Operation(kind=Kind.UNDO, invoked=0, person=person))
        url = f"/enrollments/{self.ids[person]}/check-in"
        return self._end(number, self.world.delete(url, self._token(self.owner)), Answer.DONE)

    def change(self, person: str, party: int) -> Answer:
        number = self.recorder.begin(Operation(kind=Kind.CHANGE, invoked=0, person=person, party=party))
        url = f"/enrollments/{self.ids[person]}"
        return self._end(
            number, self.world.patch(url, {"party_size": party}, self._token(self.people[person])), Answer.DONE
        )

    def _act(self, asked: Operation, action: str) -> Answer:
        number = self.recorder.begin(asked)
        url = f"/enrollments/{self.ids[asked.person]}/{action}"
        return self._end(number, self.world.post(url, None, self._token(self.people[asked.person])))

    def show(self, person: str) -> Answer:
        number = self.recorder.begin(Operation(kind=Kind.SHOW, invoked=0, person=person))
        response = self.world.get(f"/enrollments/{self.ids[person]}", self._token(self.people[person]))
        if response.status == 200:
            self.deadlines[person] = seconds(response.json.get("expires_at"))
        return self._end(number, response)

    def resize(self, capacity: int) -> Answer:
        number = self.recorder.begin(Operation(kind=Kind.RESIZE, invoked=0, capacity=capacity))
        response = self.world.patch(f"/events/{self.event['id']}", {"capacity": capacity}, self._token(self.owner))
        return self._end(number, response, Answer.DONE)

    def quiet(self) -> None:
        """State that nothing is under way any more."""
        self.recorder.end(self.recorder.begin(Operation(kind=Kind.QUIET, invoked=0)), Answer.DONE)

    def _token(self, person: Person) -> str:
        """Of a fresh login: a history may take longer than a token is good for."""
        return signed_in(self.world, person.account).token

    def _end(self, number: int, response: Response, success: Answer | None = None) -> Answer:
        answer, expires_at = answer_of(response, success)
        kept = expires_at if self.recorder.operations[number].kind is Kind.ENROL else None
        self.recorder.end(number, answer, expires_at=kept)
        return answer
