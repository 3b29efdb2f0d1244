"""`make backfill`: items of an earlier shape become those of today, and nothing that is newer is touched."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.store.dynamo import keys
from operations.backfill.__main__ import run
from operations.backfill.migrations import MIGRATIONS
from tests.support.builders import Person, a_person, enrolled
from tests.support.world import World

# What rows of before have not: docs/adr/0021 made fields of them.
NEW = ("why", "was", "seated", "kept")
ENROLLMENTS = "turnout-enrollments"
ACCOUNTS = "turnout-accounts"


@pytest.fixture
def event(world: World, olga: Person, tmp_path: Path) -> dict[str, Any]:
    """With one confirmed and one who holds a seat, as the version before has stored them."""
    made = world.an_event(olga.token, capacity=10)
    enrolled(world, made, a_person(world))
    world.post(f"/events/{made['id']}/enrollments", {"confirm": False}, a_person(world).token)
    world.work()
    assert backfill(world, "listed", tmp_path, write=True)[0] == 0  # as accounts are that signed up
    return made


def aged(world: World) -> list[dict[str, Any]]:
    """Takes from every row and hold what the version before did not write; returns what is stored then."""
    for raw in world.db.snapshot_all(ENROLLMENTS):
        is_hold = raw["pk"]["S"].endswith("#H")
        if is_hold or "history" in raw:
            gone = ("kept", "offer") if is_hold else NEW
            world.db.load(ENROLLMENTS, [{name: value for name, value in raw.items() if name not in gone}])
    return world.db.snapshot_all(ENROLLMENTS)


def backfill(world: World, shape: str, path: Path, *, write: bool) -> tuple[int, str]:
    file = StringIO()
    code = run(world.container, shape, path / "journal", Console(file=file, width=200), write=write)
    return code, file.getvalue()


@pytest.mark.parametrize("shape", sorted(MIGRATIONS))
def test_what_is_of_today_is_left_alone(world: World, event: dict[str, Any], shape: str, tmp_path: Path) -> None:
    before = world.db.snapshot_all(ENROLLMENTS)

    code, told = backfill(world, shape, tmp_path, write=True)

    assert (code, world.db.snapshot_all(ENROLLMENTS)) == (0, before)
    assert f"{shape}: 0 written anew." in told


@pytest.mark.parametrize(("shape", "number"), [("enrollments", 2), ("holds", 1)])
def test_a_dry_run_counts_and_writes_nothing(
    world: World, event: dict[str, Any], shape: str, number: int, tmp_path: Path
) -> None:
    before = aged(world)

    code, told = backfill(world, shape, tmp_path, write=False)

    assert (code, world.db.snapshot_all(ENROLLMENTS)) == (1, before)
    assert f"{shape}: {number} of an earlier shape; --write writes them anew." in told


def test_both_together_give_back_what_today_would_have_stored(
    world: World, event: dict[str, Any], tmp_path: Path
) -> None:
    wanted = world.db.snapshot_all(ENROLLMENTS)
    assert aged(world) != wanted

    for shape in ("enrollments", "holds"):
        assert backfill(world, shape, tmp_path, write=True)[0] == 0

    assert world.db.snapshot_all(ENROLLMENTS) == wanted


def test_an_item_of_a_later_version_stays_as_it_is(world: World, event: dict[str, Any], tmp_path: Path) -> None:
    aged(world)
    [row, *_] = [raw for raw in world.db.snapshot_all(ENROLLMENTS) if "history" in raw]
    later = {**row, "of_tomorrow": {"S": "kept"}}
    world.db.load(ENROLLMENTS, [later])

    backfill(world, "enrollments", tmp_path, write=True)

    assert later in world.db.snapshot_all(ENROLLMENTS)


def test_what_changes_between_reading_and_writing_is_not_written_over(
    world: World, event: dict[str, Any], olga: Person
) -> None:
    aged(world)
    [found, _] = world.container.store.events.with_seats(event["id"])  # type: ignore[misc]
    rewrites = [rewrite for migrate in MIGRATIONS.values() for rewrite in migrate(world.container, found)]
    assert len(rewrites) == 3
    for row in world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"]:
        assert world.post(f"/enrollments/{row['id']}/cancel", None, olga.token).status == 200
    cancelled = world.db.snapshot_all(ENROLLMENTS)

    for rewrite in rewrites:
        rewrite.write()

    assert world.db.snapshot_all(ENROLLMENTS) == cancelled


def test_an_interrupted_run_goes_on_where_it_stopped(
    world: World, event: dict[str, Any], olga: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.walking.PAGE", 1)
    second = world.an_event(olga.token, capacity=10, starts_at="2027-03-01T09:00:00Z")
    enrolled(world, second, a_person(world))
    wanted = world.db.snapshot_all(ENROLLMENTS)
    aged(world)
    real = MIGRATIONS["enrollments"]
    seen: list[str] = []

    def once(container: Any, one: Any) -> Any:
        if seen:
            seen.clear()
            raise KeyboardInterrupt
        seen.append(one.id)
        return real(container, one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("operations.backfill.__main__.MIGRATIONS", {"enrollments": once})
        with pytest.raises(KeyboardInterrupt):
            backfill(world, "enrollments", tmp_path, write=True)

    _, told = backfill(world, "enrollments", tmp_path, write=True)
    assert "enrollments: 1 written anew." in told
    backfill(world, "holds", tmp_path, write=True)
    assert world.db.snapshot_all(ENROLLMENTS) == wanted


def test_records_of_before_are_found_by_their_address_again(world: World, olga: Person, tmp_path: Path) -> None:
    kim = a_person(world)
    event = world.an_event(olga.token, capacity=10)
    body = {"first_name": "Ada", "email": "ada@example.org"}
    for keeper in (kim, olga):
        record = world.post("/attendees", body, keeper.token).json
        if keeper is kim:
            world.post(f"/events/{event['id']}/enrollments", {"attendee_id": record["id"]}, kim.token)
    wanted = world.db.snapshot_all(ACCOUNTS)
    for raw in wanted:
        if raw["pk"]["S"].startswith("addressed#"):
            key = {name: raw[name] for name in ("pk", "sk")}
            world.db.call("DeleteItem", {"TableName": ACCOUNTS, "Key": key})
    assert world.container.store.erasures.uses_of("ada@example.org") == []

    code, told = backfill(world, "addresses", tmp_path, write=True)

    assert (code, world.db.snapshot_all(ACCOUNTS)) == (0, wanted)
    assert "addresses: 2 written anew." in told


def test_accounts_of_before_are_in_the_list_of_admins_again(world: World, olga: Person, tmp_path: Path) -> None:
    root = a_person(world, "root@example.org", roles=(Role.ADMIN,))
    names = [f"person{number}@example.net" for number in range(3)]
    for email in names:
        world.signed_up(email)
    url = f"/events/{world.an_event(olga.token, capacity=10)['id']}/enrollments"
    for email in names[:2]:
        assert world.post(url, None, world.logged_in(email)["access"]).status == 201
    assert world.post(url, {"name": "Gil", "email": "gil@example.org"}).status == 202  # a guest is no account
    shown = everybody(world, root)
    rows = [raw for raw in world.db.snapshot_all(ACCOUNTS) if raw["pk"]["S"] == "accounts"]
    assert len(rows) == len(names)
    for raw in rows:
        world.db.call("DeleteItem", {"TableName": ACCOUNTS, "Key": {name: raw[name] for name in ("pk", "sk")}})

    code, told = backfill(world, "listed", tmp_path, write=False)
    assert (code, everybody(world, root)) == (1, [])
    assert "listed: 3 of an earlier shape" in told
    assert "listed: 3 written anew." in backfill(world, "listed", tmp_path, write=True)[1]

    # Who has to do with no event is found by the address only.
    assert set(everybody(world, root)) == {*shown, olga.email} - {names[2]}
    assert "listed: 0 written anew." in backfill(world, "listed", tmp_path, write=True)[1]


def test_an_account_that_is_erased_meanwhile_gets_into_no_list(world: World, olga: Person) -> None:
    made = world.an_event(olga.token, capacity=10)
    [found, _] = world.container.store.events.with_seats(made["id"])  # type: ignore[misc]
    rewrites = list(MIGRATIONS["listed"](world.container, found))
    assert len(rewrites) == 1
    pk, sk = keys.account(olga.id)
    world.db.call("DeleteItem", {"TableName": ACCOUNTS, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}})

    rewrites[0].write()

    assert [raw for raw in world.db.snapshot_all(ACCOUNTS) if raw["pk"]["S"] == "accounts"] == []


def everybody(world: World, admin: Person) -> list[str]:
    return [one["email"] for one in world.get("/admin/users", admin.token).json["results"]]


def test_names_in_requests_of_before_lie_with_their_person(world: World, olga: Person, tmp_path: Path) -> None:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, a_person(world))
    guest = {"name": "Gil", "email": "gil@example.org"}
    assert world.post(f"/events/{event['id']}/enrollments", guest).status == 202
    [now] = [raw for raw in world.db.snapshot_all(ACCOUNTS) if raw["sk"]["S"].startswith("asked#")]
    person = now["pk"]["S"].removeprefix("user#")
    before = {"pk": {"S": f"{event['id']}#A0"}, "sk": {"S": person}, "name": now["name"], "at": now["at"]}
    world.db.load(ENROLLMENTS, [before])
    key = {name: now[name] for name in ("pk", "sk")}
    world.db.call("DeleteItem", {"TableName": ACCOUNTS, "Key": key})
    asked = world.container.store.enrollments.asked_name(EnrollmentKey(event["id"], 0, person))
    assert asked is not None
    assert asked.name == "Gil"

    for number in (1, 0):
        _, told = backfill(world, "asked_names", tmp_path, write=True)
        assert f"asked_names: {number} written anew." in told

    assert now in world.db.snapshot_all(ACCOUNTS)
    assert before not in world.db.snapshot_all(ENROLLMENTS)
