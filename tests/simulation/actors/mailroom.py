"""The world of mail and time: Lambda functions behind a careless queue, a minute's tick that fails to come, and SES."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as SdkConnectionError

from chalicelib.container import Container
from chalicelib.domain.outbox.entry import FINISHED, OutboxEntry, OutboxKind, OutboxState
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.times import unstamp
from chalicelib.services.notifications.contexts import ChangeContext, EmailDraft
from chalicelib.services.notifications.ports import RenderedEmail, SendLaterError
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import NO_FAULTS, Crash, Fault, Faults
from tests.simulation.rules.chronicle import Chronicle
from tests.simulation.world import ROUGH, SimMailer, SimQueue, SimWorld

ROUGH_MAIL = Faults(rates=ROUGH.rates, stall=20.0)  # a function is ended by its time-out before its lease is over
TIMEOUTS = {QueueName.MAIL: 30.0, QueueName.JOBS: 60.0}  # of the functions behind them
VISIBILITY, RECEIVES = 180.0, 5
CALM_AFTER = 7 * 3600.0  # seconds; from then on nothing goes wrong any more
MOST_ROUNDS = 90  # ticks after the calm until everything must be quiet
LONGEST_NAP = 1500.0
OPEN = frozenset(state.value for state in OutboxState if state not in FINISHED)
LOST = frozenset({Fault.CRASH_AFTER, Fault.LOST_RESPONSE, Fault.LATE, Fault.SERVER_ERROR})  # with SES's acceptance


@dataclass(slots=True)
class Sent:
    """A mail that SES accepted. `excused` when its sender did not learn that, or could not write it down."""

    intent: str
    to: str
    decided: float  # when the sender handed it over
    client: str
    excused: bool = False


class PlainRenderer:
    """The words are not what is simulated; what a change notice says is kept."""

    def render(self, kind: OutboxKind, draft: EmailDraft, reference: str) -> RenderedEmail:
        told = draft.context
        text = f"{told.was.location} -> {told.becomes.location}" if isinstance(told, ChangeContext) else ""
        return RenderedEmail(draft.to, kind.value, text, "", {"X-Turnout-Intent": reference})


class Ses(SimMailer):
    """Accepts, throttles, is away for a while or pauses the account; it knows nothing of idempotency."""

    def __init__(self, world: "MailWorld") -> None:
        super().__init__(world.scheduler)
        self._world = world
        self.outages: list[tuple[float, float, type[SendLaterError]]] = []
        self.accepted: list[Sent] = []

    def send(self, message: RenderedEmail) -> str:
        now, client = self._scheduler.now, self._world.client
        for begin, end, kind in self.outages:
            if begin <= now < end:
                raise kind("away")
        sent = Sent(message.headers["X-Turnout-Intent"], message.to, now, client)
        place = len(self._scheduler.trace)
        try:
            self._scheduler.call("sesv2:SendEmail", lambda: self._accept(sent, message))
        except (ClientError, HTTPClientError, SdkConnectionError) as error:
            sent.excused = True
            raise SendLaterError(type(error).__name__) from error
        finally:
            step = next((one for one in self._scheduler.trace[place:] if one.client == client), None)
            sent.excused |= step is not None and step.fault in LOST
        self._world.unmarked[client].append(sent)
        return f"message-{len(self.accepted)}"

    def _accept(self, sent: Sent, message: RenderedEmail) -> None:
        self.accepted.append(sent)
        self.sent.append(message)


class Lambdas(SimQueue):
    """SQS and the functions behind it: at least once, in any order, at any time; a push may be lost on the way."""

    def __init__(self, world: "MailWorld") -> None:
        super().__init__(world.scheduler)
        self._world = world

    def push(self, *entries: OutboxEntry) -> None:
        if not entries:
            return
        try:
            self._scheduler.call("sqs:SendMessageBatch", lambda: self._accept(entries))
        except (ClientError, HTTPClientError, SdkConnectionError):
            return

    def _accept(self, entries: tuple[OutboxEntry, ...]) -> None:
        rng = self._scheduler.rng
        for due in entries:
            for _ in range(rng.choices((0, 1, 2), (6, 87, 7))[0]):
                self._world.receive(due, rng.random() * rng.choices((0.5, 20.0, 900.0), (70, 25, 5))[0], RECEIVES)


@dataclass(slots=True)
class Process:
    """One environment of a function: what it has in memory outlives its invocations."""

    container: Container
    deadline: float = 0.0


class MailWorld(SimWorld):
    """`busy_clients` counts what people and their organizer still have to do."""

    queue: Lambdas
    mailer: Ses

    def __init__(self, seed: int, *, faults: Faults = ROUGH_MAIL) -> None:
        self.unmarked: defaultdict[str, list[Sent]] = defaultdict(list)
        self.idle: list[Process] = []
        self.deadlines: dict[str, float] = {}
        self.pending = 0  # messages on their way or being worked on
        self.tick_outages: list[tuple[float, float]] = []
        self.schedules = 1  # more of them: each minute's event comes several times
        self.skewed_by = timedelta(0)
        self.number = 0
        super().__init__(seed, faults=faults)
        self.begin = self.scheduler.now
        self.chronicle = Chronicle(self.db, self.scheduler)
        self._limit()

    def _queue(self) -> Lambdas:
        return Lambdas(self)

    def _mailer(self) -> Ses:
        return Ses(self)

    def _container(self) -> Container:
        made: Any = super()._container()
        made.mail.renderer = PlainRenderer()
        made.calendars.renderer = SimpleNamespace(invitation=lambda _: "")
        made.search.indexer = SimpleNamespace(index=lambda *_, **__: None)
        return made  # type: ignore[no-any-return]

    def someones_process(self) -> Container:
        """Of the API. Some of its machines have clocks that are behind."""
        made = self.another_process()
        if self.skewed_by and self.rng.random() < 0.7:
            behind = self.skewed_by
            made.clock = lambda: self.now() - behind
        return made

    @property
    def client(self) -> str:
        current = self.scheduler.current
        return current.name if current else ""

    def _limit(self) -> None:
        """A function that takes too long is ended: what it has not done by then it does not do."""
        call = self.scheduler.call

        def limited(site: str, effect: Callable[[], Any], **options: Any) -> Any:
            client = self.scheduler.current
            if client is not None and self.scheduler.now > self.deadlines.get(client.name, self.scheduler.now):
                client.crashed = True
                raise Crash
            return call(site, effect, **options)

        self.scheduler.call = limited  # type: ignore[method-assign]

    # The functions behind the queue

    def receive(self, due: OutboxEntry, after: float, receives: int) -> None:
        self.pending += 1
        self.number += 1
        name = f"{due.kind.value} {self.number}"
        self.scheduler.spawn(partial(self._invoke, name, due, receives), name, after=after)

    def _invoke(self, name: str, due: OutboxEntry, receives: int) -> None:
        process = self.idle.pop() if self.idle and self.rng.random() < 0.8 else Process(self.another_process())
        self.deadlines[name] = self.scheduler.now + TIMEOUTS[due.kind.queue]
        try:
            if due.kind.is_mail:
                process.container.notifications.deliver(due.key)
            else:
                process.container.background.jobs.run(due.key)
        except TryAgainError:
            self._again(name, due, receives)
            self.idle.append(process)
        except Crash:
            self._again(name, due, receives)
            raise
        else:
            self.idle.append(process)
        finally:
            del self.deadlines[name]
            self.pending -= 1

    def _again(self, name: str, due: OutboxEntry, receives: int) -> None:
        """The invocation failed: what it sent may not be marked, and the message comes back a few times."""
        for sent in self.unmarked[name]:
            sent.excused = True
        if receives > 1:
            self.receive(due, VISIBILITY, receives - 1)

    # The schedule

    def live(self) -> None:
        """Everything that was spawned, with ticks and faults, and then without, until nothing is due any more."""
        self.scheduler.faults = self._faults
        for number in range(self.schedules):
            self.scheduler.spawn(self._tick_forever, f"ticker {number}")
        self.scheduler.run()
        self.scheduler.faults = NO_FAULTS

    def _tick_forever(self, rounds: int = MOST_ROUNDS) -> None:
        while rounds and not self._is_quiet():
            self.scheduler.sleep(self._nap())
            if self.scheduler.now - self.begin > CALM_AFTER:
                self.scheduler.faults = NO_FAULTS
                rounds -= 1
            try:
                self.another_process().background.sweeper.tick()
            except TryAgainError:
                continue
            except Crash:
                self.scheduler.spawn(partial(self._tick_forever, rounds), "ticker again", after=1.0)
                raise

    def _is_quiet(self) -> bool:
        return not (self.busy_clients or self.pending or self.unfinished())

    def unfinished(self) -> list[dict[str, Any]]:
        rows = (row.attributes for row in self.db.tables["turnout-due"].rows())
        return [row for row in rows if "state" in row and row["state"]["S"] in OPEN]

    def _nap(self) -> float:
        """Some minutes; longer when nothing is due before, or when the schedule is down."""
        now = self.scheduler.now
        wait = max(
            self.rng.choice((60.0, 60.0, 200.0)),
            min([LONGEST_NAP, *(at - now for at in map(ready_at, self.unfinished()))]),
        )
        wait += self.rng.random() * 20
        ends = [end for begin, end in self.tick_outages if begin <= now + wait < end]
        return max(wait, *(end - now for end in ends)) if ends else wait


def ready_at(row: dict[str, Any]) -> float:
    """When a row that is not finished may be claimed, by the clock of the run."""
    times = [row["sk"]["S"].split("#", 1)[0]]
    if row["state"]["S"] == "claimed":
        times.append(row["lease_until"]["S"])
    return max(map(_epoch, times))


def _epoch(text: str) -> float:
    at: datetime = unstamp(text)
    return at.timestamp()
