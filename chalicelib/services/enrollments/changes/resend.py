"""Sending the mail about an enrollment once more, as it is now: the first one may be lost, or deleted."""

from chalicelib.domain.enrollments.enrollment import EnrollmentChange, EnrollmentStatus, tally
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.seats import Step
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.services.enrollments.access import Action, Caller
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.rate_limits import Limiter, Scope, of_actor

_KINDS = {
    EnrollmentStatus.PENDING: OutboxKind.ENROLLMENT_PENDING,
    EnrollmentStatus.CONFIRMED: OutboxKind.ENROLLMENT_CONFIRMED,
    EnrollmentStatus.WAITLISTED: OutboxKind.ENROLLMENT_WAITLISTED,
    EnrollmentStatus.OFFERED: OutboxKind.ENROLLMENT_OFFERED,
}


def decide(loaded: Loaded) -> Decision:
    """The new mail is the one whose fate the enrollment shows: what became of the last one is over."""
    loaded.stop_if_refused(ChangeKind.RESEND)
    mail = _mail(loaded)
    after = loaded.enrollment.but(loaded.now, mail_place=mail.key.place, bounced_at=None)
    change = EnrollmentChange(loaded.enrollment, after)
    counts = tally([change])
    steps = (Step(shard=loaded.shard, counts=counts),) if counts else ()
    return Decision(answer=loaded.enrollment, changes=(change,), steps=steps, entries=(mail,))


def _mail(loaded: Loaded) -> OutboxEntry:
    enrollment = loaded.enrollment
    kind = OutboxKind.GUEST_LINK if enrollment.unproven else _KINDS[enrollment.status]
    about = {
        "enrollment": enrollment.key.id,
        "generation": str(enrollment.generation),
        "cause": enrollment.cause.value if enrollment.cause else "",
        "by": loaded.principal.user_id,
    }
    return new_entry(kind, enrollment.key.attendee_id, about, now=loaded.now, entry_id=loaded.new_id)


class Resend:
    def __init__(self, changer: EnrollmentChanger, limiter: Limiter, limits: RateLimits) -> None:
        self._change = changer
        self._limiter = limiter
        self._limits = limits

    def __call__(self, caller: Caller, request: ChangeRequest, idempotency: Idempotency[EnrollmentView] | None) -> None:
        """Queue a mail that says what is true when it is sent. The person, their keeper, who is in charge, the link.

        Raises `EnrollmentOverError`, what has become of the event, `TooManyRequestsError` (one in ten minutes for each
        of them) and `BusyError`.
        """
        self._change(caller, request, Change(action=Action.RESEND, decide=self._decide), idempotency)

    def _decide(self, loaded: Loaded) -> Decision:
        decision = decide(loaded)
        if loaded.tries_before == 0:
            asked = of_actor(loaded.enrollment.key.id, loaded.principal.user_id)
            self._limiter.count(Scope.RESEND, asked, self._limits.resend)
        return decision
