"""A table of people, sent again and again by whoever lost an answer, beside people who enrol and leave themselves."""

from dataclasses import dataclass, field
from functools import partial

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.people.rows import ImportRequest, ImportRow, RowStatus
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Faults
from tests.simulation.actors.people import Person
from tests.simulation.world import ROUGH, SimWorld


@dataclass(slots=True)
class Import:
    """One run: the rows of the table, who wants the same seats, and what the importer was told."""

    world: SimWorld
    organizer: Claims
    event: Event
    rows: list[ImportRow]
    named: bool  # whether its requests say that they are of one import
    told: dict[str, str] = field(default_factory=dict)  # enrollment ids by address
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        roles = (Role.SEEKER, Role.FACILITATOR)
        return Principal(self.organizer.user_id, self.organizer.session_id, roles, email_verified=True)

    def later(self, after: float, what: str) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(partial(self._do, what), what, after=after)

    def _do(self, what: str) -> None:
        try:
            if what == "send":
                self.send(self.world.another_process())
            else:
                self._cancel_one()
        except (errors.TurnoutError, TryAgainError):
            pass  # it is sent again
        finally:
            self.world.busy_clients -= 1

    def send(self, container: Container) -> None:
        request = ImportRequest(
            event_id=self.event.id,
            request_id=f"import-{self.world.rng.random()}",
            rows=self.rows,
            key_of=lambda row: f"import {row.address}" if self.named else None,
        )
        for one in container.people.import_people(self.principal, request):
            address = one.what.address
            if one.result and one.result.row_status in {RowStatus.ENROLLED, RowStatus.ALREADY}:
                assert one.result.enrollment_id is not None
                self.told[address] = one.result.enrollment_id
            elif one.error:
                self.refused[address] = one.error.code

    def _cancel_one(self) -> None:
        """Somebody who was enrolled does not come after all: by whoever was told of the enrollment."""
        if self.told:
            enrollment_id = self.world.rng.choice(sorted(self.told.values()))
            asked = CancelRequest(enrollment_id=enrollment_id, request_id="cancel")
            self.world.another_process().enrollments.cancel(self.organizer, asked, None)


def importing(seed: int, *, faults: Faults = ROUGH, named: bool = True) -> list[str]:
    """Three to five rows and two people want one to four seats; what was wrong with the run."""
    world = SimWorld(seed, faults=faults)
    rng, organizer = world.rng, world.a_person("organizer")
    event = world.an_event(organizer, free=rng.choice([[1], [2], [4], [1, 1], [2, 2]]))
    rows = [
        ImportRow(number=number, name=f"Guest {number}", email=f"guest{number}@example.org")
        for number in range(1, rng.randint(3, 5) + 1)
    ]
    run = Import(world, organizer, event, rows, named)
    for number in range(2):
        wishes = rng.choice([["enrol"], ["enrol", "cancel"], ["enrol", "cancel", "enrol"]])
        Person(world, world.a_person(f"person{number}"), event, wishes).start()
    for _ in range(rng.randint(2, 4)):
        run.later(rng.uniform(0.0, 3.0), "send")
    for _ in range(rng.randint(0, 2)):
        run.later(rng.uniform(1.0, 4.0), "cancel")
    world.run()
    run.refused.clear()
    run.send(world.container)  # once more, in peace
    return violations(run)


def violations(run: Import) -> list[str]:
    found = list(dict.fromkeys(run.world.witness.violations))
    log = run.world.witness.log(run.event.id)
    handles = run.world.container.seats.ports.handles
    by_id = {handles.of(row.key): row for row in log.rows.values()}
    for address in (row.address for row in run.rows):
        row = by_id.get(run.told.get(address, ""))
        found += _of_row(address, row, told=address in run.told, refused=run.refused.get(address))
    free = log.moments[-1].free
    if free > 0 and "event_full" in run.refused.values():
        found.append("a row was told that the event is full beside free seats")
    return found


def _of_row(address: str, row: Enrollment | None, *, told: bool, refused: str | None) -> list[str]:
    found = []
    if told and row is None:
        found.append("a row was told of an enrollment that there is not")
    if row is not None and row.generation > 1:
        found.append("somebody was enrolled twice by one import")
    if row is not None and not row.is_live and row.cause is not Cause.BY_ORGANIZER:
        found.append("somebody lost a place that nobody took")
    if not told and refused not in {"event_full", None}:
        found.append(f"in peace a row was refused: {refused} ({address})")
    return found
