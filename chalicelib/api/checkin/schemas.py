"""Check-ins, the trail of an enrollment and the export of an event's people on the wire."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from chalicelib.api.enrollments.schemas import EnrollmentOut, RosterFields, enrollment_out
from chalicelib.api.http.request.moments import Moment
from chalicelib.api.http.request.schemas import Body, CursorText, Flag, Out, UtcTime, whole
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentStatus
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.domain.shared.limits import MAX_PARTY, MAX_SCANS
from chalicelib.services.checkin.outcome import Outcome, ScanStatus
from chalicelib.services.checkin.scan import Scan
from chalicelib.services.enrollments.history import ActorKind, HistoryEntry
from chalicelib.services.enrollments.view import EnrollmentView

People = Annotated[int, Field(ge=1, le=MAX_PARTY), BeforeValidator(whole)]
_WITHOUT_SEAT = "Came before the seat was given on to somebody else, and is noted; no seat is free now."


class CheckInIn(Body):
    code: str | None = Field(None, description="What the ticket says: must be the ticket of this very enrollment.")
    people: People | None = Field(None, description="How many of the party came; by default all who are not here yet.")


class CheckInOut(EnrollmentOut):
    """The enrollment as it is now."""

    already_checked_in_at: UtcTime | None = Field(
        description="Since when the people of this ticket have been here, if this request let nobody in: the ticket "
        "was used before. null when it was good."
    )


class ScanIn(Body):
    """One ticket that was scanned: by its code, or by the enrollment's id."""

    code: str | None = Field(None, description="What the ticket says; this or `enrollment_id`.")
    enrollment_id: str | None = Field(None, description="Instead of `code`.")
    checked_in_at: Moment | None = Field(
        None,
        description="When it was scanned (or undone); now, unless it is given. Up to five minutes in the future are "
        "taken for now; before the enrolment began there is nothing to scan.",
    )
    people: People | None = Field(
        None, description="How many of the party came; by default all who are not here yet. Not for an undo."
    )
    undo: bool = Field(default=False, description="true takes the check-in back.")


class ScansIn(Body):
    rows: Annotated[list[ScanIn], Field(min_length=1, max_length=MAX_SCANS)]


class ScanResultOut(Out):
    """What became of one row; a refused one says why in `code` and `detail`."""

    index: int
    enrollment_id: str | None = Field(description="null when the row names no enrollment of this event.")
    status: ScanStatus
    code: str | None = Field(description="Of a refused row: the code of the problem.")
    detail: str | None = Field(
        description="Of a refused row, and of one without a seat: a sentence for whoever stands at the entrance."
    )
    checked_in_at: UtcTime | None = Field(description="As it is now.")
    already_checked_in_at: UtcTime | None = Field(
        description="Since when the people of this ticket have been here, if this row let nobody in; null otherwise."
    )
    checked_in_people: int = Field(description="So many of the party are here now.")


class ScanResultsOut(Out):
    """One result a row, in their order."""

    results: list[ScanResultOut]


class ActorOut(Out):
    kind: ActorKind
    id: str | None = Field(description="null for admins and for what happens by itself.")


class HistoryEntryOut(Out):
    """One transition of an enrollment."""

    at: UtcTime
    status: EnrollmentStatus
    cause: Cause
    actor: ActorOut
    request_id: str = Field(description="Empty for the end of a hold or an offer that is not written down yet.")


class HistoryOut(Out):
    """The last transitions, newest last."""

    count: int
    results: list[HistoryEntryOut]


_SEPARATORS = {",": ",", "comma": ",", ";": ";", "semicolon": ";", "\t": "\t", "tab": "\t"}


def _separator(value: str) -> str:
    if value not in _SEPARATORS:
        raise ValueError("must be comma, semicolon or tab, or the sign itself")
    return _SEPARATORS[value]


Separator = Annotated[
    str, AfterValidator(_separator), WithJsonSchema({"type": "string", "enum": list(_SEPARATORS), "default": "comma"})
]


class ExportQuery(RosterFields):
    separator: Separator | None = Field(
        None,
        description="What stands between cells: comma, semicolon or tab, by name or as the sign itself. Unless given, "
        "a semicolon where the best language of `Accept-Language` writes a comma before decimals, else a comma.",
        examples=["semicolon"],
    )
    bom: Flag = Field(default=True, description="false: without the byte order mark by which Excel knows UTF-8.")
    cursor: CursorText | None = None


def to_scan(row: ScanIn) -> Scan:
    return Scan(code=row.code, enrollment_id=row.enrollment_id, at=row.checked_in_at, undo=row.undo, people=row.people)


def checked_in_out(view: EnrollmentView) -> CheckInOut:
    return CheckInOut(**dict(enrollment_out(view)), already_checked_in_at=view.already_at)


def results_out(outcomes: list[Outcome]) -> ScanResultsOut:
    return ScanResultsOut(results=[_result(index, outcome) for index, outcome in enumerate(outcomes)])


def _result(index: int, outcome: Outcome) -> ScanResultOut:
    return ScanResultOut(
        index=index,
        enrollment_id=outcome.enrollment_id,
        status=outcome.status,
        code=outcome.error.code if outcome.error else None,
        detail=_detail(outcome),
        checked_in_at=outcome.checked_in_at,
        already_checked_in_at=outcome.already_at,
        checked_in_people=outcome.people,
    )


def _detail(outcome: Outcome) -> str | None:
    error = outcome.error
    if error is None:
        return _WITHOUT_SEAT if outcome.status is ScanStatus.WITHOUT_SEAT else None
    if isinstance(error, InvalidRequestError):
        fault = error.errors[0]
        return f"{fault.where.rpartition('/')[2]} {fault.message}."
    return error.sentence


def history_out(entries: list[HistoryEntry]) -> HistoryOut:
    return HistoryOut(count=len(entries), results=[_history_entry(entry) for entry in entries])


def _history_entry(entry: HistoryEntry) -> HistoryEntryOut:
    return HistoryEntryOut(
        at=entry.transition.at,
        status=entry.transition.status,
        cause=entry.transition.cause,
        actor=ActorOut(kind=entry.actor, id=entry.actor_id),
        request_id=entry.transition.request_id,
    )
