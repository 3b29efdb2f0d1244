"""One call of a logical client under a fault: what happens, when, and what the client learns of it."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Protocol, TypeVar

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from devtools.simdb.clients import Client
from devtools.simdb.faults import ENDPOINT, Crash, Fault, Faults, Special

T = TypeVar("T")


class Schedule(Protocol):
    """What a struck call needs of the scheduler."""

    faults: Faults
    rng: Random

    def sleep(self, seconds: float) -> None: ...

    def travel(self, client: Client) -> None: ...

    def spawn(self, function: Callable[[], object], name: str | None = None, *, after: float = 0.0) -> Client: ...


def strike(schedule: Schedule, client: Client, fault: Fault, effect: Callable[[], T], special: Special[T]) -> T:
    """The call of `client` as the fault makes it: answers, raises, or ends the client."""
    faults, rng = schedule.faults, schedule.rng
    match fault:
        case Fault.CRASH_BEFORE:
            client.crashed = True
        case Fault.CRASH_AFTER:
            _quietly(effect)
            client.crashed = True
        case Fault.LOST_REQUEST | Fault.LOST_RESPONSE:
            if fault is Fault.LOST_RESPONSE:
                _quietly(effect)
            schedule.sleep(faults.timeout)
            raise _connection_error(fault)
        case Fault.LATE:
            delay = 3 * faults.timeout * rng.random()
            schedule.spawn(lambda: _quietly(effect), f"{client.name}, late", after=delay)
            schedule.sleep(faults.timeout)
            raise _connection_error(fault)
        case Fault.STALL:
            schedule.sleep(faults.stall)
            return _answered(schedule, client, effect)
        case Fault.SERVER_ERROR if rng.random() < 1 / 2:
            _quietly(effect)
    if client.crashed:
        raise Crash
    return _answered(schedule, client, lambda: special(fault, effect))


def _answered(schedule: Schedule, client: Client, effect: Callable[[], T]) -> T:
    try:
        return effect()
    finally:
        schedule.travel(client)


def _connection_error(fault: Fault) -> Exception:
    kind = ConnectTimeoutError if fault is Fault.LOST_REQUEST else ReadTimeoutError
    error: Exception = kind(endpoint_url=ENDPOINT)
    return error


def _quietly(effect: Callable[[], object]) -> None:
    """The effect happens, but nobody learns how it went."""
    with suppress(Exception):
        effect()
