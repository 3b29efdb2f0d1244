"""A day of an event with the limits of production: who means well is never told to wait, and loses no mail.

Beside them others guess passwords and codes, sign up with their addresses and name them, as often as they are let.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.handles import HANDLES
from tests.support.http import Answer
from tests.support.mails.mailed import pressed
from tests.support.people.guests import token_for
from tests.support.world import PASSWORD, SETTINGS, World

OFFICE = "198.51.100.20"  # behind which ten of them sit
ATTACKER = "203.0.113.66"
PEOPLE, GUESTS = 24, 6
NEW_PASSWORD = "eleven purple giraffes"


class Day:
    """Everybody has a network of their own, but for those of the office."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pairs: dict[str, dict[str, Any]] = {}
        self.since: dict[str, datetime] = {}
        self.refused: list[str] = []  # of those who mean well
        self.attacks = 0

    def minutes(self, number: int) -> None:
        """Time passes, and the workers and the clock of the service with it."""
        for _ in range(number):
            self.world.clock.advance(timedelta(minutes=1))
            self.world.tick()
            self.world.work()

    def ask(self, who: str, method: str, url: str, body: Any = None) -> Answer:
        """What somebody who means well does must work."""
        token = self.token_of(who)
        with self.world.elsewhere(network_of(who)):
            answer = self.world.send(method, url, body, token=token)
        if answer.status >= 400:
            self.refused.append(f"{who} {method} {url}: {answer.status} {answer.text}")
        return answer

    def attack(self, method: str, url: str, body: Any) -> None:
        """The attacker may be told anything but that it worked; what it costs others shows elsewhere."""
        with self.world.elsewhere(ATTACKER):
            answer = self.world.send(method, url, body)
        assert "access" not in answer.text
        assert answer.status < 500
        self.attacks += 1

    def join(self, who: str, *, resends: bool = False) -> None:
        """Sign up, read the code (the second one, if the first seems lost), prove the address, log in."""
        email = address(who)
        self.world.work()
        before = len(self.mails(email))
        made = self.ask(who, "POST", "/auth/signup", {"email": email, "password": PASSWORD, "first_name": who.title()})
        self.world.work()
        assert len(self.mails(email)) == before + 1, "the code came"
        if resends:
            self.minutes(2)
            self.ask(who, "POST", "/auth/resend-otp", {"email": email, "signup_id": made.json["signup_id"]})
            self.world.work()
            assert len(self.mails(email)) == before + 2, "the second one too"
        proof = {"email": email, "otp": self.world.code_for(email), "signup_id": made.json["signup_id"]}
        wrong = {**proof, "otp": "000000" if proof["otp"] != "000000" else "000001"}
        with self.world.elsewhere(network_of(who)):
            assert self.world.post("/auth/verify-email", wrong).status == 400, "a slip of the finger"
        self.ask(who, "POST", "/auth/verify-email", proof)
        self.log_in(who)

    def log_in(self, who: str, password: str = PASSWORD) -> None:
        answer = self.ask(who, "POST", "/auth/login", {"email": address(who), "password": password})
        self.pairs[who], self.since[who] = answer.json, self.world.clock()

    def token_of(self, who: str) -> str | None:
        """Refreshed before its hour is over, as clients do."""
        pair = self.pairs.get(who)
        if pair and self.world.clock() - self.since[who] > timedelta(minutes=50):
            with self.world.elsewhere(network_of(who)):
                answer = self.world.post("/auth/refresh", {"refresh": pair["refresh"]})
            assert answer.status == 200, answer.text
            pair = self.pairs[who] = answer.json
            self.since[who] = self.world.clock()
        return pair["access"] if pair else None

    def mails(self, email: str) -> list[str]:
        return [mail.subject for mail in self.world.mailer.to(email)]

    def forgets(self, who: str) -> None:
        """Two slips, the mailed key, a new password, and the login with it."""
        with self.world.elsewhere(network_of(who)):
            for guess in ("is it this one?", "or that one?"):
                wrong = {"email": address(who), "password": guess}
                assert self.world.post("/auth/login", wrong).status == 401
        self.ask(who, "POST", "/auth/forgot-password", {"email": address(who)})
        self.world.work()
        text = self.world.mailer.to(address(who))[-1].text
        token = next(word for word in text.split() if word.count(".") >= 2 and "@" not in word and "/" not in word)
        self.ask(who, "POST", "/auth/reset-password", {"token": token, "new_password": NEW_PASSWORD})
        del self.pairs[who]  # every login ended with the old password
        self.log_in(who, NEW_PASSWORD)


def address(who: str) -> str:
    return f"{who}@example.org"


def network_of(who: str) -> str:
    number = int("".join(filter(str.isdigit, who)) or 0)
    if who.startswith("person") and number < 10:
        return OFFICE
    return f"10.{sum(map(ord, who)) % 250}.{number}.7"


@pytest.fixture
def day() -> Iterator[Day]:
    with World(replace(SETTINGS, limits="production")) as world:
        yield Day(world)


def attacks(day: Day, event: dict[str, Any], victim: str) -> None:
    """Whatever uses up what somebody else needs, again and again."""
    email = address(victim)
    for number in range(8):
        day.attack("POST", "/auth/login", {"email": email, "password": f"guess number {number}"})
        day.attack("POST", "/auth/signup", {"email": email, "password": PASSWORD})
        day.attack("POST", "/auth/resend-otp", {"email": email})
        day.attack("POST", "/auth/forgot-password", {"email": email})
        day.attack("POST", "/auth/verify-email", {"email": email, "otp": f"{number:06d}", "password": PASSWORD})
        day.attack("POST", f"/events/{event['id']}/enrollments", {"name": "Bad", "email": email})


def test_a_day_goes_by_for_whoever_means_well(day: Day) -> None:
    day.join("olga")
    fields = {"title": "Town fair", "starts_at": "2026-06-20T16:00:00Z", "ends_at": "2026-06-20T20:00:00Z"}
    event = dict(day.ask("olga", "POST", "/events", {**fields, "capacity": 40, "guests_allowed": True}).json)
    door, manager = team(day, event)
    rows = morning(day, event)
    guests = noon(day, event)
    afternoon(day, event, rows, manager)
    evening(day, event, {**rows, **guests}, door)

    assert day.refused == []
    assert day.attacks > 200


def team(day: Day, event: dict[str, Any]) -> tuple[str, str]:
    """The owner invites three people by mail; they sign up and accept."""
    for who, role in (("door", "check_in"), ("max", "manager"), ("vic", "viewer")):
        day.ask("olga", "POST", f"/events/{event['id']}/team", {"email": address(who), "role": role})
        day.minutes(1)
        assert len(day.mails(address(who))) == 1
        attacks(day, event, who)
        day.join(who)
        [invitation] = day.ask(who, "GET", "/me/invitations").json["results"]
        day.ask(who, "POST", f"/me/invitations/{invitation['id']}/accept")
    return "door", "max"


def morning(day: Day, event: dict[str, Any]) -> dict[str, str]:
    """Two dozen sign up within an hour and enrol, ten of them in one office; some are attacked before and after."""
    rows = {}
    for number in range(PEOPLE):
        who = f"person{number}"
        if number % 8 == 0:
            attacks(day, event, who)
        day.join(who, resends=number % 6 == 0)
        rows[who] = str(day.ask(who, "POST", f"/events/{event['id']}/enrollments", {}).json["id"])
        if number % 8 == 1:
            attacks(day, event, who)
        day.minutes(2)
        assert any("Town fair" in subject for subject in day.mails(address(who))), day.mails(address(who))
    return rows


def noon(day: Day, event: dict[str, Any]) -> dict[str, str]:
    """Guests leave an address, and confirm by the link in their mail; strangers named some of them before."""
    rows = {}
    for number in range(GUESTS):
        who, email = f"guest{number}", address(f"guest{number}")
        if number % 3 == 0:
            attacks(day, event, who)
            day.minutes(1)
        day.ask(who, "POST", f"/events/{event['id']}/enrollments", {"name": who.title(), "email": email})
        token = token_for(day.world, email)
        with day.world.elsewhere(network_of(who)):
            assert "confirmed" in pressed(day.world, token, "confirm").text
        key = day.world.container.security.links.read(token)
        assert key is not None
        rows[who] = HANDLES.of(key)
        day.minutes(1)
    return rows


def afternoon(day: Day, event: dict[str, Any], rows: dict[str, str], manager: str) -> None:
    """Mails are asked for again, passwords are forgotten, places given back and taken; the manager writes to all."""
    for number in (0, 8, 16):
        who = f"person{number}"
        before = len(day.mails(address(who)))
        day.ask(who, "POST", f"/enrollments/{rows[who]}/resend")
        day.world.work()
        assert len(day.mails(address(who))) == before + 1
    for who in ("olga", "person3", "person16"):
        attacks(day, event, who)
        day.minutes(5)
        day.forgets(who)
    day.ask("person5", "POST", f"/enrollments/{rows['person5']}/cancel")
    day.minutes(1)
    day.ask("person5", "POST", f"/events/{event['id']}/enrollments", {})
    day.ask(manager, "PATCH", f"/events/{event['id']}", {"location": "Hall 2"})
    words = {"subject": "Bring a coat", "body": "It rains.", "segment": "confirmed"}
    url = f"/events/{event['id']}/messages"
    preview = day.world.post(url, words, day.token_of(manager))
    assert preview.json["preview"] == {"recipients": PEOPLE + GUESTS}
    day.ask(manager, "POST", f"{url}?confirm={preview.json['confirm']}", words)
    day.minutes(10)
    for who in [f"person{number}" for number in range(PEOPLE)] + [f"guest{number}" for number in range(GUESTS)]:
        assert "Bring a coat" in " ".join(day.mails(address(who))), who
        assert "New place" in " ".join(day.mails(address(who))), who


def evening(day: Day, event: dict[str, Any], rows: dict[str, str], door: str) -> None:
    """The door staff log in at the door, with a network of its own, and scan everybody within a few minutes."""
    day.world.clock.now = datetime.fromisoformat("2026-06-20T15:30:00+00:00")
    day.pairs.clear()
    day.log_in(door)
    day.log_in("olga", NEW_PASSWORD)
    url = f"/events/{event['id']}"
    assert day.ask(door, "GET", f"{url}/enrollments?status=confirmed").json["count"] == PEOPLE + GUESTS
    for row in rows.values():
        assert day.ask(door, "POST", f"/enrollments/{row}/check-in", {}).json["checked_in_people"] == 1
    assert day.ask("olga", "GET", f"{url}/enrollments.csv").status == 200
