"""An account that did everything, so that something is kept about it wherever anything can be."""

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.shared.limits import ERASURE_GRACE
from tests.support.builders import a_person
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.mails.notices import bounce
from tests.support.world import PASSWORD, World

FORMER, EMAIL, WANTED = "ada.former@example.org", "Ada.Byron@example.org", "ada.wanted@example.org"
USERNAME, FIRST_NAME, LAST_NAME, PHONE = "adathecountess", "Adaline", "Lovelock", "+4930901820"
# What no table may have of somebody whose account was erased, in lower case.
TRACES = (
    FORMER,
    EMAIL.lower(),
    WANTED,
    USERNAME,
    FIRST_NAME.lower(),
    LAST_NAME.lower(),
    PHONE[1:],
    "192.0.2",
    "203.0.113",
)
TTL_LATE = timedelta(days=2)  # DynamoDB takes what has expired within days


class Busy:
    """Ada, with an organizer, a keeper and a stranger beside her."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.olga = a_person(world, "olga@example.org", first_name="Olga", last_name="Organizer")
        self.kim = a_person(world, "kim@example.org", first_name="Kim", last_name="Keeper")
        self.stranger = a_person(world, "sam@example.org", first_name="Sam", last_name="Stranger")
        self.open = world.an_event(self.olga.token, title="Open", capacity=9)
        self.full = world.an_event(self.olga.token, title="Full", capacity=1)
        self.past = world.an_event(self.olga.token, title="Past", starts_at="2026-06-03T09:00:00Z", capacity=5)
        self._signs_up()
        self._moves_to_another_address()
        self._enrols()
        self._keeps_and_is_kept()
        self._organizes()
        self._is_of_teams()
        self._is_told_and_tells()

    def _signs_up(self) -> None:
        world = self.world
        self._post(202, f"/events/{self.full['id']}/enrollments", {"name": "Adaline as a guest", "email": FORMER})
        self._post(201, f"/events/{self.full['id']}/enrollments", {}, self.stranger.token)
        self._post(202, f"/events/{self.full['id']}/enrollments", {"name": f"{FIRST_NAME} asks", "email": FORMER})
        world.work()
        self.token = world.signed_up(FORMER, username=USERNAME, first_name=FIRST_NAME, last_name=LAST_NAME)
        self.id = str(world.get("/auth/me", self.token).json["id"])
        with world.elsewhere():
            world.post("/auth/login", {"email": FORMER, "password": "a wrong password"})
            world.logged_in(FORMER)
        world.post("/auth/login", {"username": USERNAME, "password": "a wrong password"})
        world.post("/auth/forgot-password", {"email": FORMER})
        world.patch(f"/attendees/{self.id}", {"phone": PHONE, "date_of_birth": "1990-12-10"}, self.token)
        world.post("/auth/me/feeds", None, self.token)
        told = {"name": f"{LAST_NAME} Events", "text": f"By **{FIRST_NAME}**.", "link": "https://byron.example"}
        assert world.patch("/organizers/me", told, self.token).status == 200
        self._post(201, "/auth/api-keys", {"name": f"{LAST_NAME}s laptop", "scope": "read"}, self.token)
        world.work()

    def _moves_to_another_address(self) -> None:
        """One that enrolled as a guest before, and that somebody signs up with as well; and wants a third one."""
        world = self.world
        self._post(202, f"/events/{self.open['id']}/enrollments", {"name": f"{LAST_NAME} the guest", "email": EMAIL})
        world.work()
        guest = world.container.store.people.by_email(EMAIL)
        assert guest is not None
        self.guest_id = guest.id
        self._post(202, "/auth/me/email", {"email": EMAIL, "password": PASSWORD}, self.token)
        self._post(200, "/auth/verify-new-email", {"otp": world.code_for(EMAIL)}, self.token)
        self._post(202, "/auth/me/email", {"email": WANTED, "password": PASSWORD}, self.token)
        world.work()

    def _enrols(self) -> None:
        """At events to come, past, full, and one of which the mail comes back; with a note, a party, an own key."""
        world = self.world
        self.place = self._post(201, f"/events/{self.open['id']}/enrollments", {"party_size": 1}, self.token, key="k1")
        self._post(201, f"/events/{self.past['id']}/enrollments", {}, self.token, key="k2")
        self.waiting = self._post(201, f"/events/{self.full['id']}/enrollments", {"waitlist": True}, self.token)
        self.next = self._post(201, f"/events/{self.full['id']}/enrollments", {"waitlist": True}, self.kim.token)
        note = {"note": f"{FIRST_NAME} is vegetarian", "attendee": {"name": f"{FIRST_NAME} L."}}
        answer = world.patch(f"/enrollments/{self.place['id']}", note, self.olga.token)
        assert answer.status == 200, answer.text
        [mail] = [
            due
            for due in world.queue.waiting
            if due.kind is OutboxKind.ENROLLMENT_CONFIRMED and due.about["enrollment"] == key_named(self.place["id"]).id
        ]
        world.work()
        taken = world.handed("feedback", bounce(EMAIL, mail.key))
        assert taken["batchItemFailures"] == []
        world.put("/auth/me/preferences", {"messages": False}, self.token)

    def _keeps_and_is_kept(self) -> None:
        world = self.world
        child = {"first_name": f"Byron {LAST_NAME}", "email": "byron@example.org", "phone": PHONE}
        self.child = self._post(201, "/attendees", child, self.token, key="k3")
        self._post(201, f"/events/{self.open['id']}/enrollments", {"attendee_id": self.child["id"]}, self.token)
        self._post(201, f"/events/{self.past['id']}/enrollments", {"attendee_id": self.child["id"]}, self.token)
        about = {"first_name": FIRST_NAME, "last_name": LAST_NAME, "email": EMAIL.lower(), "phone": PHONE}
        self.record = self._post(201, "/attendees", about, self.kim.token)
        body = {"attendee_id": self.record["id"]}
        self._post(201, f"/events/{self.past['id']}/enrollments", body, self.kim.token)
        world.work()

    def _organizes(self) -> None:
        """An event that will be over, one that was deleted, a draft; with a message to the people."""
        world = self.world
        self.own = world.an_event(self.token, title="Own", starts_at="2026-06-04T09:00:00Z", capacity=5)
        self._post(201, f"/events/{self.own['id']}/enrollments", {}, self.stranger.token)
        message = {"subject": "Hello", "body": f"Yours, {FIRST_NAME}", "segment": "confirmed"}
        url = f"/events/{self.own['id']}/messages"
        confirm = world.post(url, message, self.token).json["confirm"]
        self._post(202, f"{url}?confirm={confirm}", message, self.token)
        gone = world.an_event(self.token, title="Gone", capacity=5)
        assert world.delete(f"/events/{gone['id']}", self.token).status == 204
        self.draft = world.an_event(self.token, title="Draft", status="draft")
        world.work()

    def _is_of_teams(self) -> None:
        """In one, and invited to another; with a team of an event of her own."""
        world = self.world
        for event in (self.open, self.full):
            self._post(201, f"/events/{event['id']}/team", {"email": EMAIL, "role": "viewer"}, self.olga.token)
        open_ones = world.get("/me/invitations", self.token).json["results"]
        [first] = [one for one in open_ones if one["event"]["id"] == self.open["id"]]
        self._post(200, f"/me/invitations/{first['id']}/accept", None, self.token)
        self._post(201, f"/events/{self.own['id']}/team", {"email": "kim@example.org", "role": "manager"}, self.token)
        world.work()

    def _is_told_and_tells(self) -> None:
        """A place that somebody hands on, which is known by the address only, and a strange sign-up."""
        world = self.world
        given = world.an_event(self.olga.token, title="Given", capacity=5)
        row = self._post(201, f"/events/{given['id']}/enrollments", {}, self.stranger.token)
        to_ada = {"name": f"{FIRST_NAME} {LAST_NAME}", "email": EMAIL}
        self.given = self._post(201, f"/enrollments/{row['id']}/transfer", to_ada, self.stranger.token)
        world.work()
        with world.elsewhere("198.51.100.7"):
            world.post("/auth/signup", {"email": FORMER, "password": PASSWORD, "first_name": FIRST_NAME})
        world.work()

    def _post(
        self, status: int, url: str, body: Any, token: str | None = None, *, key: str | None = None
    ) -> dict[str, Any]:
        headers = {"Idempotency_Key": key} if key else {}
        answer: Answer = self.world.post(url, body, token, **headers)
        assert answer.status == status, (url, answer.text)
        return dict(answer.json) if answer.text else {}


def fresh(world: World, email: str = EMAIL) -> str:
    return str(world.logged_in(email)["access"])


def closed(world: World, token: str) -> Answer:
    answer = world.delete("/auth/me", token)
    assert answer.status == 202, answer.text
    world.work()
    return answer


def pass_time(world: World, time: timedelta) -> None:
    """Nothing runs meanwhile; afterwards ticks and workers do, until nothing that is due is left."""
    world.clock.advance(time)
    _settle(world)
    for _ in range(3):
        world.clock.advance(timedelta(minutes=3))
        _settle(world)


def _settle(world: World) -> None:
    for _ in range(2):
        world.tick()
        world.work()


def erased(world: World, token: str) -> None:
    closed(world, token)
    pass_time(world, ERASURE_GRACE + timedelta(minutes=5))


def expire(world: World) -> None:
    """What DynamoDB does with items whose time is up."""
    limit = (world.clock.now - TTL_LATE).timestamp()
    for table in ("turnout-accounts", "turnout-due"):
        for item in world.db.snapshot_all(table):
            if "expires" in item and float(item["expires"]["N"]) < limit:
                key = {name: item[name] for name in ("pk", "sk")}
                world.db.call("DeleteItem", {"TableName": table, "Key": key})


def written(text: str) -> set[str]:
    """In which ways a text may stand in an item: as it is, in JSON, in an address, as base64 at any offset."""
    ways = {text, json.dumps(text)[1:-1], urllib.parse.quote(text), urllib.parse.quote(text, safe="")}
    for variant in (text, text.upper(), text.title()):
        ways |= set(_base64(variant.encode()))
    ways |= {hashlib.sha256(text.encode()).hexdigest(), hashlib.sha1(text.encode()).hexdigest()}  # noqa: S324
    return {way.lower() for way in ways}


def _base64(raw: bytes) -> Iterator[str]:
    """What of it is the same whatever stands around it."""
    for before in range(3):
        whole = base64.urlsafe_b64encode(b"\0" * before + raw).decode()
        yield whole[(4 if before else 0) : len(whole) - 4]


def items(world: World) -> Iterator[tuple[str, str]]:
    """Every item of every table as one text in lower case, keys included, with its table and key."""
    for table in world.db.tables:
        for item in world.db.snapshot_all(table):
            yield f"{table} {item['pk']['S']} {item.get('sk', {}).get('S', '')}", json.dumps(item).lower()


def traces(world: World, *texts: str) -> list[str]:
    ways = {way for text in texts for way in written(text)}
    return sorted({f"{where}: {way}" for where, text in items(world) for way in ways if way in text})
