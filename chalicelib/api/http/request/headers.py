"""What the headers and the address of a request say, apart from who calls."""

import re

from chalicelib.api.http.request.scope import Scope
from chalicelib.domain.errors import IdempotencyKeyInvalidError
from chalicelib.domain.shared.networks import Proxies, network_of

ANY_SERVER = "https://turnout.example"  # in the stored document, for the address that the client used
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def read_idempotency_key(header: str | None) -> str | None:
    """The key as it was sent; raises `IdempotencyKeyInvalidError`."""
    if header is not None and not _KEY.fullmatch(header):
        raise IdempotencyKeyInvalidError
    return header


def read_query(here: Scope) -> dict[str, list[str]]:
    """Every parameter of the query with all its values."""
    given = here.request.query_params
    return {name: given.getlist(name) for name in given} if given else {}


def client_network(here: Scope, trusted_proxies: str) -> str:
    """The gateway's own word, and that of the proxies that the operator names.

    Whatever anybody else writes into X-Forwarded-For counts for nothing.
    """
    identity = here.request.context.get("identity") or {}
    source = str(identity.get("sourceIp") or "")
    if not trusted_proxies:
        return network_of(source)
    return network_of(Proxies.parse(trusted_proxies).client_of(source, here.list_header("x-forwarded-for") or ""))


def base_url(here: Scope, public_url: str) -> str:
    """Where clients reach us: the setting, else the gateway's own domain name, and the stage.

    `Host` and `X-Forwarded-*` are what the client wrote: an answer that others are given must not repeat them.
    """
    if public_url:
        return public_url
    event = here.request.to_original_event()
    full, bare = str(here.request.context.get("path") or ""), str(event.get("path") or "")
    stage = full.removesuffix(bare) if bare and full.endswith(bare) else ""
    name = str(here.request.context.get("domainName") or "")
    return f"https://{name if _DOMAIN.fullmatch(name) else 'localhost'}{stage}"
