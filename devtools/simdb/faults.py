"""What may go wrong at a call, and when: with seeded probabilities, or at exact points."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from devtools.simdb.errors import client_error

if TYPE_CHECKING:
    from devtools.simdb.clients import Client
    from devtools.simdb.scheduler import Scheduler

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


def strike(scheduler: "Scheduler", client: "Client", fault: Fault, effect: Callable[[], T], special: Special[T]) -> T:
    """The call of `client` as the fault makes it: answers, raises, or ends the client."""
    faults, rng = scheduler.faults, scheduler.rng
    match fault:
        case Fault.CRASH_BEFORE:
            client.crashed = True
        case Fault.CRASH_AFTER:
            _quietly(effect)
            client.crashed = True
        case Fault.LOST_REQUEST | Fault.LOST_RESPONSE:
            if fault is Fault.LOST_RESPONSE:
                _quietly(effect)
            scheduler.sleep(faults.timeout)
            raise _connection_error(fault)
        case Fault.LATE:
            delay = 3 * faults.timeout * rng.random()
            scheduler.spawn(lambda: _quietly(effect), f"{client.name}, late", after=delay)
            scheduler.sleep(faults.timeout)
            raise _connection_error(fault)
        case Fault.STALL:
            scheduler.sleep(faults.stall)
            return _answered(scheduler, client, effect)
        case Fault.SERVER_ERROR if rng.random() < 1 / 2:
            _quietly(effect)
    if client.crashed:
        raise Crash
    return _answered(scheduler, client, lambda: special(fault, effect))


def _answered(scheduler: "Scheduler", client: "Client", effect: Callable[[], T]) -> T:
    try:
        return effect()
    finally:
        scheduler.travel(client)


def _connection_error(fault: Fault) -> Exception:
    kind = ConnectTimeoutError if fault is Fault.LOST_REQUEST else ReadTimeoutError
    error: Exception = kind(endpoint_url=ENDPOINT)
    return error


def _quietly(effect: Callable[[], object]) -> None:
    """The effect happens, but nobody learns how it went."""
    with suppress(Exception):
        effect()
