"""What an import would come to, without enrolling anybody: the same work whoever has the addresses (docs/adr/0028)."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.deadlines import as_of, is_live
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.errors import TurnoutError, WaitlistOffError
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.access import relations_of_enrolling
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused
from chalicelib.services.people.admitted import admitted
from chalicelib.services.people.in_turn import RowResult
from chalicelib.services.people.rows import ImportedRow, ImportRequest, ImportRow, RowStatus, each
from chalicelib.services.seats.kept_seats import seats_now
from chalicelib.services.seats.request import full
from chalicelib.services.seats.seating_ports import SeatingPorts


@dataclass(slots=True)
class _Seats:
    """How many are free for the rows that are still to come; None: the event has no capacity."""

    free: int | None

    def takes(self, party_size: int) -> bool:
        if self.free is None:
            return True
        fits = self.free >= party_size
        self.free -= party_size if fits else 0
        return fits


class TryImport:
    def __init__(self, ports: SeatingPorts) -> None:
        self._ports = ports

    def __call__(self, caller: Principal, request: ImportRequest) -> list[RowResult[ImportRow, ImportedRow]]:
        """What each row would get now, counted on in their order; others may be faster. Raises as `admitted`."""
        event, header = admitted(self._ports, caller, request.event_id)
        now = to_milliseconds(self._ports.clock())
        shown = seats_now(self._ports.seats, event, self._ports.seats.live(event.id) or header, now)
        seats = _Seats(0 if shown.waiting else shown.available)
        there = self._there(event, [row.address for row in request.rows if not row.faults])
        relations = relations_of_enrolling(caller, event, for_others=True)

        def foresee(row: ImportRow) -> ImportedRow:
            found = there.get(row.address)
            if found and is_live(found, event, now):
                status = as_of(found, event, now).status
                return ImportedRow(
                    row_status=RowStatus.ALREADY, enrollment_id=self._ports.handles.of(found.key), status=status
                )
            waits = request.waitlist or row.status is EnrollmentStatus.WAITLISTED
            kind = ChangeKind.JOIN if waits else ChangeKind.ENROL
            stop_if_refused(kind, Case(event=event, now=now, by=relations, party_size=row.party_size))
            return _foreseen(event, seats, row, waits=waits)

        return each(self._ports.clock, request.rows, foresee)

    def _there(self, event: Event, addresses: list[str]) -> Mapping[str, Enrollment]:
        """Who is or was enrolled by these addresses; of one that is nobody's a key is read that nothing has."""
        if not addresses:
            return {}
        addresses = list(dict.fromkeys(addresses))
        owners = self._ports.people.ids_of(addresses)
        now = self._ports.clock()
        keys = {
            address: EnrollmentKey.of(event.id, event.buckets, owners.get(address) or self._ports.new_id(now))
            for address in addresses
        }
        found = self._ports.enrollments.by_keys(list(keys.values()))
        return {address: found[key.id] for address, key in keys.items() if key.id in found}


def _foreseen(event: Event, seats: _Seats, row: ImportRow, *, waits: bool) -> ImportedRow:
    if seats.takes(row.party_size):
        return ImportedRow(row_status=RowStatus.WOULD_ENROL, status=EnrollmentStatus.CONFIRMED)
    refusal: TurnoutError = full(event)
    if waits and event.facts.waitlist_mode is not WaitlistMode.OFF:
        return ImportedRow(row_status=RowStatus.WOULD_ENROL, status=EnrollmentStatus.WAITLISTED)
    raise WaitlistOffError if waits else refusal
