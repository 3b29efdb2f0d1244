"""What every use case that moves seats is given. Each is made at its first use: a simulation may put its own before."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container import Container
from chalicelib.services.seats.nearly_full import NearlyFull
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.sold_out_cache import SoldOutCache
from chalicelib.services.seats.totals import SeatTotals

if TYPE_CHECKING:
    from chalicelib.services.seats.audit import SeatAudit
    from chalicelib.services.seats.audit_jobs import SeatAudits
    from chalicelib.services.seats.repair import SeatRepair


class SeatCases:
    def __init__(self, container: Container) -> None:
        self._container = container
        self.sold_out = SoldOutCache()

    @cached_property
    def ports(self) -> SeatingPorts:
        container, store = self._container, self._container.store
        return SeatingPorts(
            enrollments=store.enrollments,
            events=store.events,
            seats=store.seats,
            people=store.people,
            handles=container.security.handles,
            queue=container.mail.queue,
            clock=container.clock,
            new_id=container.new_id,
            retries=container.retries,
            rng=container.rng,
            sold_out=self.sold_out,
            nearly_full=self.nearly_full,
        )

    @cached_property
    def nearly_full(self) -> NearlyFull:
        store, mail = self._container.store, self._container.mail
        return NearlyFull(lambda: store.nearly_full, store.outbox, mail.queue, self._container.clock)

    @cached_property
    def totals(self) -> SeatTotals:
        return SeatTotals(self._container.store.outbox, self._container.store.seats)

    @cached_property
    def audits(self) -> "SeatAudits":
        from chalicelib.services.seats.audit_jobs import SeatAudits

        return SeatAudits(self._container.store.outbox)

    @cached_property
    def audit(self) -> "SeatAudit":
        from chalicelib.services.seats.audit import SeatAudit

        store = self._container.store
        return SeatAudit(store.events, store.seats, store.enrollments)

    @cached_property
    def repair(self) -> "SeatRepair":
        from chalicelib.services.seats.repair import SeatRepair

        store = self._container.store
        return SeatRepair(store.events, store.seats, store.enrollments, self._container.clock)

    @cached_property
    def release(self) -> SeatRelease:
        return SeatRelease(self.ports)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(self.ports, self.release)
