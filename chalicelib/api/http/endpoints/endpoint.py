"""One declaration a route: it drives routing, authentication, validation, error mapping and the OpenAPI document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalice.app import Response
from pydantic import BaseModel

from chalicelib import container, observability
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.request import headers, parsing, undecodable
from chalicelib.api.http.request.call import Call, Reply, digest, shows_pages
from chalicelib.api.http.request.credentials import read_bearer, read_claims, read_link
from chalicelib.api.http.request.meaning import meaning_of
from chalicelib.api.http.request.preconditions import Conditions
from chalicelib.api.http.request.scope import Scope, scope
from chalicelib.api.http.request.sent import sent_texts
from chalicelib.api.http.response import problems, responses
from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.services.accounts.key_access import is_api_key
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.enrollments.link_token import is_link
from chalicelib.services.shared.acts import stop_unless_admin
from chalicelib.services.shared.idempotency import AnsweredBeforeError, StoredAnswer
from chalicelib.services.shared.outcomes import TryAgainError

_READS = frozenset({"GET", "HEAD"})
View = Callable[..., Reply]


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
    keys: KeyUse = KeyUse.NONE  # what it is to an API key; a route that does not say is closed to them
    body: type[BaseModel] | None = None
    form: bool = False  # the body may come from an HTML form
    table: Callable[[bytes], BaseModel] | None = None  # the body may come as CSV, which this reads
    reads_language: bool = False  # of a mail to somebody new, or of a picture, `Accept-Language` chooses it
    any_body: bool = False  # whatever is sent is not looked at: the address says everything
    raw_patch: bool = False  # the view merges the body itself (RFC 7396); `body` documents the result
    query: type[BaseModel] | None = None
    is_lenient: bool = False  # of a page: links are passed on with parameters of others (utm_source), which are ignored
    returns: type[BaseModel] | None = None
    accepts: type[BaseModel] | None = None  # what 202 says, of an operation that otherwise answers `status`
    tries: type[BaseModel] | None = None  # what 200 says to a `dry_run`, of an operation that takes it
    produces: tuple[str, ...] = ("application/json",)  # the first, unless the view names another of them
    status: int = 200
    raises: tuple[type[errors.TurnoutError], ...] = ()
    keyed: bool = False  # accepts Idempotency-Key
    by_query: bool = False  # what is wished stands in the query, too: a key belongs to both
    conditional: bool = False  # what it changes has a version, which If-Match and If-None-Match are about
    cache: Cache = Cache.NONE
    moves: bool = False  # may be answered with 301: it has another address now
    refusal_page: Callable[[Response], Response] | None = None  # of a page: what a browser sees of a problem
    description: str = ""

    def __call__(self, **parameters: str) -> Response:
        """Answer the request in scope. Nothing leaves here but a `Response`: Chalice would hide it (#1884)."""
        here = scope.get()
        here.operation = self.name
        response = self._answer_or_problem(here, parameters)
        refused = response.headers.get("Content-Type") == problems.CONTENT_TYPE
        if refused and self.refusal_page:
            if shows_pages(here.list_header("accept")):
                return self.refusal_page(response)
            response.headers["Vary"] = "Accept"
        return response

    def _answer_or_problem(self, here: Scope, parameters: Mapping[str, str]) -> Response:
        try:
            return self._answer(here, container.current(), parameters)
        except errors.TurnoutError as error:
            return responses.problem(here, error)
        except TryAgainError:
            return responses.problem(here, errors.BusyError())
        except Exception as error:  # noqa: BLE001 - the edge: logged with its traceback, told as an opaque 500
            facts = {"request_id": here.request_id, "operation": self.name}
            observability.exception("unhandled error", error, private=sent_texts(here.request), **facts)
            return responses.internal_error(here)

    def _answer(self, here: Scope, made: Container, parameters: Mapping[str, str]) -> Response:
        raw = here.request.raw_body or b""
        if len(raw) > made.settings.max_body_bytes:
            raise errors.BodyTooLargeError(made.settings.max_body_bytes)
        undecodable.check_path(parameters)
        call = Call(
            container=made,
            request_id=here.request_id,
            base_url=here.base_url,
            path=str(here.request.path),
            parameters=parameters,
            accept=here.list_header("accept") or "",
            accept_language=here.list_header("accept-language") or "",
            client_network=headers.client_network(here, made.settings.trusted_proxies),
        )
        self._authenticate(call, here.header("authorization"))
        caller = call.answers_of if call.is_signed_in or call.link else ""
        made.process_limits.count(caller, call.client_network, writes=self.method not in _READS)
        here.user = observability.alias(call.caller_id)
        given = headers.read_query(here)
        call.query = parsing.parse_query(self.query or NoQuery, given, is_lenient=self.is_lenient)
        self._read_body(call, here, raw)
        try:
            self._read_headers(call, here)
            return self._response(call, here, self.view(call, **parameters))
        except AnsweredBeforeError as answered:
            return self._replayed(call, here, raw, answered.answer)

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
        if is_api_key(token):
            call.principal = call.container.accounts.key_access.authenticate(token, self.keys)
            return
        claims = read_claims(call.container, header)
        if self.auth.is_deferred:
            call.claims = claims
        else:
            call.principal = call.container.accounts.sessions.authenticate(claims)
        if self.auth is Auth.ADMIN:
            stop_unless_admin(call.caller, call.container.clock())

    def _read_body(self, call: Call, here: Scope, raw: bytes) -> None:
        if self.method in {"GET", "DELETE"}:
            return
        if self.any_body:
            return
        media = here.header("content-type")
        if raw:
            parsing.check_encoding(here.header("content-encoding"))
            parsing.check_media(media, self.media_types)
        if self.form and parsing.is_form(media):
            call.body = parsing.parse_form(self.body or NoBody, raw)
        elif self.table and parsing.is_table(media):
            call.body = self.table(raw)
        elif self.raw_patch:
            call.body = parsing.parse_object(raw)
        else:
            call.body = parsing.parse_body(self.body or NoBody, raw)

    @property
    def media_types(self) -> frozenset[str]:
        """What a body may be."""
        if self.method == "PATCH":
            return parsing.PATCH_TYPES
        more = parsing.FORM_TYPES if self.form else parsing.TABLE_TYPES if self.table else frozenset()
        return parsing.JSON_TYPES | more

    def _read_headers(self, call: Call, here: Scope) -> None:
        if self.conditional:
            call.if_match = Conditions.of(here).of_write()
        elif self.method != "GET":
            Conditions.of(here).stop_unversioned_write()
        key = headers.read_idempotency_key(here.header("idempotency-key")) if self.keyed else None
        if key is None:
            return
        call.idempotency_key = digest(call.answers_of, self.method, self.path, key)
        asked = [meaning_of(call.query)] if self.by_query else []
        call.body_digest = digest(*call.parameters.values(), meaning_of(call.body), *asked)
        if not self.auth.is_deferred:
            found = call.container.store.answers.find(call.idempotency_key)
            if found:
                raise AnsweredBeforeError(found)

    @staticmethod
    def _replayed(call: Call, here: Scope, raw: bytes, answer: StoredAnswer) -> Response:
        """Answers from before meanings were compared were kept with a digest of the bytes, for a day."""
        by_bytes = digest(*call.parameters.values(), raw)
        if answer.body_digest not in {call.body_digest, by_bytes}:
            return responses.problem(here, errors.IdempotencyMismatchError())
        return responses.replayed(answer)

    def _response(self, call: Call, here: Scope, reply: Reply) -> Response:
        content = reply.content()
        if self.is_revalidated and reply.etag is None:
            reply.etag = digest(content)[:32]
        sent = reply.all_headers()
        sent.setdefault("Cache-Control", self._cache_control(call))
        if self.auth is Auth.OPTIONAL:
            sent["Vary"] = "Authorization"
        if self.method == "GET" and Conditions.of(here).is_known(reply.etag):
            return responses.not_modified(sent)
        if reply.body is not None:
            sent.setdefault("Content-Type", self.produces[0])
        return responses.of_content(content, reply.status, sent)

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
