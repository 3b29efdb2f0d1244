"""Fan-outs: page by page over every bucket, taken up again after a crash, and nobody is told twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.outbox.entry import JOB_LEASE, OutboxEntry, OutboxKind
from chalicelib.domain.outbox.queues import Content
from chalicelib.domain.shared.limits import MAX_TRIES
from chalicelib.services.background.jobs import BUDGET, Jobs, Progress
from chalicelib.services.background.steps import STEPS
from chalicelib.services.notifications.fan_out import PAGE
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Fault, Faults
from devtools.simdb.scheduler import Scheduler
from tests.support.builders import Person, cancelled, due_rows, enrolled, free_seats, live_people, people
from tests.support.fakes import MemoryQueue, SetClock
from tests.support.handles import key_named
from tests.support.world import World


class PowerCutError(BaseException):
    """Ends a process at once: nothing may catch it."""


class FailingQueue(MemoryQueue):
    """The process dies when it has pushed so many."""

    def __init__(self, pushes: int) -> None:
        super().__init__()
        self._left = pushes

    def push(self, *entries: OutboxEntry) -> None:
        super().push(*entries)
        self._left -= 1
        if not self._left:
            raise PowerCutError


class RunningClock(SetClock):
    """A little later at every look."""

    def __init__(self, clock: SetClock, step: timedelta) -> None:
        super().__init__(clock.now)
        self._step = step

    def __call__(self) -> Any:
        self.advance(self._step)
        return self.now


def crowd(world: World, event: dict[str, Any], number: int) -> list[Person]:
    """So many enrolled people; their confirmations are left aside."""
    everybody = people(world, number)
    for person in everybody:
        enrolled(world, event, person)
    world.queue.waiting.clear()
    return everybody


def job_of(world: World) -> OutboxEntry:
    world.index()
    [job] = [due for due in world.queue.waiting if not due.kind.is_mail]
    world.queue.waiting.clear()
    return job


def jobs_with(world: World, **ports: Any) -> Jobs:
    """The jobs of another process, some of whose surroundings are different."""
    if "queue" in ports:
        ports["release"] = SeatRelease(replace(world.container.seats.ports, queue=ports["queue"]))
    return Jobs(replace(world.container.background.jobs._ports, **ports))


def everybody_was_told_once(world: World, event: dict[str, Any], everybody: list[Person]) -> bool:
    told = Counter(message.to for message in world.mailer.sent)
    assert told == Counter(person.email for person in everybody)
    assert live_people(world, event) == []
    return len(due_rows(world, "event_cancelled")) == len(everybody)


@pytest.mark.parametrize("capacity", [100, 600], ids=["one bucket", "sixteen buckets"])
@pytest.mark.parametrize("number", [1, PAGE, PAGE + 1])
def test_everybody_is_cancelled_and_told_once(world: World, olga: Person, capacity: int, number: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    everybody = crowd(world, event, number)
    cancelled(world, event, olga)

    world.work()

    assert everybody_was_told_once(world, event, everybody)
    assert sum(free_seats(world, event)) == capacity
    assert due_rows(world, "job_cancel_enrollments")[0]["state"] == "done"


@pytest.mark.parametrize(("capacity", "pushes"), [(100, 1), (100, PAGE), (100, PAGE + 1), (600, 7)])
def test_after_a_crash_the_next_run_goes_on_and_tells_nobody_twice(
    world: World, olga: Person, capacity: int, pushes: int
) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    everybody = crowd(world, event, PAGE + 3)
    cancelled(world, event, olga)
    job = job_of(world)
    queue = FailingQueue(pushes)

    with pytest.raises(PowerCutError):
        jobs_with(world, queue=queue).run(job.key)
    assert world.container.background.jobs.run(job.key) is Progress.NOTHING, "the lease of the dead still holds"
    world.clock.advance(JOB_LEASE)
    assert world.container.background.jobs.run(job.key) is Progress.DONE
    world.queue.waiting.extend(queue.waiting)
    world.work()

    assert everybody_was_told_once(world, event, everybody)
    assert sum(free_seats(world, event)) == capacity


def test_mails_whose_push_died_with_the_process_are_swept_up(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=100)
    everybody = crowd(world, event, 5)
    cancelled(world, event, olga)
    with pytest.raises(PowerCutError):
        jobs_with(world, queue=FailingQueue(3)).run(job_of(world).key)

    for _ in range(5):
        world.clock.advance(timedelta(minutes=1))
        world.container.background.sweeper.tick()
        world.work()

    assert everybody_was_told_once(world, event, everybody)


def test_a_long_job_is_done_in_several_runs(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=100)
    everybody = crowd(world, event, PAGE + 3)
    cancelled(world, event, olga)
    job = job_of(world)
    slow = jobs_with(world, clock=RunningClock(world.clock, 2 * BUDGET / PAGE))

    assert slow.run(job.key) is Progress.MORE
    assert 0 < len(live_people(world, event)) < len(everybody)
    assert [due.kind for due in world.queue.waiting if not due.kind.is_mail] == [OutboxKind.CANCEL_ENROLLMENTS]
    world.clock.advance(timedelta(minutes=2))
    world.work()

    assert everybody_was_told_once(world, event, everybody)


def test_of_two_runs_at_once_one_does_nothing(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    crowd(world, event, 2)
    cancelled(world, event, olga)
    job = job_of(world)
    world.container.store.outbox.claim(job.key, world.clock(), world.clock() + JOB_LEASE, "other")

    assert world.container.background.jobs.run(job.key) is Progress.NOTHING

    assert len(live_people(world, event)) == 2


def test_a_finished_job_and_one_that_never_was_are_nothing(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    crowd(world, event, 1)
    cancelled(world, event, olga)
    job = job_of(world)
    assert world.container.background.jobs.run(job.key) is Progress.DONE

    assert world.container.background.jobs.run(job.key) is Progress.NOTHING
    assert (
        world.container.background.jobs.run(replace(job.key, place="2026-06-01T09:02:00.000Z#none")) is Progress.NOTHING
    )


def test_a_run_that_lost_its_lease_stops_and_leaves_the_rest_to_the_new_holder(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=100)
    everybody = crowd(world, event, PAGE + 3)
    cancelled(world, event, olga)
    job = job_of(world)

    class Usurper(MemoryQueue):
        """Takes the job over in the middle of the first page, as if the first holder had stood still."""

        def push(self, *entries: OutboxEntry) -> None:
            super().push(*entries)
            if len(self.waiting) == 3:
                late = world.clock() + 2 * JOB_LEASE
                assert world.container.store.outbox.claim(job.key, late, late + JOB_LEASE, "other") is not None

    queue = Usurper()

    assert jobs_with(world, queue=queue).run(job.key) is Progress.NOTHING

    assert len(live_people(world, event)) == len(everybody) - PAGE, "the page was finished, no other was begun"
    world.clock.advance(4 * JOB_LEASE)
    world.container.background.jobs.run(job.key)
    world.queue.waiting.extend(queue.waiting)
    world.work()
    assert everybody_was_told_once(world, event, everybody)


def test_who_cancels_while_the_job_runs_is_told_once(world: World, olga: Person) -> None:
    """The row that the job has read is cancelled by its person before the job writes: its write is refused."""
    event = world.an_event(olga.token, capacity=10)
    everybody = crowd(world, event, 4)
    rows = {key_named(row["id"]): row["id"] for row in roster(world, event, olga)}
    cancelled(world, event, olga)
    job = job_of(world)
    by_id = {person.id: person for person in everybody}

    class Quick(MemoryQueue):
        """While the job pushes its first mail, everybody who is left cancels."""

        def push(self, *entries: OutboxEntry) -> None:
            super().push(*entries)
            for key, entry_id in rows.items():
                if len(self.waiting) == 1 and key is not None and key.attendee_id in live_people(world, event):
                    world.delete(f"/enrollments/{entry_id}", by_id[key.attendee_id].token)

    queue = Quick()

    jobs_with(world, queue=queue).run(job.key)
    world.queue.waiting.extend(queue.waiting)
    world.work()

    assert Counter(message.to for message in world.mailer.sent) == Counter(person.email for person in everybody)
    assert live_people(world, event) == []
    assert free_seats(world, event) == [10]


def roster(world: World, event: dict[str, Any], olga: Person) -> list[dict[str, Any]]:
    return list(world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"])


def test_a_table_that_throttles_gives_the_job_back_for_later(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=10)
    everybody = crowd(world, event, 3)
    cancelled(world, event, olga)
    job = job_of(world)
    calls = range(4, 40)
    world.db.scheduler = Scheduler(1, faults=Faults(at=dict.fromkeys(calls, Fault.THROTTLE)), latency=(0, 0))
    client = world.db.scheduler.spawn(lambda: world.container.background.jobs.run(job.key))
    world.db.scheduler.run(check=False)
    world.db.scheduler = None

    assert isinstance(client.error, TryAgainError)
    world.clock.advance(JOB_LEASE)
    assert world.container.background.jobs.run(job.key) is Progress.DONE
    world.work()

    assert everybody_was_told_once(world, event, everybody)


def test_a_job_that_gets_nowhere_is_given_up_and_recorded(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    crowd(world, event, 1)
    cancelled(world, event, olga)
    job: OutboxEntry | None = job_of(world)
    for _ in range(MAX_TRIES):
        assert job is not None
        job = world.container.store.outbox.claim(job.key, world.clock(), world.clock() + JOB_LEASE, "other")
        world.clock.advance(JOB_LEASE)
    assert job is not None

    assert world.container.background.jobs.run(job.key) is Progress.FAILED

    [row] = due_rows(world, "job_cancel_enrollments")
    assert (row["state"], row["detail"]) == ("failed", "too many attempts")


def test_progress_makes_a_job_young_again(world: World, olga: Person) -> None:
    """Only runs without progress are counted: a fan-out of any length comes to its end."""
    event = world.an_event(olga.token, capacity=100)
    crowd(world, event, 1)
    cancelled(world, event, olga)
    job = job_of(world)
    for _ in range(3 * MAX_TRIES):
        held = world.container.store.outbox.claim(job.key, world.clock(), world.clock() + JOB_LEASE, "other")
        assert held is not None
        advanced = world.container.store.outbox.advance(held, "0|", world.clock())
        assert advanced is not None
        job = advanced

    assert job.tries == 0
    assert world.container.background.jobs.run(job.key) is Progress.DONE


def test_a_deleted_event_is_told_as_cancelled_with_its_own_cause(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    [ada] = crowd(world, event, 1)
    url = f"/events/{event['id']}"
    confirm = world.delete(url, olga.token).json["confirm"]
    world.delete(f"{url}?confirm={confirm}", olga.token)
    world.work()

    [row] = due_rows(world, "event_cancelled")
    assert '"cause":"event_deleted"' in row["about"]
    assert [message.to for message in world.mailer.sent] == [ada.email]


def test_each_kind_of_job_has_its_step_and_no_mail_has_one() -> None:
    jobs = {kind for kind in OutboxKind if kind.queue.carries is Content.JOB}

    assert set(STEPS) == jobs - {OutboxKind.UNKNOWN}
