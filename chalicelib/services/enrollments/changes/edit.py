"""Editing an enrollment that there is: the organizer's note, and for how many people it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.enrollments.enrollment import Cause, Enrollment, EnrollmentChange
from chalicelib.services.enrollments.access import IN_CHARGE, Action, SignedIn, stop_unless_may
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.changes.grow import Growth
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.outbox_entries import settling_of
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.outcomes import TryAgainError


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentFacts:
    """Everything of an enrollment that can be written."""

    note: str | None
    party_size: int
    corrected_name: str | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """What a rewriting starts from."""

    enrollment: Enrollment
    in_charge: bool  # only who is in charge of the event writes the note
    names: bool  # whether the caller may correct the name
    shown_name: Callable[[], str]  # what the person is called at present


Rewrite = Callable[[Present], EnrollmentFacts]


class Edit:
    def __init__(self, changer: EnrollmentChanger, ports: SeatingPorts, settlement: Settlement) -> None:
        self._change = changer
        self._ports = ports
        self._settlement = settlement

    def __call__(self, caller: SignedIn, request: ChangeRequest, rewrite: Rewrite) -> EnrollmentView:
        """Write what `rewrite` makes of the present facts; it is called again when somebody else was faster.

        A smaller party gives seats back, to whoever is next; a larger one gets all the seats it lacks or none.
        Raises `ForbiddenError`, `InvalidRequestError`, `EnrollmentOverError`, `WaitingPartyError`, `EventFullError`,
        what `Event.refuses` says, `PreconditionFailedError`.
        """

        def decide(loaded: Loaded) -> Decision:
            present = Present(
                loaded.enrollment,
                loaded.may(Action.WRITE_NOTE),
                names=loaded.may(Action.CORRECT_NAME),
                shown_name=lambda: self._shown_name(loaded),
            )
            return self._decide(loaded, rewrite(present))

        change = Change(action=Action.EDIT, decide=decide, afterwards=self._settled)
        return self._change(caller, request, change, None)

    def _shown_name(self, loaded: Loaded) -> str:
        person_id = loaded.enrollment.key.attendee_id
        person = self._ports.people.by_ids([person_id]).get(person_id)
        hidden = loaded.enrollment.hides_its_person_from(loaded.principal.user_id)
        return loaded.enrollment.name_shown(person, hidden=hidden)

    def _decide(self, loaded: Loaded, facts: EnrollmentFacts) -> Decision:
        stop_if_refused(loaded, facts)
        change = EnrollmentChange(loaded.enrollment, edited(loaded, facts))
        if change.after is loaded.enrollment:
            return as_it_is(loaded)
        if change.seats > 0:
            return Growth(self._ports, self._settlement, loaded, change).decide()
        return decide(loaded, change)

    def _settled(self, loaded: Loaded, after: Enrollment) -> Enrollment:
        """A smaller party may fit what is free: beside seats that fit it, the head of a waitlist does not stay."""
        if after.seats or after.party_size >= loaded.enrollment.party_size:
            return after
        try:
            self._settlement.settle(loaded.event.id)
        except TryAgainError:
            return after  # its job is written
        return self._ports.enrollments.by_key(after.key) or after


def stop_if_refused(loaded: Loaded, facts: EnrollmentFacts) -> None:
    """Raises what speaks against one of them, the note first."""
    before = loaded.enrollment
    if facts.note != before.note:
        stop_unless_may(loaded.relations, Action.WRITE_NOTE)
        loaded.stop_if_refused(ChangeKind.NOTE)
    if facts.corrected_name != before.corrected_name:
        stop_unless_may(loaded.relations, Action.CORRECT_NAME)
        loaded.stop_if_refused(ChangeKind.NAME)
    if facts.party_size != before.party_size:
        kind = ChangeKind.SHRINK if facts.party_size < before.party_size else ChangeKind.GROW
        loaded.stop_if_refused(kind, facts.party_size)


def edited(loaded: Loaded, facts: EnrollmentFacts) -> Enrollment:
    """With an entry of its history for each thing that changes; the very same enrollment when nothing does."""
    enrollment = loaded.enrollment
    if facts.party_size != enrollment.party_size:
        # Whoever is in charge of the event answers for what they let grow.
        allowed = facts.party_size > enrollment.party_size and not loaded.relations.isdisjoint(IN_CHARGE)
        charged_to = None if allowed else enrollment.charged_to
        by = loaded.by(enrollment.status, Cause.PARTY_CHANGED)
        enrollment = replace(enrollment.resized(by, facts.party_size), charged_to=charged_to)
    if facts.note != enrollment.note:
        enrollment = enrollment.moved(loaded.by(enrollment.status, Cause.NOTED), note=facts.note)
    if facts.corrected_name != enrollment.corrected_name:
        by = loaded.by(enrollment.status, Cause.RENAMED)
        enrollment = enrollment.moved(by, corrected_name=facts.corrected_name)
    return enrollment


def decide(loaded: Loaded, change: EnrollmentChange) -> Decision:
    """An edit that takes no seat: it gives some back, lets a smaller party wait, or writes a note."""
    if change.seats < 0:
        return Decision(answer=change.after, changes=(change,), releases=True)
    is_smaller = change.after.party_size < loaded.enrollment.party_size
    entries = (settling_of(loaded.event, loaded.now, loaded.new_id),) if is_smaller else ()
    return Decision(answer=change.after, changes=(change,), entries=entries)
