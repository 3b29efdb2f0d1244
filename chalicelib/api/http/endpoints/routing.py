"""Routes for Chalice, which needs a method, a path and a name to choose one; the rest is imported by its first request.

A process of AWS serves few of the many operations, and pays for what it imports: schemas, rules and use cases of a
capability come with the first request for one of its routes. `route_table.py` is generated from the declarations.
"""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.api.http.endpoints.route_table import ROUTES

if TYPE_CHECKING:
    from chalice.app import Chalice, Response

    from chalicelib.api.http.endpoints.endpoint import Endpoint

# Every address that no route has. The gateway prefers the routes, so that they cost no more for it; without it browsers
# would see JSON of the gateway's.
ELSEWHERE = "/{proxy+}"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def register(app: "Chalice") -> None:
    """HEAD stands beside every GET (RFC 9110, 9.1), with the same answer.

    The body is there too: who writes the answer to the wire leaves it out and says its length, here as on AWS.
    No content types: our own check knows verbs and bodies; Chalice's refuses a GET.
    """
    app.api.binary_types = []  # `responses` encodes what is no text; to the gateway everything is (template-infra)
    for module, method, path, name in ROUTES:
        methods = ["GET", "HEAD"] if method == "GET" else [method]
        app.route(path, methods=methods, name=name, content_types=[])(_view(module, name))
    app.route(ELSEWHERE, methods=_METHODS, name="show_nothing", content_types=[])(_nowhere)


def endpoint_of(module: str, name: str) -> "Endpoint":
    """The declaration behind a row of the table; imports its module at the first call."""
    resource = importlib.import_module(f"chalicelib.api.{module}").resource
    found: Endpoint = resource.endpoint(name)
    return found


def _nowhere() -> "Response":
    answer: Response = importlib.import_module("chalicelib.api.pages.nowhere").answer()
    return answer


def _view(module: str, name: str) -> "Callable[..., Response]":
    def view(**parameters: Any) -> "Response":
        return endpoint_of(module, name)(**parameters)

    view.__name__ = name
    return view
