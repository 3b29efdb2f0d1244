"""Enrollments on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from chalicelib.api.schemas.common import Body, Line, ListQuery, Out, UtcTime
from chalicelib.domain.enrollments import EnrollmentStatus
from chalicelib.services.entries import Entry
from chalicelib.services.rosters import When


class EnrolIn(Body):
    """Enrolling oneself needs no fields."""


class CancelIn(Body):
    note: Annotated[Line, Field(max_length=500)] | None = Field(
        None, description="What the organizer tells the person; ignored when one cancels one's own."
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
    id: str
    name: str
    email: str | None = Field(None, description="Only for the organizer of the event.")


class EnrollmentOut(Out):
    id: str
    event: EnrolledEventOut
    attendee: AttendeeOut
    status: EnrollmentStatus
    position: int | None = Field(None, description="Place in the waitlist.")
    expires_at: UtcTime | None = None
    party_size: int
    note: str | None
    checked_in_at: UtcTime | None = None
    no_show_at: UtcTime | None = None
    version: int
    created_at: UtcTime
    updated_at: UtcTime


def _statuses(value: str) -> str:
    for one in value.split(","):
        if one not in set(EnrollmentStatus):
            raise ValueError(f"{one!r} is not a status; use a list of {', '.join(EnrollmentStatus)}")
    return value


Statuses = Annotated[
    str,
    AfterValidator(_statuses),
    Field(description="One or several statuses, separated by commas."),
    WithJsonSchema({"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(EnrollmentStatus)}}),
]


class MineQuery(ListQuery):
    when: When | None = Field(None, description="past: the event is over; upcoming: it is not.")
    status: Statuses | None = None
    event: Annotated[str, Field(max_length=64, description="Only the enrollment in this event.")] | None = None


class RosterQuery(ListQuery):
    status: EnrollmentStatus | None = None


def enrollment_out(entry: Entry) -> EnrollmentOut:
    row, event = entry.enrollment, entry.event
    return EnrollmentOut(
        id=row.key.id,
        event=EnrolledEventOut(
            id=event.id,
            title=event.facts.title,
            starts_at=event.facts.starts_at,
            ends_at=event.facts.ends_at,
            timezone=event.facts.timezone,
            location=event.facts.location,
            status=event.status.value,
        ),
        attendee=AttendeeOut(id=row.key.attendee_id, name=entry.name, email=entry.email),
        status=row.status,
        party_size=row.party_size,
        note=row.note,
        version=row.version,
        created_at=row.enrolled_at,
        updated_at=row.updated_at,
    )
