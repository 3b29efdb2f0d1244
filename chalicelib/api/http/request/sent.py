"""Every text that a client sent: what may not be shown in a log, whatever it is."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chalicelib.domain.shared import ids

if TYPE_CHECKING:
    from chalice.app import Request

_HEADERS = ("authorization", "cookie", "idempotency-key")


def sent_texts(request: "Request") -> list[str]:
    """Of the address, the credentials and the body; ids of ours are told, for a fault is found by them."""
    found = [value for value in (request.uri_params or {}).values() if not ids.is_ulid(value)]
    found += [part for name in _HEADERS for part in str(request.headers.get(name) or "").split()]
    query = request.query_params
    found += [value for name in query for value in query.getlist(name)] if query else []
    return [*found, *_of_body(request.raw_body or b"")]


def _of_body(raw: bytes) -> list[str]:
    try:
        return list(_leaves(json.loads(raw)))
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace").replace("&", " ").replace("=", " ").split()


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value
