"""What the page of a mailed link is given, and what it sends."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema

from chalicelib.api.http.request.names import FullName
from chalicelib.api.http.request.schemas import Body, Query, decimal, whole
from chalicelib.domain.shared.limits import MAX_PARTY
from chalicelib.services.enrollments.guests.link_actions import LinkAction


def _number(value: Any) -> Any:
    """Forms and queries send digits."""
    return decimal(value) if isinstance(value, str) else whole(value)


PartySize = Annotated[
    int,
    Field(ge=1, le=MAX_PARTY, description="For so many people, as long as there is no enrollment to act on."),
    BeforeValidator(_number),
]


class LinkQuery(Query):
    party_size: PartySize | None = None


class GuestNameIn(Body):
    """The name as it must be; on the page what is wrong with it stands beside its field."""

    name: FullName | None = None


class LinkActionIn(Body):
    action: LinkAction = Field(description="What to do; the page offers what is possible now.")
    party_size: PartySize | None = None
    name: Annotated[str, WithJsonSchema(TypeAdapter(FullName).json_schema())] | None = Field(
        None, description="What a guest calls themselves who proves the address by this; else it is as they asked."
    )
