"""What an `Authorization` header says: the token of a session, or that of a mailed link."""

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.errors import UnauthenticatedError
from chalicelib.services.enrollments.access import LinkBearer


def read_bearer(header: str | None) -> str:
    """The token of an `Authorization` header, or an empty text."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_link(made: Container, token: str) -> LinkBearer:
    """The bearer of a mailed link; raises `UnauthenticatedError`. Whether its time is over depends on its event."""
    bearer = bearer_of(made, token)
    if bearer is None:
        raise UnauthenticatedError
    return bearer


def bearer_of(made: Container, token: str) -> LinkBearer | None:
    """None for a token that was not made here, and while the account that read it in its mail is disabled."""
    key = made.security.links.read(token)
    if key is None or made.store.people.is_read_by_disabled(key.attendee_id):
        return None
    return LinkBearer(key)


def read_claims(made: Container, header: str | None) -> Claims:
    """The claims of a well-signed bearer token; raises `UnauthenticatedError`."""
    claims = made.security.tokens.read_access(read_bearer(header), made.clock())
    if claims is None:
        raise UnauthenticatedError
    return claims
