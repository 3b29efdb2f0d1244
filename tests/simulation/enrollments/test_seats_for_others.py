"""One account takes seats for others by many requests at once, under faults: the limit holds and the count is exact."""

from functools import partial

import pytest

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.accounts.people import AttendeeFacts
from chalicelib.domain.enrollments.enrollment import EnrollmentChange
from chalicelib.services.accounts.sessions import principal_of
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import ChargeItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.enrollments import enrollment_writes
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.world import SimWorld

SEEDS = 4
LIMIT = 5
LIVE = {"pending", "confirmed", "waitlisted", "offered"}


def taking(seed: int) -> list[str]:
    """What is wrong at the end: more than the limit, or another number than the enrollments say."""
    world = SimWorld(seed)
    keeper, organizer = world.a_person("keeper"), world.a_person("organizer")
    event = world.an_event(organizer, free=[6, 6], party_max=3)
    records = [_record(world, keeper) for _ in range(8)]

    def limited(container: Container) -> None:
        container.store.enrollments._seats_for_others = LIMIT

    world.tamper(limited)
    for number, record in enumerate(records):
        world.busy_clients += 1
        client = partial(_client, world, keeper, event.id, record, 1 + number % 2)
        world.scheduler.spawn(client, f"client {number}")
    world.run()
    items = world.db.snapshot_all("turnout-enrollments")
    pk, _ = keys.charge(event.id, keeper.user_id)
    counted = sum(int(one["n"]["N"]) for one in items if one["pk"]["S"] == pk)
    live = [one for one in items if one.get("charged") and one["status"]["S"] in LIVE]
    taken = sum(int(one["n"]["N"]) for one in live)
    wrong = [] if counted == taken else [f"{counted} counted, {taken} taken"]
    return wrong if taken <= LIMIT else [*wrong, f"{taken} taken for others"]


def _record(world: SimWorld, keeper: Claims) -> str:
    principal = principal_of(world.container.store.sessions.get(keeper), world.now())
    return str(world.container.attendees.records.create(principal, AttendeeFacts(first_name="R"), None).id)


def _client(world: SimWorld, keeper: Claims, event_id: str, record: str, size: int) -> None:
    """Enrol, mostly give back, and enrol again."""
    container = world.another_process()
    try:
        for number in range(3):
            asked = EnrolmentRequest(
                event_id=event_id, request_id=f"{record}-{number}", attendee_id=record, party_size=size
            )
            try:
                view = container.enrollments.enrol(keeper, asked, idempotency=None)
                if world.rng.random() < 0.6:
                    left = CancelRequest(enrollment_id=view.enrollment.key.id, request_id=f"{record}-{number}-x")
                    container.enrollments.cancel(keeper, left, None)
            except (errors.TurnoutError, TryAgainError):
                continue
    finally:
        world.busy_clients -= 1


def test_never_more_than_the_limit_is_taken_for_others_and_what_is_counted_is_what_is_taken() -> None:
    assert broken_runs(range(SEEDS), taking) == {}


@pytest.mark.deep
def test_the_limit_holds_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 2_000), taking) == {}


def test_a_count_that_is_read_before_it_is_written_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual mistake: look at the number, and write it without a condition."""

    def careless(transaction: Transaction, changes: list[EnrollmentChange], most: int) -> None:
        for number, ((event_id, person_id), seats) in enumerate(enrollment_charges(changes)):
            key = keys.charge(event_id, person_id)
            item = transaction.dynamo.get(ChargeItem, key, consistent=True)
            if seats > 0 and (int(item.n) if item else 0) + seats > most:
                raise errors.TooManyForOthersError(most)
            transaction.update(f"charge {number}", ChargeItem, key, [ChargeItem.n.add(seats)])

    monkeypatch.setattr("chalicelib.store.enrollments.enrollments.join_charges", careless)

    assert is_caught(73, 400, lambda seed: bool(taking(seed)))


def test_seats_that_are_given_back_and_still_counted_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = enrollment_writes.join_charges

    def forgetful(transaction: Transaction, changes: list[EnrollmentChange], most: int) -> None:
        honest(transaction, [change for change in changes if change.after.is_live], most)

    monkeypatch.setattr("chalicelib.store.enrollments.enrollments.join_charges", forgetful)

    assert is_caught(0, 50, lambda seed: bool(taking(seed)))


def enrollment_charges(changes: list[EnrollmentChange]) -> list[tuple[tuple[str, str], int]]:
    from chalicelib.domain.enrollments.enrollment import charges

    return list(charges(changes).items())
