"""One declaration a route: it drives routing, authentication, validation, error mapping and the OpenAPI document."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from chalice.app import Response
from pydantic import BaseModel

from chalicelib import container, observability
from chalicelib.api.http import parsing, problems, undecodable
from chalicelib.api.http.call import Call, Reply, digest, shows_pages
from chalicelib.api.http.scope import Scope, scope
from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts import Claims
from chalicelib.domain.networks import network_of
from chalicelib.services.enrollments.access import LinkBearer
from chalicelib.services.enrollments.link_token import is_link
from chalicelib.services.shared.idempotency import AnsweredBeforeError, StoredAnswer
from chalicelib.services.shared.outcomes import TryAgainError

_NO_VERSION = -1
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
View = Callable[..., Reply]


class Auth(Enum):
    """Who may call.

    DEFERRED: signed in, and the use case reads the session together with everything else. GUEST: the same, or nobody.
    """

    PUBLIC = "public"
    OPTIONAL = "optional"
    USER = "user"
    DEFERRED = "deferred"
    GUEST = "guest"

    @property
    def is_optional(self) -> bool:
        return self in {Auth.OPTIONAL, Auth.GUEST}

    @property
    def is_deferred(self) -> bool:
        """Whether the use case reads the session, and the answer to an Idempotency-Key, by itself."""
        return self in {Auth.DEFERRED, Auth.GUEST}


class Cache(Enum):
    """What others may keep of an answer to an anonymous caller; with a token it is always private."""

    NONE = "no-store"
    SHORT = "public, max-age=5"
    MINUTES = "public, max-age=300"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Everything there is to know about one operation."""

    method: str
    path: str
    name: str
    summary: str
    tag: str
    view: View
    auth: Auth = Auth.PUBLIC
    links: bool = False  # the bearer of a mailed link may call too
    body: type[BaseModel] | None = None
    form: bool = False  # the body may come from an HTML form
    any_body: bool = False  # whatever is sent is not looked at: the address says everything
    raw_patch: bool = False  # the view merges the body itself (RFC 7396); `body` documents the result
    query: type[BaseModel] | None = None
    returns: type[BaseModel] | None = None
    accepts: type[BaseModel] | None = None  # what 202 says, of an operation that otherwise answers `status`
    produces: tuple[str, ...] = ("application/json",)  # the first, unless the view names another of them
    status: int = 200
    raises: tuple[type[errors.TurnoutError], ...] = ()
    keyed: bool = False  # accepts Idempotency-Key
    conditional: bool = False  # accepts If-Match
    cache: Cache = Cache.NONE
    refusal_page: Callable[[Response], Response] | None = None  # of a page: what a browser sees of a problem
    description: str = ""

    def __call__(self, **parameters: str) -> Response:
        """Answer the request in scope. Nothing leaves here but a `Response`: Chalice would hide it (#1884)."""
        here = scope.get()
        here.operation = self.name
        response = self._answer_or_problem(here, parameters)
        refused = response.headers.get("Content-Type") == problems.CONTENT_TYPE
        if refused and self.refusal_page and shows_pages(here.header("accept")):
            return self.refusal_page(response)
        return response

    def _answer_or_problem(self, here: Scope, parameters: Mapping[str, str]) -> Response:
        try:
            return self._answer(here, container.current(), parameters)
        except AnsweredBeforeError as answered:
            return self._replayed(here, answered.answer)
        except errors.TurnoutError as error:
            return problem(here, error)
        except TryAgainError:
            return problem(here, errors.BusyError())
        except Exception:  # noqa: BLE001 - the edge: logged with its traceback, told as an opaque 500
            observability.exception("unhandled error", request_id=here.request_id, operation=self.name)
            body = problems.document("internal_error", here.request_id)
            return _problem_response(here, 500, body, {})

    def _answer(self, here: Scope, made: Container, parameters: Mapping[str, str]) -> Response:
        raw = here.request.raw_body or b""
        if len(raw) > made.settings.max_body_bytes:
            raise errors.BodyTooLargeError(made.settings.max_body_bytes)
        undecodable.check_path(parameters)
        call = Call(
            container=made,
            request_id=here.request_id,
            base_url=base_url(here, made.settings.public_url),
            path=str(here.request.path),
            parameters=parameters,
            accept=here.header("accept") or "",
            accept_language=here.header("accept-language") or "",
            client_network=_client_network(here),
        )
        self._authenticate(call, here.header("authorization"))
        call.query = parsing.parse_query(self.query or NoQuery, _query(here))
        self._read_body(call, here, raw)
        self._read_headers(call, here, raw)
        reply = self.view(call, **parameters)
        return self._response(call, here, reply)

    def _authenticate(self, call: Call, header: str | None) -> None:
        """401 without a good token where one is needed, and for a bad one everywhere."""
        if self.auth is Auth.PUBLIC:
            return
        if header is None and self.auth.is_optional:
            return
        token = read_bearer(header)
        if self.links and is_link(token):
            call.link = read_link(call.container, token)
            return
        claims = read_claims(call.container, header)
        if self.auth.is_deferred:
            call.claims = claims
        else:
            call.principal = call.container.accounts.sessions.authenticate(claims)

    def _read_body(self, call: Call, here: Scope, raw: bytes) -> None:
        if self.method in {"GET", "DELETE"}:
            return
        if self.any_body:
            return
        media = here.header("content-type")
        if raw:
            parsing.check_media(media, self.media_types)
        if self.form and parsing.is_form(media):
            call.body = parsing.parse_form(self.body or NoBody, raw)
        elif self.raw_patch:
            call.body = parsing.parse_object(raw)
        else:
            call.body = parsing.parse_body(self.body or NoBody, raw)

    @property
    def media_types(self) -> frozenset[str]:
        """What a body may be."""
        if self.method == "PATCH":
            return parsing.PATCH_TYPES
        return parsing.JSON_TYPES | parsing.FORM_TYPES if self.form else parsing.JSON_TYPES

    def _read_headers(self, call: Call, here: Scope, raw: bytes) -> None:
        if self.conditional:
            call.if_match = read_if_match(here.header("if-match"))
        key = here.header("idempotency-key") if self.keyed else None
        if key is None:
            return
        if not _KEY.fullmatch(key):
            raise errors.IdempotencyKeyInvalidError
        call.idempotency_key = digest(call.caller_id, self.method, self.path, key)
        call.body_digest = digest(*call.parameters.values(), raw)
        if not self.auth.is_deferred:
            found = call.container.store.answers.find(call.idempotency_key)
            if found:
                raise AnsweredBeforeError(found)

    def _replayed(self, here: Scope, answer: StoredAnswer) -> Response:
        parameters = (here.request.uri_params or {}).values()
        if answer.body_digest != digest(*parameters, here.request.raw_body or b""):
            return problem(here, errors.IdempotencyMismatchError())
        headers = {**answer.headers, "Idempotency-Replayed": "true", "Content-Type": "application/json"}
        return Response(answer.body, status_code=answer.status, headers=headers)

    def _response(self, call: Call, here: Scope, reply: Reply) -> Response:
        text = reply.text()
        if self.is_revalidated and reply.etag is None:
            reply.etag = digest(text)[:32]
        headers = reply.all_headers()
        headers.setdefault("Cache-Control", self._cache_control(call))
        if self.auth is Auth.OPTIONAL:
            headers["Vary"] = "Authorization"
        if self.method == "GET" and reply.etag is not None and _matches(here.header("if-none-match"), headers["ETag"]):
            return Response("", status_code=304, headers=headers)
        if reply.body is not None:
            headers.setdefault("Content-Type", self.produces[0])
        return Response(text, status_code=reply.status, headers=headers)

    @property
    def is_revalidated(self) -> bool:
        """Whether others may keep the answer: then it has an ETag, by which they ask whether it is still true."""
        return self.method == "GET" and self.cache is not Cache.NONE

    def _cache_control(self, call: Call) -> str:
        if call.principal is None or self.cache is Cache.NONE:
            return self.cache.value
        return "private, max-age=0, must-revalidate"


class NoBody(BaseModel):
    model_config = {"extra": "forbid"}


class NoQuery(BaseModel):
    model_config = {"extra": "forbid"}


@dataclass(slots=True)
class Resource:
    """The endpoints of one resource; `routing.register` gives them to Chalice."""

    tag: str
    endpoints: list[Endpoint] = field(default_factory=list)
    _by_name: dict[str, Endpoint] = field(default_factory=dict)

    def _declare(self, method: str, path: str, declared: dict[str, Any]) -> Callable[[View], View]:
        def remember(view: View) -> View:
            endpoint = Endpoint(method=method, path=path, name=view.__name__, tag=self.tag, view=view, **declared)
            self.endpoints.append(endpoint)
            return view

        return remember

    def get(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("GET", path, declared)

    def post(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("POST", path, declared)

    def put(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("PUT", path, declared)

    def patch(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("PATCH", path, declared)

    def delete(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("DELETE", path, declared)

    def endpoint(self, name: str) -> Endpoint:
        """The one with this name; raises `KeyError`."""
        if len(self._by_name) != len(self.endpoints):
            self._by_name = {endpoint.name: endpoint for endpoint in self.endpoints}
        return self._by_name[name]


def read_bearer(header: str | None) -> str:
    """The token of an `Authorization` header, or an empty text."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_link(made: Container, token: str) -> LinkBearer:
    """The bearer of a mailed link; raises `UnauthenticatedError`. Whether its time is over depends on its event."""
    key = made.security.links.read(token)
    if key is None:
        raise errors.UnauthenticatedError
    return LinkBearer(key)


def read_claims(made: Container, header: str | None) -> Claims:
    """The claims of a well-signed bearer token; raises `UnauthenticatedError`."""
    claims = made.security.tokens.read_access(read_bearer(header), made.clock())
    if claims is None:
        raise errors.UnauthenticatedError
    return claims


def read_if_match(header: str | None) -> int | None:
    """The version part of `"<version>.<counts>"`. `*` matches any; what is not ours matches nothing."""
    if header is None or header.strip() == "*":
        return None
    version = header.strip().removeprefix("W/").strip('"').split(".", 1)[0]
    if not version.isdecimal() or len(version) > 15:  # noqa: PLR2004 - more digits than any version
        return _NO_VERSION  # the use case refuses it in its turn, after 404 and 403
    return int(version)


def _matches(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    return header.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in header.split(",")]


def _query(here: Scope) -> dict[str, list[str]]:
    given = here.request.query_params
    return {name: given.getlist(name) for name in given} if given else {}


def _client_network(here: Scope) -> str:
    """The gateway's own word: whatever a client writes into X-Forwarded-For counts for nothing."""
    identity = here.request.context.get("identity") or {}
    return network_of(str(identity.get("sourceIp") or ""))


def base_url(here: Scope, public_url: str) -> str:
    """Where the client reaches us: the setting, else the request's host and stage."""
    if public_url:
        return public_url
    event = here.request.to_original_event()
    full, bare = str(here.request.context.get("path") or ""), str(event.get("path") or "")
    stage = full.removesuffix(bare) if bare and full.endswith(bare) else ""
    scheme = here.header("x-forwarded-proto") or "http"
    return f"{scheme}://{here.header('host') or 'localhost'}{stage}"


def problem(here: Scope, error: errors.TurnoutError) -> Response:
    status, body, headers = problems.of_error(error, here.request_id)
    return _problem_response(here, status, body, headers)


def _problem_response(here: Scope, status: int, body: dict[str, Any], headers: dict[str, str]) -> Response:
    here.status_code = str(body["code"])
    headers = {**headers, "Content-Type": problems.CONTENT_TYPE, "Cache-Control": "no-store"}
    return Response(problems.dump(body), status_code=status, headers=headers)
