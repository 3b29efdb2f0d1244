"""Enrolling the people of a table: each row for itself, and safe to send again after a lost answer (docs/adr/0041)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import AlreadyEnrolledError
from chalicelib.services.enrollments.enrol import Enrol, EnrolmentRequest
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.people.admitted import admitted
from chalicelib.services.people.in_turn import RowResult
from chalicelib.services.people.rows import ImportedRow, ImportRequest, ImportRow, RowStatus, each
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Idempotency


class ImportPeople:
    def __init__(self, ports: SeatingPorts, enrol: Enrol) -> None:
        self._ports = ports
        self._enrol = enrol

    def __call__(self, caller: Principal, request: ImportRequest) -> list[RowResult[ImportRow, ImportedRow]]:
        """One answer to each row, in their order: enrolled as by `Enrol`, with its rules, seats and limits.

        Who is in stays as they are. A row that an earlier request of the same import has done is answered as then,
        also when its person has cancelled since. Raises what `admitted` raises.
        """
        admitted(self._ports, caller, request.event_id)
        return each(self._ports.clock, request.rows, lambda row: self._place(caller, request, row))

    def _place(self, caller: Principal, request: ImportRequest, row: ImportRow) -> ImportedRow:
        asked = EnrolmentRequest(
            event_id=request.event_id,
            request_id=request.request_id,
            name=row.name,
            email=row.email,
            waitlist=request.waitlist or row.status is EnrollmentStatus.WAITLISTED,
            party_size=row.party_size,
            note=row.note,
            mailed=request.mailed,
        )
        try:
            view = self._enrol(caller, asked, idempotency=_once(request.key_of(row)))
        except AnsweredBeforeError as before:
            said = json.loads(before.answer.body)
            return _in(said["id"], EnrollmentStatus(said["status"]))
        except AlreadyEnrolledError as error:
            return already_in(error)
        return _in(view.id, view.enrollment.status)


def _once(key: str | None) -> Idempotency[EnrollmentView] | None:
    """That a row is done is written with what it does, in one transaction."""
    return Idempotency(key, "", _said) if key is not None else None


def _said(view: EnrollmentView) -> tuple[int, str, Mapping[str, str]]:
    return HTTPStatus.CREATED, json.dumps({"id": view.id, "status": view.enrollment.status}), {}


def _in(enrollment_id: str, status: EnrollmentStatus) -> ImportedRow:
    return ImportedRow(row_status=RowStatus.ENROLLED, enrollment_id=enrollment_id, status=status)


def already_in(error: AlreadyEnrolledError) -> ImportedRow:
    """Who is enrolled is told by the list of the event's people, too."""
    found = error.enrollment or {}
    status = EnrollmentStatus(found["status"]) if found else None
    return ImportedRow(row_status=RowStatus.ALREADY, enrollment_id=found.get("id"), status=status)
