"""Devices keep the list of the door while everything changes: who read all once, and then what changed, knows all."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.domain import errors
from chalicelib.services.checkin.door_list import DoorPage, DoorRow
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.services.shared.paging import Cursor
from devtools.simdb.faults import Faults
from tests.simulation.checkin.door import LAST_SCAN, Door, Tamper, prepared
from tests.simulation.world import ROUGH

PAGE = 2  # so that everybody takes several pages, between which something happens


@dataclass(slots=True)
class Device:
    """What one device knows, and with what it asks next. A reading that fails is begun again from the same time."""

    run: Door
    known: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    updated_after: Any = None
    read: int = 0  # to the end

    def look(self, container: Any) -> None:
        cursor: Cursor | None = None
        rows: list[DoorRow] = []
        while True:
            page: DoorPage = container.checkin.door_list.page(
                self.run.principal, self.run.event.id, self.updated_after, cursor, PAGE
            )
            rows += page.rows
            cursor = page.next
            if cursor is None:
                break
            self.run.world.scheduler.sleep(self.run.world.rng.uniform(0.0, 2.0))
        self.known.update({row.id: told(row) for row in rows})
        self.updated_after = page.updated_after
        self.read += 1

    def try_to_look(self) -> None:
        try:
            self.look(self.run.world.another_process())
        except (errors.TurnoutError, TryAgainError):
            return  # the device asks again


def told(row: DoorRow) -> tuple[Any, ...]:
    one = row.enrollment
    return row.status, row.name, one.party_size, one.people_in, one.checked_in_at, one.generation


def keeping_lists(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """The door of `door`, beside two devices; what they know wrong in the end."""
    run = prepared(seed, faults=faults, tamper=tamper)
    devices = [Device(run), Device(run)]
    for device in devices:
        for _ in range(run.world.rng.randint(3, 7)):
            run.later(run.world.rng.uniform(0.0, LAST_SCAN), partial(device.try_to_look), "device")
    run.world.run(ticking=True)
    run.at_last()
    run.world.scheduler.now += timedelta(minutes=1).seconds
    truth = Device(run)
    truth.look(run.world.container)
    for device in devices:
        device.look(run.world.container)
    return [f"a device knows {one.known}, and true is {truth.known}" for one in devices if one.known != truth.known]
