"""The one way to change an enrollment: load, decide, write, and again when somebody was faster (docs/adr/0016)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentChange
from chalicelib.domain.errors import BusyError, TooManyForOthersError
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Step
from chalicelib.services.enrollments.access import Action, Caller, acts_as_admin
from chalicelib.services.enrollments.load import ChangeRequest, Loaded, load
from chalicelib.services.enrollments.view import EnrollmentView, people_for, view_for
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import MANY_STEPS, Settlement
from chalicelib.services.seats.waitlist_position import position_of
from chalicelib.services.shared.acts import act_of, left_behind
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError

_DIRECT_TRIES = 2  # then freed seats go to the pool of the waitlist, where nobody else's success is in the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a change comes to: what is shown, and what is written (without `changes` nothing is)."""

    answer: Enrollment
    changes: tuple[EnrollmentChange, ...] = ()  # the first one is of the enrollment that was asked about
    steps: tuple[Step, ...] = ()
    entries: tuple[OutboxEntry, ...] = ()
    releases: bool = False  # the change frees seats or a place in the waitlist: `SeatRelease` says for whom
    already_at: datetime | None = None  # since when it has been so, of a check-in that changes nothing
    hand_over: bool = True  # what is released goes to whoever is next; otherwise to nobody
    known: Mapping[str, Person] = field(default_factory=dict)  # people who are not to be read again

    @property
    def is_written(self) -> bool:
        return bool(self.changes)


def as_it_is(loaded: Loaded) -> Decision:
    return Decision(answer=loaded.enrollment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One of the changes. `decide` raises the refusal, or `StaleError` after it put something right."""

    action: Action
    decide: Callable[[Loaded], Decision]
    at_once: Callable[[Loaded], Decision | None] = lambda _: None  # before `If-Match`: what is so whatever one knows
    afterwards: Callable[[Loaded, Enrollment], Enrollment] = lambda _, enrollment: enrollment  # the one that is shown
    exact_seats: bool = False  # it may be refused because of the header of the seats


class EnrollmentChanger:
    def __init__(self, ports: SeatingPorts, release: SeatRelease, settlement: Settlement) -> None:
        self._ports = ports
        self._release = release
        self._settlement = settlement

    def __call__(
        self, caller: Caller, request: ChangeRequest, change: Change, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """The enrollment after the change, as the caller may see it.

        A transaction asks again by itself after a conflict or a lost answer; this begins anew when it was decided on
        what is no longer so. Raises what `load` and `change` raise, `PreconditionFailedError`, `BusyError` when the
        tries are used up, and `TryAgainError`.
        """
        tried: Decision | None = None
        for number in self._ports.retries.tries():
            loaded = load(
                self._ports,
                caller,
                request,
                change.action,
                idempotency,
                tries_before=number,
                exact_seats=change.exact_seats,
            )
            if tried is not None and tried.changes[0].is_in(loaded.enrollment):
                return self._view(loaded, tried, tried.answer)  # it happened, and the answer was lost
            try:
                acts = self._acts(loaded, change)
                decision = self._decided(loaded, change)
                tried = decision if decision.is_written else tried
                return self.write(loaded, change, decision, idempotency, acts)
            except StaleError:
                continue
            except TooManyForOthersError:
                if not self._settlement.takes_back(loaded.event, MANY_STEPS):
                    raise
        raise BusyError

    def write(
        self,
        loaded: Loaded,
        change: Change,
        decision: Decision,
        idempotency: Idempotency[EnrollmentView] | None,
        acts: Sequence[Act] = (),
    ) -> EnrollmentView:
        """One transaction with the answer that it is remembered by, and its mails on their way. Raises `StaleError`."""
        view = self._view(loaded, decision, decision.answer)
        if not decision.is_written:
            return view
        remember = left_behind(idempotency, view, *acts)
        entries = list(decision.entries)
        if decision.releases:
            direct = loaded.tries_before < _DIRECT_TRIES
            change_of_row, hand_over = decision.changes[0], decision.hand_over
            self._release.give_back(
                loaded.event, loaded.seats, change_of_row, entries, remember, directly=direct, hand_over=hand_over
            )
        else:
            self._ports.enrollments.write(decision.changes, decision.steps, entries, remember=remember)
            self._ports.push(entries)
        after = change.afterwards(loaded, decision.answer)
        return view if after is decision.answer else self._view(loaded, decision, after)

    def _acts(self, loaded: Loaded, change: Change) -> list[Act]:
        """What an admin does who is nothing else to the enrollment. Raises `FreshLoginRequiredError`."""
        if not acts_as_admin(loaded.relations, change.action):
            return []
        kind, asked = ActKind(f"{change.action}_enrollment"), loaded.request
        act_id = self._ports.new_id(loaded.now)
        about, request_id = self._ports.handles.of(loaded.enrollment.key), asked.request_id
        return [act_of(loaded.principal, kind, about, now=loaded.now, act_id=act_id, request_id=request_id)]

    @staticmethod
    def _decided(loaded: Loaded, change: Change) -> Decision:
        early = change.at_once(loaded)
        if early is not None:
            return early
        loaded.stop_unless_matching()
        return change.decide(loaded)

    def _view(self, loaded: Loaded, decision: Decision, enrollment: Enrollment) -> EnrollmentView:
        people = decision.known or people_for(self._ports.people, loaded.principal, enrollment)
        position = position_of(self._ports.enrollments, enrollment)
        view = view_for(
            self._ports.handles, loaded.principal, enrollment, loaded.event, people, now=loaded.now, position=position
        )
        return replace(view, already_at=decision.already_at) if decision.already_at else view
