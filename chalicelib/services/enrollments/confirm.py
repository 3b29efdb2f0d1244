"""Confirming a hold and accepting an offer: the seat is kept already, and becomes the person's for good."""

from chalicelib.domain.enrollments import Cause, EnrollmentChange, EnrollmentStatus, tally
from chalicelib.domain.seats import Step
from chalicelib.services.enrollments.access import Action, Caller
from chalicelib.services.enrollments.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.outbox_entries import mail_about, naming_its_mail
from chalicelib.services.shared.idempotency import Idempotency


def decide(loaded: Loaded) -> Decision:
    """T3: the enrollment before its deadline, its place among the holds, and the mail."""
    if loaded.enrollment.status is EnrollmentStatus.CONFIRMED:
        return as_it_is(loaded)
    loaded.stop_if_refused(ChangeKind.CONFIRM)
    is_offer = loaded.enrollment.status is EnrollmentStatus.OFFERED
    by = loaded.by(EnrollmentStatus.CONFIRMED, Cause.ACCEPTED if is_offer else Cause.HOLD_CONFIRMED)
    after = naming_its_mail(loaded.enrollment.moved(by), loaded.new_id)
    change = EnrollmentChange(loaded.enrollment, after)
    closes_at = loaded.event.facts.closes_at  # if that has just been moved, the deadline is another one
    step = Step(shard=loaded.shard, guest_free=-change.unproven_seats, counts=tally([change]), closes_at=closes_at)
    return Decision(answer=after, changes=(change,), steps=(step,), entries=(mail_about(after, loaded.new_id),))


CONFIRMING = Change(action=Action.CONFIRM, decide=decide)


class Confirm:
    def __init__(self, changer: EnrollmentChanger) -> None:
        self._change = changer

    def __call__(
        self, caller: Caller, request: ChangeRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Confirm; a confirmed one is answered as it is. The holder, their keeper, or the organizer.

        Raises `HoldExpiredError`, `OfferExpiredError`, `NothingToConfirmError`, `PreconditionFailedError`, what has
        become of the event, and `NotFoundError` to everybody else.
        """
        return self._change(caller, request, CONFIRMING, idempotency)
