"""Background jobs: fan-outs that go page by page, survive a crash at any step, and tell nobody twice."""

from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.outbox.entry import (
    COOLED,
    COOLING,
    JOB_LEASE,
    OutboxEntry,
    OutboxKey,
    OutboxKind,
    OutboxState,
    Outcome,
)
from chalicelib.domain.shared.limits import MAX_TRIES
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.background.ports import JobPorts
from chalicelib.services.background.steps import STEPS
from chalicelib.services.shared.outcomes import ContradictionError, OutdatedError, PoisonError, TryAgainError

BUDGET = timedelta(seconds=30)  # of one run; the lease and the function's time-out are longer
RETRY_AFTER = timedelta(seconds=5)


class Progress(StrEnum):
    """How a run of a job ended."""

    DONE = "done"
    MORE = "more"
    NOTHING = "nothing"
    SKIPPED = "skipped"
    FAILED = "failed"


class Jobs:
    def __init__(self, ports: JobPorts) -> None:
        self._ports = ports

    def run(self, key: OutboxKey) -> Progress:
        """Work on the job for a while. What is left is pushed again; its cursor is on the row.

        FAILED: its runs keep vanishing, or what is stored contradicts itself; nobody tries again. Raises `PoisonError`
        for a kind of a newer version.
        """
        started = to_milliseconds(self._ports.clock())
        held = self._ports.outbox.claim(key, started, started + JOB_LEASE, self._ports.new_id(started))
        if held is None:
            return Progress.NOTHING
        if held.kind is OutboxKind.UNKNOWN:
            raise PoisonError("a kind of job that this version does not know")
        if held.tries > MAX_TRIES:
            self._ports.outbox.finish(held, Outcome(OutboxState.FAILED, "too many attempts"), started)
            return Progress.FAILED
        if held.cursor == COOLED:
            self._ports.outbox.finish(held, Outcome(OutboxState.DONE), started)
            return Progress.DONE
        return self._work(held, started)

    def _work(self, held: OutboxEntry, started: datetime) -> Progress:
        while True:
            try:
                cursor = STEPS[held.kind](self._ports, held)
            except OutdatedError as reason:
                self._ports.report("job skipped", kind=held.kind.value, reason=str(reason))
                self._ports.outbox.finish(held, Outcome(OutboxState.SKIPPED, str(reason)), self._now())
                return Progress.SKIPPED
            except ContradictionError as reason:
                self._ports.outbox.finish(held, Outcome(OutboxState.FAILED, str(reason)), self._now())
                return Progress.FAILED
            except TryAgainError:
                self._ports.outbox.release(held, self._now() + RETRY_AFTER)
                raise
            now = self._now()
            if cursor is None:
                self._ports.outbox.finish(held, Outcome(OutboxState.DONE), now)
                return Progress.DONE
            if cursor == COOLED:
                self._ports.outbox.advance(held, COOLED, now + COOLING)  # the tick comes back to it
                return Progress.MORE
            if now - started > BUDGET:
                self._ports.outbox.advance(held, cursor, now)  # the lease ends now: the next run may claim it at once
                self._ports.queue.push(held)
                return Progress.MORE
            advanced = self._ports.outbox.advance(held, cursor, now + JOB_LEASE)
            if advanced is None:
                return Progress.NOTHING  # the lease was lost; its new holder goes on
            held = advanced

    def _now(self) -> datetime:
        return to_milliseconds(self._ports.clock())
