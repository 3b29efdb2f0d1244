"""The form in which a guest asks for a place: what was typed, and what is wrong with it, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from chalicelib.api.enrollments.schemas import EnrolIn
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.schemas import Body
from chalicelib.domain.errors import InvalidRequestError

_FIELDS = ("name", "email", "party_size")
_DIGITS = 4  # longer ones are no number of people, and stay the text that they are


class GuestIn(Body):
    """As it was typed: a page that refuses it shows it again."""

    name: str = Field("", description="What the guest is called.")
    email: str = Field("", description="Where the link is mailed to.")
    party_size: str = Field("1", description="For how many people.")


@dataclass(frozen=True, slots=True)
class GuestFormValues:
    """What stands in the fields, and which of them cannot be taken as they are: `missing`, or `wrong`."""

    values: Mapping[str, str] = field(default_factory=lambda: {"name": "", "email": "", "party_size": "1"})
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_fault(self) -> str | None:
        """The field with which a reader begins who corrects the form from the top."""
        return next((name for name in _FIELDS if name in self.faults), None)

    def with_faults_of(self, refusal: InvalidRequestError) -> "GuestFormValues":
        """Beside the field that each of them is about. Raises the refusal where it is about none of them."""
        names = {error.where.removeprefix("/") for error in refusal.errors} & set(_FIELDS)
        if not names:
            raise refusal
        return GuestFormValues(self.values, {name: "wrong" if self.values[name] else "missing" for name in names})


def typed(form: GuestIn) -> GuestFormValues:
    return GuestFormValues({name: getattr(form, name) for name in _FIELDS})


def checked(form: GuestIn) -> EnrolIn:
    """The request as the API would take it. Raises `InvalidRequestError` as it does, for every field at once."""
    size: Any = form.party_size or "1"
    if size.isascii() and size.isdigit() and len(size) <= _DIGITS:
        size = int(size)
    return parsing.validate_object(EnrolIn, {"name": form.name, "email": form.email, "party_size": size})
