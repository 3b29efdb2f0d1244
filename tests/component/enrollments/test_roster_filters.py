"""The people of an event by what became of them: who came, who was missed, whose mail came back."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.services.enrollments.lists import roster as event_rosters
from tests.support.builders import Person, a_member, a_person, enrolled, signed_in
from tests.support.handles import key_named
from tests.support.lists import earlier, ids, page, walk
from tests.support.mails.notices import bounce
from tests.support.problems import faults, problem
from tests.support.world import World

FLAGS = ("checked_in", "no_show", "bounced")
START = {"starts_at": "2026-06-01T12:00:00Z", "ends_at": "2026-06-01T20:00:00Z", "no_show_release_minutes": 30}


class Party:
    """Ada came, Bea was missed, Cid's mail came back and he came all the same, Dan cancelled."""

    def __init__(self, world: World, olga: Person) -> None:
        self.world = world
        self.event = world.an_event(olga.token, capacity=600, **START)
        self.url = f"/events/{self.event['id']}/enrollments"
        names = ("ada", "bea", "cid", "dan")
        people = {name: a_person(world, f"{name}@example.org") for name in names}
        self.rows = {name: enrolled(world, self.event, person)["id"] for name, person in people.items()}
        [mail] = [due for due in world.queue.waiting if due.about.get("enrollment") == key_named(self.rows["cid"]).id]
        world.work()
        world.handed("feedback", bounce("cid@example.org", mail.key))
        world.post(f"/enrollments/{self.rows['dan']}/cancel", None, olga.token)
        for name in ("ada", "cid"):
            assert world.post(f"/enrollments/{self.rows[name]}/check-in", None, olga.token).status == 200
        world.work()
        world.clock.advance(timedelta(hours=3, minutes=31))
        for _ in range(3):
            world.tick()
            world.work()
        self.olga = signed_in(world, olga.account)

    def found(self, query: str, token: str | None = None) -> set[str]:
        named = {row: name for name, row in self.rows.items()}
        return {named[one] for one in ids(walk(self.world, f"{self.url}?{query}", token or self.olga.token))}


@pytest.fixture
def party(world: World, olga: Person) -> Party:
    return Party(world, olga)


FOUND: tuple[tuple[str, set[str]], ...] = (
    ("checked_in=true", {"ada", "cid"}),
    ("checked_in=false", {"bea", "dan"}),
    ("no_show=true", {"bea"}),
    ("no_show=false", {"ada", "cid", "dan"}),
    ("bounced=true", {"cid"}),
    ("bounced=false", {"ada", "bea", "dan"}),
    ("bounced=true&checked_in=false", set()),
    ("status=cancelled&no_show=false", {"dan"}),
    ("status=confirmed,cancelled&checked_in=false&no_show=true", {"bea"}),
    ("checked_in=TRUE&q=ada%40", {"ada"}),
    ("no_show=true&q=ada%40", set()),
)


def test_people_are_found_by_what_became_of_them(party: Party) -> None:
    for query, expected in FOUND:
        assert party.found(query) == expected, query
        table = party.world.get(f"{party.url}.csv?{query}", party.olga.token)
        assert (table.status, table.text.count("\r\n")) == (200, 1 + len(expected)), query


def test_what_a_filter_keeps_is_what_rows_show(party: Party) -> None:
    """Every combination, against the rows as they are listed without a filter."""
    rows = [row for each in walk(party.world, party.url, party.olga.token) for row in each["results"]]
    shows: dict[str, Callable[[dict[str, Any]], bool]] = {
        "checked_in": lambda row: row["checked_in_at"] is not None,
        "no_show": lambda row: row["no_show_at"] is not None,
        "bounced": lambda row: row["mail"]["state"] == "bounced",
    }
    for wanted in itertools.product((None, True, False), repeat=3):
        asked = {name: value for name, value in zip(FLAGS, wanted, strict=True) if value is not None}
        query = "&".join(f"{name}={str(value).lower()}" for name, value in asked.items())

        pages = walk(party.world, f"{party.url}?page_size=1&{query}".rstrip("&"), party.olga.token)

        expected = [row["id"] for row in rows if all(shows[name](row) is value for name, value in asked.items())]
        assert ids(pages) == expected, query
        assert earlier(party.world, pages, party.olga.token) + ids(pages[-1:]) == expected, query


def test_who_sees_nothing_of_mails_does_not_find_by_them(party: Party) -> None:
    for role in (TeamRole.VIEWER, TeamRole.CHECK_IN):
        member = a_member(party.world, party.event, role)
        refused = problem(party.world.get(f"{party.url}?bounced=true", member.token), 403, "forbidden")
        assert "bounced" in refused["detail"]
        problem(party.world.get(f"{party.url}.csv?bounced=false", member.token), 403, "forbidden")
        assert party.found("checked_in=true&no_show=false", member.token) == {"ada", "cid"}
    manager = a_member(party.world, party.event, TeamRole.MANAGER)
    assert party.found("bounced=true", manager.token) == {"cid"}


def test_a_flag_is_true_or_false(party: Party) -> None:
    for flag in FLAGS:
        assert faults(party.world.get(f"{party.url}?{flag}=yes", party.olga.token)) == [(flag, "invalid")]


def test_a_page_that_keeps_nobody_looks_at_a_bounded_number_of_rows(
    world: World, olga: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_rosters, "ROWS_LOOKED", 50)
    event = world.an_event(olga.token, capacity=600)
    enrolled(world, event, a_person(world))
    row = next(item for item in world.db.snapshot_all("turnout-enrollments") if "history" in item)
    number = 320
    world.db.load(
        "turnout-enrollments",
        [
            {**row, "pk": {"S": f"{event['id']}#{n % 16}"}, "sk": {"S": f"01JZ3V4Q8RS6K1W3N5P7T{n:05d}"}}
            for n in range(number)
        ],
    )
    url = f"/events/{event['id']}/enrollments?checked_in=true"

    with world.db.meter() as meter:
        first = page(world, url, olga.token)
    pages = walk(world, url, olga.token)

    assert (first["results"], first["count_exact"], first["next"] is None) == ([], False, False)
    assert meter.calls <= 8
    assert len(pages) >= number // (50 + 20)
    assert ids(pages) == []
