"""Puts the document together: information, tags, one operation for each endpoint, components."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from pydantic import BaseModel

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.request.headers import ANY_SERVER
from chalicelib.api.http.request.parsing import FORM_TYPES, TABLE_TYPES
from chalicelib.api.openapi import errors, examples, text
from chalicelib.api.openapi.parameters import HEADERS, has_etag, parameters
from chalicelib.api.openapi.references import Schema, references
from chalicelib.api.openapi.schemas import Schemas
from chalicelib.api.resources import RESOURCES
from chalicelib.domain.accounts.account import KeyScope
from chalicelib.services.accounts.key_ports import ISSUED_AS

_EDITS = {"PUT", "PATCH"}


def document(version: str) -> Schema:
    """The OpenAPI 3.1 document of every declared endpoint."""
    endpoints = list(_endpoints())
    queries = [endpoint.query for endpoint in endpoints if endpoint.query]
    bodies = [endpoint.body for endpoint in endpoints if endpoint.body]
    answers = [answer for endpoint in endpoints for answer in _answers(endpoint)]
    schemas = Schemas([*bodies, *queries], answers)
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Turnout",
            "version": version,
            "summary": "Publish events and enrol people in them.",
            "description": text.INTRODUCTION,
            "contact": {"name": "Whoever runs this service", "url": ANY_SERVER},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": ANY_SERVER}],
        "tags": [{"name": resource.tag, "description": text.TAGS[resource.tag]} for resource in RESOURCES],
        "paths": paths,
        "components": _components(schemas, queries, references(paths)),
    }


def _answers(endpoint: Endpoint) -> list[type[BaseModel]]:
    return [answer for answer in (endpoint.returns, endpoint.accepts, endpoint.tries) if answer]


def _endpoints() -> Iterator[Endpoint]:
    for resource in RESOURCES:
        yield from resource.endpoints


def _only_patched() -> Iterator[type[BaseModel]]:
    """Bodies that no operation takes as a whole."""
    patched = {endpoint.body for endpoint in _endpoints() if endpoint.body and endpoint.raw_patch}
    whole = {endpoint.body for endpoint in _endpoints() if endpoint.method != "PATCH"}
    yield from patched - whole


def _components(schemas: Schemas, queries: list[type[BaseModel]], used: set[str]) -> Schema:
    """What the operations name. A response that only stands beside others of its status is no component."""
    responses = _only(used, "responses", errors.shared_responses())
    used = used | references(responses)
    return {
        "schemas": schemas.components(but=[*queries, *_only_patched()], more=errors.schemas()),
        "parameters": dict(HEADERS),
        "headers": _only(used, "headers", _HEADERS | errors.HEADERS),
        "responses": responses,
        "examples": _only(used, "examples", errors.shared_examples()),
        "securitySchemes": {
            "bearerAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": text.BEARER},
            **{
                _KEYS[scope]: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": f"{ISSUED_AS}...",
                    "description": text.API_KEY + text.KEY_SCOPES[scope.value],
                }
                for scope in KeyScope
            },
            "linkAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "g_...", "description": text.LINK},
        },
    }


def _only(used: set[str], kind: str, all_of_them: Mapping[str, Schema]) -> dict[str, Schema]:
    return {name: one for name, one in all_of_them.items() if f"#/components/{kind}/{name}" in used}


def _operation(endpoint: Endpoint, schemas: Schemas) -> Schema:
    made: Schema = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
    }
    if endpoint.description:
        made["description"] = endpoint.description
    made["parameters"] = parameters(endpoint, schemas)
    if endpoint.body:
        made["requestBody"] = _body(endpoint, schemas)
    if endpoint.any_body:
        made["requestBody"] = {"required": False, "content": dict(_ANY_BODY)}
    made["responses"] = _responses(endpoint, schemas)
    made["security"] = [
        *_SECURITY[endpoint.auth],
        *({_KEYS[scope]: []} for scope in endpoint.keys.scopes),
        *([{"linkAuth": []}] if endpoint.links else []),
    ]
    return made


def _body(endpoint: Endpoint, schemas: Schemas) -> Schema:
    assert endpoint.body is not None
    if endpoint.raw_patch and endpoint.returns and endpoint.method in _EDITS:
        content = schemas.editable(endpoint.body, endpoint.returns, patch=endpoint.method == "PATCH")
    else:
        content = schemas.of(endpoint.body)
    extra = endpoint.body.model_config.get("json_schema_extra")
    one_of = isinstance(extra, dict) and "oneOf" in extra  # no single field is, but one of several
    fields = endpoint.body.model_fields.values()
    needed = (one_of or any(field.is_required() for field in fields)) and endpoint.method != "PATCH"
    media = dict.fromkeys(sorted(endpoint.media_types), content)
    if endpoint.table:
        media |= {kind: {"schema": {"type": "string"}, "example": examples.TABLE} for kind in sorted(TABLE_TYPES)}
    if endpoint.form:
        media |= dict.fromkeys(sorted(FORM_TYPES), schemas.form(endpoint.body))
    return {"required": needed, "content": media}


def _responses(endpoint: Endpoint, schemas: Schemas) -> dict[str, Schema]:
    status = HTTPStatus(endpoint.status)
    success: Schema = {"description": status.phrase, "headers": _success_headers(endpoint)}
    if status is HTTPStatus.SEE_OTHER:
        success["headers"] = {**success["headers"], "Location": _ELSEWHERE}
    elif status is not HTTPStatus.NO_CONTENT:
        success["content"] = {media: _answer(endpoint, media, schemas) for media in endpoint.produces}
    found = {str(endpoint.status): success}
    if endpoint.tries and status is not HTTPStatus.OK:
        content = {"application/json": schemas.of(endpoint.tries)}
        headers = {"X-Request-Id": _HEADER_REFS["X-Request-Id"]}
        found["200"] = {"description": "A dry run: nothing was written.", "headers": headers, "content": content}
    if endpoint.accepts:
        headers = {name: _HEADER_REFS[name] for name in ("X-Request-Id", "Idempotency-Replayed")}
        content = {"application/json": schemas.of(endpoint.accepts)}
        found["202"] = {"description": HTTPStatus.ACCEPTED.phrase, "headers": headers, "content": content}
    if endpoint.moves:
        headers = {"X-Request-Id": _HEADER_REFS["X-Request-Id"], "Location": _PAGE}
        found["301"] = {"description": "It has another address now.", "headers": headers}
    if endpoint.form and endpoint.refusal_page:
        headers = {"X-Request-Id": _HEADER_REFS["X-Request-Id"], "Location": _PAGE}
        found["303"] = {"description": "Done; a browser goes back to the page.", "headers": headers}
    if endpoint.method == "GET":
        names = ("X-Request-Id", "ETag") if has_etag(endpoint) else ("X-Request-Id",)
        headers = {name: _HEADER_REFS[name] for name in names}
        found["304"] = {"description": "Not modified: what If-None-Match names is still true.", "headers": headers}
    return found | errors.responses(endpoint)


def _answer(endpoint: Endpoint, media: str, schemas: Schemas) -> Schema:
    if endpoint.returns and media == "application/json":
        return schemas.of(endpoint.returns)
    kind = "object" if media == "application/json" else "string"
    bytes_of_it = {"format": "binary"} if media in examples.BINARY else {}  # as generators know them
    return {"schema": {"type": kind, **bytes_of_it}, "example": examples.MEDIA[media]}


def _success_headers(endpoint: Endpoint) -> Schema:
    versioned = has_etag(endpoint)
    wanted = {
        "X-Request-Id": True,
        "ETag": versioned,
        "Location": versioned and endpoint.status == HTTPStatus.CREATED,
        "Idempotency-Replayed": endpoint.keyed,
        "Link": "text/csv" in endpoint.produces,
        "Content-Disposition": "text/csv" in endpoint.produces,
    }
    found: Schema = {name: _HEADER_REFS[name] for name, there in wanted.items() if there}
    if endpoint.tries and endpoint.status == HTTPStatus.OK:
        found["ETag"] = {**_HEADERS["ETag"], "required": False}  # what was only tried has none
    return found


_ANY_BODY: Schema = {
    media: {"schema": {"type": "object"}, "example": examples.ONE_CLICK}
    for media in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
}
# One scheme for each scope: only those of OAuth have scopes that every reader of the document understands.
_KEYS = {KeyScope.READ: "readKey", KeyScope.WRITE: "writeKey", KeyScope.CHECK_IN: "checkInKey"}
_SECURITY: dict[Auth, list[dict[str, list[str]]]] = {
    Auth.PUBLIC: [],
    Auth.OPTIONAL: [{}, {"bearerAuth": []}],
    Auth.USER: [{"bearerAuth": []}],
    Auth.ADMIN: [{"bearerAuth": []}],
    Auth.DEFERRED: [{"bearerAuth": []}],
    Auth.GUEST: [{}, {"bearerAuth": []}],
}
_HEADERS: dict[str, Schema] = {
    "X-Request-Id": {
        "description": "Names this request in the logs; quote it when asking for help.",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "example": errors.EXAMPLE_ID,
    },
    "ETag": {
        "description": "Version of what was answered, for If-None-Match and If-Match.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[^"]+"$'},
        "example": '"3.b2c4d6"',
    },
    "Location": {
        "description": "Where it is now.",
        "required": True,
        "schema": {"type": "string", "format": "uri"},
        "example": f"{ANY_SERVER}/events/{examples.EVENT_ID}",
    },
    "Link": {
        "description": "Where the next page is; missing on the last one.",
        "schema": {"type": "string", "pattern": '^<[^>]+>; rel="next"$'},
        "example": f'<{ANY_SERVER}/events/{examples.EVENT_ID}/enrollments.csv?cursor=...>; rel="next"',
    },
    "Content-Disposition": {
        "description": "That it is a file to keep, and its name.",
        "required": True,
        "schema": {"type": "string", "pattern": '^attachment; filename="[^"]+"$'},
        "example": f'attachment; filename="enrollments-{examples.EVENT_ID}.csv"',
    },
    "Idempotency-Replayed": {
        "description": "Present when this is the stored answer to an earlier request with the same key.",
        "schema": {"type": "string", "const": "true"},
        "example": "true",
    },
}
_ELSEWHERE: Schema = {
    "description": "Where a browser is to go.",
    "required": True,
    "schema": {"type": "string", "format": "uri"},
    "example": "https://pay.google.com/gp/v/save/eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
}
_PAGE: Schema = {
    "description": "The page.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
    "example": f"/g/{examples.PATH['token']}",
}
_HEADER_REFS = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
