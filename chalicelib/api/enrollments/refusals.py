"""Refusals that several routes have in common."""

from chalicelib.domain import errors

# The event takes nobody now.
NOT_OPEN = (
    errors.EventPastError,
    errors.EventStartedError,
    errors.EventCancelledError,
    errors.EventNotPublishedError,
    errors.EnrollmentNotOpenError,
    errors.EnrollmentClosedError,
)
