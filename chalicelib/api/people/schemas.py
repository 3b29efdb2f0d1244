"""Changes of many enrollments on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from chalicelib.api.http.request.schemas import Body, Line, Out
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import FieldError
from chalicelib.domain.shared.limits import MAX_BULK
from chalicelib.services.people.bulk import BulkAction, Changed
from chalicelib.services.people.in_turn import RowResult


class BulkIn(Body):
    action: Annotated[
        BulkAction,
        Field(strict=False, description="cancel: as POST .../cancel does; resend: send the mail about it again."),
    ]
    enrollment_ids: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MAX_BULK, description="Each once.")
    ]
    note: Annotated[Line, Field(max_length=500)] | None = Field(
        None, description="Of a cancellation: what the organizer tells every one of them."
    )
    hand_over: bool = Field(default=True, description="Of a cancellation: false: the seats go to nobody.")


class BulkStatus(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    NOT_TRIED = "not_tried"


class BulkResultOut(Out):
    """What became of one enrollment; a refused one says why."""

    enrollment_id: str
    status: BulkStatus = Field(
        description="done: it is as was asked for, also if it was before; not_tried: there was no time for it."
    )
    enrollment_status: EnrollmentStatus | None = Field(description="After a cancellation.")
    code: str | None = Field(description="Of a refused one: the code of the problem.")
    detail: str | None
    retry_after: int | None = Field(description="In how many seconds it is worth to send it again.")


class BulkOut(Out):
    """One result an id, in their order."""

    results: list[BulkResultOut]


def repeated_faults(body: BulkIn) -> list[FieldError]:
    """An id that is sent twice would have two answers."""
    first: dict[str, int] = {}
    return [
        FieldError(f"/enrollment_ids/{index}", "repeated", f"is the same as {first[one]}")
        for index, one in enumerate(body.enrollment_ids)
        if first.setdefault(one, index) != index
    ]


def bulk_out(tried: list[RowResult[str, Changed]]) -> BulkOut:
    return BulkOut(results=[_result(one) for one in tried])


def _result(tried: RowResult[str, Changed]) -> BulkResultOut:
    changed, error = tried.result, tried.error
    return BulkResultOut(
        enrollment_id=tried.what,
        status=BulkStatus.DONE if changed else BulkStatus.REFUSED if error else BulkStatus.NOT_TRIED,
        enrollment_status=changed.status if changed else None,
        code=error.code if error else None,
        detail=error.sentence if error else None,
        retry_after=tried.retry_after,
    )
