"""What an enrollment refuses as it is now."""

from http import HTTPStatus
from typing import Any

from chalicelib.domain.errors.problem import ConflictError, Problem


class WaitlistOffError(ConflictError):
    """The event is full, and its organizer wants no waitlist."""

    problem = Problem(
        code="waitlist_off",
        status=HTTPStatus.CONFLICT,
        title="No waitlist",
        detail="The event is full and has no waitlist.",
        when="`waitlist: true` at a full event whose `waitlist_mode` is `off`.",
        then="Try again later.",
    )


class TooManyForOthersError(ConflictError):
    problem = Problem(
        code="too_many_for_others",
        status=HTTPStatus.CONFLICT,
        title="Too many seats for others",
        detail="You have taken as many seats of this event for others as one account may.",
        when="Enrolling attendees, handing places on, or a larger party, beyond the seats that one account may take "
        "for others in one event; they are in `limit`. Those in charge of the event have no such limit.",
        then="Cancel one of them, let people enrol themselves, or ask the organizer.",
        example={"limit": 20},
    )

    def __init__(self, limit: int) -> None:
        super().__init__(f"You have taken {limit} seats of this event for others, or would take more than that.")
        self.limit = limit

    def members(self) -> dict[str, Any]:
        return {"limit": self.limit}


class HoldExpiredError(ConflictError):
    problem = Problem(
        code="hold_expired",
        status=HTTPStatus.CONFLICT,
        title="Hold expired",
        detail="The seat was kept until its deadline, which has passed.",
        when="The deadline of a hold, its `expires_at`, has passed.",
        then="Enrol again.",
    )


class OfferExpiredError(ConflictError):
    problem = Problem(
        code="offer_expired",
        status=HTTPStatus.CONFLICT,
        title="Offer expired",
        detail="The seat was offered until its deadline, which has passed.",
        when="The deadline of an offered seat, its `expires_at`, has passed; the next in line has it.",
        then="Enrol again, with `waitlist: true` to wait for another one.",
    )


class NothingToConfirmError(ConflictError):
    """Only a hold or an offer can be confirmed."""

    problem = Problem(
        code="nothing_to_confirm",
        status=HTTPStatus.CONFLICT,
        title="Nothing to confirm",
        detail="Only a hold or an offer can be confirmed.",
        when="The enrollment waits, or is cancelled: no seat is kept for it.",
        then="Look at its `status`; enrol again.",
    )


class NotConfirmedError(ConflictError):
    """Only a confirmed enrollment has a ticket, is checked in or transferred."""

    problem = Problem(
        code="not_confirmed",
        status=HTTPStatus.CONFLICT,
        title="Not confirmed",
        detail="Only a confirmed enrollment can do this.",
        when="A ticket, a check-in or a transfer of an enrollment that waits, is only held, or is cancelled.",
        then="Look at its `status`; confirm a hold or an offer first.",
    )


class CheckedInError(ConflictError):
    """Who is checked in keeps the place until the organizer says otherwise."""

    problem = Problem(
        code="checked_in",
        status=HTTPStatus.CONFLICT,
        title="Checked in",
        detail="Who is checked in has come: only the organizer takes the place away, and nobody hands it on.",
        when="Cancelling, or making a party smaller, by the person, their keeper or the link, and any transfer, of an "
        "enrollment that is checked in.",
        then="Ask the organizer, who can take the check-in back.",
    )


class WaitingPartyError(ConflictError):
    """A party that waits may become smaller only: a larger one would be unfair to those behind it."""

    problem = Problem(
        code="party_waits",
        status=HTTPStatus.CONFLICT,
        title="Party waits",
        detail="A party on the waitlist can only become smaller.",
        when="A larger `party_size` for an enrollment that waits: it would be unfair to those behind it.",
        then="Leave the waitlist and join it again, at its end.",
    )


class EnrollmentOverError(ConflictError):
    """The enrollment is cancelled: nothing about it changes any more, and no mail tells of it."""

    problem = Problem(
        code="enrollment_over",
        status=HTTPStatus.CONFLICT,
        title="Enrollment over",
        detail="The enrollment is cancelled or has expired.",
        when="The enrollment is cancelled or has expired.",
        then="Enrol again.",
    )


class NotWaitlistedError(ConflictError):
    """Only somebody on the waitlist can be promoted."""

    problem = Problem(
        code="not_waitlisted",
        status=HTTPStatus.CONFLICT,
        title="Not on the waitlist",
        detail="Only somebody who waits can be promoted.",
        when="The enrollment does not wait for a seat.",
        then="Look at its `status`.",
    )


class HasEnrollmentsError(ConflictError):
    """The person is enrolled somewhere: their record is needed."""

    problem = Problem(
        code="has_enrollments",
        status=HTTPStatus.CONFLICT,
        title="Has enrollments",
        detail="This person is enrolled in events that are not over; cancel that first.",
        when="Deleting an attendee record while the person has live enrollments in events that are not over.",
        then="Cancel them first: `GET /attendees/{attendee_id}/enrollments` lists them.",
    )
