"""Field types that several resources share, and the shape of lists."""

import re
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.accounts.people import BLANK, UNPRINTABLE, is_blank
from chalicelib.domain.shared.limits import MAX_EMAIL, MAX_MAILBOX, MAX_PAGE_SIZE, PAGE_SIZE
from chalicelib.domain.shared.times import rfc3339

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_BREAK = re.compile(r"[\t\r\n]")
# What the checks below demand, as the documents say it: ECMA regular expressions.
CLEAN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]*$"
_ANY = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*"
_ONE_LINE = f"^{_ANY}$"
_SEEN = f"^{_ANY}[^{UNPRINTABLE}{BLANK}]{_ANY}$"

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


def _seen(text: str) -> str:
    if text and is_blank(text):
        raise ValueError("must have a character that can be seen")
    return text


def whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_DIGITS = 18  # of a number, which then is beyond every bound however it goes on


def decimal(value: Any) -> Any:
    """Queries and forms send digits; what they are too small or too large for is told by the bounds of the field."""
    if not isinstance(value, str):
        return int(value)
    found = re.fullmatch(r"(-?)0*(\d+)", value, re.ASCII)
    if found is None:
        raise ValueError("must be a whole number")
    return int(found[1] + found[2][:_DIGITS])


def _flag(value: str) -> bool:
    if value.lower() not in {"true", "false"}:
        raise ValueError("must be true or false")
    return value.lower() == "true"


def _email(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # first used by the first body with an address

    mailbox = value.strip().rpartition("@")[0]
    if not mailbox.isascii():
        raise ValueError("must have only ASCII characters before the @: nothing else can be written to")
    if len(mailbox) > MAX_MAILBOX:
        raise ValueError(f"must have at most {MAX_MAILBOX} characters before the @")
    try:
        address = validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise ValueError("must be an e-mail address such as ada@example.org") from error
    if len(fold_email(address)) > MAX_EMAIL:
        raise ValueError(f"must have at most {MAX_EMAIL} characters")
    return address


Line = Annotated[str, AfterValidator(_one_line), Field(json_schema_extra={"pattern": _ONE_LINE})]
Heading = Annotated[str, AfterValidator(_one_line), AfterValidator(_seen), Field(json_schema_extra={"pattern": _SEEN})]
Text = Annotated[str, AfterValidator(clean), Field(json_schema_extra={"pattern": CLEAN})]
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
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
PageSize = Annotated[
    int, Field(ge=1, le=MAX_PAGE_SIZE, description="How many results a page has at most."), BeforeValidator(decimal)
]
CursorText = Annotated[
    str,
    Field(min_length=1, max_length=1500, description="Where the page begins: taken from next or previous, never made."),
]


class ListQuery(Query):
    page_size: PageSize = Field(PAGE_SIZE, examples=[50])
    cursor: CursorText | None = None


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
