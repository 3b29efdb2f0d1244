"""The application on the simulated DynamoDB with a scheduler: many clients, one virtual clock, faults at every call."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as SdkConnectionError

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Account, Claims, Role, Session
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.outbox.entry import FINISHED, OutboxEntry, OutboxState
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import stamp
from chalicelib.mail.render import TemplateRenderer
from chalicelib.services.events.schedule import reschedule
from chalicelib.services.notifications.ports import RenderedEmail, SendLaterError
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.settings import Settings
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import NameItem
from chalicelib.store.items.accounts import account_item, session_item
from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
from devtools.simdb.faults import NO_FAULTS, Crash, Fault, Faults
from devtools.simdb.scheduler import Scheduler
from devtools.simdb.values import copy_item
from tests.simulation.rules.invariants import Witness
from tests.support.marks import both
from tests.support.tables import create_table_requests
from tests.support.world import KEY_RING

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SETTINGS = Settings(key_ring=KEY_RING, limits="generous", log_level="CRITICAL")
ROUGH = Faults(
    rates={
        Fault.CRASH_BEFORE: 0.01,
        Fault.CRASH_AFTER: 0.015,
        Fault.LOST_REQUEST: 0.01,
        Fault.LOST_RESPONSE: 0.03,
        Fault.LATE: 0.01,
        Fault.STALL: 0.003,
        Fault.THROTTLE: 0.01,
        Fault.SERVER_ERROR: 0.01,
        Fault.CONFLICT: 0.04,
        Fault.PARTIAL: 0.02,
    }
)
RENDERER = TemplateRenderer("Turnout")  # one for all runs: compiling templates is not what is simulated
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0  # seconds between two looks of an idle worker
LONGEST_RECOVERY = 40  # rounds until every queue must be quiet
ROUND = timedelta(minutes=3)


class FastPasswords:
    """No argon2: a simulation is about orders of calls, not about hashes."""

    def hash(self, password: str, *, salt: bytes | None = None) -> str:
        return f"hash of {password}"

    def among(self, password_hashes: Any, password: str) -> frozenset[str]:
        return frozenset(one for one in password_hashes if self.verify(one, password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        return password_hash == f"hash of {password}"

    def outdated(self, password_hash: str) -> bool:
        return password_hash == ""

    def weakness(self, password: str, *, personal: Any) -> str | None:
        return "too short" if len(password) < len(personal) - len(personal) + 1 else None


class SimQueue:
    """SQS: at least once, in any order; a push may be lost on the way, which its caller never learns."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.messages: deque[OutboxEntry] = deque()

    def push(self, *entries: OutboxEntry) -> None:
        try:
            self._scheduler.call("sqs:SendMessageBatch", lambda: self.messages.extend(entries))
        except (ClientError, HTTPClientError, SdkConnectionError):
            return

    def take(self) -> OutboxEntry | None:
        if not self.messages:
            return None
        self.messages.rotate(-self._scheduler.rng.randrange(len(self.messages)))
        if self._scheduler.rng.random() < 0.05:
            return self.messages[0]
        return self.messages.popleft()


class SimMailer:
    """SES: accepts, throttles, or accepts and loses the answer. It knows nothing of idempotency."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.sent: list[RenderedEmail] = []

    def send(self, message: RenderedEmail) -> str:
        try:
            self._scheduler.call("sesv2:SendEmail", lambda: self.sent.append(message))
        except (ClientError, HTTPClientError, SdkConnectionError) as error:
            raise SendLaterError(type(error).__name__) from error
        return f"message-{len(self.sent)}"


class SimWorld:
    """One seed, one run. Nothing outside of it is random."""

    def __init__(
        self, seed: int, *, faults: Faults = ROUGH, conflict_window: float = 0.01, settings: Settings = SETTINGS
    ) -> None:
        self._settings = settings
        self.scheduler = Scheduler(seed, start=START.timestamp())
        self.rng = self.scheduler.rng
        self.db = SimDB(self.scheduler, conflict_window=conflict_window, index_lag=0.05, read_lag=0.02)
        for table in create_table_requests():
            self.db.call("CreateTable", table)
        self.queue = self._queue()
        self.mailer = self._mailer()
        self._change: Callable[[Container], None] = lambda _: None
        self.container = self._container()
        self.container.store.outbox.set_watermarks(
            both(self.now())
        )  # the first tick of an installation looks back a day
        self.witness = Witness(self.db, self.scheduler)
        self._faults = faults
        self.busy_clients = 0  # requests that are still to come or under way: workers wait for them

    def _queue(self) -> SimQueue:
        return SimQueue(self.scheduler)

    def _mailer(self) -> SimMailer:
        return SimMailer(self.scheduler)

    def _container(self) -> Container:
        from tests.support.world import connection_to

        connection = connection_to(self.db)
        connection._client = SimClient(self.db)  # type: ignore[assignment]
        return Container(
            self._settings,
            clock=self.now,
            new_id=self.new_id,
            sleep=self.scheduler.sleep,
            rng=self.rng,
            connection=connection,
            queue=self.queue,
            mailer=self.mailer,
            passwords=FastPasswords(),
            renderer=RENDERER,
        )

    def tamper(self, change: Callable[[Container], None]) -> None:
        """Put something wrong into this and every later process: how the tests of the tests work."""
        self._change = change
        change(self.container)

    def another_process(self) -> Container:
        """Another Lambda environment: nothing in its memory, the same storage."""
        container = self._container()
        self._change(container)
        return container

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.scheduler.now, UTC)

    def new_id(self, at: datetime) -> str:
        return ids.ulid_of((int(at.timestamp() * 1000) << 80) | self.rng.getrandbits(80))

    # What a run begins with, written without faults

    def a_person(self, name: str) -> Claims:
        now = self.now()
        person = Account(
            id=self.new_id(now),
            email=f"{name}@example.org",
            username=None,
            first_name=name,
            last_name="",
            roles=(Role.SEEKER, Role.FACILITATOR),
            email_verified=True,
            locale="en",
            password_hash="-",
            version=1,
            created_at=now,
            updated_at=now,
        )
        session = Session(
            user_id=person.id,
            id=self.new_id(now),
            roles=person.roles,
            email_verified=True,
            name=name,
            current="-",
            previous="-",
            rotated_at=now,
            created_at=now,
            expires_at=now + timedelta(days=7),
            version=1,
        )
        address = NameItem(*keys.email(person.email), user_id=person.id)
        items = [account_item(person), session_item(session), address]
        self.db.load("turnout-accounts", [item.serialize() for item in items])
        return Claims(person.id, session.id)

    def an_event(
        self,
        organizer: Claims,
        *,
        free: list[int],
        buckets: int = 2,
        starts_in: timedelta = timedelta(days=10),
        **facts: Any,
    ) -> Event:
        """Published, one hour long, its seats on as many shards as `free` has; `facts` are those of events.

        It reminds nobody unless the facts say so: a run ends when nothing is due any more, and that may be days ahead.
        """
        facts = {"reminders": (), "follow_ups": (), **facts}
        now = self.now()
        starts_at = now + starts_in
        event = Event(
            id=self.new_id(now),
            organizer_id=organizer.user_id,
            facts=EventFacts(
                title="Simulated",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                capacity=sum(free),
                **facts,
            ),
            status=EventStatus.PUBLISHED,
            buckets=buckets,
            version=1,
            created_at=now,
            updated_at=now,
        )
        jobs = reschedule(None, event, now, self.container.pace).jobs
        self.container.store.events.add(event, free, "Organizer", None, jobs=jobs)
        self.witness.watch(event.id, event.facts.party_policy, event.facts.max_skips)
        return event

    # Running

    def run(self, *, ticking: bool = False) -> None:
        """All spawned clients to their end, with faults and workers; then peace, until everything due is done."""
        for number in range(2):
            self.scheduler.spawn(self._worker, f"worker {number}")
        if ticking:
            self.scheduler.spawn(self._ticker, "ticker")
        self.run_clients()
        self.recover()

    def run_clients(self, faults: Faults | None = None) -> None:
        """All spawned clients to their end, with faults; nothing else runs that is not spawned."""
        self.scheduler.faults = faults or self._faults
        self.scheduler.run()
        self.scheduler.faults = NO_FAULTS

    def recover(self) -> None:
        """Whatever was lost comes back by itself: ticks and workers alone must make everything quiet.

        What is to be done on a later day has not been lost.
        """
        until = stamp(self.now() + LONGEST_RECOVERY * ROUND)
        left = [row for row in self.unfinished() if row["sk"]["S"] < until]
        for _ in range(LONGEST_RECOVERY):
            self.scheduler.now += ROUND.seconds
            if left and not self.is_due():
                continue
            self.tick_and_work()
            left = [row for row in self.unfinished() if row["sk"]["S"] < until]
            if not left:
                return
        raise AssertionError(f"never quiet: {left}")

    def is_due(self) -> bool:
        """Whether a tick would find anything: of those that find nothing one run could spend hundreds of calls."""
        now = stamp(self.now())
        return any(row["sk"]["S"] <= f"{now}~" for row in self.unfinished())

    def tick_and_work(self) -> None:
        """One tick, and everything that was handed over."""
        self.container.background.sweeper.tick()
        while (due := self.queue.take()) is not None:
            self._work(self.container, due)

    def unfinished(self) -> list[dict[str, Any]]:
        finished = {state.value for state in FINISHED}
        rows = (row.attributes for row in self.db.tables["turnout-due"].rows())
        return [copy_item(row) for row in rows if "state" in row and row["state"]["S"] not in finished]

    def _ticker(self) -> None:
        """The schedule, about once a minute; a run that crashes is simply missed."""
        while self.busy_clients:
            self.scheduler.sleep(30 + 30 * self.rng.random())
            try:
                self.another_process().background.sweeper.tick()
            except TryAgainError:
                continue
            except Crash:
                self.scheduler.spawn(self._ticker, "ticker again", after=1.0)
                raise

    def _worker(self) -> None:
        """A Lambda environment behind the queue; a crash ends it, and its message comes back."""
        container = self.another_process()
        pause = _SHORTEST_PAUSE
        while True:
            due = self.queue.take()
            if due is None and not self.busy_clients:
                return
            if due is None:
                self.scheduler.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = _SHORTEST_PAUSE
            try:
                self._work(container, due)
            except Crash:
                self.queue.messages.append(due)
                self.scheduler.spawn(self._worker, "worker again", after=1.0)
                raise

    def _work(self, container: Container, due: OutboxEntry) -> None:
        try:
            if due.kind.is_mail:
                container.notifications.deliver(due.key)
            else:
                container.background.jobs.run(due.key)
        except (SendLaterError, TryAgainError):
            self.queue.messages.append(due)  # a partial batch failure: SQS delivers it again

    def done_mails(self) -> list[dict[str, Any]]:
        rows = self.db.snapshot_all("turnout-due")
        return [row for row in rows if row.get("state", {}).get("S") == OutboxState.DONE.value]
