"""Bodies and answers of what is done to one enrollment, and of the question whether one can enrol."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from chalicelib.api.enrollments.schemas import AttendeeOut, EnrollmentOut
from chalicelib.api.http.request.names import FullName
from chalicelib.api.http.request.schemas import Body, Email, Line, Out, Query, UtcTime, decimal, whole
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.errors import FieldError
from chalicelib.domain.shared.limits import MAX_PARTY
from chalicelib.services.enrollments.changes.edit import EnrollmentFacts, Present

WRITABLE = ("note", "party_size", "attendee")


class TransferIn(Body):
    """To whom: one of attendee_id, or name and email."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["attendee_id"], "properties": {"attendee_id": {"type": "string"}}},
                {"required": ["name", "email"], "properties": {name: {"type": "string"} for name in ("name", "email")}},
            ],
        }
    )

    attendee_id: Annotated[str, Field(max_length=64)] | None = Field(
        None,
        description="Somebody whose record one keeps; organizers: also who agreed to be in an event of theirs, and, by "
        "the id that they are shown of them, everybody who is or was in this one.",
    )
    name: FullName | None = Field(None, description="With `email`: anybody, with or without an account.")
    email: Email | None = None


def person_faults(body: TransferIn) -> list[FieldError]:
    """One person is named, and in one way."""
    if body.attendee_id is not None and (body.email is not None or body.name is not None):
        return [FieldError("/attendee_id", "one_person", "name one person: attendee_id, or name and email")]
    if body.attendee_id is not None or (body.name is not None and body.email is not None):
        return []
    if body.name is None and body.email is None:
        return [FieldError("/attendee_id", "required", "is required, or name and email")]
    missing = "name" if body.name is None else "email"
    return [FieldError(f"/{missing}", "required", "is required: name and email belong together")]


class AttendeeNameIn(Body):
    """The person of an enrollment: the name can be corrected, the rest is read-only and ignored."""

    name: FullName | None = Field(
        None, description="A correction, by the organizer or who enrolled them. null: as it was given, or they say."
    )

    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in AttendeeOut.model_fields.keys() - {"name"}}


class EditEnrollmentIn(Body):
    """What can be changed. Read-only fields are accepted and ignored, so that GET, edit, PUT works."""

    note: Annotated[Line, Field(max_length=500)] | None = Field(
        None, description="The organizer's, for the person to read. Nobody else writes it."
    )
    party_size: Annotated[int, Field(ge=1, le=MAX_PARTY), BeforeValidator(whole)] = Field(
        1, description="Fewer gives seats back; more needs free seats. On the waitlist only fewer."
    )
    attendee: AttendeeNameIn = Field(default_factory=AttendeeNameIn)

    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        ignored = EnrollmentOut.model_fields.keys() - set(WRITABLE)
        return {name: value for name, value in given.items() if name not in ignored}


def writable(enrollment: Enrollment) -> dict[str, Any]:
    """The enrollment as a body that would write it again: what PATCH merges into."""
    name = {"name": enrollment.corrected_name}
    return {"note": enrollment.note, "party_size": enrollment.party_size, "attendee": name}


def as_replaced(sent: dict[str, Any], present: Present) -> dict[str, Any]:
    """What was sent, as all of the document: what is not the caller's to write is not theirs to leave out."""
    theirs = {"note": present.in_charge, "attendee": present.names}
    kept = {name: value for name, value in writable(present.enrollment).items() if not theirs.get(name, True)}
    return kept | sent


def status_faults(sent: dict[str, Any], enrollment: Enrollment) -> list[FieldError]:
    """The status may be sent back as it is; another one has its own way."""
    if sent.get("status", enrollment.status.value) == enrollment.status.value:
        return []
    message = "changes through POST /enrollments/{enrollment_id}/confirm, /cancel and /promote only"
    return [FieldError("/status", "read_only", message)]


def to_facts(body: EditEnrollmentIn, present: Present) -> EnrollmentFacts:
    """The name that is shown may be sent back as it is; only another one is a correction."""
    name, before = body.attendee.name, present.enrollment.corrected_name
    is_shown = name is not None and name != before and name == present.shown_name()
    return EnrollmentFacts(note=body.note, party_size=body.party_size, corrected_name=before if is_shown else name)


class ResentOut(Out):
    detail: str


class EligibilityQuery(Query):
    party_size: Annotated[
        int,
        Field(ge=1, le=MAX_PARTY, description="For how many people."),
        BeforeValidator(decimal),
    ] = 1


class NextStepOut(Out):
    action: str
    method: str
    href: str


class WaitlistOut(Out):
    mode: Literal["auto", "offer", "off"]
    count: int = Field(description="How many enrollments wait.")


class OwnEnrollmentOut(Out):
    id: str
    status: str
    expires_at: UtcTime | None


class EligibilityOut(Out):
    """What enrolling would do now. A moment later it may do something else: only enrolling itself is certain."""

    can_enrol: bool = Field(description="Whether `POST /events/{event_id}/enrollments` would enrol now.")
    would: Literal["confirmed", "pending", "waitlisted"] | None = Field(
        description="The status that one would get: `waitlisted` only with `waitlist: true`, `pending` as a guest."
    )
    code: str | None = Field(description="The problem code that the POST would answer without `waitlist`.")
    detail: str
    next_step: NextStepOut | None
    opens_at: UtcTime | None
    closes_at: UtcTime
    party_max: int
    waitlist: WaitlistOut
    available_spots: int | None = Field(description="null when unlimited; expired holds count as free.")
    enrollment: OwnEnrollmentOut | None = Field(description="The caller's own live one.")
