"""What is wrong with a request, or with its moment, whoever sends it."""

from http import HTTPStatus
from typing import Any, ClassVar

from chalicelib.domain.errors.problem import FieldError, Problem, TurnoutError
from chalicelib.domain.shared import limits


class InvalidRequestError(TurnoutError):
    """Anything wrong in the request itself; lists every fault that was found."""

    problem = Problem(
        code="invalid_request",
        status=HTTPStatus.BAD_REQUEST,
        title="Invalid request",
        detail="The request is not valid; every fault is listed in errors.",
        when="Something in the body or the query is not as it must be, or is not known.",
        then="Correct what `errors` lists; sending the same again gives the same answer.",
        example={"errors": [{"pointer": "/title", "code": "required", "message": "is required"}]},
    )

    def __init__(self, *errors: FieldError) -> None:
        super().__init__()
        self.errors = errors

    def members(self) -> dict[str, Any]:
        return {"errors": [error.as_dict() for error in self.errors]}


class MalformedJsonError(TurnoutError):
    problem = Problem(
        code="malformed_json",
        status=HTTPStatus.BAD_REQUEST,
        title="Malformed JSON",
        detail="The body is not JSON that can be read.",
        when="The body is not JSON, or nested too deeply.",
        then="Send a JSON object in UTF-8.",
    )


class InvalidCursorError(TurnoutError):
    problem = Problem(
        code="invalid_cursor",
        status=HTTPStatus.BAD_REQUEST,
        title="Invalid cursor",
        detail="Take cursors from next and previous of the same list and filter.",
        when="`cursor` was changed, or belongs to another list, filter or person.",
        then="Follow `next` and `previous` as they are; without a cursor the list begins.",
    )


class FormatNotOfferedError(TurnoutError):
    problem = Problem(
        code="format_not_offered",
        status=HTTPStatus.NOT_IMPLEMENTED,
        title="Format not offered",
        detail="Only json is offered.",
        when="`format` of `GET /oembed` is another one than `json`.",
        then="Ask for `format=json`, or for none.",
    )


class IdempotencyKeyInvalidError(TurnoutError):
    problem = Problem(
        code="idempotency_key_invalid",
        status=HTTPStatus.BAD_REQUEST,
        title="Invalid Idempotency-Key",
        detail="Use 1 to 255 visible ASCII characters.",
        when="`Idempotency-Key` is empty, too long or has other characters.",
        then="Send 1 to 255 visible ASCII characters: a UUID.",
    )


class NotFoundError(TurnoutError):
    """Absent, or not visible to the caller: the same answer."""

    problem = Problem(
        code="not_found",
        status=HTTPStatus.NOT_FOUND,
        title="Not found",
        detail="There is nothing here, or nothing that you may see.",
        when="It never was, was deleted, or is not visible to this caller; also for an id of the wrong form.",
        then="Check the id. A draft is visible to its owner only.",
    )


class PreconditionFailedError(TurnoutError):
    """What `If-Match` or `If-None-Match` demands of the present version is not so."""

    problem = Problem(
        code="precondition_failed",
        status=HTTPStatus.PRECONDITION_FAILED,
        title="Changed in the meantime",
        detail="If-Match or If-None-Match demands another version. Read it again first.",
        when=(
            "`If-Match` does not name the present version (or has a weak ETag, or one without its quotes), or "
            "`If-None-Match` names it, or is `*`, in a request that would change it."
        ),
        then="Read it again, decide again, and send the new ETag.",
    )


class BodyTooLargeError(TurnoutError):
    """More than `limit` bytes, which a setting names; what documents say is its default."""

    problem = Problem(
        code="body_too_large",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        title="Body too large",
        detail=f"Send at most {limits.size(limits.MAX_BODY_BYTES)}.",
        when=f"The body has more than {limits.size(limits.MAX_BODY_BYTES)}.",
        then="Send less.",
    )

    def __init__(self, limit: int) -> None:
        super().__init__(f"Send at most {limits.size(limit)}.")
        self.limit = limit


class UnsupportedMediaTypeError(TurnoutError):
    problem = Problem(
        code="unsupported_media_type",
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        title="Unsupported media type",
        detail="Send application/json in UTF-8.",
        when="The body is declared to be something other than JSON in UTF-8.",
        then="Send `Content-Type: application/json`; for PATCH `application/merge-patch+json` will do too.",
    )


class UnsupportedEncodingError(TurnoutError):
    """`Content-Encoding` names a way of packing the body; none is unpacked here."""

    problem = Problem(
        code="unsupported_content_encoding",
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        title="Unsupported content encoding",
        detail="Send the body as it is, without Content-Encoding.",
        when="`Content-Encoding` is another one than `identity`.",
        then="Send the body unpacked, and the header not at all. `Accept-Encoding` of the answer says the same.",
    )


class IdempotencyMismatchError(TurnoutError):
    """The key was used with another body."""

    problem = Problem(
        code="idempotency_key_reused",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title="Idempotency-Key reused",
        detail="The key was used with another request.",
        when=(
            "The key was used with a body of another meaning, or with another resource, in the last "
            f"{limits.span(limits.IDEMPOTENCY_LIFE)}."
        ),
        then="Use a new key for every new request.",
    )


class TooManyToSortError(TurnoutError):
    """A text filter matches more events than are sorted by anything but their start."""

    problem = Problem(
        code="too_many_to_sort",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title="Too many to sort",
        detail=f"More than {limits.SORTED_AT_MOST} events match; order them by starts_at.",
        when=(
            "`ordering=title` or `created_at` with `q`, `title` or `location`: more than "
            f"{limits.SORTED_AT_MOST} events match. The people of an event with `ordering`: more than "
            f"{limits.SORTED_PEOPLE:,} have to be looked at."
        ),
        then="Leave `ordering` out (of events, or take `starts_at`), or narrow the search.",
    )


class TooManyRequestsError(TurnoutError):
    """A limit is used up for `retry_after` seconds; of `limit` requests none is left."""

    problem = Problem(
        code="too_many_requests",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        title="Too many requests",
        detail="Wait as long as Retry-After says.",
        when=(
            "More requests at once than the gateway lets through, more of one caller than a process takes, or more "
            "mails than one enrollment, address, organizer or network may cause; then `RateLimit-Limit` and "
            "`RateLimit-Reset` say how many are allowed and when the next one is."
        ),
        then="Wait as many seconds as `Retry-After` says.",
    )

    def __init__(self, retry_after: int, limit: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.limit = limit


class BusyError(TurnoutError):
    """Every retry met a conflict or a throttle; nothing was done, and trying again is right."""

    problem = Problem(
        code="busy",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        title="Busy",
        detail="Too many people at once; try again in a moment.",
        when="So many people want the same thing that every attempt met another one; nothing was done.",
        then="Repeat after `Retry-After` seconds, with the same `Idempotency-Key`.",
    )
    retry_after_seconds: ClassVar[int] = 1
