"""A simulated database with the tables of the contract suite, and clients that run on it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
from devtools.simdb.faults import NO_FAULTS, Faults
from devtools.simdb.scheduler import Scheduler
from tests.contract.dynamodb.subject import TABLES, Subject


@dataclass
class Simulation:
    """One schedule: a scheduler, its database, and the words of the contract suite to speak to it."""

    scheduler: Scheduler
    db: SimDB
    subject: Subject


Simulate = Callable[..., Simulation]


@pytest.fixture
def db() -> SimDB:
    """Empty tables, no scheduler."""
    made = SimDB()
    for table in TABLES:
        made.create_table(table)
    return made


@pytest.fixture
def subject(db: SimDB) -> Subject:
    return Subject(SimClient(db), "p")


@pytest.fixture
def simulate(db: SimDB) -> Simulate:
    """A fresh schedule on a copy of `db`; the further options are those of the database."""

    def simulate(
        seed: int = 0,
        *,
        faults: Faults = NO_FAULTS,
        latency: tuple[float, float] = (0.001, 0.008),
        attempts: int = 1,
        **options: float,
    ) -> Simulation:
        scheduler = Scheduler(seed, faults=faults, latency=latency)
        copy = db.clone(scheduler)
        for name, value in options.items():
            setattr(copy, name, value)
        return Simulation(scheduler, copy, Subject(SimClient(copy, attempts=attempts), "p"))

    return simulate
