"""Enrollments on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import JsonDict

from chalicelib.api.http.request.list_values import ListValue
from chalicelib.api.http.request.names import FullName
from chalicelib.api.http.request.schemas import (
    Body,
    Email,
    Flag,
    Line,
    ListQuery,
    Out,
    Query,
    SearchText,
    UtcTime,
    whole,
)
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import FieldError
from chalicelib.domain.notifications.delivery_report import MailLog, MailState
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.shared.limits import MAX_PARTY
from chalicelib.services.enrollments.lists.own_list import When
from chalicelib.services.enrollments.lists.roster import RosterFilter
from chalicelib.services.enrollments.view import EnrollmentView

_NULL: JsonDict = {"type": "null"}
_TEXT: JsonDict = {"type": "string"}


class EnrolIn(Body):
    """Enrolling oneself needs no fields; somebody else is named by one of attendee_id, or name and email."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"name": _NULL, "email": _NULL}},
                {"required": ["name", "email"], "properties": {"name": _TEXT, "email": _TEXT, "attendee_id": _NULL}},
            ]
        }
    )

    attendee_id: Annotated[str, Field(max_length=64)] | None = Field(
        None,
        description="Somebody whose record one keeps; organizers: also who agreed to be in an event of theirs, and, by "
        "the id that they are shown of them, everybody who is or was in this one.",
    )
    name: FullName | None = Field(
        None, description="With `email`: a guest enrols without an account; an organizer enrols somebody by address."
    )
    email: Email | None = None
    confirm: bool = Field(
        default=True, description="false keeps a seat until `expires_at`: POST .../confirm makes it certain."
    )
    waitlist: bool = Field(default=False, description="true: wait for a seat if the event is full.")
    party_size: Annotated[int, Field(ge=1, le=MAX_PARTY), BeforeValidator(whole)] = Field(
        1, description="Seats for so many people, all or none; the event's `party_max` is the limit."
    )


def person_faults(body: EnrolIn) -> list[FieldError]:
    """One person is named in one way."""
    if body.attendee_id is not None and body.email is not None:
        return [FieldError("/attendee_id", "one_person", "name one person: attendee_id, or name and email")]
    if (body.name is None) != (body.email is None):
        missing = "name" if body.name is None else "email"
        return [FieldError(f"/{missing}", "required", "is required: name and email belong together")]
    return []


class CancelIn(Body):
    note: Annotated[Line, Field(max_length=500)] | None = Field(
        None, description="What the organizer tells the person; ignored when one cancels one's own."
    )
    hand_over: bool = Field(
        default=True,
        description="false, by the organizer only: the seat goes to nobody, the capacity becomes smaller by it.",
    )


class EnrolledEventOut(Out):
    id: str
    title: str
    starts_at: UtcTime
    ends_at: UtcTime
    timezone: str
    location: str | None
    status: Literal["draft", "published", "cancelled", "deleted"]


class AttendeeOut(Out):
    id: str = Field(
        description="Of a person who was enrolled by their address and has not agreed yet an id of this event, to "
        "everybody but themselves."
    )
    name: str = Field(description="Of such a person what was given with the enrollment.")
    email: str | None = Field(None, description="Only for the organizer of the event.")


class MailOut(Out):
    kind: str = Field(
        description="What it was about.",
        json_schema_extra={"enum": [kind.value for kind in OutboxKind if kind.is_mail]},
    )
    state: MailState = Field(
        description="queued: it goes out soon; sent: the mail service took it; delivered, bounced, complained: what "
        "that reported; skipped: no longer true, or not wanted; failed: refused for good. The last two say why."
    )
    at: UtcTime = Field(description="Since when.")
    reason: str | None


class EnrollmentOut(Out):
    id: str
    event: EnrolledEventOut
    attendee: AttendeeOut
    status: EnrollmentStatus
    position: int | None = Field(
        None,
        description="Place in the waitlist, of one that waits: exact among the first 30, behind them at most that far. "
        "In the organizer's list the first hundred; null in lists of one's own.",
    )
    expires_at: UtcTime | None = Field(None, description="Until when a hold or an offer is good.")
    party_size: int
    note: str | None
    checked_in_at: UtcTime | None = Field(None, description="When the first of the party came.")
    checked_in_people: int = Field(0, description="How many of the party are here.")
    walk_in: bool = Field(default=False, description="Whether it is a place that they got at the door.")
    no_show_at: UtcTime | None = Field(
        None, description="When the seat was given on because nobody had come; null once a scan says otherwise."
    )
    mail: MailOut | None = Field(
        None,
        description="What became of the last mail about it, for three months: in the enrollment itself and in the "
        "organizer's list; null elsewhere.",
    )
    version: int
    created_at: UtcTime
    updated_at: UtcTime


def _statuses(value: str) -> str:
    for name in value.split(","):
        if name not in set(EnrollmentStatus):
            raise ValueError(f"{name!r} is not a status; use a list of {', '.join(EnrollmentStatus)}")
    return value


Statuses = Annotated[
    str,
    AfterValidator(_statuses),
    ListValue(),
    Field(description="One or several statuses: the parameter repeated, or one text with commas between."),
    WithJsonSchema({"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(EnrollmentStatus)}}),
]


def statuses_of(text: str | None) -> tuple[EnrollmentStatus, ...]:
    """What a parameter of the type `Statuses` names; nothing without it."""
    return tuple(EnrollmentStatus(name) for name in text.split(",")) if text else ()


class MineQuery(ListQuery):
    when: When | None = Field(None, description="past: the event is over; upcoming: it is not.")
    status: Statuses | None = Field(None, description="Only enrollments of this status, or of these.")
    event: Annotated[str, Field(max_length=64, description="Only the enrollment in this event.")] | None = None


class OwnQuery(MineQuery):
    made_by: Literal["me"] | None = Field(None, description="me: those that one made for others, not one's own.")


class RosterFields(Query):
    """Which people of an event are wanted, in a list and in a table."""

    status: Statuses | None = Field(None, description="Only enrollments of this status, or of these.")
    q: SearchText | None = None
    checked_in: Flag | None = Field(None, description="true: somebody of the party is here; false: nobody is.")
    no_show: Flag | None = Field(None, description="true: the seat was given on because nobody had come; false: not.")
    bounced: Flag | None = Field(
        None,
        description="true: the last mail about it came back for good; false: it did not. For who manages the event.",
    )


_Ordering = Literal[
    "name", "-name", "created_at", "-created_at", "checked_in_at", "-checked_in_at", "status", "-status"
]


class RosterQuery(RosterFields, ListQuery):
    ordering: _Ordering | None = Field(
        None,
        description="Downwards with a minus; by what is shown. All who are wanted are looked at for a page, so that of "
        "an event with more than 1,000 people it is 422 `too_many_to_sort`. Without it the order means nothing.",
    )


def roster_filter(query: RosterFields) -> RosterFilter:
    return RosterFilter(
        statuses=statuses_of(query.status),
        q=query.q,
        checked_in=query.checked_in,
        no_show=query.no_show,
        bounced=query.bounced,
    )


def _mail_out(log: MailLog) -> MailOut:
    return MailOut(kind=log.kind.value, state=log.shown, at=log.at, reason=log.reason)


def enrollment_out(view: EnrollmentView) -> EnrollmentOut:
    enrollment, event = view.enrollment, view.event
    return EnrollmentOut(
        id=view.id,
        event=EnrolledEventOut(
            id=event.id,
            title=event.facts.title,
            starts_at=event.facts.starts_at,
            ends_at=event.facts.ends_at,
            timezone=event.facts.timezone,
            location=event.facts.location,
            status=event.status.value,
        ),
        attendee=AttendeeOut(id=view.attendee_id, name=view.name, email=view.email),
        status=enrollment.status,
        position=view.position,
        expires_at=enrollment.expires_at,
        party_size=enrollment.party_size,
        note=enrollment.note,
        checked_in_at=enrollment.checked_in_at,
        checked_in_people=enrollment.people_in,
        walk_in=enrollment.is_walk_in,
        no_show_at=enrollment.no_show_at if enrollment.is_no_show else None,
        mail=_mail_out(view.mail) if view.mail else None,
        version=enrollment.version,
        created_at=enrollment.enrolled_at,
        updated_at=enrollment.updated_at,
    )
