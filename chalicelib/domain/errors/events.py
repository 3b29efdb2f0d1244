"""What an event refuses as it is now."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from chalicelib.domain.errors.problem import ConflictError, NextStep, Problem
from chalicelib.domain.shared.limits import CONFIRM_LIFE, WALK_INS_BEFORE, span
from chalicelib.domain.shared.times import rfc3339


class EventFullError(ConflictError):
    """Every seat is taken; `waitlist_of` names the event when one can wait for a seat."""

    problem = Problem(
        code="event_full",
        status=HTTPStatus.CONFLICT,
        title="Event full",
        detail="Every seat is taken.",
        when="Every seat is taken, or the free ones are the waitlist's.",
        then="`next_step` names the waitlist: send the same with `waitlist: true`. Without one, try again later.",
    )

    def __init__(self, waitlist_of: str | None = None) -> None:
        super().__init__()
        self.waitlist_of = waitlist_of

    def members(self) -> dict[str, Any]:
        if self.waitlist_of is None:
            return {}
        step = NextStep("join_waitlist", "POST", f"/events/{self.waitlist_of}/enrollments")
        return {"next_step": step.as_dict()}


class AlreadyEnrolledError(ConflictError):
    """Carries the live enrollment, so that a client can show it; not to a caller who may not see it."""

    problem = Problem(
        code="already_enrolled",
        status=HTTPStatus.CONFLICT,
        title="Already enrolled",
        detail="This person is enrolled in this event already.",
        when="The person has a live enrollment in this event.",
        then="Use it: its id and status are in `enrollment`.",
        example={"enrollment": {"id": "AZf3...", "status": "confirmed", "expires_at": None}},
    )

    def __init__(self, enrollment_id: str | None = None, status: str = "", expires_at: datetime | None = None) -> None:
        super().__init__()
        ends = rfc3339(expires_at) if expires_at else None
        self.enrollment: dict[str, Any] | None = None
        if enrollment_id is not None:
            self.enrollment = {"id": enrollment_id, "status": status, "expires_at": ends}

    def members(self) -> dict[str, Any]:
        """The enrollment that there is, and the way to make a hold or an offer certain."""
        if self.enrollment is None:
            return {}
        if self.enrollment["status"] not in {"pending", "offered"}:
            return {"enrollment": self.enrollment}
        step = NextStep("confirm", "POST", f"/enrollments/{self.enrollment['id']}/confirm")
        return {"enrollment": self.enrollment, "next_step": step.as_dict()}


class EventPastError(ConflictError):
    problem = Problem(
        code="event_past",
        status=HTTPStatus.CONFLICT,
        title="Event over",
        detail="The event is over.",
        when="The event is over.",
        then="Nothing; take another event.",
    )


class EventStartedError(ConflictError):
    problem = Problem(
        code="event_started",
        status=HTTPStatus.CONFLICT,
        title="Event started",
        detail="The event has started.",
        when="Enrolling, or cancelling one's own enrollment, after the start.",
        then="Ask the organizer, who may still cancel it.",
    )


class EventCancelledError(ConflictError):
    problem = Problem(
        code="event_cancelled",
        status=HTTPStatus.CONFLICT,
        title="Event cancelled",
        detail="The event is cancelled, which is final.",
        when="The event was cancelled, which is final.",
        then="Nothing; publish a new event.",
    )


class EventNotPublishedError(ConflictError):
    problem = Problem(
        code="event_not_published",
        status=HTTPStatus.CONFLICT,
        title="Event not published",
        detail="The event is a draft.",
        when="The event is a draft.",
        then="Its organizer publishes it first.",
    )


class EnrollmentNotOpenError(ConflictError):
    problem = Problem(
        code="enrollment_not_open",
        status=HTTPStatus.CONFLICT,
        title="Enrollment not open",
        detail="Enrollment has not opened yet.",
        when="Before `enrollment_opens_at`; `detail` names the time.",
        then="Try again when enrollment has opened.",
    )

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"Enrollment opens at {opens_at.isoformat().replace('+00:00', 'Z')}.")


class EnrollmentClosedError(ConflictError):
    problem = Problem(
        code="enrollment_closed",
        status=HTTPStatus.CONFLICT,
        title="Enrollment closed",
        detail="Enrollment has closed.",
        when="After `enrollment_closes_at`.",
        then="Ask the organizer to move it.",
    )


class WalkInsOffError(ConflictError):
    """Door staff enrol nobody unless the organizer has said so."""

    problem = Problem(
        code="walk_ins_off",
        status=HTTPStatus.CONFLICT,
        title="No walk-ins",
        detail="Door staff enrol nobody at this event: its organizer has not allowed it.",
        when="Door staff, or an API key for the door, enrol a walk-in at an event whose `walk_ins` is false.",
        then="Send the person to the organizer, who may set `walk_ins`.",
    )


class WalkInsNotOpenError(ConflictError):
    problem = Problem(
        code="walk_ins_not_open",
        status=HTTPStatus.CONFLICT,
        title="Too early for walk-ins",
        detail="Door staff do not enrol people yet.",
        when=f"Door staff enrol a walk-in earlier than {span(WALK_INS_BEFORE)} before the start; `detail` says when "
        "they may.",
        then="Try again then; until then people enrol themselves.",
    )

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"Door staff enrol people from {rfc3339(opens_at)} on.")


class CapacityBelowTakenError(ConflictError):
    problem = Problem(
        code="capacity_below_taken",
        status=HTTPStatus.CONFLICT,
        title="Capacity below taken seats",
        detail="More seats are taken than that.",
        when="The new capacity is lower than the seats that are taken; their number is in `taken`.",
        then="Choose a higher capacity, cancel enrollments first, or send `shrink: true` with it: nobody loses a seat, "
        "and those that are given up go to nobody until the capacity is reached.",
        example={"taken": 12},
    )

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} seats are taken; the capacity cannot be lower.")
        self.taken = taken

    def members(self) -> dict[str, Any]:
        return {"taken": self.taken}


class ConfirmationRequiredError(ConflictError):
    """It concerns people: the caller must see the preview first, and repeat with `confirm`, which is bound to it."""

    problem = Problem(
        code="confirmation_required",
        status=HTTPStatus.CONFLICT,
        title="Confirmation required",
        detail="It concerns the people in preview. Repeat the request with confirm to do it.",
        when="Cancelling or deleting an event that people are enrolled in, or writing to them; `preview` counts them.",
        then="Show the preview, then repeat the request at the address in `next_step`, which has `?confirm=` and the "
        f"value of `confirm`, within {span(CONFIRM_LIFE)}.",
        example={
            "preview": {"people": 12, "holds": 0, "offers": 0, "waiting": 0},
            "confirm": "the-value-to-repeat-the-request-with",
            "next_step": {
                "action": "cancel_event",
                "method": "POST",
                "href": "/events/01JZ3V4Q8RS6K1W3N5P7T9VXYZ/cancel?confirm=the-value-to-repeat-the-request-with",
            },
        },
    )

    def __init__(self, preview: dict[str, int], confirm: str, request: NextStep, detail: str = "") -> None:
        """`request` is what has to be confirmed, its `href` without a query."""
        super().__init__(detail)
        self.preview = preview
        self.confirm = confirm
        self.request = request

    def members(self) -> dict[str, Any]:
        step = replace(self.request, href=f"{self.request.href}?{urlencode({'confirm': self.confirm})}")
        return {"preview": self.preview, "confirm": self.confirm, "next_step": step.as_dict()}
