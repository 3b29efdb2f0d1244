"""Every refusal the service can give, as facts; the sentence, status and title for each stand in `api/problems.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


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
    code = "event_full"


class AlreadyEnrolledError(ConflictError):
    """Carries the caller's own live enrollment, so that a client can show it."""

    code = "already_enrolled"

    def __init__(self, enrollment_id: str, status: str) -> None:
        super().__init__()
        self.enrollment: dict[str, Any] = {"id": enrollment_id, "status": status, "expires_at": None}


class CapacityBelowTakenError(ConflictError):
    code = "capacity_below_taken"

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} seats are taken; the capacity cannot be lower.")
        self.taken = taken


class ConfirmationRequiredError(ConflictError):
    """People are enrolled: the caller must repeat with `confirm`, which is bound to these very counts."""

    code = "confirmation_required"

    def __init__(self, preview: dict[str, int], confirm: str) -> None:
        super().__init__()
        self.preview = preview
        self.confirm = confirm
