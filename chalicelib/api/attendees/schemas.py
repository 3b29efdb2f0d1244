"""Attendee records on the wire."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from chalicelib.api.accounts.schemas import Name
from chalicelib.api.enrollments.schemas import Statuses
from chalicelib.api.http.request.schemas import Body, Email, Line, ListQuery, Out, UtcTime
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts, words
from chalicelib.domain.shared.limits import MAX_SEARCH_WORDS
from chalicelib.services.enrollments.lists.own_list import When

READ_ONLY = frozenset({"id", "kept_by", "version", "created_at", "updated_at"})
OLDEST = date(1900, 1, 1)
# 6 to 15 digits (E.164 has at most 15) with the usual punctuation; `+` or `00` and the country, or a national number.
_PHONE = r"^(\+[1-9]|00[1-9]|\(?[0-9])([ ()./-]*[0-9]){5,14}[ ()./-]*$"
_ABROAD = re.compile(r"00[1-9]\d{5,14}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _phone(value: str) -> str:
    """As E.164 writes it: no punctuation, `+` before the country. A number without one stays a national number."""
    if not re.fullmatch(_PHONE, value, re.ASCII):
        raise ValueError("must be a phone number such as +49 30 901820")
    digits = re.sub(r"\D", "", value, flags=re.ASCII)
    if _ABROAD.fullmatch(digits):
        return f"+{digits[2:]}"
    return f"+{digits}" if value.startswith("+") else digits


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date such as 1990-12-31")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("must be a day that exists") from error
    if day < OLDEST:
        raise ValueError(f"must not be before {OLDEST}")
    return day


def _search(value: str) -> str:
    """Words are counted as they are looked for: a letter that stands for a sentence is some of them."""
    number = len(words(value))
    if number == 0:
        raise ValueError("must have a letter or a digit")
    if number > MAX_SEARCH_WORDS:
        raise ValueError(f"must have at most {MAX_SEARCH_WORDS} words")
    return value


Phone = Annotated[
    Line,
    AfterValidator(_phone),
    Field(
        max_length=30,
        description="Punctuation is dropped; with `+` and the country wherever one knows it.",
        json_schema_extra={"pattern": _PHONE, "examples": ["+4930901820"]},
    ),
]
BirthDate = Annotated[
    date,
    BeforeValidator(_day),
    Field(description="In the past, from 1900 on."),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["1990-12-31"]}),
]


class AttendeeRecordIn(Body):
    """What one writes down about somebody. Read-only fields are accepted and ignored, so that GET, edit, PUT works."""

    first_name: Annotated[Name, Field(min_length=1)]
    last_name: Name = ""
    email: Email | None = Field(None, description="Unique among the records that one keeps.")
    phone: Phone | None = None
    date_of_birth: BirthDate | None = None

    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in READ_ONLY}


class OwnRecordIn(Body):
    """What one's own record has besides the account."""

    phone: Phone | None = None
    date_of_birth: BirthDate | None = None


class AttendeeRecordOut(Out):
    id: str
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    date_of_birth: date | None
    kept_by: str | None = Field(description="The user who keeps the record; null: one's own.")
    version: int
    created_at: UtcTime
    updated_at: UtcTime


class KeptQuery(ListQuery):
    q: (
        Annotated[
            Line,
            AfterValidator(_search),
            Field(max_length=100, description=f"At most {MAX_SEARCH_WORDS} words; each begins one of the name."),
        ]
        | None
    ) = None
    email: Email | None = Field(None, description="The whole address, in any case.")


class TheirEnrollmentsQuery(ListQuery):
    when: When | None = Field(None, description="past: the event is over; upcoming: it is not.")
    status: Statuses | None = Field(None, description="Only enrollments of this status, or of these.")
    event: Annotated[str, Field(max_length=64, description="Only the enrollment in this event.")] | None = None


def to_facts(body: AttendeeRecordIn) -> AttendeeFacts:
    return AttendeeFacts(
        first_name=body.first_name,
        last_name=body.last_name,
        email=body.email,
        phone=body.phone,
        date_of_birth=body.date_of_birth,
    )


def writable(attendee: Attendee) -> dict[str, Any]:
    """The record as a body that would write it again: what PATCH merges into."""
    facts = attendee.facts
    return {
        "first_name": facts.first_name,
        "last_name": facts.last_name,
        "email": facts.email,
        "phone": facts.phone,
        "date_of_birth": facts.date_of_birth.isoformat() if facts.date_of_birth else None,
    }


def attendee_out(attendee: Attendee) -> AttendeeRecordOut:
    facts = attendee.facts
    return AttendeeRecordOut(
        id=attendee.id,
        first_name=facts.first_name,
        last_name=facts.last_name,
        email=facts.email,
        phone=facts.phone,
        date_of_birth=facts.date_of_birth,
        kept_by=attendee.kept_by,
        version=attendee.version,
        created_at=attendee.created_at,
        updated_at=attendee.updated_at,
    )
