"""Rebuilding the index from the events alone, while everything runs, and finding what it has wrong."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import ListItem
from chalicelib.store.items.events import list_item
from operations import patience
from operations.reindex import writing
from operations.reindex.__main__ import run
from operations.reindex.checking import differences
from operations.walking import Progress, pages, total
from tests.support.builders import Person, a_person, cancelled, deleted, enrolled
from tests.support.lists import ids, page, walk
from tests.support.world import World


@pytest.fixture
def fair(world: World, olga: Person) -> list[dict[str, Any]]:
    """Thirty events in a month and some before and after; one is cancelled, one a draft."""
    months = [*["2026-07"] * 30, "2026-06", "2026-09"]
    made = [
        world.an_event(olga.token, title=f"Talk {number}", starts_at=f"{month}-11T09:00:00Z")
        for number, month in enumerate(months)
    ]
    world.an_event(olga.token, title="Draft", status="draft")
    cancelled(world, made[3], olga)
    world.work()
    return made


def nothing(_: int) -> None:
    return None


def reindex(world: World, state: Path, done: Callable[[int], None] = nothing) -> int:
    """With one thread: the simulated table is not for several."""
    return writing.reindex(world.container, state, done, workers=1)


def wrong(world: World) -> list[str]:
    return list(differences(world.container, nothing, workers=1))


def rows(world: World, *partitions: str) -> list[dict[str, Any]]:
    return [row for row in world.db.snapshot_all("turnout-events") if row["pk"]["S"].startswith(partitions)]


def bare(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the number of the run that wrote them."""
    return [{**row, "sk": {"S": row["sk"]["S"].partition(" ")[0]}} for row in found]


def wreck(world: World, *partitions: str) -> None:
    """All rows of these partitions go."""
    for row in rows(world, *partitions):
        world.container.store.dynamo.delete(ListItem, (row["pk"]["S"], row["sk"]["S"]))


INDEX = ("word#", "intitle#", "inplace#", "is#", "indexed#")


def put(world: World, item: dict[str, Any]) -> None:
    world.container.store.dynamo.call("PutItem", {"TableName": "turnout-events", "Item": item})


def test_a_true_index_has_no_differences(world: World, fair: list[dict[str, Any]]) -> None:
    assert wrong(world) == []
    assert total(world.container) == len(fair)


def test_what_is_unlisted_is_gone_over_as_well_and_stays_out_of_the_lists(
    world: World, olga: Person, fair: list[dict[str, Any]], tmp_path: Path
) -> None:
    hidden = world.an_event(olga.token, title="Talk among friends", unlisted=True)
    world.work()
    assert (wrong(world), total(world.container)) == ([], len(fair) + 1)
    put(world, {**rows(world, "list#unlisted#")[0], "version": {"N": "7"}})
    assert wrong(world) == [f"{hidden['id']}: its row in the list shows version 7, which is not the event's"]

    assert reindex(world, tmp_path / "state.json") == len(fair) + 1

    assert wrong(world) == []
    assert page(world, "/events?q=talk&page_size=100")["count"] == len(fair) - 1
    assert hidden["id"] in [event.id for events, _ in pages(world.container) for event in events]


def test_figures_of_unlisted_events_are_held_against_their_rows(world: World, olga: Person) -> None:
    world.an_event(olga.token, starts_at="2026-07-11T09:00:00Z", unlisted=True)
    world.work()
    wreck(world, "list#unlisted#")

    assert wrong(world) == ["list#unlisted#2026-07 has 0 rows, the figures say 1"]


def test_a_lost_index_is_noticed_and_rebuilt_from_the_events_alone(
    world: World, fair: list[dict[str, Any]], tmp_path: Path
) -> None:
    before = rows(world, *INDEX[:-1])
    wreck(world, *INDEX)
    assert ids([page(world, "/events?q=talk")]) == []
    assert len(wrong(world)) == len(fair)

    number = reindex(world, tmp_path / "state.json")

    assert number == len(fair)
    assert wrong(world) == []
    assert bare(rows(world, *INDEX[:-1])) == bare(before)
    assert page(world, "/events?q=talk&page_size=100")["count"] == len(fair) - 1
    assert not (tmp_path / "state.json").exists()


def test_a_row_that_was_changed_is_named_and_mended(world: World, fair: list[dict[str, Any]], tmp_path: Path) -> None:
    row = rows(world, "word#tal")[0]
    put(world, {**row, "t": {"S": "tales"}})

    [sentence] = wrong(world)
    assert sentence.endswith(f"{row['pk']['S']} is not as the event says")

    reindex(world, tmp_path / "state.json")
    assert wrong(world) == []


def test_lost_rows_of_the_other_orders_are_named_and_mended(
    world: World, fair: list[dict[str, Any]], tmp_path: Path
) -> None:
    wreck(world, "made#", "title#")
    assert ids([page(world, "/events?ordering=title")]) == []
    named = [sentence for sentence in wrong(world) if sentence.endswith(" is missing")]
    assert len(named) == 2 * len(fair)

    reindex(world, tmp_path / "state.json")

    assert wrong(world) == []
    assert len(ids([page(world, "/events?ordering=title&page_size=100")])) == len(fair) - 1


def test_figures_that_do_not_count_the_rows_are_named(world: World, fair: list[dict[str, Any]]) -> None:
    months = next(row for row in rows(world, "count#published") if row["sk"]["S"] == "months")
    put(world, {**months, "2026-09": {"N": "7"}})

    assert wrong(world) == ["list#published#2026-09 has 1 rows, the figures say 7"]


def test_a_row_of_an_event_that_has_gone_is_named(world: World, olga: Person, fair: list[dict[str, Any]]) -> None:
    left = next(row for row in rows(world, "list#") if fair[7]["id"] in row["sk"]["S"])
    deleted(world, fair[7], olga)
    world.work()
    put(world, left)

    assert wrong(world) == [
        f"{fair[7]['id']}: its row in the list shows version 1, which is not the event's",
        "list#published#2026-07 has 29 rows, the figures say 28",
    ]


def test_what_has_changed_since_it_was_indexed_is_named(world: World, olga: Person, fair: list[dict[str, Any]]) -> None:
    world.patch(f"/events/{fair[0]['id']}", {"title": "Other"}, olga.token)

    assert wrong(world) == [f"{fair[0]['id']}: indexed as of version 1, the event has 2"]


def test_an_interrupted_run_goes_on_where_it_stopped(world: World, fair: list[dict[str, Any]], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    wreck(world, *INDEX)
    counted: list[int] = []

    def stop(number: int) -> None:
        counted.append(number)
        if sum(counted) > 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(world, state, stop)
    known = Progress.read(state)
    assert known
    rest = [event.id for events, _ in pages(world.container, known) for event in events]
    assert len(rest) == len(fair) - known.number

    counted.clear()
    assert reindex(world, state, counted.append) == len(fair)

    assert counted == [known.number, *[1] * len(rest)]
    assert 0 < len(rest) < len(fair)
    assert wrong(world) == []


def test_a_table_that_stays_busy_ends_the_run_after_a_while() -> None:
    waited: list[float] = []

    def busy() -> None:
        raise TryAgainError("throttled")

    with pytest.raises(TryAgainError):
        patience.patiently(busy, waited.append)

    assert waited == [patience.PAUSE_SECONDS] * (patience.TRIES - 1)


def test_the_command_says_what_it_found(
    world: World, fair: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    assert run(world.container, state, check=True) == 0
    wreck(world, *INDEX)

    assert run(world.container, state, check=True) == 1

    assert f"{len(fair)} differences." in capsys.readouterr().out


def test_a_row_where_folding_put_a_title_once_is_told_and_moved_with_its_figure(
    world: World, olga: Person, tmp_path: Path
) -> None:
    event = world.an_event(olga.token, title="Ørecon")
    world.work()
    [row] = rows(world, "title#")
    wreck(world, "title#")
    put(world, {**row, "pk": {"S": "title#published#78"}, "sk": {"S": f"ørecon\t{event['id']}"}})
    figures = next(one for one in rows(world, "count#published") if one["sk"]["S"] == "titles")
    put(world, {"pk": figures["pk"], "sk": figures["sk"], "78": {"N": "1"}})
    assert ids([page(world, "/events?ordering=title")]) == [event["id"]]
    assert any("an earlier version wrote" in sentence for sentence in wrong(world))

    reindex(world, tmp_path / "state.json")

    assert wrong(world) == []
    assert rows(world, "title#") == [row]
    assert ids([page(world, "/events?ordering=title")]) == [event["id"]]


QUESTIONS = [
    "q=talk",
    "q=tal",
    "q=talk+7",
    "title=alk+1",
    "location=erli",
    "country=DE&q=talk",
    "q=talk&ordering=title",
    "has_spots=false",
    "q=deep+talk",
]


def in_one_list(name: str, found: str) -> dict[str, str]:
    """The words of three letters, as the version before small postings wrote them."""
    return {name.partition("#")[0]: found}


def by_fourth_letter(name: str, found: str) -> dict[str, str]:
    """As the first version of small postings did: in eight parts."""
    if "#" not in name:
        return {name: found}
    parts: dict[str, list[str]] = {}
    for word in found.split():
        parts.setdefault(f"{name[:3]}#{crc32(word[3:4].encode()) % 8}", []).append(word)
    return {part: " ".join(words) for part, words in parts.items()}


Divided = Callable[[str, str], dict[str, str]]


def lists_before(event: Event, divided: Divided) -> dict[tuple[str, str], str]:
    """The lists that an event stood in, with its words that belong there."""
    lists: dict[tuple[str, str], str] = {}
    for (kind, name), found in entries_of(event).items():
        for part, some in (divided(name, found) if kind == "word" else {name: found}).items():
            lists[kind, part] = f"{lists.get((kind, part), '')} {some}".strip()
    return lists


def as_before(world: World, divided: Divided = in_one_list) -> None:
    """Everything as a version before wrote it: cards, words in other lists, records without a number."""
    for event in world.container.store.events.by_ids([row["pk"]["S"][6:] for row in rows(world, "event#")]).values():
        lists = lists_before(event, divided)
        for posted, text in lists.items():
            put(world, list_item(event, (keys.posted(*posted), keys.place(event)), text or None).serialize())
        places = {keys.place(event): [f"{kind}#{name}" for kind, name in lists]} if lists else {}
        pk, sk = keys.indexed(event.id)
        record = {"run": {"S": "01BEFORE"}, "version": {"N": str(event.version)}, "places": {"S": json.dumps(places)}}
        put(world, {"pk": {"S": pk}, "sk": {"S": sk}, **record})
    client = world.container.store.dynamo
    for row in rows(world, *INDEX[:-1], "nearlyfull#"):
        if " " in row["sk"]["S"] or row["pk"]["S"] == "nearlyfull#complete":
            client.call("DeleteItem", {"TableName": "turnout-events", "Key": {"pk": row["pk"], "sk": row["sk"]}})
    for header in world.db.snapshot_all("turnout-seats"):
        old = {name: value for name, value in header.items() if name not in {"card", "few"}}
        client.call("PutItem", {"TableName": "turnout-seats", "Item": old})
    for room, made in (
        (world.container.store, ("completeness", "nearly_full", "postings")),
        (world.container.search, ("finder",)),
    ):
        for name in made:
            vars(room).pop(name, None)  # as another process, which has not seen how it was


@pytest.mark.parametrize("divided", [in_one_list, by_fourth_letter])
def test_a_store_of_before_answers_the_same_before_and_after_it_is_reindexed(
    world: World,
    olga: Person,
    fair: list[dict[str, Any]],
    tmp_path: Path,
    divided: Callable[[str, str], dict[str, str]],
) -> None:
    full = world.an_event(olga.token, title="Deep talk", capacity=1, location="Berlin", country="DE")
    enrolled(world, full, a_person(world))
    world.work()
    expected = {asked: ids(walk(world, f"/events?{asked}")) for asked in QUESTIONS}
    assert expected["has_spots=false"] == [full["id"]]

    as_before(world, divided)
    assert {asked: ids(walk(world, f"/events?{asked}")) for asked in QUESTIONS} == expected
    assert any("earlier version" in sentence for sentence in wrong(world))

    reindex(world, tmp_path / "state.json")
    assert wrong(world) == []
    assert {asked: ids(walk(world, f"/events?{asked}")) for asked in QUESTIONS} == expected
    assert not [row for row in rows(world, *INDEX[:-1]) if "card" in row]


def test_a_store_of_before_is_asked_once_a_minute_how_its_words_stand(
    world: World, olga: Person, fair: list[dict[str, Any]], tmp_path: Path
) -> None:
    as_before(world, by_fourth_letter)

    def asked() -> int:
        with world.db.meter() as meter:
            walk(world, "/events?q=deep+talk+tal")
        return sum(units.reads > 0 for (_, key), units in meter.by_key.items() if "nearlyfull#complete" in str(key))

    assert [asked(), asked()] == [1, 0]
    world.clock.advance(timedelta(minutes=1))
    reindex(world, tmp_path / "state.json")
    world.clock.advance(timedelta(minutes=1))
    asked()
    assert world.container.store.completeness.has_words()
    assert asked() == 0
