"""API keys on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.api.accounts.schemas import Password
from chalicelib.api.http.request.moments import Moment
from chalicelib.api.http.request.schemas import Body, Heading, Out, UtcTime
from chalicelib.api.http.response import qr
from chalicelib.domain.accounts.account import ApiKey, KeyScope
from chalicelib.domain.errors import FieldError
from chalicelib.domain.shared.limits import API_KEY_LIFE, LONGEST_API_KEY, MAX_KEY_NAME, span
from chalicelib.services.accounts.key_ports import ISSUED_AS

_SCOPE = (
    "read: what changes nothing; write: what the account may do, but for what is about the account itself; check-in: "
    "the door of the event `event_id`."
)


class ApiKeyIn(Body):
    """`event_id` belongs to the scope check-in, and to no other; the password, unless the login is fresh."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {
                    "required": ["event_id"],
                    "properties": {"scope": {"const": KeyScope.CHECK_IN.value}, "event_id": {"type": "string"}},
                },
                {
                    "properties": {
                        "scope": {"enum": [KeyScope.READ.value, KeyScope.WRITE.value]},
                        "event_id": {"type": "null"},
                    }
                },
            ]
        }
    )

    name: Annotated[
        Heading, StringConstraints(min_length=1, max_length=MAX_KEY_NAME), Field(description="To know it again by.")
    ]
    scope: Annotated[KeyScope, Field(strict=False, description=_SCOPE)]
    event_id: Annotated[str, Field(max_length=64, description="An event of one's own.")] | None = None
    expires_at: Moment | None = Field(
        None,
        description=f"Within {span(LONGEST_API_KEY)}; by default {span(API_KEY_LIFE)} from now. Without offset: UTC.",
    )
    password: Password | None = None
    check_in_page: (
        Annotated[
            str,
            StringConstraints(max_length=300, pattern=r"""^https?://[^\s?#"'<>]+/$"""),
            Field(
                description="With the scope check-in: where the check-in app is, such as "
                "https://example.org/app/check-in/. The answer then has `link` and `qr`."
            ),
        ]
        | None
    ) = None


class ApiKeyOut(Out):
    id: str
    name: str
    scope: KeyScope
    event_id: str | None = Field(description="Whose door it is for, of a key with the scope check-in.")
    prefix: str = Field(description="How the key begins: enough to know it, and nothing that opens anything.")
    created_at: UtcTime
    expires_at: UtcTime
    last_used_at: UtcTime | None = Field(description="To within an hour; null: not yet.")


class NewApiKeyOut(ApiKeyOut):
    secret: str = Field(description="The key itself, for `Authorization: Bearer`. It is shown here and never again.")
    link: str | None = Field(
        description="What opens the check-in app with this key, which stands behind `#` and is sent to no server: "
        "whoever has the link has the key. null unless `check_in_page` was given."
    )
    qr: str | None = Field(description="The same as a QR code, an SVG image.")


class ApiKeysOut(Out):
    count: int
    results: list[ApiKeyOut]


def scope_faults(body: ApiKeyIn) -> list[FieldError]:
    """An event is named for its door, and for nothing else."""
    is_for_door = body.scope is KeyScope.CHECK_IN
    if is_for_door and body.event_id is None:
        return [FieldError("/event_id", "required", "is required for the scope check-in")]
    if not is_for_door and body.event_id is not None:
        return [FieldError("/event_id", "invalid", f"must be left out for the scope {body.scope.value}")]
    if not is_for_door and body.check_in_page is not None:
        return [FieldError("/check_in_page", "invalid", f"must be left out for the scope {body.scope.value}")]
    return []


def api_key_out(key: ApiKey) -> ApiKeyOut:
    return ApiKeyOut(
        id=key.id,
        name=key.label,
        scope=key.scope,
        event_id=key.event_id,
        prefix=f"{ISSUED_AS}{key.id}",
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )


def new_api_key_out(key: ApiKey, secret: str, check_in_page: str | None) -> NewApiKeyOut:
    """docs/check-in.md has the form of the link."""
    link = f"{check_in_page}#key={secret}&event={key.event_id}" if check_in_page else None
    picture = qr.svg(link, "Check-in") if link else None
    return NewApiKeyOut(secret=secret, link=link, qr=picture, **api_key_out(key).model_dump())
