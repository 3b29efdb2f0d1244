"""What an organizer writes to people who are enrolled."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from chalicelib.api.http.schemas import CLEAN, Body, Heading, Out, Query, clean
from chalicelib.domain.limits import MAX_MESSAGE, MAX_SUBJECT

CONFIRM = "The value of a 409 confirmation_required."


def _without_blank_ends(value: Any) -> Any:
    """No blank lines before and after; how the first line is indented stays as it was written."""
    if not isinstance(value, str):
        return value
    text = value.rstrip()
    blank = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, blank) + 1 :]


class MessageIn(Body):
    subject: Annotated[Heading, Field(min_length=1, max_length=MAX_SUBJECT)]
    body: Annotated[
        str,
        StringConstraints(strip_whitespace=False, min_length=1, max_length=MAX_MESSAGE),
        AfterValidator(clean),
        BeforeValidator(_without_blank_ends),
        Field(description="Plain text; its indentation is kept.", json_schema_extra={"pattern": CLEAN}),
    ]
    segment: Literal["confirmed", "waitlisted", "checked_in", "not_checked_in"] = Field(
        description="Whom it is for; looked at once more for each of them when their mail is sent."
    )


class MessageQuery(Query):
    confirm: Annotated[str, Field(max_length=500, description=CONFIRM)] | None = None


class MessageOut(Out):
    id: str
    recipients: int = Field(description="How many enrollments it is for, as counted when it was sent.")
