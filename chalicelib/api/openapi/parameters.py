"""What a request has besides its body: path variables, query parameters and headers."""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.api.documents.routes import ASSETS
from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.openapi import examples
from chalicelib.api.openapi.references import Schema
from chalicelib.api.openapi.schemas import Schemas
from chalicelib.domain import errors

# `ids.is_ulid` and `ids.parse_enrollment_id` decide; whatever does not fit is 404 like an id that is not there.
PATH: Mapping[str, Mapping[str, Any]] = {
    "event_id": {
        "description": "Id of an event (a ULID).",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
    },
    "enrollment_id": {
        "description": "Id of an enrollment: opaque text of at most 64 characters.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    },
    "attendee_id": {
        "description": "Id of an attendee record or of one's own account (a ULID).",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
    },
    "token": {
        "description": "The token of a mailed link.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,252}$"},
    },
    "user_id": {
        "description": "Id of an account (a ULID), such as `organizer.id` of an event.",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
    },
    "session_id": {
        "description": "Id of a login (a ULID), from `GET /auth/sessions`.",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
    },
    "member_id": {
        "description": "Id of an entry in a team (a ULID), from the team, `GET /me/invitations` or `GET /me/teams`.",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
    },
    "key_id": {
        "description": "Id of an API key (a ULID), from `GET /auth/api-keys`.",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
    },
    "letter_id": {
        "description": "Id of a dead letter, from `GET /admin/dead-letters`.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    },
    "feed": {
        "description": "What the address of a private calendar ends in; it is a credential.",
        "schema": {"type": "string", "pattern": r"^f_[A-Za-z0-9_.-]{1,250}\.ics$"},
    },
    "code": {
        "description": "ISO 3166-1 alpha-2 code in any case; UK is read as GB.",
        "schema": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
    },
    "problem": {
        "description": "The `code` of a problem.",
        "schema": {"type": "string", "enum": list(errors.PROBLEMS)},
    },
    "event": {
        "description": "Id of an event, and its `slug` behind a hyphen: another slug, or none, leads to it.",
        "schema": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}(-[a-z0-9-]{0,60})?$"},
        "example": "01JZ3V5E9GQ7M2X4T6R8W0YABC-python-workshop",
    },
    "month": {
        "description": "A year and a month.",
        "schema": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        "example": "2030-07",
    },
    "part": {
        "description": "A month, or a day, as `/sitemap.xml` names it.",
        "schema": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"},
        "example": "2030-07",
    },
    "file": {
        "description": "A file that the pages name.",
        "schema": {"type": "string", "pattern": "^site-[0-9a-f]{1,64}[.](css|svg)$"},
    },
    "asset": {
        "description": "A file that the documentation pages name.",
        "schema": {"type": "string", "enum": list(ASSETS)},
    },
}
HEADERS: Mapping[str, Schema] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes a retry safe: the same key with the same request gets the first 2xx answer again for 24 "
        "hours, with `Idempotency-Replayed: true`; with another body it is refused. Errors are not kept.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        "example": "0b9a4c1e-7d52-4f3a-9c1b-2f6d8e0a5b47",
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Of pages, and of mails to somebody who is not known yet: the best liked of the languages that "
        "there are (RFC 9110, lookup of RFC 4647). What is no language is ignored.",
        "schema": {"type": "string"},
        "example": "de-AT, de;q=0.9, en;q=0.5",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that was read, with its quotes, a list of them, or `*` (RFC 9110, 13). Refused with "
        "412 when the version, which is the part before the first dot, is another one; weak tags match nothing.",
        "schema": {"type": "string"},
        "example": "*",
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag that was read, with its quotes, a list of them, or `*` (RFC 9110, 13). Reading is "
        "answered with 304 without a body while it is true; a change is refused with 412 while the version is one of "
        "these.",
        "schema": {"type": "string"},
        "example": '"3.b2c4d6"',
    },
}


def has_etag(endpoint: Endpoint) -> bool:
    """What has a version has an ETag, and so have the documents (which are no models) and what others may keep."""
    if endpoint.refusal_page:
        return False  # a page shows more than the one thing that has a version
    if endpoint.is_revalidated:
        return True
    if endpoint.returns is None:
        return endpoint.method == "GET"
    return "version" in endpoint.returns.model_fields


def parameters(endpoint: Endpoint, schemas: Schemas) -> list[Schema]:
    """Every parameter of the operation: path, query, headers."""
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "example": examples.PATH[name], **PATH[name]}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]
    if endpoint.query:
        queries = [_query(endpoint, name, schema) for name, schema in schemas.properties(endpoint.query).items()]
        found += [_may_be_empty(one) for one in queries] if endpoint.is_lenient else queries
    for one in found:
        one["schema"] = schemas.enums.named(one["schema"])
    used = {
        "AcceptLanguage": endpoint.reads_language or endpoint.refusal_page is not None,
        "IdempotencyKey": endpoint.keyed,
        "IfMatch": endpoint.conditional,
        "IfNoneMatch": endpoint.method == "GET" or endpoint.conditional,
    }
    return found + [{"$ref": f"#/components/parameters/{name}"} for name, wanted in used.items() if wanted]


def _query(endpoint: Endpoint, name: str, declared: Schema) -> Schema:
    """A parameter is left out or has a value: there is no null and no empty text."""
    schema = {key: value for key, value in declared.items() if key != "description" and value is not None}
    variants = [variant for variant in schema.pop("anyOf", []) if variant != {"type": "null"}]
    if variants:
        schema = {**variants[0], **schema}
    description = declared.get("description") or schema.pop("description", None)
    schema.pop("description", None)
    if schema.get("type") == "string" and "enum" not in schema:
        schema.setdefault("minLength", 1)
    shown = schema.pop("examples", [examples.QUERY.get(name)])[0]
    made: Schema = {"name": name, "in": "query", "required": False, "schema": schema}
    if shown is not None and (endpoint.name, name) not in examples.REFUSED:
        made["example"] = [shown] if schema.get("type") == "array" else shown
    if description:
        made["description"] = description
    if schema.get("type") == "array":
        made |= {"style": "form", "explode": True}
    return made


def _may_be_empty(parameter: Schema) -> Schema:
    """Of a page: an empty text was not given."""
    schema = {key: value for key, value in parameter["schema"].items() if key != "minLength"}
    return {**parameter, "schema": schema}
