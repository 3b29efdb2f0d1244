"""What may go wrong at a call, and when: with seeded probabilities, or at exact points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TypeVar

from devtools.simdb.errors import client_error

T = TypeVar("T")
Point = int | tuple[str, int]
Special = Callable[["Fault", Callable[[], T]], T]
ENDPOINT = "https://simulated.invalid"


class Fault(StrEnum):
    CRASH_BEFORE = "crash before"  # the process dies; nothing was sent
    CRASH_AFTER = "crash after"  # the process dies; the effect happened
    LOST_REQUEST = "lost request"  # a connection error; the effect did not happen
    LOST_RESPONSE = "lost response"  # a read time-out; the effect happened
    LATE = "late"  # a read time-out; the effect happens some time afterwards
    STALL = "stall"  # the process stands still for a while before it sends
    THROTTLE = "throttle"
    SERVER_ERROR = "server error"  # the effect happened or did not
    CONFLICT = "conflict"  # a transaction that somebody else is said to have in hand
    PARTIAL = "partial"  # a batch of which only a part was served


EVERYWHERE = frozenset(Fault) - {Fault.CONFLICT, Fault.PARTIAL}
"""The kinds that any AWS call knows."""


class Crash(BaseException):
    """Ends a logical client; like a lost process it must not be caught, hence no Exception."""


@dataclass(frozen=True, slots=True)
class Faults:
    """`rates` are probabilities per call; `at` names calls: by number over all clients, or (client, number).

    Both numbers begin at 0. `stall` and `timeout` are seconds of virtual time.
    """

    rates: Mapping[Fault, float] = field(default_factory=dict)
    at: Mapping[Point, Fault] = field(default_factory=dict)
    stall: float = 60.0
    timeout: float = 1.0

    def draw(
        self, points: tuple[Point, ...], kinds: frozenset[Fault], rng: Random
    ) -> tuple[Fault | None, Point | None]:
        """The fault of this call, and the point in `at` that asked for it, if one did."""
        for point in points:
            exact = self.at.get(point)
            if exact in kinds:
                return exact, point
        if self.rates:
            dice = rng.random()
            for fault, rate in self.rates.items():
                dice -= rate
                if dice < 0:
                    return (fault if fault in kinds else None), None
        return None, None


NO_FAULTS = Faults()


def service_error(site: str) -> Special[T]:
    """How a service answers the faults that have no shape of their own; `site` is `service:Operation`."""

    def special(fault: Fault, _: Callable[[], T]) -> T:
        code = "ThrottlingException" if fault is Fault.THROTTLE else "InternalServerError"
        raise client_error(code, f"simulated {fault}", site.partition(":")[2])

    return special
