"""Responses that no view makes: refusals, what went wrong, answers given before, and that nothing changed."""

from typing import Any

from chalice.app import Response

from chalicelib.api.http import problems
from chalicelib.api.http.scope import Scope
from chalicelib.domain.errors import TurnoutError
from chalicelib.services.shared.idempotency import StoredAnswer


def problem(here: Scope, error: TurnoutError) -> Response:
    """A refusal as it is declared."""
    status, body, headers = problems.of_error(error, here.request_id, here.base_url)
    return _of_problem(here, status, body, headers)


def internal_error(here: Scope) -> Response:
    """A fault of ours: its reference, and nothing about it."""
    return _of_problem(here, 500, problems.document("internal_error", here.request_id, base_url=here.base_url), {})


def replayed(answer: StoredAnswer) -> Response:
    """What was answered to the first request with this Idempotency-Key."""
    headers = {**answer.headers, "Idempotency-Replayed": "true", "Content-Type": "application/json"}
    return Response(answer.body, status_code=answer.status, headers=headers)


def not_modified(headers: dict[str, str]) -> Response:
    """What the client has is still true."""
    return Response("", status_code=304, headers=headers)


def _of_problem(here: Scope, status: int, body: dict[str, Any], headers: dict[str, str]) -> Response:
    here.status_code = str(body["code"])
    headers = {**headers, "Content-Type": problems.CONTENT_TYPE, "Cache-Control": "no-store"}
    return Response(problems.dump(body), status_code=status, headers=headers)
