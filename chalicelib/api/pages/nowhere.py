"""What every address answers that no route has: a page for people, a problem for programs.

It is no route of the document, and has no methods of its own: whatever is asked for, nothing is there.
"""

from typing import NoReturn

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.request.call import Call
from chalicelib.api.http.request.schemas import Query
from chalicelib.api.pages import frame
from chalicelib.domain.errors import NotFoundError


def show_nothing(call: Call) -> NoReturn:  # noqa: ARG001 - every view takes the call
    raise NotFoundError


answer = Endpoint(
    method="GET",
    path="/{proxy+}",
    name=show_nothing.__name__,
    summary="Nothing",
    tag="pages",
    view=show_nothing,
    query=Query,
    is_lenient=True,
    refusal_page=frame.refusal,
    raises=(NotFoundError,),
)
