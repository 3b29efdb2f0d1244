"""The request in scope: the only way code of the edge reaches it, so that threads never mix."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.app import Request


@dataclass(slots=True)
class Scope:
    """The request as Chalice hands it to the middleware, and what its log line says of it."""

    request: "Request"
    request_id: str
    base_url: str = ""  # where clients reach us; set before anything is answered
    operation: str = ""
    status_code: str = ""
    user: str = ""  # alias of the caller's id, or of that of the account that has just logged in

    @property
    def headers(self) -> Mapping[str, str]:
        return dict(self.request.headers)

    def header(self, name: str) -> str | None:
        value = self.request.headers.get(name)
        return str(value) if value is not None else None

    def list_header(self, name: str) -> str | None:
        """The same of a header that is a list: its lines, if there are several, are one list (RFC 9110, 5.3)."""
        lines = self.request.to_original_event().get("multiValueHeaders") or {}
        found = [value for key, values in lines.items() if key.lower() == name for value in values]
        return ", ".join(found) if found else self.header(name)


scope: ContextVar[Scope] = ContextVar("scope")
