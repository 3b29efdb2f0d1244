"""Attendee records: several devices of one keeper write, change and delete records with the same few addresses."""

from collections.abc import Callable
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts
from chalicelib.services.attendees.records import AttendeeChange, KeptFilter
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Crash, Faults
from tests.simulation.world import ROUGH, SimWorld

ADDRESSES = ("grace@example.org", "Grace@example.org", "jean@example.org", None)


def keeping(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[SimWorld], None] | None = None) -> list[str]:
    """What is wrong at the end: acknowledged records that are not there, and places that tell different things."""
    world = SimWorld(seed, faults=faults)
    keeper = world.a_person("keeper")
    if tamper:
        tamper(world)
    told: dict[str, Attendee | None] = {}
    doubtful: set[str] = set()
    for device in range(3):
        world.busy_clients += 1
        world.scheduler.spawn(lambda: _device(world, keeper, told, doubtful), f"device {device}")
    world.run()
    return _places_agree(world, keeper) + _told_is_there(world, told, doubtful)


def _device(world: SimWorld, keeper: Claims, told: dict[str, Attendee | None], doubtful: set[str]) -> None:
    container = world.another_process()
    principal = Principal(keeper.user_id, keeper.session_id, (Role.SEEKER,), email_verified=True)
    try:
        for number in range(4):
            facts = AttendeeFacts(first_name=f"Name {number}", email=world.rng.choice(ADDRESSES))
            _one_step(world, container, principal, facts, told, doubtful)
            world.scheduler.sleep(world.rng.random() * 0.05)
    finally:
        world.busy_clients -= 1


def _one_step(
    world: SimWorld,
    container: Container,
    principal: Principal,
    facts: AttendeeFacts,
    told: dict[str, Attendee | None],
    doubtful: set[str],
) -> None:
    """Write a new record, or change or delete one that is there; remember what was answered."""
    chosen: str | None = None
    try:
        there = container.attendees.records.kept(principal, KeptFilter(), None, 20).items
        chosen = world.rng.choice(there).id if there and world.rng.random() < 0.6 else None
        if chosen is None:
            made = container.attendees.records.create(principal, facts, None)
            told[made.id] = made
        elif world.rng.random() < 0.5:
            _meanwhile(told, doubtful, chosen)
            container.attendees.records.edit(principal, AttendeeChange(attendee_id=chosen), lambda _: facts)
        else:
            _meanwhile(told, doubtful, chosen)
            container.attendees.records.delete(principal, AttendeeChange(attendee_id=chosen))
            told[chosen] = None
    except (errors.TurnoutError, TryAgainError):
        return
    except Crash:
        raise


def _meanwhile(told: dict[str, Attendee | None], doubtful: set[str], attendee_id: str) -> None:
    """From its first change on several devices decide about a record: only deletion is final."""
    doubtful.add(attendee_id)


def _places_agree(world: SimWorld, keeper: Claims) -> list[str]:
    """The record, its row in the list and the unique address tell the same."""
    rows = world.db.snapshot_all("turnout-accounts")
    records = {_id(row): row for row in rows if row["sk"]["S"] == "attendee" and "expires" not in row}
    listed = {row["sk"]["S"]: row for row in rows if row["pk"]["S"] == f"kept#{keeper.user_id}"}
    addresses = {row["pk"]["S"]: row["user_id"]["S"] for row in rows if row["pk"]["S"].startswith("keptmail#")}
    wanted = {
        f"keptmail#{keeper.user_id}#{row['email']['S'].lower()}": one for one, row in records.items() if "email" in row
    }
    found = [] if set(listed) == set(records) else ["the list has other records than there are"]
    found += [
        f"{one} is listed as it was" for one in records.keys() & listed.keys() if _differ(records[one], listed[one])
    ]
    return found + ([] if addresses == wanted else [f"addresses lead to {addresses} instead of {wanted}"])


def _id(row: dict[str, Any]) -> str:
    return str(row["pk"]["S"].split("#", 1)[1])


def _differ(record: dict[str, Any], listed: dict[str, Any]) -> bool:
    return bool(record["version"] != listed["version"] or record["first_name"]["S"] not in listed["card"]["S"])


def _told_is_there(world: SimWorld, told: dict[str, Attendee | None], doubtful: set[str]) -> list[str]:
    found = []
    for attendee_id, made in told.items():
        present = world.container.store.attendees.get(attendee_id)
        if made is None and present is not None:
            found.append("a deleted record is back")
        if made is not None and attendee_id not in doubtful and present != made:
            found.append("an acknowledged record is not there")
    return found
