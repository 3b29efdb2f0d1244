"""Every refusal the service can give, as facts; the sentence, status and title stand in `api/http/problems.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from chalicelib.domain.times import rfc3339


class TurnoutError(Exception):
    """A refusal that a client is told. `code` is stable and documented; `detail` may add the facts of the case."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong in the request: where (a JSON pointer or a parameter name), a code, and the fix."""

    where: str
    code: str
    message: str
    in_query: bool = False


class InvalidRequestError(TurnoutError):
    """Anything wrong in the request itself; lists every fault that was found."""

    code = "invalid_request"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__()
        self.errors = errors


class InvalidCursorError(TurnoutError):
    code = "invalid_cursor"


class TooManyToSortError(TurnoutError):
    """A text filter matches more events than are sorted by anything but their start."""

    code = "too_many_to_sort"


class OldPasswordWrongError(TurnoutError):
    code = "old_password_wrong"


class OtpInvalidError(TurnoutError):
    """Wrong, expired, used or exhausted: the answer never tells which."""

    code = "otp_invalid"


class UnauthenticatedError(TurnoutError):
    """Credentials are missing or no longer good."""

    code = "unauthenticated"


class CredentialsWrongError(TurnoutError):
    """Sign-in or refresh was refused; the answer never tells whether the account exists."""

    code = "credentials_wrong"


class EmailNotVerifiedError(TurnoutError):
    code = "email_not_verified"


class ForbiddenError(TurnoutError):
    """A known caller may see the object and not do this."""

    code = "forbidden"


class RoleRequiredError(ForbiddenError):
    code = "role_required"

    def __init__(self, role: str) -> None:
        super().__init__(f"This needs the role {role!r}; add it with PATCH /auth/me.")
        self.role = role


class NotFoundError(TurnoutError):
    """Absent, or not visible to the caller: the same answer."""

    code = "not_found"


class PreconditionFailedError(TurnoutError):
    """`If-Match` names another version than the present one."""

    code = "precondition_failed"


class IdempotencyMismatchError(TurnoutError):
    """The key was used with another body."""

    code = "idempotency_key_reused"


class TooManyRequestsError(TurnoutError):
    """A limit is used up for `retry_after` seconds; of `limit` requests none is left."""

    code = "too_many_requests"

    def __init__(self, retry_after: int, limit: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.limit = limit


class BusyError(TurnoutError):
    """Every retry met a conflict or a throttle; nothing was done, and trying again is right."""

    code = "busy"
    retry_after_seconds: ClassVar[int] = 1


class ConflictError(TurnoutError):
    """The present state refuses what was asked."""


class EmailTakenError(ConflictError):
    code = "email_taken"


class UsernameTakenError(ConflictError):
    code = "username_taken"


class HasEnrollmentsError(ConflictError):
    """The person is enrolled somewhere: their record is needed."""

    code = "has_enrollments"


class EventPastError(ConflictError):
    code = "event_past"


class EventStartedError(ConflictError):
    code = "event_started"


class EventCancelledError(ConflictError):
    code = "event_cancelled"


class EventNotPublishedError(ConflictError):
    code = "event_not_published"


class EnrollmentNotOpenError(ConflictError):
    code = "enrollment_not_open"

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"Enrolling opens at {opens_at.isoformat().replace('+00:00', 'Z')}.")


class EnrollmentClosedError(ConflictError):
    code = "enrollment_closed"


class EventFullError(ConflictError):
    """Every seat is taken; `waitlist_of` names the event when one can wait for a seat."""

    code = "event_full"

    def __init__(self, waitlist_of: str | None = None) -> None:
        super().__init__()
        self.waitlist_of = waitlist_of


class AlreadyEnrolledError(ConflictError):
    """Carries the live enrollment, so that a client can show it; not to a caller who may not see it."""

    code = "already_enrolled"

    def __init__(self, enrollment_id: str | None = None, status: str = "", expires_at: datetime | None = None) -> None:
        super().__init__()
        ends = rfc3339(expires_at) if expires_at else None
        self.enrollment: dict[str, Any] | None = None
        if enrollment_id is not None:
            self.enrollment = {"id": enrollment_id, "status": status, "expires_at": ends}


class WaitlistOffError(ConflictError):
    """The event is full, and its organizer wants no waitlist."""

    code = "waitlist_off"


class HoldExpiredError(ConflictError):
    code = "hold_expired"


class OfferExpiredError(ConflictError):
    code = "offer_expired"


class NothingToConfirmError(ConflictError):
    """Only a hold or an offer can be confirmed."""

    code = "nothing_to_confirm"


class NotConfirmedError(ConflictError):
    """Only a confirmed enrollment has a ticket, is checked in or transferred."""

    code = "not_confirmed"


class NotWaitlistedError(ConflictError):
    """Only somebody on the waitlist can be promoted."""

    code = "not_waitlisted"


class WaitingPartyError(ConflictError):
    """A party that waits may become smaller only: a larger one would be unfair to those behind it."""

    code = "party_waits"


class EnrollmentOverError(ConflictError):
    """The enrollment is cancelled: nothing about it changes any more, and no mail tells of it."""

    code = "enrollment_over"


class CapacityBelowTakenError(ConflictError):
    code = "capacity_below_taken"

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} seats are taken; the capacity cannot be lower.")
        self.taken = taken


class ConfirmationRequiredError(ConflictError):
    """It concerns people: the caller must see the preview first, and repeat with `confirm`, which is bound to it."""

    code = "confirmation_required"

    def __init__(self, preview: dict[str, int], confirm: str, detail: str = "") -> None:
        super().__init__(detail)
        self.preview = preview
        self.confirm = confirm
