"""Rows of people to enrol, and what becomes of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.services.people.in_turn import RowResult, in_turn
from chalicelib.services.shared.ports import Clock

_OVER = frozenset({EnrollmentStatus.CANCELLED, EnrollmentStatus.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """Somebody to enrol. `status` is what another event's table says of them: who waited there waits, if need be."""

    number: int  # of the row in the client's file
    name: str = ""
    email: str = ""
    party_size: int = 1
    note: str | None = None
    status: EnrollmentStatus = EnrollmentStatus.CONFIRMED
    faults: tuple[FieldError, ...] = ()  # why it cannot be read; what is wrong with it has no value then

    @property
    def address(self) -> str:
        return fold_email(self.email)

    @property
    def is_over(self) -> bool:
        """Whether they gave the place up, or lost it, where the table comes from."""
        return self.status in _OVER


class RowStatus(StrEnum):
    ENROLLED = "enrolled"  # by this request, or by an earlier one of the same import
    WOULD_ENROL = "would_enrol"  # what a dry run foresees
    ALREADY = "already_enrolled"
    SKIPPED = "skipped"  # cancelled or expired where the table comes from
    REFUSED = "refused"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """What became of a row that is no refusal."""

    row_status: RowStatus
    enrollment_id: str | None = None
    status: EnrollmentStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """`key_of` names a row of an import that may be repeated: what was done with it is remembered under this key."""

    event_id: str
    request_id: str
    rows: Sequence[ImportRow]
    waitlist: bool = False  # who finds no seat waits
    mailed: bool = True
    key_of: Callable[[ImportRow], str | None] = lambda _: None


def each(
    clock: Clock, rows: Sequence[ImportRow], place: Callable[[ImportRow], ImportedRow]
) -> list[RowResult[ImportRow, ImportedRow]]:
    """One answer to each row, in their order. Who waited elsewhere comes last: a seat is for those who had one.

    Only a row without faults is given to `place`.
    """
    faults = dict(zip((row.number for row in rows), with_repeats(rows), strict=True))

    def checked(row: ImportRow) -> ImportedRow:
        fault = faults[row.number]
        if fault:
            raise fault
        return ImportedRow(row_status=RowStatus.SKIPPED) if row.is_over else place(row)

    turns = sorted(rows, key=lambda row: row.status is EnrollmentStatus.WAITLISTED)
    return sorted(in_turn(clock, turns, checked), key=lambda tried: tried.what.number)


def with_repeats(rows: Sequence[ImportRow]) -> list[InvalidRequestError | None]:
    """The faults of each row; an address that stands in several is good once."""
    first: dict[str, int] = {}
    found: list[InvalidRequestError | None] = []
    for row in rows:
        faults = list(row.faults)
        if not faults and not row.is_over:
            number = first.setdefault(row.address, row.number)
            if number != row.number:
                faults.append(FieldError("/email", "repeated", f"is the address of row {number}, too"))
        found.append(InvalidRequestError(*faults) if faults else None)
    return found
