"""One event with a waitlist, in any order of doing: every status, place and seat is what a model of it says."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.shared.times import to_milliseconds
from tests.property.examples import share
from tests.support.builders import Person, a_person, cancelled
from tests.support.expected.agreement import disagreements, rows_of
from tests.support.expected.seating_model import LIVE, SEATED, House, Place, SeatingModel
from tests.support.fakes import START
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

STARTS_AT = START + timedelta(hours=3)
ENDS_AT = STARTS_AT + timedelta(hours=6)
LAST = STARTS_AT + timedelta(hours=2)
WHO = st.integers(0, 6)
GUEST = st.integers(0, 1)
PARTY = st.integers(1, 3)
PARTIES = st.lists(PARTY, min_size=3, max_size=7)
HOUSES: dict[str, dict[str, Any]] = {
    "single seats": {},
    "two counters": {"on_sale_shards": 2},
    "offers": {"offers": True},
    "parties": {"party_max": 3},
    "parties that may pass": {"party_max": 3, "best_fit": True},
}


def stored(row: Enrollment) -> dict[str, Any]:
    return {
        "status": row.status.value,
        "party": row.party_size,
        "ends": row.expires_at,
        "unproven": row.unproven,
        "checked_in": row.counted_in > 0,
        "no_show": row.is_no_show,
        "skipped": row.skipped,
    }


def expected(place: Place) -> dict[str, Any]:
    return {
        "status": place.status,
        "party": place.party,
        "ends": place.ends,
        "unproven": place.unproven,
        "checked_in": place.is_live and place.checked_in,
        "no_show": place.no_show,
        "skipped": place.skipped,
    }


class Seating(RuleBasedStateMachine):
    """Olga's event, seven people with accounts and two guests; the workers run after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(replace(SETTINGS, access_token_minutes=1440))  # longer than any run
        self.olga = a_person(self.world, "olga@example.org")
        self.people = [a_person(self.world, f"person{number}@example.org") for number in range(7)]
        self.guests = [
            self.world.container.store.people.guest(f"guest{number}@example.org", START) for number in range(2)
        ]

    def teardown(self) -> None:
        self.world.__exit__()

    @initialize(kind=st.sampled_from(sorted(HOUSES)), more=st.integers(0, 2), parties=PARTIES)
    def create(self, kind: str, more: int, parties: list[int]) -> None:
        """An event, and the first who want to come: seated in their order, and then on the waitlist."""
        facts = HOUSES[kind]
        model = {name: value for name, value in facts.items() if name != "on_sale_shards"}
        party_max = facts.get("party_max", 1)
        self.house = House(capacity=party_max + more, starts_at=STARTS_AT, ends_at=ENDS_AT, **model)
        self.model = SeatingModel(self.house)
        self.event = self.world.an_event(
            self.olga.token,
            starts_at="2026-06-01T12:00:00Z",
            ends_at="2026-06-01T18:00:00Z",
            capacity=self.house.capacity,
            party_max=party_max,
            party_policy="best_fit" if self.house.best_fit else "strict",
            waitlist_mode="offer" if self.house.offers else "auto",
            offer_minutes=self.house.offer_minutes,
            no_show_release_minutes=self.house.release_minutes,
            on_sale_shards=facts.get("on_sale_shards"),
        )
        for person, party in zip(self.people, parties, strict=False):
            self.moment()
            self._enrol(person, self.party(party), "waitlist")

    # Helpers

    @property
    def now(self) -> datetime:
        return to_milliseconds(self.world.clock())

    @property
    def started(self) -> bool:
        return self.now >= STARTS_AT

    def key(self, person_id: str) -> EnrollmentKey:
        found = self.world.container.store.events.with_seats(self.event["id"])
        assert found is not None
        return EnrollmentKey.of(self.event["id"], found[0].buckets, person_id)

    def url(self, person: Person, action: str = "") -> str:
        return f"/enrollments/{self.key(person.id).id}{action}"

    def party(self, wanted: int) -> int:
        return min(wanted, self.house.party_max)

    def after(self, answer: Answer, status: int = 200) -> None:
        """It was done: the workers do what follows."""
        assert answer.status == status, answer.text
        self.at = self.now  # tries of a request take their time: this was the last one
        self.world.work()

    def deadlines(self) -> list[datetime]:
        """Of holds and offers that end before the start."""
        ends = [place.ends for place in self.model.places.values() if place.ends is not None]
        return ends if all(one < STARTS_AT for one in ends) else []

    def moment(self) -> None:
        """A while after the last step: "full" may be as old as a second, and no two deadlines are the same."""
        deadline = self.model.next_deadline(self.now)
        self.world.clock.advance(timedelta(milliseconds=1100))
        if deadline is not None and deadline <= self.now:
            self.mature()

    def anybody(self) -> bool:
        return any(person.id in self.model.places for person in self.people)

    def someone(self, who: int) -> Person:
        """Somebody who has, or had, a place."""
        self.moment()
        known = [person for person in self.people if person.id in self.model.places]
        return known[who % len(known)]

    def mature(self) -> None:
        """Whatever has become due up to now, each thing at its own time as far as the model is concerned."""
        self.world.tick()
        self.world.work()
        self.model.expire(self.now)
        self.model.release(self.now)

    # Rules

    @rule(who=WHO, party=PARTY, how=st.sampled_from(["plain", "hold", "waitlist"]))
    def enrol(self, who: int, party: int, how: str) -> None:
        self.moment()
        self._enrol(self.people[who], self.party(party), how)

    def _enrol(self, person: Person, party: int, how: str) -> None:
        body = {"party_size": party, "confirm": how != "hold", "waitlist": how == "waitlist"}
        answer = self.world.post(f"/events/{self.event['id']}/enrollments", body, person.token)
        if not self.house.is_open:
            problem(answer, 409, "event_cancelled")
        elif self.started:
            problem(answer, 409, "event_started")
        elif self.model.status(person.id) in {"pending", "confirmed", "offered", "waitlisted"}:
            problem(answer, 409, "already_enrolled")
        elif self.model.has_room(party):
            self.after(answer, 201)
            self.model.seat(person.id, party, self.at, hold=how == "hold")
        elif how == "waitlist" and self.house.is_off:
            problem(answer, 409, "waitlist_off")
        elif how == "waitlist":
            assert answer.json["position"] == len(self.model.queue) + 1
            self.after(answer, 201)
            self.model.join(person.id, party, self.at)
            self.model.serve(self.at)
        else:
            problem(answer, 409, "event_full")

    @precondition(anybody)
    @rule(who=WHO)
    def confirm(self, who: int) -> None:
        """A hold or an offer; never after its time."""
        person = self.someone(who)
        answer = self.world.post(self.url(person, "/confirm"), None, person.token)
        place = self.model.places[person.id]
        if place.status == "confirmed":
            self.after(answer)
        elif not self.house.is_open:
            problem(answer, 409, "event_cancelled")
        elif place.status in {"pending", "offered"}:
            self.after(answer)
            self.model.confirm(person.id, self.at)
        elif place.status == "expired":
            problem(answer, 409, "offer_expired" if place.was_offer else "hold_expired")
        else:
            problem(answer, 409, "nothing_to_confirm")

    @precondition(anybody)
    @rule(who=WHO, by_organizer=st.booleans())
    def leave(self, who: int, *, by_organizer: bool) -> None:
        """Cancel a seat, decline an offer, give up a hold, leave the waitlist: all is one request."""
        person = self.someone(who)
        token = self.olga.token if by_organizer else person.token
        answer = self.world.post(self.url(person, "/cancel"), None, token)
        place = self.model.places[person.id]
        if place.is_live and not by_organizer and (self.started or place.checked_in):
            problem(answer, 409, "event_started" if self.started else "checked_in")
            return
        self.after(answer)
        self._gone(person.id)

    @precondition(anybody)
    @rule(who=WHO)
    def promote(self, who: int) -> None:
        person = self.someone(who)
        answer = self.world.post(self.url(person, "/promote"), None, self.olga.token)
        place = self.model.places[person.id]
        if place.status == "confirmed":
            self.after(answer)
        elif place.status != "waitlisted":
            problem(answer, 409, "not_waitlisted")
        elif self.model.free < place.party:
            problem(answer, 409, "event_full")
        else:
            self.after(answer)
            self.model.choose(person.id, self.at)

    @precondition(lambda self: any(place.status == "confirmed" for place in self.model.places.values()))
    @rule(who=WHO, other=WHO)
    def transfer(self, who: int, other: int) -> None:
        self.moment()
        giver, taker = self.people[who], self.people[other]
        if giver is taker or self.model.status(giver.id) not in LIVE:
            return  # to whom it was given before: answered as it was
        body = {"name": "Somebody", "email": taker.email}
        answer = self.world.post(self.url(giver, "/transfer"), body, self.olga.token)
        place = self.model.places[giver.id]
        if place.status != "confirmed":
            problem(answer, 409, "not_confirmed")
        elif place.checked_in:
            problem(answer, 409, "checked_in")
        elif self.model.status(taker.id) in SEATED:
            problem(answer, 409, "already_enrolled")
        else:
            self.after(answer, 201)
            self.model.hand_on(giver.id, taker.id, self.at)

    @precondition(anybody)
    @rule(who=WHO, undo=st.booleans())
    def check_in(self, who: int, *, undo: bool) -> None:
        person = self.someone(who)
        send = self.world.delete if undo else lambda url, token: self.world.post(url, None, token)
        answer = send(self.url(person, "/check-in"), self.olga.token)
        place = self.model.places[person.id]
        if not self.house.is_open:
            problem(answer, 409, "event_cancelled")
        elif place.status != "confirmed" and not (undo and place.no_show):
            problem(answer, 409, "not_confirmed")
        else:  # that nobody came is remembered, also of whoever's seat was given on
            self.after(answer, 204 if undo else 200)
            place.at = self.at if place.checked_in == undo else place.at
            place.checked_in = not undo

    @precondition(lambda self: self.house.party_max > 1 and self.anybody())
    @rule(who=WHO, party=PARTY)
    def change_party(self, who: int, party: int) -> None:
        person = self.someone(who)
        answer = self.world.patch(self.url(person), {"party_size": party}, self.olga.token)
        place = self.model.places[person.id]
        more = party - place.party
        if more == 0:
            self.after(answer)
        elif not self.house.is_open:
            problem(answer, 409, "event_cancelled")
        elif not place.is_live:
            problem(answer, 409, "enrollment_over")
        elif more > 0 and place.status == "waitlisted":
            problem(answer, 409, "party_waits")
        elif more > 0 and self.started:
            problem(answer, 409, "event_started")
        elif more > 0 and not self.model.has_room(more):
            problem(answer, 409, "event_full")
        else:
            self.after(answer)
            self.model.change_party(person.id, party, self.at)

    @rule(more=st.integers(0, 4), shrink=st.booleans())
    def resize(self, more: int, *, shrink: bool) -> None:
        """Below what is taken only if it may shrink; then seats that are given up go to nobody for a while."""
        self.moment()
        capacity = self.house.party_max + more
        body = {"capacity": capacity, "shrink": shrink}
        answer = self.world.patch(f"/events/{self.event['id']}", body, self.olga.token)
        if not self.house.is_open:
            problem(answer, 409, "event_cancelled")
        elif capacity < min(self.model.taken, self.house.capacity) and not shrink:
            assert problem(answer, 409, "capacity_below_taken")["taken"] == self.model.taken
        else:
            self.after(answer)
            self.house.capacity = capacity
            self.model.serve(self.at)

    @precondition(lambda self: self.house.is_open)
    @rule()
    def close_or_open_the_waitlist(self) -> None:
        self.moment()
        mode = ("offer" if self.house.offers else "auto") if self.house.is_off else "off"
        self.after(self.world.patch(f"/events/{self.event['id']}", {"waitlist_mode": mode}, self.olga.token))
        self.house.is_off = not self.house.is_off
        if self.house.is_off:
            self.model.end_waitlist()

    @precondition(lambda self: self.house.party_max == 1 and self.house.is_open)
    @rule(shards=st.integers(1, 4))
    def spread_over_more_counters(self, shards: int) -> None:
        """Nobody's seat or place depends on it."""
        self.moment()
        url = f"/events/{self.event['id']}"
        self.after(self.world.patch(url, {"on_sale_shards": shards}, self.olga.token))

    @rule(who=GUEST)
    def ask_as_guest(self, who: int) -> None:
        self.moment()
        guest = self.guests[who]
        body = {"name": f"Guest {who}", "email": guest.email}
        answer = self.world.post(f"/events/{self.event['id']}/enrollments", body)
        if not self.house.is_open:
            problem(answer, 409, "event_cancelled")
        elif self.started:
            problem(answer, 409, "event_started")
        else:
            self.after(answer, 202)
            is_free = self.model.has_room(1) and self.model.has_guest_room(1)
            if self.model.status(guest.id) in {"absent", "cancelled", "expired"} and is_free:
                self.model.seat(guest.id, 1, self.at, hold=True, unproven=True)

    @precondition(lambda self: self.house.is_open and any(one.id in self.model.places for one in self.guests))
    @rule(who=GUEST, action=st.sampled_from(["confirm", "join", "cancel"]))
    def use_the_mailed_link(self, who: int, action: str) -> None:
        self.moment()
        known = [guest for guest in self.guests if guest.id in self.model.places]
        guest = known[who % len(known)]
        link = self.world.container.security.links.token(self.key(guest.id))
        answer = self.world.post(f"/g/{link}", {"action": action}, Accept="application/json")
        place = self.model.places[guest.id]
        if place.status in {"pending", "offered", "confirmed"} and action == "confirm":
            self.after(answer)
            self.model.confirm(guest.id, self.at)
        elif self.started and (place.is_live or action != "cancel"):
            problem(answer, 409, "event_started")
        elif action == "cancel":
            self.after(answer)
            self._gone(guest.id)
        elif place.is_live:
            problem(answer, 409, "nothing_to_confirm" if action == "confirm" else "already_enrolled")
        else:
            self._back(guest.id, answer, action)

    def _gone(self, person_id: str) -> None:
        if self.model.places[person_id].is_live:
            self.model.end(person_id, "cancelled", self.at)

    def _back(self, guest_id: str, answer: Answer, action: str) -> None:
        """A link that is opened late gets what is left."""
        if self.model.has_room(1):
            self.after(answer)
            self.model.seat(guest_id, 1, self.at)
        elif action == "join" and self.house.is_off:
            problem(answer, 409, "waitlist_off")
        elif action == "join":
            self.after(answer)
            self.model.join(guest_id, 1, self.at)
        else:
            problem(answer, 409, "event_full")

    @rule(minutes=st.integers(5, 40))
    def pass_time(self, minutes: int) -> None:
        """The tick comes at each deadline."""
        until = min(self.now + timedelta(minutes=minutes), LAST)
        while (deadline := self.model.next_deadline(self.now)) is not None and deadline <= until:
            self.world.clock.advance(deadline - self.world.clock())
            self.mature()
        self.world.clock.advance(max(until - self.world.clock(), timedelta(0)))
        self.mature()

    @precondition(lambda self: len(self.deadlines()) == 1)
    @rule(who=WHO, how=st.sampled_from(["plain", "hold", "waitlist"]))
    def need_a_seat_whose_hold_is_over(self, who: int, how: str) -> None:
        """No tick and no worker: whoever needs the seat takes it back, and who waits comes first."""
        [ends] = self.deadlines()
        self.world.clock.advance(ends - self.world.clock())
        self.model.expire(self.now)
        self._enrol(self.people[who], 1, how)
        self.mature()

    @precondition(lambda self: self.house.is_open and len(self.model.places) > 3)
    @rule(really=st.integers(0, 5))
    def cancel_the_event(self, really: int) -> None:
        """Once in a while: afterwards there is little to do."""
        if really:
            return
        self.moment()
        cancelled(self.world, self.event, self.olga)
        self.world.work()
        self.model.close()

    # What must hold

    @invariant()
    def the_tables_agree_with_themselves(self) -> None:
        tables = (self.world.db.snapshot_all(f"turnout-{name}") for name in ("seats", "enrollments"))
        assert disagreements(*tables) == []

    @invariant()
    def everybody_is_where_the_model_says(self) -> None:
        rows = rows_of(self.world.db.snapshot_all("turnout-enrollments"))
        assert {row.key.attendee_id: stored(row) for row in rows} == {
            person: expected(place) for person, place in self.model.places.items()
        }

    @invariant()
    def the_waitlist_and_the_figures_are_those_of_the_model(self) -> None:
        waiting = self.world.container.store.enrollments.first_waiting(self.event["id"], 50)
        assert [row.key.attendee_id for row in waiting] == self.model.queue
        live = self.world.container.store.seats.live(self.event["id"])
        assert live is not None
        assert (live.capacity, live.free) == (self.house.capacity, self.model.free)
        shown = self.world.get(f"/events/{self.event['id']}/waitlist").json
        assert shown["count"] == len(self.model.queue)

    @invariant()
    def nobody_got_a_mail_twice(self) -> None:
        intents = [message.headers["X-Turnout-Intent"] for message in self.world.mailer.sent]
        assert len(intents) == len(set(intents))


Seating.TestCase.settings = share(0.3, stateful_step_count=40, report_multiple_bugs=False)
TestSeating = Seating.TestCase
