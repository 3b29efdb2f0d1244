"""The model of a hot event: it repeats itself, conflicts as arithmetic says, and writes what the application writes."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.shared.limits import MAX_SHARDS
from tests.bench.hot_event import Figure, Rush, figures, highest_rate
from tests.support.builders import a_person, enrolled
from tests.support.world import World


@pytest.mark.deep  # `make bench-check` holds them against their budgets too
def test_every_figure_is_within_its_budget() -> None:
    assert [figure for figure in figures() if not figure.within] == []


def test_the_same_rush_ends_the_same() -> None:
    first, second = (Rush(2_000, 4, 16).run() for _ in range(2))

    assert first == second
    assert first != Rush(2_000, 4, 16, seed=2).run()


def test_everybody_is_seated_or_told_to_come_again() -> None:
    crowd = Rush(2_000, 4, 1).run()

    assert crowd.done + crowd.busy == 2_000
    assert crowd.busy > 1_000
    assert crowd.done <= 4 / 0.010 + 200


@pytest.mark.parametrize("shards", [1, 16, MAX_SHARDS])
def test_a_tenth_of_the_window_is_what_a_shard_bears(shards: int) -> None:
    """The rate times the window over the shards is 0.1: about ten a second and shard."""
    assert 9 * shards <= highest_rate(shards) <= 11 * shards


def test_writes_are_spread_over_the_keys() -> None:
    rush = Rush(3_000, 6, MAX_SHARDS).run()
    keys = {key for key, _ in rush.writes}

    assert Counter(table for table, _ in keys) == {"seats": MAX_SHARDS, "enrollments": 2 * 16, "due": 8}
    assert rush.writes.total() == 7 * 3_000
    assert rush.units.total() == 11 * 3_000


def test_joins_also_draw_a_ticket_and_take_a_place() -> None:
    rush = Rush(300, 6, MAX_SHARDS, joins=True).run()

    assert rush.writes.total() == 8 * 300
    assert rush.units.total() == 13 * 300


def test_the_model_writes_what_the_application_writes(world: World) -> None:
    """One real enrolment and its mail: shard, row and intent in one transaction, then a claim, what follows, a mark."""
    event = world.an_event(a_person(world).token, capacity=50_000, on_sale_shards=MAX_SHARDS)
    person = a_person(world)
    enrolled(world, event, a_person(world))
    world.work()  # it leaves the audit of the hour
    world.clock.advance(timedelta(seconds=1))
    written: list[tuple[str, str]] = []
    call = world.db.call

    def noted(operation: str, request: dict[str, Any], *rest: Any) -> Any:
        if operation == "TransactWriteItems":
            for item in request["TransactItems"]:
                [(_, action)] = item.items()
                key = action.get("Key") or action["Item"]
                written.append((action["TableName"], key["pk"]["S"]))
        elif operation in {"UpdateItem", "PutItem"}:
            written.append((request["TableName"], (request.get("Key") or request["Item"])["pk"]["S"]))
        return call(operation, request, *rest)

    world.db.call = noted  # type: ignore[method-assign, assignment]
    enrolled(world, event, person)
    world.work()

    modelled = Rush(1, 1, MAX_SHARDS).run()
    tables = Counter(table for (table, _), _ in modelled.writes.elements())
    tables["seats"] += 1  # the sum in the header: at most five times a second, however many enrol
    assert Counter(table.removeprefix("turnout-") for table, _ in written) == tables
    assert Counter(Counter(key for table, key in written if table == "turnout-due").values()) == {3: 1, 1: 1}


def test_worse_means_the_wrong_direction() -> None:
    rate = Figure("rate", 100, "/s", more_is_better=True)
    share = Figure("share", 10, "%", at_most=10)

    assert (rate.is_worse_than(106, 1.05), rate.is_worse_than(104, 1.05), rate.is_worse_than(50, 1.05)) == (
        True, False, False,
    )  # fmt: skip
    assert (share.is_worse_than(9, 1.05), share.is_worse_than(9.6, 1.05), share.is_worse_than(20, 1.05)) == (
        True, False, False,
    )  # fmt: skip
    assert not Figure("share", 10.1, "%", at_most=10).within
    assert not Figure("rate", 9, "/s", at_least=10).within
