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


def decide(loaded: Loaded, said: str | None = None) -> Decision:
    """T3: the enrollment before its deadline, its place among the holds, and the mail.

    A guest who confirms by the mailed link proves the address, and the name with it: as they say it (`said`), else as
    it stands there.
    """
    if loaded.enrollment.status is EnrollmentStatus.CONFIRMED:
        return as_it_is(loaded)
    loaded.stop_if_refused(ChangeKind.CONFIRM)
    is_offer = loaded.enrollment.status is EnrollmentStatus.OFFERED
    by = loaded.by(EnrollmentStatus.CONFIRMED, Cause.ACCEPTED if is_offer else Cause.HOLD_CONFIRMED)
    proves = loaded.enrollment.unproven and loaded.principal.via_link
    name = said or loaded.enrollment.name if proves else loaded.enrollment.name
    after = naming_its_mail(loaded.enrollment.moved(by, name=name), loaded.new_id)
    change = EnrollmentChange(loaded.enrollment, after, proven_name=name if proves else None)
    step = Step(shard=loaded.shard, guest_free=-change.unproven_seats, counts=tally([change]))
    return Decision(answer=after, changes=(change,), steps=(step,), entries=(mail_about(after, loaded.new_id),))


CONFIRMING = Change(action=Action.CONFIRM, decide=decide)


class Confirm:
    def __init__(self, changer: EnrollmentChanger) -> None:
        self._change = changer

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
        change = Change(action=Action.CONFIRM, decide=lambda loaded: decide(loaded, said)) if said else CONFIRMING
        return self._change(caller, request, change, idempotency)
