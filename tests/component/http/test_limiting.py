"""The limiter over storage: many at once, lost answers, and what it costs."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import observability
from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.shared.rate_limit import Limit
from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.services.shared.rate_limits import Limiter, Scope
from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
from devtools.simdb.faults import NO_FAULTS, Fault, Faults
from tests.simulation.world import SimWorld
from tests.support.world import World

THREE = Limit(3, 60)


class CountingClient(SimClient):
    """Writes down what was called."""

    def __init__(self, db: SimDB) -> None:
        super().__init__(db)
        self.calls: list[str] = []

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append(operation_name)
        return super()._make_api_call(operation_name, api_params)


def allowed(limiter: Limiter, key: str, times: int, limit: Limit = THREE) -> int:
    return sum(limiter.allows(Scope.RESEND, key, limit) for _ in range(times))


def test_so_many_at_once_and_then_one_at_a_time(world: World) -> None:
    limiter = world.container.limiter

    assert allowed(limiter, "a", 5) == 3
    world.clock.advance(timedelta(seconds=19, milliseconds=999))
    assert allowed(limiter, "a", 1) == 0
    world.clock.advance(timedelta(milliseconds=1))
    assert allowed(limiter, "a", 2) == 1
    world.clock.advance(timedelta(hours=1))
    assert allowed(limiter, "a", 5) == 3


def test_keys_and_scopes_do_not_share(world: World) -> None:
    limiter = world.container.limiter
    assert allowed(limiter, "a", 5) == 3

    assert allowed(limiter, "b", 5) == 3
    assert sum(limiter.allows(Scope.MAIL_TO, "a", THREE) for _ in range(5)) == 3


def test_a_refusal_says_how_long_to_wait(world: World) -> None:
    limiter = world.container.limiter
    allowed(limiter, "a", 3)

    with pytest.raises(TooManyRequestsError) as refused:
        limiter.count(Scope.RESEND, "a", THREE)

    assert (refused.value.retry_after, refused.value.limit) == (20, 3)
    world.clock.advance(timedelta(seconds=20))
    limiter.count(Scope.RESEND, "a", THREE)


def test_without_a_limit_no_storage_is_touched(world: World) -> None:
    before = len(world.db.snapshot_all("turnout-accounts"))

    world.container.limiter.count(Scope.RESEND, "a", None)

    assert world.container.limiter.allows(Scope.RESEND, "a", None)
    assert len(world.db.snapshot_all("turnout-accounts")) == before


def test_one_read_and_one_write_and_none_while_blocked(world: World) -> None:
    client = CountingClient(world.db)
    world.container.store.dynamo.connection._client = client  # type: ignore[assignment]

    allowed(world.container.limiter, "a", 4)

    assert client.calls == ["GetItem", "UpdateItem"] * 3 + ["GetItem"]


def limiter_with(world: World, *kids: str) -> Limiter:
    """As a process has it whose key ring has these keys, the newest first."""
    keys = (f"{kid}:{base64.b64encode(hashlib.sha256(kid.encode()).digest()).decode()}" for kid in kids)
    ring = KeyRing.parse(",".join(keys))
    made = world.container
    return Limiter(made.store.rate_limits, RingMacs(lambda: ring), made.clock, made.new_id, report=observability.info)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_new_key_resets_no_limit(world: World, scope: Scope) -> None:
    """What was counted is found under the name that it had, until the key that named it is taken away."""
    before, after = limiter_with(world, "a"), limiter_with(world, "b", "a")
    assert [before.allows(scope, "k", THREE) for _ in range(2)] == [True, True]

    assert [after.allows(scope, "k", THREE) for _ in range(3)] == [True, False, False]
    assert not limiter_with(world, "c", "b", "a").allows(scope, "k", THREE)
    world.clock.advance(timedelta(seconds=20))
    assert [after.allows(scope, "k", THREE) for _ in range(2)] == [True, False]
    assert [limiter_with(world, "b").allows(scope, "k", THREE) for _ in range(2)] == [False, False]


def test_while_processes_have_different_rings_what_each_counted_is_seen_by_whoever_has_both_keys(world: World) -> None:
    """The order of a rotation without a gap: the new key is added behind the old one first, then put in front."""
    old_first, new_first = limiter_with(world, "a", "b"), limiter_with(world, "b", "a")

    told = [limiter.allows(Scope.RESEND, "k", THREE) for limiter in (old_first, new_first) * 4]

    assert told == [True] * 3 + [False] * 5


def test_with_two_keys_it_is_still_one_read_and_one_write(world: World) -> None:
    limiter = limiter_with(world, "b", "a")
    client = CountingClient(world.db)
    world.container.store.dynamo.connection._client = client  # type: ignore[assignment]

    assert allowed(limiter, "a", 4) == 3
    assert client.calls == ["BatchGetItem", "UpdateItem"] * 3 + ["BatchGetItem"]


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_at_the_same_moment_never_more_than_the_limit_in_any_schedule(first: int) -> None:
    """Conflicts and throttles count nobody; a lost answer counts once; when all is quiet nobody is missing."""
    for seed in range(first, first + 50):
        world = SimWorld(seed)
        world.scheduler.faults = Faults(
            rates={Fault.LOST_RESPONSE: 0.1, Fault.LATE: 0.02, Fault.CONFLICT: 0.1, Fault.THROTTLE: 0.05}
        )
        told: list[bool] = []

        def ask(told: list[bool] = told, world: SimWorld = world) -> None:
            limiter = world.another_process().limiter
            told.append(limiter.allows(Scope.RESEND, "a", Limit(3, 86_400)))

        for number in range(6):
            world.scheduler.spawn(ask, f"client {number}")
        world.scheduler.run(check=False)
        world.scheduler.faults = NO_FAULTS

        assert sum(told) <= 3, f"seed {seed}"


def test_one_after_the_other_with_lost_answers_each_is_counted_once() -> None:
    for seed in range(50):
        world = SimWorld(seed)
        world.scheduler.faults = Faults(rates={Fault.LOST_RESPONSE: 0.3})
        told: list[bool] = []

        def ask(told: list[bool] = told, world: SimWorld = world) -> None:
            limiter = world.another_process().limiter
            told.extend(limiter.allows(Scope.RESEND, "a", Limit(3, 86_400)) for _ in range(3))

        world.scheduler.spawn(ask, "client")
        clients = world.scheduler.run(check=False)

        assert told == [True] * 3 or clients[0].error is not None, f"seed {seed}"


def test_the_time_of_the_clock_is_what_counts_not_when_rows_are_cleaned() -> None:
    limit = Limit(1, 600)
    now = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 1000)

    assert limit.allows(now - 1, now)
    assert limit.allows(now, now)
    assert not limit.allows(now + 1, now)
