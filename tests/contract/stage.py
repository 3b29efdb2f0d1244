"""The people, events and tokens that docs/coming-from.md speaks of, made when a row needs them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from operations.admins.__main__ import run as make_admin
from tests.contract.coming_from import Walk
from tests.support.expected.documented import complaint
from tests.support.http import Answer
from tests.support.world import PASSWORD, World

CALLERS = ("organizer", "seeker", "other", "attendee", "publisher", "admin")
NEVER_ROUTED = Answer(404, {"Content-Type": "application/problem+json"}, '{"code": "not_found"}')


class Stage:
    """One world for all rows. People stay; events, codes and tokens are new for every request."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._made = 0
        self._answers: dict[tuple[str, str, str, str | None], tuple[Answer, str | None, list[str]]] = {}
        self._tokens = {name: world.signed_up(f"{name}@example.org", username=name) for name in CALLERS[:3]}
        self._tokens["attendee"] = world.signed_up("attendee@example.org", roles=["seeker"])
        self._tokens["publisher"] = world.signed_up("publisher@example.org", roles=["facilitator"])
        self._tokens["admin"] = world.signed_up("admin@example.org", username="admin")
        make_admin(world.container, "admin@example.org", world.clock())
        self.past = self._event(starts_at=self._time(minutes=10), ends_at=self._time(minutes=20))
        self._enrol(self.past, "seeker")
        world.work()
        world.clock.advance(timedelta(minutes=30))

    def _time(self, **after: int) -> str:
        return f"{self.world.clock.now + timedelta(**after):%Y-%m-%dT%H:%M:%SZ}"

    def _event(self, **fields: Any) -> str:
        body = {"location": "Berlin", "country": "DE", "starts_at": self._time(days=30), **fields}
        return str(self.world.an_event(self._tokens["organizer"], **body)["id"])

    def _enrol(self, event: str, who: str) -> str:
        answer = self.world.post(f"/events/{event}/enrollments", {}, self._tokens[who])
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    def unique(self) -> str:
        self._made += 1
        return f"person{self._made}"

    def perform(self, walk: Walk) -> tuple[Answer, str | None, list[str]]:
        """The answer, what the OpenAPI document has against it, and the subjects of the mails that followed."""
        if walk.asked not in self._answers:
            self._answers[walk.asked] = self._perform(walk)
        return self._answers[walk.asked]

    def _perform(self, walk: Walk) -> tuple[Answer, str | None, list[str]]:
        props = Props(self)
        url = props.fill(walk.url)
        body = json.loads(props.fill(walk.body)) if walk.body else None
        token = self._tokens.get(walk.caller) or (props.someone if walk.caller == "someone" else None)
        if walk.caller == "admin":
            token = self.world.logged_in("admin@example.org")["access"]  # what an admin does needs a fresh login
        assert token or walk.caller == "anyone", f"nobody is called {walk.caller}"
        self.world.work()
        seen = len(self.world.mailer.sent)
        verbs: dict[str, Callable[[], Answer]] = {
            "GET": lambda: self.world.get(url, token),
            "POST": lambda: self.world.post(url, body, token),
            "PUT": lambda: self.world.put(url, body, token),
            "PATCH": lambda: self.world.patch(url, body, token),
            "DELETE": lambda: self.world.delete(url, token),
        }
        try:
            answer = verbs[walk.method]()
        except LookupError:
            return NEVER_ROUTED, None, []
        self.world.work()
        return answer, complaint(walk.method, url, answer), [mail.subject for mail in self.world.mailer.sent[seen:]]


class Props:
    """What stands between `<` and `>` in one request."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._world = stage.world

    def fill(self, text: str) -> str:
        return re.sub(r"<(\w+)>", lambda found: str(getattr(self, found[1])), text)

    def __getattr__(self, name: str) -> str:
        raise AssertionError(f"nothing is called <{name}>")

    @cached_property
    def word(self) -> str:
        return self._stage.unique()

    @cached_property
    def email(self) -> str:
        return f"{self.word}@example.org"

    @cached_property
    def someone(self) -> str:
        return self._world.signed_up(self.email)

    @cached_property
    def newcomer(self) -> str:
        """The address of an account that is not verified, a minute after the first code."""
        answer = self._world.post("/auth/signup", {"email": self.email, "password": PASSWORD})
        assert answer.status == 201, answer.text
        self._world.work()
        self._world.clock.advance(timedelta(minutes=1))
        return self.email

    @cached_property
    def otp(self) -> str:
        return self._world.code_for(self.newcomer)

    @cached_property
    def old_otp(self) -> str:
        code = self.otp
        self._world.clock.advance(timedelta(minutes=5))
        return code

    @cached_property
    def guessed_otp(self) -> str:
        """The right code after three wrong guesses."""
        wrong = "000000" if self.otp != "000000" else "000001"
        for _ in range(3):
            assert (
                self._world.post("/auth/verify-email", {"email": self.email, "otp": wrong, "password": PASSWORD}).status
                == 400
            )
        return self.otp

    @cached_property
    def refresh(self) -> str:
        return str(self._world.logged_in("seeker@example.org")["refresh"])

    @cached_property
    def organizer(self) -> str:
        return str(self._world.get("/auth/me", self._stage._tokens["organizer"]).json["id"])

    @cached_property
    def later(self) -> str:
        return self._stage._time(days=40)

    @cached_property
    def event(self) -> str:
        return self._stage._event(capacity=100)

    @cached_property
    def draft(self) -> str:
        return self._stage._event(status="draft")

    @cached_property
    def full(self) -> str:
        event = self._stage._event(capacity=1)
        self._stage._enrol(event, "other")
        return event

    @cached_property
    def cancelled(self) -> str:
        assert self._world.post(f"/events/{self.event}/cancel", None, self._stage._tokens["organizer"]).status == 200
        return self.event

    @cached_property
    def past(self) -> str:
        return self._stage.past

    @cached_property
    def enrollment(self) -> str:
        """The seeker's, in `<event>`."""
        return self._stage._enrol(self.event, "seeker")

    @cached_property
    def resent(self) -> str:
        """The seeker's, in `<event>`, whose mail was sent again a moment ago."""
        self._world.work()
        answer = self._world.post(f"/enrollments/{self.enrollment}/resend", None, self._stage._tokens["seeker"])
        assert answer.status == 202, answer.text
        return self.enrollment

    @cached_property
    def kept(self) -> str:
        """A record of somebody that the seeker keeps."""
        body = {"first_name": "John", "last_name": "Doe", "email": self.email}
        answer = self._world.post("/attendees", body, self._stage._tokens["seeker"])
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    @cached_property
    def kept_email(self) -> str:
        assert self.kept
        return self.email

    @cached_property
    def held(self) -> str:
        """The seeker's hold in `<event>`."""
        answer = self._world.post(
            f"/events/{self.event}/enrollments", {"confirm": False}, self._stage._tokens["seeker"]
        )
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    @cached_property
    def soon(self) -> str:
        """An event that the seeker is enrolled in, and that begins within half an hour."""
        event = self._stage._event(starts_at=self._stage._time(minutes=20))
        self._stage._enrol(event, "seeker")
        self._world.work()
        return event

    @cached_property
    def joined(self) -> str:
        """An event that the seeker is enrolled in."""
        assert self.enrollment
        return self.event
