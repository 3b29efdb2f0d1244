"""The export of an account, and its end, on the wire."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from chalicelib.api.http.request.schemas import CursorText, Out, Query, UtcTime
from chalicelib.domain.accounts.exports import EXPORT_FORMAT, ExportKind
from chalicelib.domain.shared.times import rfc3339
from chalicelib.services.privacy.export import Exported


class PersonalDataQuery(Query):
    cursor: CursorText | None = None


class ExportedOut(Out):
    """One thing that is kept."""

    kind: ExportKind = Field(description="What it is: docs/privacy.md says what `data` has.")
    data: dict[str, Any] = Field(description="What is kept, by name. Times are RFC 3339; what is not known is null.")


class PersonalDataOut(Out):
    """One page of everything that is kept about the caller. It may be short, even empty; `next: null` ends it."""

    format: int = Field(EXPORT_FORMAT, description="The shape of the items: kinds and fields may be added to it.")
    taken_at: UtcTime
    next: str | None
    items: list[ExportedOut]


class ClosedOut(Out):
    """The account is closed; a login before `erased_at` keeps it."""

    detail: str
    erased_at: UtcTime = Field(description="When everything that is kept about the caller begins to be erased.")


def exported_out(exported: Exported) -> ExportedOut:
    return ExportedOut(kind=exported.kind, data=_wire(exported.data))


def _wire(value: Any) -> Any:
    """As JSON has it, with times as everywhere in this API."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "items"):
        return {name: _wire(one) for name, one in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_wire(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _wire(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
