"""From bytes and parameters to validated input; every fault becomes an entry of `errors[]`."""

import functools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from chalicelib.api.http.request import list_values, messages, repeated_names, undecodable
from chalicelib.domain.errors import (
    FieldError,
    InvalidRequestError,
    MalformedJsonError,
    TurnoutError,
    UnsupportedEncodingError,
    UnsupportedMediaTypeError,
)

M = TypeVar("M", bound=BaseModel)

JSON_TYPES = frozenset({"application/json"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded"})
TABLE_TYPES = frozenset({"text/csv"})
PATCH_TYPES = JSON_TYPES | {"application/merge-patch+json"}
_UTF_8 = frozenset({"utf-8", "utf8", '"utf-8"', '"utf8"'})
_PARAMETER = re.compile(r""";\s*([^\s;="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")  # RFC 9110, 5.6.6


def check_media(content_type: str | None, accepted: frozenset[str]) -> None:
    """A missing type is taken for JSON; any other than the accepted ones is 415."""
    if content_type is None:
        return
    given = [(name.lower(), value.strip().lower()) for name, value in _PARAMETER.findall(content_type)]
    if _essence(content_type) not in accepted or {value for name, value in given if name == "charset"} - _UTF_8:
        raise UnsupportedMediaTypeError


def check_encoding(content_encoding: str | None) -> None:
    """Raises `UnsupportedEncodingError` for a body that is packed in whatever way (RFC 9110, 8.4)."""
    if (content_encoding or "identity").strip().lower() not in {"identity", ""}:
        raise UnsupportedEncodingError


def is_form(content_type: str | None) -> bool:
    return _essence(content_type) in FORM_TYPES


def is_table(content_type: str | None) -> bool:
    return _essence(content_type) in TABLE_TYPES


def _essence(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def parse_form(model: type[M], raw: bytes) -> M:
    """Validate what an HTML form sent, exactly as if it had been JSON."""
    undecodable.check_form(raw)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:  # not UTF-8, or more fields than any form of ours has
        raise MalformedJsonError("The form cannot be read.") from error
    names = [name for name, _ in pairs]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InvalidRequestError(*(repeated_names.fault_at(repeated_names.pointer("", name)) for name in twice))
    return validate_object(model, dict(pairs))


def parse_body(model: type[M], raw: bytes) -> M:
    """Validate JSON text. pydantic's own parser bounds the nesting that Python's does not."""
    text = _json_of(raw)
    try:
        found = model.model_validate_json(text)
    except ValidationError as error:
        refusal = _refusal(error, in_query=False)
        if not isinstance(refusal, MalformedJsonError):
            _check_names(text)
        raise refusal from error
    _check_names(text)
    return found


def _json_of(raw: bytes) -> bytes:
    """The text of a body; no body is an empty object."""
    undecodable.check_body(raw)
    return raw or b"{}"


def _check_names(text: bytes) -> None:
    faults = repeated_names.faults(text)
    if faults:
        raise InvalidRequestError(*faults)


def parse_object(raw: bytes) -> dict[str, Any]:
    """A JSON object as it is, for merging. Raises `MalformedJsonError`, or says that it must be an object."""
    from pydantic_core import from_json

    text = _json_of(raw)
    try:
        data = from_json(text)
    except ValueError as error:
        raise MalformedJsonError(messages.malformed(str(error))) from error
    _check_names(text)
    if not isinstance(data, dict):
        raise InvalidRequestError(FieldError("", "object_required", "the body must be a JSON object"))
    return data


def validate_object(model: type[M], data: Mapping[str, Any]) -> M:
    """Validate what a merge made, exactly as if it had been sent."""
    return parse_body(model, json.dumps(data).encode())


def parse_query(model: type[M], given: Mapping[str, list[str]], *, is_lenient: bool = False) -> M:
    """Every parameter known and not empty, and once, unless it is a list.

    Leniently: what is unknown or empty (as a form sends what nobody filled in) was not given, and the last one counts.
    """
    known = {field.alias or name: field for name, field in model.model_fields.items()}
    if is_lenient:
        given = {name: values[-1:] for name, values in given.items() if name in known and values[-1]}
    faults = []
    for name, values in given.items():
        if name not in known:
            faults.append(FieldError(name, "unknown_parameter", "is not a parameter of this list", in_query=True))
        elif len(values) > 1 and not list_values.is_list(known[name]):
            faults.append(FieldError(name, "repeated_parameter", "may be given once", in_query=True))
        elif fault := undecodable.fault_of(name, *values):
            faults.append(fault)
        elif not all(values):
            faults.append(FieldError(name, "empty_parameter", "must not be empty", in_query=True))
    if faults:
        raise InvalidRequestError(*faults)
    try:
        return model.model_validate({name: list_values.joined(values) for name, values in given.items()})
    except ValidationError as error:
        raise _refusal(error, in_query=True) from error


def _refusal(error: ValidationError, *, in_query: bool) -> TurnoutError:
    faults = list(error.errors(include_url=False))
    if any(fault["type"] == "json_invalid" for fault in faults):
        return MalformedJsonError(messages.malformed(faults[0]["msg"]))
    return InvalidRequestError(*_fields(faults, in_query=in_query))


def _fields(faults: Iterable[Any], *, in_query: bool) -> list[FieldError]:
    found = []
    for fault in faults:
        code, message = messages.code_of(fault), messages.sentence_of(fault)
        if not fault["loc"] and not in_query:
            code, message = "object_required", "the body must be a JSON object"
        steps = fault["loc"]
        where = ".".join(map(str, steps)) if in_query else functools.reduce(repeated_names.pointer, steps, "")
        found.append(FieldError(where, code, message, in_query=in_query))
    return found


def merge(model: type[BaseModel], target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396: null clears, an object is merged into the one that is there, anything else replaces.

    A name that is no field of the model stays with its null, so that validation refuses it like any other value; so
    does every null of an inner object, whose model says what it means.
    """
    merged = {**target, **{name: _joined(target.get(name), value) for name, value in patch.items()}}
    return {name: value for name, value in merged.items() if value is not None or name not in model.model_fields}


def _joined(before: Any, after: Any) -> Any:
    return {**before, **after} if isinstance(before, dict) and isinstance(after, dict) else after
