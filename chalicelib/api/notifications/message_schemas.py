"""What an organizer writes to people who are enrolled."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from chalicelib.api.http.request.schemas import CLEAN, Body, Heading, Out, Query, UtcTime, clean
from chalicelib.domain.notifications.announced import AnnouncedKind
from chalicelib.domain.shared.limits import MAX_MESSAGE, MAX_SUBJECT
from chalicelib.services.enrollments.history import ActorKind

CONFIRM = "The value of a 409 confirmation_required."


def _without_blank_ends(value: Any) -> Any:
    """No blank lines before and after; how the first line is indented stays as it was written."""
    if not isinstance(value, str):
        return value
    text = value.rstrip()
    blank = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, blank) + 1 :]


SegmentName = Literal["confirmed", "waitlisted", "checked_in", "not_checked_in"]


class MessageIn(Body):
    subject: Annotated[Heading, Field(min_length=1, max_length=MAX_SUBJECT)]
    body: Annotated[
        str,
        StringConstraints(strip_whitespace=False, min_length=1, max_length=MAX_MESSAGE),
        AfterValidator(clean),
        BeforeValidator(_without_blank_ends),
        Field(description="Plain text; its indentation is kept.", json_schema_extra={"pattern": CLEAN}),
    ]
    segment: SegmentName = Field(
        description="Whom it is for; looked at once more for each of them when their mail is sent."
    )

    test: bool = Field(
        default=False,
        description="Whether it is a test: mailed to the caller's own address only, at once, marked as a test, and "
        "in no list.",
    )


class MessageQuery(Query):
    confirm: Annotated[str, Field(max_length=500, description=CONFIRM)] | None = None


class DeliveriesOut(Out):
    """How many mails there are, and what became of them."""

    mails: int = Field(description="Those that were made for the people whom it is for.")
    waiting: int = Field(description="To be sent, or held up by the provider or by what a mailbox takes.")
    sent: int = Field(description="Taken by the provider; those that bounced later are among them.")
    skipped: int = Field(description="Not sent, as it was not for them any more or they do not want it.")
    failed: int
    delivered: int = Field(description="As far as their mail servers said so.")
    bounced: int
    complained: int = Field(description="Marked as spam by whoever got it.")


class AnnouncementOut(Out):
    id: str
    kind: AnnouncedKind
    at: UtcTime
    subject: str | None = Field(description="Of a message.")
    segment: SegmentName | None = Field(description="Of a message: whom it is for.")
    changed: list[str] = Field(description="Of a change of the event: the facts that are not what they were.")
    actor: ActorKind | None = Field(description="Of a message: what whoever wrote it is to the event.")
    actor_id: str | None = Field(
        description="Of somebody of the team, for whoever sees the team: the id of their entry in it."
    )
    deliveries: DeliveriesOut


class MessageOut(Out):
    id: str
    recipients: int = Field(description="How many enrollments it is for, as counted when it was sent; 1 of a test.")
