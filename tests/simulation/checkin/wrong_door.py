"""Deliberately wrong doors: mistakes that real systems make at an entrance, and the simulator must see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment, EnrollmentChange, EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Step
from chalicelib.services.checkin.batch import CheckInBatch
from chalicelib.services.checkin.outcome import Outcome
from chalicelib.services.checkin.scan import Plan, Scan
from chalicelib.services.checkin.seat_back import SeatBack
from chalicelib.services.enrollments.access import Action, Caller
from chalicelib.services.enrollments.changes import cancel
from chalicelib.services.enrollments.changes.cancel import Cancel, CancelRequest
from chalicelib.services.enrollments.changes.change import Change
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.paging import Slice
from chalicelib.store.enrollments.enrollments import DynamoEnrollments
from tests.simulation.world import SimWorld

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class CancelByAnybody(Cancel):
    """Asks nobody's rules: who is checked in cancels, and their seat goes on."""

    def __call__(
        self, caller: Caller, request: CancelRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        return self._change(caller, request, Change(action=Action.CANCEL, decide=cancel.decide), idempotency)


class UndoneByTheTrail(DynamoEnrollments):
    """Reads from the last transitions, and by the time of the server, whether a check-in was taken back."""

    def by_keys(self, found: Sequence[EnrollmentKey]) -> dict[str, Enrollment]:
        return {place: _by_the_trail(row) for place, row in super().by_keys(found).items()}


def _by_the_trail(row: Enrollment) -> Enrollment:
    undone = (one.at for one in row.history if one.cause is Cause.CHECK_IN_UNDONE)
    return replace(row, undone_at=max(undone, default=None))


class RemembersLastClocks(DynamoEnrollments):
    """Knows only the last few scans of clocks that were ahead."""

    def by_keys(self, found: Sequence[EnrollmentKey]) -> dict[str, Enrollment]:
        rows = super().by_keys(found)
        return {place: replace(row, corrected=row.corrected[-8:]) for place, row in rows.items()}


class CountsWhenHandedIn(CheckInBatch):
    """Takes the time of the request for the time of the scan."""

    def __call__(self, principal: Principal, event_id: str, scans: Sequence[Scan], request_id: str) -> list[Outcome]:
        return super().__call__(principal, event_id, [replace(scan, at=None) for scan in scans], request_id)


class WithoutBeginning(CheckInBatch):
    """Lets a scan from before an enrolment check it in."""

    def _decide(self, batch: Any, plan: Plan, enrollment: Enrollment | None, event: Event | None) -> Any:
        early = replace(enrollment, enrolled_at=LONG_AGO) if enrollment else None
        decided = super()._decide(batch, plan, early, event)
        if isinstance(decided, Outcome) or enrollment is None:
            return decided
        seated = decided.seated and replace(decided.seated, enrolled_at=enrollment.enrolled_at)
        after = replace(decided.after, enrolled_at=enrollment.enrolled_at)
        return replace(decided, before=enrollment, after=after, seated=seated)


class NotedOnlyWithSeat(CheckInBatch):
    """Forgets who came before their seat was given on, unless there is another one."""

    def _seated(self, batch: Any, decided: Any) -> tuple[Any, list[Step]]:
        chosen, steps = super()._seated(batch, decided)
        forgotten = decided.seated is not None and not steps
        return (replace(decided, after=decided.before), []) if forgotten else (chosen, steps)


class SeatBackForNothing(SeatBack):
    """Confirms the enrollment again, and takes no seat for it."""

    def steps(self, event: Event, shards: int, change: EnrollmentChange) -> list[Step]:
        return [replace(step, free=0) for step in super().steps(event, shards, change)]


class ReleasesEverybody(DynamoEnrollments):
    """Gives the seats of those on who had not come at some time that is over."""

    def of_event(self, *args: Any, **options: Any) -> Slice[Enrollment]:
        found = super().of_event(*args, **options)
        return replace(found, items=[(place, replace(row, checked_in_at=None)) for place, row in found.items])


def store(kind: type[DynamoEnrollments]) -> Callable[[SimWorld], None]:
    def change(container: Container) -> None:
        container.store.enrollments = kind(container.store.dynamo, container.store.answers)

    return lambda world: world.tamper(change)


def batch(kind: type[CheckInBatch], seat_back: type[SeatBack] = SeatBack) -> Callable[[SimWorld], None]:
    def change(container: Container) -> None:
        given = (container.seats.ports, container.security.tickets, container.seats.totals)
        container.checkin.batch = kind(*given, seat_back(container.seats.ports, container.seats.settlement))

    return lambda world: world.tamper(change)


def cancelling(world: SimWorld) -> None:
    def change(container: Container) -> None:
        container.enrollments.cancel = CancelByAnybody(container.enrollments.changer)

    world.tamper(change)


@dataclass(frozen=True, slots=True)
class Variant:
    """What is put in, the sentence by which it must be found out, and a seed that does."""

    tamper: Callable[[SimWorld], None]
    found_by: str
    seed: int = 0


VARIANTS = {
    "cancelled-by-who-has-come": Variant(cancelling, "who was checked in lost the seat by themselves", seed=29),
    "undone-by-the-trail": Variant(store(UndoneByTheTrail), "who is here does not follow from the scans", seed=18),
    "remembers-the-last-clocks": Variant(store(RemembersLastClocks), "a clock that was ahead is news later", seed=1),
    "counted-when-handed-in": Variant(batch(CountsWhenHandedIn), "checked in when nobody was scanned", seed=5),
    "scanned-before-the-enrolment": Variant(batch(WithoutBeginning), "checked in before the enrolment", seed=30),
    "noted-only-with-a-seat": Variant(batch(NotedOnlyWithSeat), "who came stays a no-show", seed=22),
    "seated-again-for-nothing": Variant(batch(CheckInBatch, SeatBackForNothing), "live !=", seed=3),
    "released-whoever-came": Variant(
        store(ReleasesEverybody), "who was checked in lost the seat to the next in line", seed=4
    ),
}
