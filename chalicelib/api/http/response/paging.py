"""Cursors on the wire: sealed, for a place is a key; bound to their list and filter; pages with absolute links."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from chalicelib.api.http.request.call import Call, digest
from chalicelib.api.http.request.schemas import PageOut
from chalicelib.domain.errors import InvalidCursorError
from chalicelib.services.shared.paging import Cursor, Page

PURPOSE = "sealed-cursor"
_PLACES = {"cursor", "page", "page_size"}  # which part of a list, not which list
_PERSONAL = ("/me/", "/attendees", "/auth/me/")  # lists that are another one for each caller
T = TypeVar("T")
B = TypeVar("B", bound=BaseModel)


def _binding(call: Call) -> str:
    """The list, its owner, its filter and its order: a cursor of another one is refused. The page size may change."""
    filters = {name: value for name, value in _given(call).items() if name not in _PLACES}
    owner = call.principal.user_id if call.principal and call.path.startswith(_PERSONAL) else ""
    return digest(call.path, *call.parameters.values(), owner, urlencode(sorted(filters.items())))[:16]


def _given(call: Call) -> Mapping[str, Any]:
    """What was asked for, as it is written in an address."""
    query: BaseModel = call.query
    given = query.model_dump(mode="json", exclude_unset=True)
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}


def read(call: Call) -> Cursor | None:
    """The cursor of the request; raises `InvalidCursorError` for a forged, foreign or damaged one."""
    cursor: str | None = call.query.cursor
    if cursor is None:
        return None
    payload = call.container.security.seals.unseal(PURPOSE, cursor)
    if payload is None:
        raise InvalidCursorError
    try:
        binding, place, forward, seen, passing = json.loads(payload)
    except ValueError as error:  # signed before an update of the service
        raise InvalidCursorError from error
    if binding != _binding(call):
        raise InvalidCursorError
    return Cursor(place, forward=forward, seen=seen, passing=passing)


def link(call: Call, cursor: Cursor | None) -> str | None:
    """The absolute address of the page that begins there."""
    if cursor is None:
        return None
    content = [_binding(call), cursor.place, cursor.forward, cursor.seen, cursor.passing]
    payload = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    parameters = {**_given(call), "cursor": call.container.security.seals.seal(PURPOSE, payload)}
    parameters.pop("page", None)  # a cursor stands in its place
    path = call.path.format(**call.parameters)
    return f"{call.base_url}{path}?{urlencode(parameters)}"


def page_out(call: Call, page: Page[T], convert: Callable[[T], B]) -> PageOut[Any]:
    return PageOut[Any](
        count=page.count,
        count_exact=page.count_exact,
        next=link(call, page.next),
        previous=link(call, page.previous),
        results=[convert(item) for item in page.items],
    )
