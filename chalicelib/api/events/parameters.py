"""What a query parameter of the lists of events may be, and how the OpenAPI document says it."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from chalicelib.api.events import spans
from chalicelib.api.http.schemas import Line, decimal
from chalicelib.domain import ids
from chalicelib.domain.limits import MAX_SEARCH_WORDS, PAGE_DEPTH
from chalicelib.domain.search.words import SHORT, folded, split_words, terms_of

_ULID = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"


def _words(value: str) -> str:
    number = len(terms_of((value,)))
    if number == 0:
        raise ValueError("must have a letter, a digit or an emoji")
    if number > MAX_SEARCH_WORDS:
        raise ValueError(f"must have at most {MAX_SEARCH_WORDS} words")
    return value


def _part(value: str) -> str:
    text = folded(value)
    if len(text) < SHORT and not text.isalnum() and text not in split_words(text):
        raise ValueError(f"must have {SHORT} characters, or one or two letters or digits")
    return value


def _organizer(value: str) -> str:
    if not ids.is_ulid(value):
        raise ValueError("must be the id of an organizer, as it stands in organizer.id")
    return value


SearchText = Annotated[Line, Field(max_length=200), AfterValidator(_words)]
Part = Annotated[Line, Field(max_length=200), AfterValidator(_part)]
UserId = Annotated[str, AfterValidator(_organizer), WithJsonSchema({"type": "string", "pattern": _ULID})]
DateText = Annotated[
    str,
    AfterValidator(spans.checked_date),
    WithJsonSchema({"type": "string", "pattern": spans.DATE_PATTERN}),
]
Bound = Annotated[
    str,
    AfterValidator(spans.checked_bound),
    WithJsonSchema({"type": "string", "pattern": spans.BOUND_PATTERN}),
]
PageNumber = Annotated[int, Field(ge=1, le=PAGE_DEPTH), BeforeValidator(decimal)]
