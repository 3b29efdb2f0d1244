"""Confirming a hold and accepting an offer: the seat is kept already, and becomes the person's for good."""

from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentChange, EnrollmentStatus, tally
from chalicelib.domain.seats import Step
from chalicelib.services.enrollments.access import Action, Caller, LinkBearer
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.guest_name import GuestName, is_guest
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.outbox_entries import mail_about, naming_its_mail
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.shared.idempotency import Idempotency


def decide(loaded: Loaded, guest: GuestName | None = None) -> Decision:
    """T3: the enrollment before its deadline, its place among the holds, and the mail.

    A `guest` proves the address by this, and the name with it. Who was given a place by their address, and confirms
    it, agrees to it: no mail says more than they have done.
    """
    if loaded.enrollment.status is EnrollmentStatus.CONFIRMED:
        if not (loaded.enrollment.veiled and loaded.is_own):
            return as_it_is(loaded)
        agreed = loaded.enrollment.moved(loaded.by(EnrollmentStatus.CONFIRMED, Cause.AGREED))
        return Decision(answer=agreed, changes=(EnrollmentChange(loaded.enrollment, agreed),))
    loaded.stop_if_refused(ChangeKind.CONFIRM)
    is_offer = loaded.enrollment.status is EnrollmentStatus.OFFERED
    by = loaded.by(EnrollmentStatus.CONFIRMED, Cause.ACCEPTED if is_offer else Cause.HOLD_CONFIRMED)
    proven_name = guest.of(loaded.enrollment) or None if guest and loaded.enrollment.unproven else None
    after = naming_its_mail(loaded.enrollment.moved(by, name=proven_name or loaded.enrollment.name), loaded.new_id)
    change = EnrollmentChange(loaded.enrollment, after, proven_name=proven_name)
    closes_at = loaded.event.facts.closes_at  # if that has just been moved, the deadline is another one
    step = Step(shard=loaded.shard, guest_free=-change.unproven_seats, counts=tally([change]), closes_at=closes_at)
    return Decision(answer=after, changes=(change,), steps=(step,), entries=(mail_about(after, loaded.new_id),))


CONFIRMING = Change(action=Action.CONFIRM, decide=decide)


class Confirm:
    def __init__(self, changer: EnrollmentChanger, ports: SeatingPorts) -> None:
        self._change = changer
        self._ports = ports

    def __call__(
        self,
        caller: Caller,
        request: ChangeRequest,
        idempotency: Idempotency[EnrollmentView] | None,
        *,
        said: str | None = None,
    ) -> EnrollmentView:
        """Confirm; a confirmed one is answered as it is. The holder, their keeper, or the organizer.

        `said` is what a guest calls themselves who proves the address by this.

        Raises `HoldExpiredError`, `OfferExpiredError`, `NothingToConfirmError`, `PreconditionFailedError`, what has
        become of the event, and `NotFoundError` to everybody else.
        """
        guest = self._guest(caller, said) if isinstance(caller, LinkBearer) else None
        change = Change(action=Action.CONFIRM, decide=lambda loaded: decide(loaded, guest)) if guest else CONFIRMING
        return self._change(caller, request, change, idempotency)

    def _guest(self, bearer: LinkBearer, said: str | None) -> GuestName | None:
        """The name of the link's bearer, if nothing but the link can say it."""
        person_id = bearer.key.attendee_id
        person = self._ports.people.by_ids([person_id]).get(person_id)
        if person is None or not is_guest(person):
            return None
        return GuestName(said, self._ports.enrollments.asked_name(bearer.key))
