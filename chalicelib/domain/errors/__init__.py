"""Every refusal that the service can give: one declaration each, an exception that carries the facts of its case."""

from typing import TypeGuard

from chalicelib.domain.errors import accounts, edge, enrollments, events, requests, teams
from chalicelib.domain.errors.accounts import (
    ApiKeysFullError,
    CredentialsWrongError,
    EmailNotVerifiedError,
    EmailTakenError,
    ForbiddenError,
    FreshLoginRequiredError,
    OldPasswordWrongError,
    OrganizesEventsError,
    OtpInvalidError,
    OwnAccountError,
    PasswordWrongError,
    ResetInvalidError,
    RoleRequiredError,
    ScopeMissingError,
    SecondFactorKeyInvalidError,
    SecondFactorOffError,
    SecondFactorOnError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    UnauthenticatedError,
    UsernameTakenError,
)
from chalicelib.domain.errors.enrollments import (
    CheckedInError,
    EnrollmentOverError,
    HasEnrollmentsError,
    HoldExpiredError,
    NotConfirmedError,
    NothingToConfirmError,
    NotWaitlistedError,
    OfferExpiredError,
    TooManyForOthersError,
    WaitingPartyError,
    WaitlistOffError,
)
from chalicelib.domain.errors.events import (
    AlreadyEnrolledError,
    CapacityBelowTakenError,
    ConfirmationRequiredError,
    EnrollmentClosedError,
    EnrollmentNotOpenError,
    EventCancelledError,
    EventFullError,
    EventNotPublishedError,
    EventPastError,
    EventStartedError,
    WalkInsNotOpenError,
    WalkInsOffError,
)
from chalicelib.domain.errors.problem import (
    ConflictError,
    FieldError,
    NextStep,
    Problem,
    TurnoutError,
)
from chalicelib.domain.errors.requests import (
    BodyTooLargeError,
    BusyError,
    FormatNotOfferedError,
    IdempotencyKeyInvalidError,
    IdempotencyMismatchError,
    InvalidCursorError,
    InvalidRequestError,
    MalformedJsonError,
    NotFoundError,
    PreconditionFailedError,
    TooManyRequestsError,
    TooManyToSortError,
    UnsupportedEncodingError,
    UnsupportedMediaTypeError,
)
from chalicelib.domain.errors.teams import AlreadyInTeamError, TeamFullError, TooManyTeamsError

__all__ = [
    "PROBLEMS",
    "AlreadyEnrolledError",
    "AlreadyInTeamError",
    "ApiKeysFullError",
    "BodyTooLargeError",
    "BusyError",
    "CapacityBelowTakenError",
    "CheckedInError",
    "ConfirmationRequiredError",
    "ConflictError",
    "CredentialsWrongError",
    "EmailNotVerifiedError",
    "EmailTakenError",
    "EnrollmentClosedError",
    "EnrollmentNotOpenError",
    "EnrollmentOverError",
    "EventCancelledError",
    "EventFullError",
    "EventNotPublishedError",
    "EventPastError",
    "EventStartedError",
    "FieldError",
    "ForbiddenError",
    "FormatNotOfferedError",
    "FreshLoginRequiredError",
    "HasEnrollmentsError",
    "HoldExpiredError",
    "IdempotencyKeyInvalidError",
    "IdempotencyMismatchError",
    "InvalidCursorError",
    "InvalidRequestError",
    "MalformedJsonError",
    "NextStep",
    "NotConfirmedError",
    "NotFoundError",
    "NotWaitlistedError",
    "NothingToConfirmError",
    "OfferExpiredError",
    "OldPasswordWrongError",
    "OrganizesEventsError",
    "OtpInvalidError",
    "OwnAccountError",
    "PasswordWrongError",
    "PreconditionFailedError",
    "Problem",
    "ResetInvalidError",
    "RoleRequiredError",
    "ScopeMissingError",
    "SecondFactorKeyInvalidError",
    "SecondFactorOffError",
    "SecondFactorOnError",
    "SecondFactorRequiredError",
    "SecondFactorWrongError",
    "TeamFullError",
    "TooManyForOthersError",
    "TooManyRequestsError",
    "TooManyTeamsError",
    "TooManyToSortError",
    "TurnoutError",
    "UnauthenticatedError",
    "UnsupportedEncodingError",
    "UnsupportedMediaTypeError",
    "UsernameTakenError",
    "WaitingPartyError",
    "WaitlistOffError",
    "WalkInsNotOpenError",
    "WalkInsOffError",
]


def _is_refusal(value: object) -> TypeGuard[type[TurnoutError]]:
    return isinstance(value, type) and issubclass(value, TurnoutError)


def _declared() -> dict[str, Problem]:
    """By code, in the order in which documents list them: by status, and of one status as they are declared."""
    found: list[Problem] = []
    for module in (requests, events, accounts, enrollments, teams, edge):
        for value in vars(module).values():
            if isinstance(value, Problem):
                found.append(value)
            elif _is_refusal(value) and value.__module__ == module.__name__:
                found.append(value.problem)
    return {problem.code: problem for problem in sorted(found, key=lambda problem: problem.status)}


PROBLEMS = _declared()
