"""Imports of people on the wire."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.names import FullName
from chalicelib.api.http.request.schemas import Body, Email, Flag, Line, Out, Query, decimal, whole
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import InvalidRequestError, TurnoutError
from chalicelib.domain.shared.limits import MAX_IMPORT, MAX_IMPORT_FILE, MAX_PARTY
from chalicelib.services.people.in_turn import RowResult
from chalicelib.services.people.rows import ImportedRow, ImportRow, RowStatus

_Cell = Annotated[str, Field(max_length=1000)]


class ImportRowIn(Body):
    """One person as the table has them; what is wrong with a row is told beside it, and spoils no other."""

    name: _Cell | None = Field(None, description="Needed; up to 200 characters.")
    email: _Cell | None = Field(None, description="Needed.")
    party_size: int | _Cell | None = Field(None, description="How many seats; 1 unless given.")
    note: _Cell | None = Field(None, description="The organizer's note; up to 500 characters.")
    status: _Cell | None = Field(
        None,
        description="As the table of an event has it: who waited joins the waitlist if there is no seat, cancelled and "
        "expired ones are skipped, all others are enrolled.",
    )


class ImportIn(Body):
    rows: Annotated[list[ImportRowIn], Field(min_length=1, max_length=MAX_IMPORT_FILE)]


class ImportQuery(Query):
    dry_run: Flag = Field(default=False, description="true: say what would come of every row, and enrol nobody.")
    first: Annotated[int, Field(ge=1, le=MAX_IMPORT_FILE), BeforeValidator(decimal)] = Field(
        1, description="The row to begin with, counted from 1 without the header: `next_row` of the answer before."
    )
    waitlist: Flag = Field(default=False, description="true: who finds no seat waits, where there is a waitlist.")
    mail: Flag = Field(default=True, description="false: nobody is sent a mail that they are enrolled.")
    import_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = Field(
        None,
        description="Any text, the same for all requests of an import: for a day a row that is done is answered as it "
        "was, whatever has become of its person since.",
        examples=["spring-2030"],
    )


class RowFaultOut(Out):
    field: str = Field(description="The column.")
    code: str
    message: str


class ImportResultOut(Out):
    """What became of one row."""

    row: int = Field(description="Counted from 1, without the header.")
    status: RowStatus
    enrollment_id: str | None
    enrollment_status: EnrollmentStatus | None = Field(description="Of a dry run: what it would be.")
    code: str | None = Field(description="Of a refused row: the code of the problem.")
    detail: str | None
    errors: list[RowFaultOut] = Field(description="What is wrong with its fields, where the code is invalid_request.")
    retry_after: int | None = Field(description="In how many seconds it is worth to send the row again.")


class RowCountsOut(Out):
    """How many rows of this answer have which status."""

    enrolled: int
    would_enrol: int
    already_enrolled: int
    skipped: int
    refused: int
    not_tried: int


class ImportOut(Out):
    """One result a row, in their order."""

    next_row: int | None = Field(description="`first` of the request that goes on; null: every row was tried.")
    counts: RowCountsOut
    results: list[ImportResultOut]


class _PersonIn(Body):
    """What a row must be."""

    name: FullName
    email: Email
    party_size: Annotated[int, Field(ge=1, le=MAX_PARTY), BeforeValidator(decimal), BeforeValidator(whole)] = 1
    note: Annotated[Line, Field(max_length=500)] | None = None
    status: Annotated[EnrollmentStatus, Field(strict=False)] = EnrollmentStatus.CONFIRMED


def rows_of(body: ImportIn, query: ImportQuery) -> list[ImportRow]:
    """The rows that this request is about; a dry run is about all of them."""
    numbered = list(enumerate(body.rows, start=1))[query.first - 1 :]
    return [_row(number, row) for number, row in (numbered if query.dry_run else numbered[:MAX_IMPORT])]


def _row(number: int, row: ImportRowIn) -> ImportRow:
    try:
        person = parsing.validate_object(_PersonIn, row.model_dump(exclude_none=True))
    except InvalidRequestError as error:
        return ImportRow(number=number, faults=tuple(error.errors))
    return ImportRow(number=number, **person.model_dump())


def import_out(tried: list[RowResult[ImportRow, ImportedRow]], rows_in_all: int) -> ImportOut:
    results = [_result(one) for one in tried]
    counts = {status.value: sum(one.status is status for one in results) for status in RowStatus}
    left = next((one.row for one in results if one.status is RowStatus.NOT_TRIED), None)
    following = results[-1].row + 1 if results else rows_in_all + 1
    return ImportOut(
        next_row=left or (following if following <= rows_in_all else None),
        counts=RowCountsOut(**counts),
        results=results,
    )


def _result(tried: RowResult[ImportRow, ImportedRow]) -> ImportResultOut:
    imported, error = tried.result, tried.error
    status = imported.row_status if imported else RowStatus.REFUSED if error else RowStatus.NOT_TRIED
    return ImportResultOut(
        row=tried.what.number,
        status=status,
        enrollment_id=imported.enrollment_id if imported else None,
        enrollment_status=imported.status if imported else None,
        code=error.code if error else None,
        detail=error.sentence if error else None,
        errors=_faults(error),
        retry_after=tried.retry_after,
    )


def _faults(error: TurnoutError | None) -> list[RowFaultOut]:
    if not isinstance(error, InvalidRequestError):
        return []
    return [
        RowFaultOut(field=fault.where.removeprefix("/"), code=fault.code, message=fault.message)
        for fault in error.errors
    ]
