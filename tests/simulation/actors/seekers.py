"""People who hold, wait, accept, decline, hand on and leave; each keeps a log of what they were told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.services.enrollments.access import LinkBearer
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.changes.edit import EnrollmentFacts, Present
from chalicelib.services.enrollments.changes.transfer import TransferRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.enrollments.guests.by_link import LinkRequest
from chalicelib.services.enrollments.guests.guests import GuestRequest
from chalicelib.services.enrollments.guests.link_actions import LinkAction
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.outcomes import TryAgainError
from tests.simulation.world import SimWorld

MAKING = frozenset({Cause.ENROLLED, Cause.HELD, Cause.JOINED, Cause.TAKEN_OVER})  # of an enrollment
UNKNOWN = ("busy", "crashed")  # the caller cannot know whether it happened


@dataclass(slots=True)
class Told:
    """One request and what its caller was told: a status of the enrollment, or a problem's code.

    `person` is whom it is about, `other` who gets their place; `capacity` is what an event was to have.
    """

    action: str
    request_id: str
    start: float
    end: float = 0.0
    answer: str = "crashed"
    party: int = 1
    person: str = ""
    other: str = ""
    capacity: int = 0
    deadline: float | None = None  # of the hold that the answer told of

    def noted(self, entry: EnrollmentView) -> str:
        """The status that the answer shows; its deadline is kept."""
        ends = entry.enrollment.expires_at
        self.deadline = ends.timestamp() if ends else None
        return entry.enrollment.status.value


def ask(world: SimWorld, told: Told, log: list[Told], do: Callable[[], str]) -> None:
    """Do it, and log what came of it. A crash ends the caller's process, too late for an answer."""
    try:
        told.answer = do()
    except errors.TurnoutError as refusal:
        told.answer = refusal.code
    except TryAgainError:
        told.answer = "busy"
    finally:
        told.end = world.scheduler.now
        log.append(told)


@dataclass(slots=True)
class Seeker:
    """Does one thing after the other; a crashed request is over for its caller, who simply goes on."""

    world: SimWorld
    claims: Claims
    event: Event
    actions: list[str]
    email: str = ""
    others: "list[Seeker]" = field(default_factory=list)
    pauses: tuple[tuple[float, float], ...] = ((0.0, 0.05), (0.0, 3.0), (0.0, 70.0))
    told: list[Told] = field(default_factory=list)

    @property
    def enrollment_id(self) -> str:
        """As clients know it: an id that names its person is none to whoever may not know who that is."""
        key = EnrollmentKey.of(self.event.id, self.event.buckets, self.claims.user_id)
        return self.world.container.security.handles.of(key)

    def start(self) -> None:
        self._spawn(0)

    def _spawn(self, number: int) -> None:
        if number < len(self.actions):
            self.world.busy_clients += 1
            self.world.scheduler.spawn(
                lambda: self._do(number), f"{self.claims.user_id[-4:]} {number}", after=self._pause()
            )

    def _pause(self) -> float:
        """Mostly all at once; sometimes longer than a hint lives, or long enough for a hold of a minute to end."""
        return self.world.rng.uniform(*self.world.rng.choice(self.pauses))

    def _do(self, number: int) -> None:
        action, _, size = self.actions[number].partition(" ")
        told = Told(action, f"{self.claims.user_id[-6:]}-{number}", self.world.scheduler.now)
        told.party, told.person = int(size or 1), self.claims.user_id
        container = self.world.container if self.world.rng.random() < 0.5 else self.world.another_process()
        try:
            ask(self.world, told, self.told, lambda: self._actions()[action](container, told))
        finally:
            self._spawn(number + 1)
            self.world.busy_clients -= 1

    def _actions(self) -> dict[str, Callable[[Container, Told], str]]:
        return {
            "enrol": self._enrol,
            "hold": lambda made, told: self._enrol(made, told, confirm=False),
            "join": lambda made, told: self._enrol(made, told, waitlist=True),
            "confirm": self._confirm,
            "cancel": self._cancel,
            "hand": self._hand_on,
            "resize": self._change_party,
            "guest": self._ask_as_guest,
            "prove": self._press_the_button,
        }

    def _enrol(self, container: Container, told: Told, **options: Any) -> str:
        request = EnrolmentRequest(event_id=self.event.id, request_id=told.request_id, party_size=told.party, **options)
        return told.noted(container.enrollments.enrol(self.claims, request, idempotency=None))

    def _confirm(self, container: Container, told: Told) -> str:
        command = ChangeRequest(enrollment_id=self.enrollment_id, request_id=told.request_id)
        return told.noted(container.enrollments.confirm(self.claims, command, None))

    def _cancel(self, container: Container, told: Told) -> str:
        command = CancelRequest(enrollment_id=self.enrollment_id, request_id=told.request_id)
        return told.noted(container.enrollments.cancel(self.claims, command, None))

    def _hand_on(self, container: Container, told: Told) -> str:
        other = self.world.rng.choice(self.others)
        told.other = other.claims.user_id
        command = TransferRequest(
            enrollment_id=self.enrollment_id, request_id=told.request_id, name="Somebody", email=other.email
        )
        return told.noted(container.enrollments.transfer(self.claims, command, None))

    def _change_party(self, container: Container, told: Told) -> str:
        def rewrite(present: Present) -> EnrollmentFacts:
            return EnrollmentFacts(note=present.enrollment.note, party_size=told.party)

        command = ChangeRequest(enrollment_id=self.enrollment_id, request_id=told.request_id)
        return told.noted(container.enrollments.edit(self.claims, command, rewrite))

    def _ask_as_guest(self, container: Container, told: Told) -> str:
        """Anybody may give this person's address: an unproven hold, or only a mail."""
        request = GuestRequest(
            event_id=self.event.id,
            request_id=told.request_id,
            name="Somebody",
            email=self.email,
            network="",
            party_size=told.party,
        )
        container.enrollments.enrol_guest(request, None)
        return "accepted"

    def _press_the_button(self, container: Container, told: Told) -> str:
        """What the mailed link leads to: it confirms the hold, or gets a seat that is free."""
        key = EnrollmentKey.of(self.event.id, self.event.buckets, self.claims.user_id)
        link_request = LinkRequest(action=LinkAction.CONFIRM, request_id=told.request_id)
        return told.noted(container.enrollments.by_link.act(LinkBearer(key), link_request, None))
