"""Logins on the wire."""

from pydantic import Field

from chalicelib.api.http.request.schemas import Out, UtcTime
from chalicelib.domain.accounts.account import Session


class SessionOut(Out):
    """One login: a device, usually."""

    id: str
    created_at: UtcTime = Field(description="When the password was given.")
    last_used_at: UtcTime = Field(description="When its tokens were last refreshed.")
    expires_at: UtcTime = Field(description="When it ends, unless it is refreshed before.")
    network: str | None = Field(description="Where it was made from, a /24 or a /48; null if nobody knows.")
    current: bool = Field(description="Whether it is the one of this request.")


class SessionsOut(Out):
    count: int
    results: list[SessionOut]


def session_out(session: Session, current_id: str) -> SessionOut:
    return SessionOut(
        id=session.id,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.ends_at,
        network=session.network or None,
        current=session.id == current_id,
    )
