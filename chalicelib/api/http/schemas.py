"""Field types that several resources share, and the shape of lists."""

import re
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from chalicelib.domain.accounts import fold_email
from chalicelib.domain.limits import MAX_EMAIL, MAX_PAGE_SIZE, PAGE_SIZE
from chalicelib.domain.times import rfc3339

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_LINE_BREAK = re.compile(r"[\t\r\n]")
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|z|[+-]\d{2}:\d{2})?", re.ASCII)
MIN_YEAR, MAX_YEAR = 1970, 9000
# What the checks below demand, as the documents say it: ECMA regular expressions.
CLEAN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u2028\u2029]*$"
_ONE_LINE = r"^[^\u0000-\u001f\u007f\u2028\u2029]*$"
_YEAR = r"^(19[7-9]\d|[2-8]\d{3}|9000)-"

T = TypeVar("T", bound=BaseModel)


class Body(BaseModel):
    """A request body: nothing is coerced, unknown names are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, defer_build=True)


class Query(BaseModel):
    """Query parameters: text that is read as what it should be."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Out(BaseModel):
    """A response. Models are built at their first use: a cold start needs the few of one request only."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def clean(text: str) -> str:
    """The text; raises `ValueError` for control characters."""
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters")
    return text


def _one_line(text: str) -> str:
    if _LINE_BREAK.search(text):
        raise ValueError("must be one line")
    return clean(text)


def _time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 date and time such as 2026-07-01T09:00:00Z or 2026-07-01T09:00:00")
    try:
        at = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise ValueError(f"is not a date and time: {error}") from error
    if not MIN_YEAR <= at.year <= MAX_YEAR:
        raise ValueError(f"must be in a year from {MIN_YEAR} to {MAX_YEAR}")
    return at


def whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def decimal(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\d{1,9}", value, re.ASCII):
        raise ValueError("must be a whole number")
    return int(value)


def _email(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # first used by the first body with an address

    if not value.rpartition("@")[0].isascii():
        raise ValueError("is not an e-mail address that we can write to: before the @ there must be ASCII only")
    try:
        address = validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"is not an e-mail address: {str(error).rstrip('.')}") from error
    if len(fold_email(address)) > MAX_EMAIL:
        raise ValueError(f"is not an e-mail address: it has more than {MAX_EMAIL} characters")
    return address


Line = Annotated[str, AfterValidator(_one_line), Field(json_schema_extra={"pattern": _ONE_LINE})]
Text = Annotated[str, AfterValidator(clean), Field(json_schema_extra={"pattern": CLEAN})]
Moment = Annotated[
    datetime,
    BeforeValidator(_time),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": _YEAR, "examples": ["2030-07-01T09:00:00Z"]},
        mode="validation",
    ),
]
UtcTime = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
Email = Annotated[
    str,
    Field(min_length=3, max_length=MAX_EMAIL),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_EMAIL, "examples": ["ada@example.org"]}),
]
PageSize = Annotated[
    int, Field(ge=1, le=MAX_PAGE_SIZE, description="How many results a page has at most."), BeforeValidator(decimal)
]
CursorText = Annotated[
    str,
    Field(min_length=1, max_length=1500, description="Where the page begins: taken from next or previous, never made."),
]


class ListQuery(Query):
    page_size: PageSize = Field(PAGE_SIZE, examples=[50])
    cursor: CursorText | None = Field(None, examples=["v1.WyI3ZjNhIl0.c2lnbmVk"])


class PageOut(Out, Generic[T]):
    """One page of a list. It may be short, even empty; only `next: null` ends a walk."""

    count: int = Field(description="How many results there are in all; a lower bound when count_exact is false.")
    count_exact: bool
    next: str | None
    previous: str | None
    results: list[T]


SearchText = Annotated[
    Line,
    Field(max_length=100, description="A part of the name or of the address, without regard to case and accents."),
]
