"""Runs logical clients one at a time, on a virtual clock, in an order that only the seed decides.

Every AWS call is a point where another client may go on, before its effect and after it, and where a fault may
strike. The same seed gives the same trace. Nothing here knows DynamoDB: fakes of queues and mailers use `call` too.
"""

from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

from devtools.simdb.clients import Client, Step
from devtools.simdb.faults import EVERYWHERE, NO_FAULTS, Crash, Fault, Faults, Special, service_error
from devtools.simdb.strikes import strike

T = TypeVar("T")
EPOCH = 1_700_000_000.0


class Scheduler:
    """`latency` bounds the seconds that a request takes, and then its answer; (0, 0) lets time stand still."""

    def __init__(
        self,
        seed: int,
        *,
        faults: Faults = NO_FAULTS,
        latency: tuple[float, float] = (0.001, 0.008),
        start: float = EPOCH,
        max_calls: int = 100_000,
    ) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.now = start
        self.faults = faults
        self.trace: list[Step] = []
        self.fired: set[int | tuple[str, int]] = set()
        self._latency = latency
        self._max_calls = max_calls
        self._clients: dict[Any, Client] = {}
        self._batch: list[Client] = []
        self._ready: list[Client] = []
        self._timers: list[tuple[float, int, Client]] = []
        self._sequence = 0
        self._open = 0
        self._hub: Any = None

    @property
    def current(self) -> Client | None:
        """The client that runs now; None outside `run`."""
        return self._clients.get(getcurrent())

    @property
    def unfired(self) -> set[int | tuple[str, int]]:
        """The exact points of `faults.at` that no call reached, or whose call does not know that fault."""
        return set(self.faults.at) - self.fired

    def spawn(
        self, function: Callable[[], Any], name: str | None = None, *, daemon: bool = False, after: float = 0.0
    ) -> Client:
        """A client that `run` starts; a daemon ends with the last client that is none."""
        client = Client(name or f"client-{len(self._batch)}", function, daemon=daemon)
        self._batch.append(client)
        self._open += not daemon
        self._queue(client, after)
        return client

    def run(self, *, check: bool = True) -> list[Client]:
        """Runs all clients to their end; with `check` the first error of one is raised, with seed and name."""
        self._hub = getcurrent()
        try:
            while self._open:
                self._pick().greenlet.switch()
        finally:
            self._stop()
            clients, self._batch, self._open = self._batch, [], 0
        for client in clients:
            if check and client.error is not None:
                client.error.add_note(f"simulated client {client.name!r}, seed {self.seed}")
                raise client.error
        return clients

    def sleep(self, seconds: float) -> None:
        """Lets virtual time pass; other clients run meanwhile. Outside `run` the clock is simply put forward."""
        client = self.current
        if client is None:
            self.now += seconds
        else:
            self._wait(client, seconds)

    def drift(self) -> None:
        """A moment between two items of one answer, in which others may run: mostly short, at most one journey."""
        self.sleep(self._latency[1] * self.rng.random() ** 4)

    def travel(self, client: Client) -> None:
        """One leg of a journey over the network."""
        low, high = self._latency
        self._wait(client, low + (high - low) * self.rng.random())

    def call(
        self,
        site: str,
        effect: Callable[[], T],
        *,
        kinds: frozenset[Fault] = EVERYWHERE,
        special: Special[T] | None = None,
    ) -> T:
        """One AWS call of the current client: others may run before and after it, and a fault may strike.

        `kinds` are the faults that the call knows; `special` answers those that only its service can shape.
        """
        client = self.current
        if client is None:
            return effect()
        if client.crashed:
            raise Crash
        self.travel(client)
        fault = self._note(client, site, kinds)
        if fault is not None:
            return strike(self, client, fault, effect, special or service_error(site))
        try:
            return effect()
        finally:
            self.travel(client)

    def _note(self, client: Client, site: str, kinds: frozenset[Fault]) -> Fault | None:
        number = len(self.trace)
        if number >= self._max_calls:
            # the program under test might swallow an error of its own, so it is raised in `run`
            self._hub.throw(RuntimeError(f"no end after {number} calls, seed {self.seed}"))
        fault, point = self.faults.draw((number, (client.name, client.calls)), kinds, self.rng)
        if point is not None:
            self.fired.add(point)
        client.calls += 1
        self.trace.append(Step(number, self.now, client.name, site, fault))
        return fault

    def _wait(self, client: Client, seconds: float) -> None:
        self._queue(client, seconds)
        following = self._pick()
        if following is not client:
            following.greenlet.switch()
        if client.crashed:
            raise Crash

    def _queue(self, client: Client, seconds: float) -> None:
        if seconds <= 0:
            self._ready.append(client)
            return
        self._sequence += 1
        heappush(self._timers, (self.now + seconds, self._sequence, client))

    def _pick(self) -> Client:
        """Any of those who could run now, by lot; time moves only when there is none."""
        ready, timers = self._ready, self._timers
        if not ready:
            self.now = timers[0][0]
        while timers and timers[0][0] <= self.now:
            ready.append(heappop(timers)[2])
        at = int(self.rng.random() * len(ready))
        ready[at], ready[-1] = ready[-1], ready[at]
        client = ready.pop()
        if client.greenlet is None:
            client.greenlet = greenlet(partial(self._live, client), parent=self._hub)
            self._clients[client.greenlet] = client
        return client

    def _live(self, client: Client) -> None:
        try:
            client.result = client.function()
        except Crash:
            client.crashed = True
        except Exception as error:  # noqa: BLE001  # `run` raises it
            client.error = error
        finally:
            client.done = True
            self._open -= not client.daemon
            del self._clients[client.greenlet]
            client.greenlet = None  # no cycle that the collector would have to find

    def _stop(self) -> None:
        """Ends daemons, and everybody when `run` fails; they find all calls closed on their way out."""
        self._ready.clear()
        self._timers.clear()
        for client in list(self._clients.values()):
            client.crashed = True
            client.greenlet.throw(Crash)
