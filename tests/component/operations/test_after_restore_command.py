"""Tables are put back to a second under another name: what was promised since is done again, the figures are right."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from chalicelib.container import use
from chalicelib.domain.accounts.account import Role
from chalicelib.domain.shared.limits import ERASURE_GRACE
from operations.admins import __main__ as admins
from operations.after_restore.__main__ import main, run
from tests.component.operations.test_reindexing import wreck as wreck_index
from tests.component.seats.test_audit import wreck
from tests.support.builders import a_person
from tests.support.people.admin import kinds
from tests.support.stories.busy import closed, fresh, pass_time, traces
from tests.support.world import World

BOB, CARL, DORA, EVE, FAY, ROOT = (f"{name}@example.org" for name in ("bob", "carl", "dora", "eve", "fay", "root"))


class Drill:
    """A stage, and beside it the one that took its tables as they were at a second."""

    def __init__(self, before: World, restored: World) -> None:
        self.before = before
        self.restored = restored
        for name in (BOB, CARL, DORA, EVE, FAY):
            before.signed_up(name)
        self.root = a_person(before, ROOT, roles=(Role.SEEKER, Role.ADMIN))
        self.event = before.an_event(a_person(before).token, starts_at="2026-12-01T09:00:00Z", capacity=9)
        answer = before.post(f"/events/{self.event['id']}/enrollments", {}, fresh(before, BOB))
        assert answer.status == 201
        for name in (EVE, FAY):
            closed(before, fresh(before, name))
        self.second = before.clock()
        for table in before.db.tables:
            restored.db.load(table, before.db.snapshot_all(table))
        before.clock.advance(timedelta(hours=1))

    def goes_on(self) -> None:
        """Bob is erased, Carl waits, Dora has kept the account. Eve had asked before, and Fay, who kept it since."""
        world = self.before
        for name in (BOB, DORA):
            closed(world, fresh(world, name))
        for name in (DORA, FAY):
            world.logged_in(name)
        pass_time(world, ERASURE_GRACE + timedelta(minutes=5))
        closed(world, fresh(world, CARL))
        self.restored.clock.now = world.clock.now

    def after(self, path: Path, *, write: bool) -> tuple[int, str]:
        text = StringIO()
        use(self.restored.container)
        code = run(
            self.restored.container,
            self.before.container,
            self.second,
            lambda command: path / command,
            Console(file=text, width=200),
            write=write,
        )
        return code, text.getvalue()

    def erases_at(self, world: World, email: str) -> datetime | None:
        found = world.container.store.accounts.user_id_of(email=email)
        details = world.container.store.accounts.details(found) if found else None
        assert details
        return details.account.erases_at


@pytest.fixture
def drill(world: World) -> Iterator[Drill]:
    with World(seed=2) as restored:
        yield Drill(world, restored)


def test_a_dry_run_says_who_is_to_be_erased_and_writes_nothing(drill: Drill, tmp_path: Path) -> None:
    drill.goes_on()
    tables = {table: drill.restored.db.snapshot_all(table) for table in drill.restored.db.tables}

    code, text = drill.after(tmp_path, write=False)

    assert code == 1
    assert "3 erasures asked for or taken back since, 0 of them again." in text
    assert text.count("is to be erased; --write does.") == 2
    assert text.count("was kept by its owner, and would be erased; --write does.") == 1
    assert "example.org" not in text
    assert {table: drill.restored.db.snapshot_all(table) for table in drill.restored.db.tables} == tables


def test_erasures_since_are_done_again_and_nobody_else_is_erased(drill: Drill, tmp_path: Path) -> None:
    drill.goes_on()
    sent = len(drill.restored.mailer.sent)

    code, text = drill.after(tmp_path, write=True)

    assert code == 0
    assert "3 erasures asked for or taken back since, 3 of them again." in text
    assert drill.erases_at(drill.restored, CARL) == drill.erases_at(drill.before, CARL)
    assert drill.erases_at(drill.restored, DORA) is None
    assert drill.erases_at(drill.restored, FAY) is None
    pass_time(drill.restored, timedelta(minutes=5))
    assert drill.restored.container.store.accounts.user_id_of(email=FAY), "its job is outdated"
    assert drill.restored.container.store.accounts.user_id_of(email=BOB) is None
    assert drill.restored.container.store.accounts.user_id_of(email=EVE) is None, "its job was restored with it"
    assert [where for where in traces(drill.restored, BOB) if "-accounts user#" in where] == []
    assert [mail.subject for mail in drill.restored.mailer.sent[sent:] if mail.to in {BOB, CARL}] == []
    code, text = drill.after(tmp_path, write=True)
    assert (code, "0 erasures asked for" in text) == (0, True)


def test_seats_and_the_index_are_right_afterwards(drill: Drill, tmp_path: Path) -> None:
    """Each table is put back by itself, so that a transaction over two of them may be half there."""
    world = drill.restored
    wreck(world, drill.event, free=1, confirmed=8)
    wreck_index(world, "word#")

    assert drill.after(tmp_path, write=False)[0] == 1
    code, text = drill.after(tmp_path, write=True)

    assert code == 0, text
    assert "1 differ, 1 of them corrected." in text
    assert "Nothing is left to be done." in text
    assert drill.after(tmp_path, write=False)[0] == 0
    found = world.get("/events?q=python").json["results"]
    assert [one["id"] for one in found] == [drill.event["id"]]


def test_an_admin_of_then_is_named_and_left(drill: Drill, tmp_path: Path) -> None:
    """Nobody who is an admin can close the account, so that the role was ended since."""
    before = drill.before
    a_person(before, "other@example.org")
    admins.run(before.container, "other@example.org", before.clock())
    admins.run(before.container, ROOT, before.clock(), revoke=True)
    closed(before, fresh(before, ROOT))
    drill.restored.clock.now = before.clock.now

    code, text = drill.after(tmp_path, write=True)

    assert code == 1
    assert f"{drill.root.id} is an admin here: end that first" in text
    assert drill.erases_at(drill.restored, ROOT) is None
    assert kinds(drill.restored) == []


@pytest.mark.parametrize("since", ["yesterday", "2026-06-01T09:00:00"])
def test_a_time_without_a_zone_is_refused(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--to", "turnout--b", "--at", since])

    assert "2026-06-01T09:00:00Z" in capsys.readouterr().err
