"""Errors as clients see them: RFC 9457 documents with stable codes, one table for status, title and sentence."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalicelib.domain import errors

TYPE_BASE = "https://turnout.example/problems/"  # an identifier, as RFC 9457 allows; docs/errors.md describes each code
CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code means to a client."""

    status: HTTPStatus
    title: str
    detail: str


BAD, CONFLICT = HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT

KINDS: dict[str, Kind] = {
    "invalid_request": Kind(BAD, "Invalid request", "The request is not valid; every fault is listed in errors."),
    "malformed_json": Kind(BAD, "Malformed JSON", "The body is not JSON that can be read."),
    "invalid_cursor": Kind(BAD, "Invalid cursor", "Take cursors from next and previous of the same list and filter."),
    "idempotency_key_invalid": Kind(BAD, "Invalid Idempotency-Key", "Use 1 to 255 visible ASCII characters."),
    "old_password_wrong": Kind(BAD, "Wrong password", "The old password is not right."),
    "otp_invalid": Kind(BAD, "Invalid code", "The code is wrong, used or over; ask for a new one."),
    "unauthenticated": Kind(HTTPStatus.UNAUTHORIZED, "Not signed in", "Send a good access token as a bearer token."),
    "credentials_wrong": Kind(HTTPStatus.UNAUTHORIZED, "Wrong credentials", "These credentials are not good."),
    "email_not_verified": Kind(HTTPStatus.FORBIDDEN, "E-mail not verified", "Prove the e-mail address first."),
    "forbidden": Kind(HTTPStatus.FORBIDDEN, "Not allowed", "This is not for this account to do."),
    "role_required": Kind(HTTPStatus.FORBIDDEN, "Role required", "The account lacks a role for this."),
    "not_found": Kind(HTTPStatus.NOT_FOUND, "Not found", "There is nothing here, or nothing that you may see."),
    "method_not_allowed": Kind(HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed", "See the Allow header."),
    "event_full": Kind(CONFLICT, "Event full", "Every seat is taken."),
    "already_enrolled": Kind(CONFLICT, "Already enrolled", "This person is enrolled in this event already."),
    "event_past": Kind(CONFLICT, "Event over", "The event is over."),
    "event_started": Kind(CONFLICT, "Event started", "The event has started."),
    "event_cancelled": Kind(CONFLICT, "Event cancelled", "The event is cancelled, which is final."),
    "event_not_published": Kind(CONFLICT, "Event not published", "The event is a draft."),
    "enrollment_not_open": Kind(CONFLICT, "Enrolling not open", "Enrolling has not opened yet."),
    "enrollment_closed": Kind(CONFLICT, "Enrolling closed", "Enrolling has closed."),
    "capacity_below_taken": Kind(CONFLICT, "Capacity below taken seats", "More seats are taken than that."),
    "confirmation_required": Kind(
        CONFLICT,
        "Confirmation required",
        "It concerns the people in preview. Repeat the request with confirm to do it.",
    ),
    "email_taken": Kind(CONFLICT, "E-mail taken", "This e-mail address has an account."),
    "username_taken": Kind(CONFLICT, "Username taken", "Somebody else has this username."),
    "waitlist_off": Kind(CONFLICT, "No waitlist", "The event is full and has no waitlist."),
    "hold_expired": Kind(CONFLICT, "Hold expired", "The seat was kept until its deadline, which is over."),
    "offer_expired": Kind(CONFLICT, "Offer expired", "The seat was offered until its deadline, which is over."),
    "nothing_to_confirm": Kind(CONFLICT, "Nothing to confirm", "Only a hold or an offer can be confirmed."),
    "not_confirmed": Kind(CONFLICT, "Not confirmed", "Only a confirmed enrollment can do this."),
    "party_waits": Kind(CONFLICT, "Party waits", "A party on the waitlist can only become smaller."),
    "enrollment_over": Kind(CONFLICT, "Enrollment over", "The enrollment is cancelled or has expired."),
    "not_waitlisted": Kind(CONFLICT, "Not on the waitlist", "Only somebody who waits can be promoted."),
    "has_enrollments": Kind(CONFLICT, "Has enrollments", "This person is enrolled in events; cancel that first."),
    "precondition_failed": Kind(
        HTTPStatus.PRECONDITION_FAILED, "Changed meanwhile", "If-Match names another version. Read it again first."
    ),
    "body_too_large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Body too large", "Send at most 256 KB."),
    "unsupported_media_type": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", "Send application/json."
    ),
    "idempotency_key_reused": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Idempotency-Key re-used", "The key was used with another request."
    ),
    "too_many_to_sort": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Too many to sort", "More than 500 events match; order them by starts_at."
    ),
    "too_many_requests": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", "Wait as long as Retry-After says."),
    "internal_error": Kind(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error", "Something is wrong on our side; the request id finds it."
    ),
    "bad_gateway": Kind(HTTPStatus.BAD_GATEWAY, "Bad gateway", "The application did not answer properly."),
    "busy": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Busy", "Too many people at once; try again in a moment."),
    "gateway_timeout": Kind(HTTPStatus.GATEWAY_TIMEOUT, "Gateway timeout", "The application did not answer in time."),
}

NEXT_STEPS: dict[str, dict[str, str]] = {
    "email_not_verified": {"action": "verify_email", "method": "POST", "href": "/auth/verify-email"},
    "otp_invalid": {"action": "resend_otp", "method": "POST", "href": "/auth/resend-otp"},
    "unauthenticated": {"action": "login", "method": "POST", "href": "/auth/login"},
    "role_required": {"action": "add_role", "method": "PATCH", "href": "/auth/me"},
}


def document(code: str, request_id: str, *, detail: str = "", **extra: Any) -> dict[str, Any]:
    """The body of a problem response."""
    kind = KINDS[code]
    body: dict[str, Any] = {
        "type": f"{TYPE_BASE}{code}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": detail or kind.detail,
        "code": code,
        "request_id": request_id,
    }
    if code in NEXT_STEPS:
        body["next_step"] = NEXT_STEPS[code]
    return body | extra


def of_error(error: errors.TurnoutError, request_id: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """`(status, body, headers)` of a refusal."""
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    match error:
        case errors.InvalidRequestError():
            extra["errors"] = [_field(one) for one in error.errors]
        case errors.EventFullError() if error.waitlist_of:
            href = f"/events/{error.waitlist_of}/enrollments"
            extra["next_step"] = {"action": "join_waitlist", "method": "POST", "href": href}
        case errors.AlreadyEnrolledError():
            extra |= _enrolled(error.enrollment)
        case errors.TooManyRequestsError():
            headers |= _used_up(error)
        case errors.ConfirmationRequiredError():
            extra |= {"preview": error.preview, "confirm": error.confirm}
        case errors.CapacityBelowTakenError():
            extra["taken"] = error.taken
        case errors.UnauthenticatedError() | errors.CredentialsWrongError():
            headers["WWW-Authenticate"] = "Bearer"
        case errors.BusyError():
            headers["Retry-After"] = str(errors.BusyError.retry_after_seconds)
        case _:
            pass
    return int(KINDS[error.code].status), document(error.code, request_id, detail=error.detail, **extra), headers


def _enrolled(enrollment: dict[str, Any] | None) -> dict[str, Any]:
    """The enrollment that there is, and the way to make a hold or an offer certain."""
    if enrollment is None:
        return {}
    if enrollment["status"] not in {"pending", "offered"}:
        return {"enrollment": enrollment}
    href = f"/enrollments/{enrollment['id']}/confirm"
    return {"enrollment": enrollment, "next_step": {"action": "confirm", "method": "POST", "href": href}}


def _used_up(error: errors.TooManyRequestsError) -> dict[str, str]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-06, the last version that has one for each number."""
    wait = str(error.retry_after)
    return {
        "Retry-After": wait,
        "RateLimit-Limit": str(error.limit),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": wait,
    }


def _field(one: errors.FieldError) -> dict[str, str]:
    return {"parameter" if one.in_query else "pointer": one.where, "code": one.code, "message": one.message}


def dump(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
