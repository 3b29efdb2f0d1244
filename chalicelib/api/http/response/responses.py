"""Responses: what views have made, as Chalice takes it, and what none of them makes: refusals, answers given before."""

import base64
from collections.abc import Sequence
from typing import Any

from chalice.app import Response

from chalicelib.api.http.request.scope import Scope
from chalicelib.api.http.response import problems
from chalicelib.domain.errors import TurnoutError
from chalicelib.services.shared.idempotency import StoredAnswer


class _Bytes(Response):  # type: ignore[misc]  # Chalice has no types
    """What is no text goes to the gateway in base64, which it decodes for everybody.

    Chalice's own way asks for a matching `Accept`, and refuses who sends none.
    """

    def to_dict(self, binary_types: Sequence[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 - Chalice's signature
        made: dict[str, Any] = Response("", self.headers, self.status_code).to_dict()
        return {**made, "body": base64.b64encode(self.body).decode("ascii"), "isBase64Encoded": True}


def of_content(content: str | bytes, status: int, headers: dict[str, str]) -> Response:
    kind = Response if isinstance(content, str) else _Bytes
    return kind(content, status_code=status, headers=headers)


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
