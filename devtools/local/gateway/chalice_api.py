"""A Chalice application behind the stand-in gateway, safe for many requests at once.

Chalice keeps the request and the Lambda context of the call in attributes of the one application object. On Lambda
there is one call at a time; here, one thread's request would be another thread's answer.
"""

import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice
from chalice.local import LambdaContext

from chalicelib.observability.redaction import describe
from devtools.local.gateway.compression import compressed, decompressed
from devtools.local.gateway.gateway import LARGEST_BODY, Answer, Request, Routes, answer, event, problem
from devtools.local.processes import say

# Code, request id and additional headers, to an answer as a Lambda function gives it.
Standalone = Callable[[str, str, dict[str, str]], Mapping[str, Any]]
TIMEOUT_MS = 20_000


class _PerThread:
    """Overrides the two attributes that Chalice sets for every call with ones that each thread has for itself."""

    _of_thread = threading.local()

    @property
    def current_request(self) -> Any:
        return getattr(self._of_thread, "request", None)

    @current_request.setter
    def current_request(self, value: Any) -> None:
        self._of_thread.request = value

    @property
    def lambda_context(self) -> Any:
        return getattr(self._of_thread, "context", None)

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:
        self._of_thread.context = value


def keep_calls_apart(app: Chalice) -> None:
    """Make one application object safe for calls from several threads; doing it twice changes nothing."""
    kind = type(app)
    if not issubclass(kind, _PerThread):
        for name in ("current_request", "lambda_context"):
            vars(app).pop(name, None)
        app.__class__ = type(kind.__name__, (_PerThread, kind), {})


class ChaliceApi:
    """Answers requests with the application, and what never reaches it with problem documents of its own making."""

    def __init__(self, app: Chalice, standalone: Standalone) -> None:
        keep_calls_apart(app)
        self._app = app
        self._routes = Routes(app.routes)
        self._standalone = standalone

    def answer(self, request: Request) -> Answer:
        plain = decompressed(request, LARGEST_BODY)
        if isinstance(plain, Answer):
            return plain
        if len(plain.body) > LARGEST_BODY:
            return self.too_large(request)
        return compressed(request, self._answer(plain))

    def _answer(self, request: Request) -> Answer:
        found = self._routes.match(request.path)
        try:
            if found is None:
                return answer(self._standalone("not_found", request.id, {}))
            resource, variables = found
            context = LambdaContext("turnout-local-api", 1024, TIMEOUT_MS)
            context.aws_request_id = request.id
            return answer(self._app(event(request, resource, variables), context))
        except Exception as error:  # noqa: BLE001 - on AWS, too, whatever fails becomes an answer of the gateway
            say(describe(error))
            detail = "The application did not answer properly. Quote the request id."
            return problem(HTTPStatus.BAD_GATEWAY, "bad_gateway", detail, request.id)

    def too_large(self, request: Request) -> Answer:
        return answer(self._standalone("body_too_large", request.id, {}))

    def shown_path(self, request: Request) -> str:
        return self._routes.printable(request.path)
