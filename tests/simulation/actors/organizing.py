"""The organizer of a simulated event: edits it, works at its entrance, and in some runs cancels or deletes it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import EventFacts, WaitlistMode
from chalicelib.services.checkin.check_in import CheckInRequest
from chalicelib.services.checkin.scan import Scan
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.events.change import Change
from tests.simulation.actors.seekers import Seeker, Told, ask
from tests.simulation.world import SimWorld

CLOSING = ("close", "delete")
EDITS = ("raise", "lower", "shards")
ENDINGS = ("off", "on", "shrink", "halve", "sooner", "later", "shut")  # what may leave somebody with nothing
SOON = timedelta(seconds=65)


@dataclass(slots=True)
class Boss:
    """Does a few things at times of their choice; what they are told is kept."""

    world: SimWorld
    claims: Claims
    event: Event
    seekers: list[Seeker]
    told: list[Told] = field(default_factory=list)

    @property
    def principal(self) -> Principal:
        roles = (Role.SEEKER, Role.FACILITATOR)
        return Principal(self.claims.user_id, self.claims.session_id, roles, email_verified=True)

    def start(self, actions: list[str], pauses: tuple[tuple[float, float], ...]) -> None:
        for number, action in enumerate(actions):
            self.world.busy_clients += 1
            told = Told(action, f"boss-{number}", 0.0)
            after = self.world.rng.uniform(*self.world.rng.choice(pauses))
            self.world.scheduler.spawn(partial(self._do, told), f"organizer {action}", after=after)

    def _do(self, told: Told) -> None:
        told.start = self.world.scheduler.now
        seeker = self.world.rng.choice(self.seekers)
        if told.action not in EDITS + ENDINGS + CLOSING:
            told.person = seeker.claims.user_id
        container = self.world.another_process()
        try:
            ask(self.world, told, self.told, lambda: self._actions()[told.action](container, told, seeker))
        finally:
            self.world.busy_clients -= 1

    def _actions(self) -> dict[str, Callable[[Container, Told, Seeker], str]]:
        return {
            **dict.fromkeys(EDITS, self._edit),
            **dict.fromkeys(ENDINGS, self._end),
            **dict.fromkeys(CLOSING, self._close),
            "promote": self._promote,
            "remove": self._remove,
            "drop": lambda made, told, seeker: self._remove(made, told, seeker, hand_over=False),
            "check": self._check,
            "undo": self._check,
            "scan": self._scan,
        }

    def _edit(self, container: Container, told: Told, _: Seeker) -> str:
        by = self.world.rng.randint(1, 2)

        def rewrite(event: Event) -> EventFacts:
            capacity = event.facts.capacity or 1
            if told.action == "shards":
                return replace(event.facts, on_sale_shards=self.world.rng.randint(2, 4))
            told.capacity = capacity + by if told.action == "raise" else max(1, event.facts.party_max, capacity - by)
            return replace(event.facts, capacity=told.capacity)

        container.events.publisher.edit(self.principal, Change(event_id=self.event.id), rewrite)
        return "done"

    def _end(self, container: Container, told: Told, _: Seeker) -> str:
        """What leaves people waiting in vain, with seats that they gave up, or with another deadline."""

        def rewrite(event: Event) -> EventFacts:
            facts, now = event.facts, self.world.now()
            capacity = facts.capacity or 0
            start = now + SOON if told.action == "sooner" else self.event.facts.starts_at
            edits: dict[str, dict[str, Any]] = {
                "off": {"waitlist_mode": WaitlistMode.OFF},
                "on": {"waitlist_mode": self.event.facts.waitlist_mode},
                "shrink": {"capacity": max(1, capacity - 1), "party_max": 1},
                "halve": {"capacity": 2, "party_max": 2},
                "sooner": {"starts_at": start, "ends_at": start + timedelta(hours=1)},
                "later": {"starts_at": start, "ends_at": start + timedelta(hours=1), "enrollment_closes_at": None},
                "shut": {"enrollment_closes_at": now + timedelta(seconds=self.world.rng.choice([0, 10, 30]))},
            }
            return replace(facts, **edits[told.action])

        change = Change(event_id=self.event.id)
        container.events.publisher.edit(self.principal, change, rewrite, shrink=True)
        return "done"

    def _close(self, container: Container, told: Told, _: Seeker) -> str:
        """Cancel or delete; what asks for confirmation is repeated with it, while people come and go."""
        confirm, change = None, Change(event_id=self.event.id)
        for _try in range(6):
            try:
                if told.action == "close":
                    container.events.cancellation.cancel(self.principal, change, confirm, None)
                else:
                    container.events.cancellation.delete(self.principal, change, confirm)
            except errors.ConfirmationRequiredError as needed:
                confirm = needed.confirm
            else:
                return "done"
        return "gave up"

    def _promote(self, container: Container, told: Told, seeker: Seeker) -> str:
        command = ChangeRequest(enrollment_id=seeker.enrollment_id, request_id=told.request_id)
        return told.noted(container.enrollments.promote(self.claims, command, None))

    def _remove(self, container: Container, told: Told, seeker: Seeker, *, hand_over: bool = True) -> str:
        command = CancelRequest(
            enrollment_id=seeker.enrollment_id, request_id=told.request_id, note="No room", hand_over=hand_over
        )
        return told.noted(container.enrollments.cancel(self.claims, command, None))

    def _check(self, container: Container, told: Told, seeker: Seeker) -> str:
        undo = told.action == "undo"
        command = CheckInRequest(enrollment_id=seeker.enrollment_id, request_id=told.request_id, undo=undo)
        return told.noted(container.checkin.check_in(self.claims, command))

    def _scan(self, container: Container, told: Told, seeker: Seeker) -> str:
        """A batch of an offline scanner: one answer a person, each logged as its own."""
        others = [one for one in self.seekers if one is not seeker and self.world.rng.random() < 0.5]
        scans = [Scan(enrollment_id=one.enrollment_id) for one in (seeker, *others)]
        beside = [replace(told, action="check", person=one.claims.user_id) for one in others]
        told.action = "check"
        try:
            outcomes = container.checkin.batch(self.principal, self.event.id, scans, told.request_id)
            for one, outcome in zip((told, *beside), outcomes, strict=True):
                one.answer = outcome.error.code if outcome.error else "confirmed"
        finally:
            for one in beside:
                one.end = self.world.scheduler.now
            self.told += beside
        return told.answer
