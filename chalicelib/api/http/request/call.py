"""One request on its way through the edge: what came in, who calls, and what goes out."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from chalicelib.api.http.request import media
from chalicelib.container import Container
from chalicelib.domain.accounts.account import Claims, Principal, fold_email
from chalicelib.domain.shared.networks import UNKNOWN
from chalicelib.services.enrollments.access import Caller, LinkBearer, SignedIn
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.preconditions import UNCONDITIONAL, Precondition


@dataclass(slots=True)
class Reply:
    """What a view answers. `etag` is the text between the quotes; `body` None is empty, texts and bytes are sent."""

    body: BaseModel | str | bytes | None = None
    status: int = 200
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        if self.body is None or isinstance(self.body, str):
            return self.body or ""
        assert isinstance(self.body, BaseModel), "bytes are no text"
        return self.body.model_dump_json(by_alias=True)

    def content(self) -> str | bytes:
        return self.body if isinstance(self.body, bytes) else self.text()

    def all_headers(self) -> dict[str, str]:
        headers = dict(self.headers)
        if self.etag is not None:
            headers["ETag"] = f'"{self.etag}"'
        return headers


@dataclass(slots=True)
class Call:
    """What a view works with: validated input, the caller, and the use cases."""

    container: Container
    request_id: str
    base_url: str
    path: str
    body: Any = None
    query: Any = None
    principal: Principal | None = None
    claims: Claims | None = None
    link: LinkBearer | None = None
    accept: str = ""
    accept_language: str = ""
    client_network: str = UNKNOWN  # where the request comes from, for limits; no header of a client says it
    if_match: Precondition = UNCONDITIONAL
    idempotency_key: str | None = None
    body_digest: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def caller(self) -> Principal:
        """The signed-in caller of an endpoint that demands one."""
        assert self.principal is not None
        return self.principal

    @property
    def is_signed_in(self) -> bool:
        return self.claims is not None or self.principal is not None

    @property
    def signed(self) -> SignedIn:
        """Where the use case reads the session together with everything else: the token's claims, or a key's account.

        A key was read already: what it is good for had to be known.
        """
        return self.claims or self.caller

    @property
    def bearer(self) -> Caller:
        """Who acts where a mailed link is as good as a login: its bearer, else the token's claims."""
        return self.link or self.signed

    @property
    def viewer(self) -> Principal | LinkBearer:
        """Who reads where a mailed link is as good as a login."""
        return self.link or self.caller

    @property
    def caller_id(self) -> str:
        """Who calls: an account, a link (as a bearer token, or in the path), or a guest."""
        if self.link:
            return self.link.key.id
        if self.claims:
            return self.claims.user_id
        if self.principal:
            return self.principal.user_id
        address = getattr(self.body, "email", None)
        return f"guest {fold_email(address)}" if address else self.parameters.get("token", "")

    @property
    def answers_of(self) -> str:
        """Whose `Idempotency-Key` it is: an API key's own, so that a narrow one replays no answer of its account."""
        if self.principal and self.principal.key_id:
            return f"key {self.principal.key_id}"
        return self.caller_id

    @property
    def wants_json(self) -> bool:
        """Whether a page is to be answered as JSON: it has to be asked for, as a program can."""
        return media.preferred(self.accept, otherwise=media.HTML) == media.JSON

    @property
    def shows_pages(self) -> bool:
        return shows_pages(self.accept)

    def idempotency(self, reply: Callable[[Any], Reply]) -> Idempotency[Any] | None:
        """The client's key with the way to make the answer that it stands for."""
        if self.idempotency_key is None:
            return None

        def render(result: Any) -> tuple[int, str, Mapping[str, str]]:
            made = reply(result)
            return made.status, made.text(), made.all_headers()

        return Idempotency(self.idempotency_key, self.body_digest, render)


def shows_pages(accept: str | None) -> bool:
    """Whether the client is a browser: to it a refusal is a page too, to any other client a problem document."""
    return media.preferred(accept, otherwise=media.JSON) == media.HTML


def digest(*parts: str | bytes) -> str:
    """One text for several, none of them able to pass for another."""
    hasher = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        hasher.update(len(raw).to_bytes(8) + raw)
    return hasher.hexdigest()
