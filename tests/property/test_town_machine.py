"""Several events and people in any order of doing: every list, count and seat is what a model of them says."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from tests.property.examples import share
from tests.support.builders import Person, a_person, free_seats, live_people
from tests.support.fakes import START
from tests.support.lists import ids, page, walk
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

SEVERAL_SHARDS = 600
DAYS = st.integers(1, 90)
MINUTES = st.integers(0, 45)


@dataclass(slots=True)
class Modelled:
    """What an event is, as its clients have been told."""

    id: str
    starts_at: str
    capacity: int
    status: str
    inside: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)


class Town(RuleBasedStateMachine):
    """One organizer, a growing crowd, a growing calendar; mail and ticks happen when they happen."""

    people: Bundle[Person] = Bundle("people")
    events: Bundle[Modelled] = Bundle("events")

    def __init__(self) -> None:
        super().__init__()
        self.world = World(replace(SETTINGS, access_token_minutes=1440))  # longer than any run
        self.olga = a_person(self.world, "olga@example.org")
        self.calendar: list[Modelled] = []
        self.newcomers = 0

    def teardown(self) -> None:
        self.world.__exit__()

    @initialize(target=people)
    def first_people(self) -> Any:
        return multiple(*(a_person(self.world) for _ in range(3)))

    @rule(target=people)
    def sign_up(self) -> Person:
        """Through the whole door: sign-up, the mailed code, the login."""
        self.newcomers += 1
        email = f"newcomer{self.newcomers}@example.org"
        self.world.signed_up(email)
        login = self.world.logged_in(email)
        account = self.world.container.store.accounts.by_ids([login["user"]["id"]])[login["user"]["id"]]
        return Person(account, login["access"], login["refresh"])

    @rule(target=events, days=DAYS, capacity=st.sampled_from([1, 2, 3, SEVERAL_SHARDS]), draft=st.booleans())
    def create(self, days: int, capacity: int, *, draft: bool) -> Modelled:
        starts_at = f"{START + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        status = "draft" if draft else "published"
        made = self.world.an_event(self.olga.token, starts_at=starts_at, capacity=capacity, status=status)
        event = Modelled(made["id"], made["starts_at"], capacity, status)
        self.calendar.append(event)
        return event

    @rule(event=events, days=DAYS)
    def move(self, event: Modelled, days: int) -> None:
        starts_at = f"{START + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        answer = self.world.patch(f"/events/{event.id}", {"starts_at": starts_at}, self.olga.token)
        if event.status == "cancelled":
            problem(answer, 409, "event_cancelled")
        else:
            event.starts_at = answer.json["starts_at"]

    @rule(event=events)
    def publish(self, event: Modelled) -> None:
        answer = self.world.post(f"/events/{event.id}/publish", token=self.olga.token)
        if event.status == "cancelled":
            problem(answer, 409, "event_cancelled")
        else:
            assert answer.json["status"] == "published"
            event.status = "published"

    @rule(event=events, person=people)
    def enrol(self, event: Modelled, person: Person) -> None:
        answer = self.world.post(f"/events/{event.id}/enrollments", {}, person.token)
        if event.status == "draft":
            problem(answer, 404, "not_found")
        elif event.status == "cancelled":
            problem(answer, 409, "event_cancelled")
        elif person.id in event.inside:
            problem(answer, 409, "already_enrolled")
        elif len(event.inside) >= event.capacity:
            problem(answer, 409, "event_full")
        else:
            assert answer.status == 201, answer.text
            event.inside[person.id] = answer.json["id"]
            event.left.discard(person.id)

    @rule(event=events, person=people, by_organizer=st.booleans())
    def leave(self, event: Modelled, person: Person, *, by_organizer: bool) -> None:
        enrollment = event.inside.pop(person.id, None)
        if enrollment:
            token = self.olga.token if by_organizer else person.token
            assert self.world.delete(f"/enrollments/{enrollment}", token).status == 204
            event.left.add(person.id)

    @rule(event=events, capacity=st.integers(1, 5))
    def resize(self, event: Modelled, capacity: int) -> None:
        answer = self.world.patch(f"/events/{event.id}", {"capacity": capacity}, self.olga.token)
        if event.status == "cancelled":
            problem(answer, 409, "event_cancelled")
        elif capacity < len(event.inside):
            assert problem(answer, 409, "capacity_below_taken")["taken"] == len(event.inside)
        else:
            assert answer.status == 200, answer.text
            event.capacity = capacity
            self.world.clock.advance(timedelta(seconds=1))  # "full" may be as old as a second

    @rule(event=events)
    def cancel_event(self, event: Modelled) -> None:
        url = f"/events/{event.id}/cancel"
        answer = self.world.post(url, token=self.olga.token)
        if event.status == "draft":
            problem(answer, 409, "event_not_published")
            return
        if event.inside:
            body = problem(answer, 409, "confirmation_required")
            assert body["preview"]["people"] == len(event.inside)
            answer = self.world.post(f"{url}?confirm={body['confirm']}", token=self.olga.token)
        assert answer.status == 200, answer.text
        self._close(event, "cancelled")

    @rule(event=consumes(events))
    def delete_event(self, event: Modelled) -> None:
        url = f"/events/{event.id}"
        answer = self.world.delete(url, self.olga.token)
        if event.inside:
            body = problem(answer, 409, "confirmation_required")
            answer = self.world.delete(f"{url}?confirm={body['confirm']}", self.olga.token)
        assert answer.status == 204, answer.text
        self._close(event, "deleted")
        self.calendar.remove(event)

    def _close(self, event: Modelled, status: str) -> None:
        event.status = status
        self.world.work()  # the fan-out is the workers'; here it happens at once
        event.left |= set(event.inside)
        event.inside.clear()

    @rule()
    def deliver(self) -> None:
        self.world.work()

    @rule(minutes=MINUTES)
    def tick(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))
        self.world.container.background.sweeper.tick()

    @invariant()
    def seats_are_balanced(self) -> None:
        for event in self.calendar:
            free = free_seats(self.world, {"id": event.id})
            assert min(free) >= 0
            assert sum(free) + len(event.inside) == event.capacity
            assert live_people(self.world, {"id": event.id}) == sorted(event.inside)

    @invariant()
    def lists_and_counts_are_those_of_the_model(self) -> None:
        ordered = sorted(self.calendar, key=lambda event: (event.starts_at, event.id))
        published = [event.id for event in ordered if event.status == "published"]
        listed = walk(self.world, "/events?page_size=3")
        assert ids(listed) == published
        assert {each["count"] for each in listed} == {len(published)}
        own = page(self.world, "/me/events?page_size=100", self.olga.token)
        assert ids([own]) == [event.id for event in ordered]
        assert own["count"] == len(ordered)

    @invariant()
    def figures_are_those_of_the_model(self) -> None:
        for event in self.calendar:
            figures = self.world.get(f"/events/{event.id}/capacity", self.olga.token).json
            assert (figures["capacity"], figures["attendees_count"]) == (event.capacity, len(event.inside))

    @invariant()
    def rosters_and_mail_are_those_of_the_model(self) -> None:
        for event in self.calendar:
            rows = page(self.world, f"/events/{event.id}/enrollments?page_size=100", self.olga.token)
            assert {row["attendee"]["id"] for row in rows["results"] if row["status"] == "confirmed"} == set(
                event.inside
            )
            assert {row["attendee"]["id"] for row in rows["results"] if row["status"] == "cancelled"} == event.left
            assert rows["count"] == len(event.inside) + len(event.left)
        intents = [message.headers["X-Turnout-Intent"] for message in self.world.mailer.sent]
        assert len(intents) == len(set(intents)), "a mail was sent twice"


Town.TestCase.settings = share(0.2, stateful_step_count=25, report_multiple_bugs=False)
TestTown = Town.TestCase
