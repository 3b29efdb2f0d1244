"""Cancelling many enrollments of an event, or having their mails sent again: each as if it were the only one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events.event import Event
from chalicelib.services.enrollments.changes.cancel import Cancel, CancelRequest
from chalicelib.services.enrollments.changes.resend import Resend
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.people.admitted import admitted
from chalicelib.services.people.in_turn import RowResult, in_turn
from chalicelib.services.seats.seating_ports import SeatingPorts


class BulkAction(StrEnum):
    CANCEL = "cancel"
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRequest:
    """What is to be done with which enrollments; the note and the hand-over are a cancellation's."""

    action: BulkAction
    enrollment_ids: Sequence[str]
    request_id: str
    note: str | None = None
    hand_over: bool = True


@dataclass(frozen=True, slots=True)
class Changed:
    """The status that an enrollment has now, where the change shows it."""

    status: EnrollmentStatus | None = None


class Bulk:
    def __init__(self, ports: SeatingPorts, cancel: Cancel, resend: Resend) -> None:
        self._ports = ports
        self._cancel = cancel
        self._resend = resend

    def __call__(self, caller: Principal, event_id: str, request: BulkRequest) -> list[RowResult[str, Changed]]:
        """One answer to each id, in their order, by the rules of the single change.

        Safe to send again: who is cancelled stays so, and a mail that was just sent is refused as too many. Raises
        what `admitted` raises.
        """
        event, _ = admitted(self._ports, caller, event_id)
        return in_turn(
            self._ports.clock, request.enrollment_ids, lambda named: self._changed(caller, event, request, named)
        )

    def _changed(self, caller: Principal, event: Event, request: BulkRequest, enrollment_id: str) -> Changed:
        named = self._ports.handles.read(enrollment_id)
        if named is None or named.key.event_id != event.id:
            raise NotFoundError("This enrollment is none of this event.")
        if request.action is BulkAction.RESEND:
            self._resend(caller, ChangeRequest(enrollment_id=enrollment_id, request_id=request.request_id), None)
            return Changed()
        asked = CancelRequest(
            enrollment_id=enrollment_id,
            request_id=request.request_id,
            note=request.note,
            hand_over=request.hand_over,
        )
        return Changed(self._cancel(caller, asked, None).enrollment.status)
