"""What an organizer writes to people who are enrolled."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.api.http.schemas import Body, Line, Out, Query, Text
from chalicelib.domain.limits import MAX_MESSAGE, MAX_SUBJECT

CONFIRM = "The value of a 409 confirmation_required."


class MessageIn(Body):
    subject: Annotated[Line, Field(min_length=1, max_length=MAX_SUBJECT)]
    body: Annotated[Text, Field(min_length=1, max_length=MAX_MESSAGE, description="Plain text.")]
    segment: Literal["confirmed", "waitlisted", "checked_in", "not_checked_in"] = Field(
        description="Whom it is for; looked at once more for each of them when their mail is sent."
    )


class MessageQuery(Query):
    confirm: Annotated[str, Field(max_length=500, description=CONFIRM)] | None = None


class MessageOut(Out):
    id: str
    recipients: int = Field(description="How many enrollments it is for, as counted when it was sent.")
