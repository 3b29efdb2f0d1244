"""Cancelling an enrollment: it, its seats and whoever is next in one transaction, idempotent by itself."""

from dataclasses import dataclass

from chalicelib.domain.enrollments.deadlines import is_live
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentChange, EnrollmentStatus
from chalicelib.domain.errors import ForbiddenError
from chalicelib.services.enrollments.access import IN_CHARGE, Action, Caller
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.outbox_entries import mail_about, naming_its_mail
from chalicelib.services.shared.idempotency import Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest(ChangeRequest):
    """Somebody wants an enrollment cancelled; the note is written if they are in charge of its event.

    Only they may have its seats handed over to nobody.
    """

    note: str | None = None
    hand_over: bool = True


def decide(loaded: Loaded) -> Decision:
    """T6 to T8 and T11. One that is over is answered as it is."""
    enrollment, request = loaded.enrollment, loaded.request
    if not is_live(enrollment, loaded.event, loaded.now):
        return as_it_is(loaded)
    cause, note = _cause(loaded), enrollment.note
    if isinstance(request, CancelRequest) and request.note is not None and cause is Cause.BY_ORGANIZER:
        note = request.note
    by = loaded.by(EnrollmentStatus.CANCELLED, cause)
    after = naming_its_mail(enrollment.moved(by, note=note), loaded.new_id)
    change, mail = EnrollmentChange(enrollment, after), mail_about(after, loaded.new_id)
    hand_over = not isinstance(request, CancelRequest) or request.hand_over
    if not hand_over and loaded.relations.isdisjoint(IN_CHARGE):
        raise ForbiddenError("Only who is in charge of the event takes a seat from it.")
    return Decision(answer=after, changes=(change,), entries=(mail,), releases=True, hand_over=hand_over)


def _cause(loaded: Loaded) -> Cause:
    if not loaded.is_own:
        return Cause.BY_KEEPER if loaded.relations.isdisjoint(IN_CHARGE) else Cause.BY_ORGANIZER
    return Cause.DECLINED if loaded.enrollment.status is EnrollmentStatus.OFFERED else Cause.BY_ATTENDEE


def _stop_if_too_late(loaded: Loaded) -> None:
    if is_live(loaded.enrollment, loaded.event, loaded.now):
        loaded.stop_if_refused(ChangeKind.CANCEL)


CANCELLING = Change(action=Action.CANCEL, decide=decide, at_once=_stop_if_too_late)


class Cancel:
    def __init__(self, changer: EnrollmentChanger) -> None:
        self._change = changer

    def __call__(
        self, caller: Caller, request: CancelRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Cancel, decline or leave the waitlist; one that is over is answered as it is.

        The person and their keeper until the start, the organizer and an admin always. Raises `NotFoundError` to
        everybody else, `ForbiddenError`, `EventStartedError`, `PreconditionFailedError`.
        """
        return self._change(caller, request, CANCELLING, idempotency)
