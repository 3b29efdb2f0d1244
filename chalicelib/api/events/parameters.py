"""What a query parameter of the lists of events may be, and how the OpenAPI document says it."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from chalicelib.api.events import spans
from chalicelib.api.http.request.schemas import Line, decimal
from chalicelib.domain.search.words import SHORT, folded, split_words, terms_of
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.coordinates import Circle, Coordinates
from chalicelib.domain.shared.limits import MAX_NEAR, MAX_SEARCH_WORDS, MIN_NEAR, PAGE_DEPTH

_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180
_NEAR = re.compile(
    r"^(-?[0-9]{1,2}(?:\.[0-9]{1,15})?),(-?[0-9]{1,3}(?:\.[0-9]{1,15})?),([0-9]{1,3}(?:\.[0-9]{1,15})?)$"
)
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


def _near(value: str) -> str:
    circle_of(value)
    return value


def circle_of(value: str) -> Circle:
    """Latitude, longitude and kilometres. Raises `ValueError` for anything else."""
    found = _NEAR.fullmatch(value)
    if found is None:
        raise ValueError("must be latitude, longitude and kilometres as decimal numbers, such as 52.52,13.405,25")
    latitude, longitude, kilometres = (float(number) for number in found.groups())
    if abs(latitude) > _MOST_LATITUDE or abs(longitude) > _MOST_LONGITUDE:
        raise ValueError("must have a latitude from -90 to 90 and a longitude from -180 to 180")
    if not MIN_NEAR <= kilometres <= MAX_NEAR:
        raise ValueError(f"must have from {MIN_NEAR} to {MAX_NEAR} kilometres")
    return Circle(Coordinates(latitude, longitude), kilometres)


SearchText = Annotated[Line, Field(max_length=200), AfterValidator(_words)]
Part = Annotated[Line, Field(max_length=200), AfterValidator(_part)]
Near = Annotated[
    str, AfterValidator(_near), WithJsonSchema({"type": "string", "maxLength": 60, "pattern": _NEAR.pattern})
]
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
