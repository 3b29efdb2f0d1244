"""What the edge or the gateway answers by itself: no use case raises these."""

from http import HTTPStatus

from chalicelib.domain.errors.problem import Problem

METHOD_NOT_ALLOWED = Problem(
    code="method_not_allowed",
    status=HTTPStatus.METHOD_NOT_ALLOWED,
    title="Method not allowed",
    detail="See the Allow header.",
    when="The path is known, the verb is not one of its verbs.",
    then="See the header `Allow`.",
)
INTERNAL_ERROR = Problem(
    code="internal_error",
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    title="Internal error",
    detail="Something is wrong on our side; the request id finds it.",
    when="A fault of ours; nothing about it is told.",
    then="Report the `request_id`.",
)
BAD_GATEWAY = Problem(
    code="bad_gateway",
    status=HTTPStatus.BAD_GATEWAY,
    title="Bad gateway",
    detail="The application did not answer properly.",
    when="The gateway got no proper answer from the application.",
    then="Report the `request_id`.",
)
GATEWAY_TIMEOUT = Problem(
    code="gateway_timeout",
    status=HTTPStatus.GATEWAY_TIMEOUT,
    title="Gateway timeout",
    detail="The application did not answer in time.",
    when="The application did not answer in time; whether it did something is not known.",
    then="Repeat with the same `Idempotency-Key`, or read first.",
)
