"""What a request for a seat comes to: the enrollment that is written, and its place if it waits."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import Cause, Enrollment, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.enrollments.presence import Arrival
from chalicelib.services.seats.outbox_entries import ends, naming_its_mail
from chalicelib.services.seats.request import SeatRequest


@dataclass(frozen=True, slots=True)
class SeatResult:
    """The enrollment that came out, and the place in the waitlist if it waits."""

    enrollment: Enrollment
    position: int | None = None


def enrollment_of(
    seat_request: SeatRequest,
    now: datetime,
    attempt_id: str,
    *,
    before: Enrollment | None,
    waitlist_number: int | None,
) -> Enrollment:
    """The enrollment to write, naming its mail, if there is one: it waits if a waitlist number is drawn for it.

    Over a dead one (`before`) the trail and the counters go on.
    """
    if waitlist_number is not None:
        status, cause = EnrollmentStatus.WAITLISTED, Cause.JOINED
    elif seat_request.hold:
        status, cause = EnrollmentStatus.PENDING, Cause.HELD
    else:
        status, cause = EnrollmentStatus.CONFIRMED, Cause.ENROLLED
    by = Transition(now, status, seat_request.actor, seat_request.cause or cause, seat_request.request_id)
    is_held = status is EnrollmentStatus.PENDING
    facts = {
        "party_size": seat_request.party_size,
        "name": seat_request.name,
        "note": seat_request.note,
        "made_by": seat_request.made_by,
        "charged_to": seat_request.charged_to,
        "waitlist_number": waitlist_number,
        "expires_at": ends(seat_request.event, now, seat_request.minutes, offered=False) if is_held else None,
        "unproven": seat_request.unproven and is_held,
        "veiled": seat_request.veiled or seat_request.unproven,
        "typed_address": seat_request.typed_address,
    }
    enrollment = enrolled(seat_request.key, attempt_id, by, before=before, **facts)
    if status is EnrollmentStatus.CONFIRMED:
        if before is not None and before.gave_way and before.checked_in_at is not None:
            enrollment = enrollment.with_presence(before.presence)  # they are here, and were without a seat
        elif seat_request.is_here:
            enrollment = enrollment.with_presence(enrollment.presence.came(Arrival(now)))
    return naming_its_mail(enrollment, attempt_id) if seat_request.mailed else enrollment
