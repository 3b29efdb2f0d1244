"""What the bench of the lists measures is what the application does: the same rows, and answers within the budget."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from rich.progress import Progress

from chalicelib.domain.search.words import has_words, split_words
from chalicelib.domain.seats import UNLIMITED
from tests.bench import finding
from tests.bench.catalogue import conferences, generated
from tests.bench.finding import REAL, Hall, Measured, faults, growth, lines, markdown, measured
from tests.bench.shelves import EVENTS, Shelves
from tests.bench.writing import write_rows
from tests.support.fakes import START
from tests.support.lists import walk
from tests.support.problems import problem
from tests.support.world import World

HARD = 60


def rows_of(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """Everything but the records of the index, which only the index itself reads, and the list of full events.

    On the shelves some are full, where nobody has enrolled in those that were created.
    """
    rows = {(row["pk"]["S"], row["sk"]["S"]): row for row in world.db.snapshot_all(EVENTS)}
    return {key: row for key, row in rows.items() if not key[0].startswith(("indexed#", "nearlyfull#seats"))}


def test_what_is_put_on_the_shelves_is_what_creating_and_indexing_leave() -> None:
    events = [*generated(15, START), *conferences(START.date())[:15]]
    with World() as written:
        for event in events:
            capacity = UNLIMITED if event.facts.capacity is None else event.facts.capacity
            written.container.store.events.add(event, [capacity], "Ada Byron", None)
            written.container.search.indexer.index(event.id)
        expected = rows_of(written)
    with World() as loaded:
        shelves = Shelves(loaded.db)
        shelves.load(events)
        shelves.finish()

        assert rows_of(loaded) == expected


def test_generated_events_are_the_same_in_every_run_and_differ_from_each_other() -> None:
    first, second = (list(generated(50, START)) for _ in range(2))

    assert first == second
    assert len({event.facts.title for event in first}) > 45
    assert len({event.id for event in first}) == 50


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """More events than are sorted, of which nearly all have the commonest words."""
    with Progress(disable=True) as progress:
        made = Hall("650", generated(650, START), progress, 650)
        with made.world:
            yield made


def test_more_matches_than_are_sorted_are_refused_by_name(hall: Hall) -> None:
    word = commonest(hall)

    for order in ("title", "-title", "created_at", "-created_at"):
        problem(hall.world.get(f"/events?q={word}&ordering={order}"), 422, "too_many_to_sort")
    for order in ("starts_at", "-starts_at"):
        assert len(hall.world.get(f"/events?q={word}&ordering={order}").json["results"]) == 20


def commonest(hall: Hall) -> str:
    """A word of more events than are sorted."""
    for word in ("conference", "days", "the", "and", "conf"):
        if hall.world.get(f"/events?q={word}").json["next"] and many(hall, word):
            return word
    raise AssertionError("no word is common")


def many(hall: Hall, word: str) -> bool:
    return len(walk(hall.world, f"/events?q={word}&page_size=100")) > 5


COSTLY = [
    "/events?q=the+conference+days", "/events?q=a+b+c+d+e+f+g+h+i+j", "/events?q=theatre&has_spots=false",
    "/events?title=con&location=ber&has_spots=true", "/events?tag=python&has_spots=false&page_size=100",
    "/events/available?country=US&language=pt-BR&page_size=100", "/events?page=5&page_size=100&q=conf",
    "/events?page=25&has_spots=true", "/events?ordering=-title&language=en&country=DE&online=true&page_size=100",
    "/events?ordering=created_at&tag=python&has_spots=true&page_size=100", "/events?online=true&is_past=true",
    "/events?location=a+b&title=o+o", "/events?status=cancelled", "/events?date=2027-02&q=confer",
]  # fmt: skip


@pytest.mark.parametrize("url", COSTLY)
def test_no_page_reads_for_more_than_sixty_units(hall: Hall, url: str) -> None:
    link: str | None = url
    for _ in range(6):
        with hall.world.db.meter() as meter:
            answer = hall.world.get(str(link).removeprefix("https://api.test"))
        assert answer.status in {200, 422}, answer.text
        assert meter.reads <= HARD
        assert meter.writes == 0
        link = answer.json.get("next")
        if link is None:
            break


def test_the_questions_of_the_bench_are_answered_and_mostly_find_something(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "TIMES", 8)
    questions = hall.questions()

    assert len(questions) == 22
    for name, urls in questions.items():
        found = [len(hall.world.get(url).json["results"]) for url in urls]
        assert (max(found) == 0) is (name == "a word that matches nothing"), name


def test_words_that_long_texts_have_by_the_hundred_are_told_by_their_lists(hall: Hall) -> None:
    texts = [(event.id, event.facts) for event in generated(hall.number, START)]
    words = {id_: {*split_words(f"{one.title} {one.description} {one.location}")} for id_, one in texts}
    pairs = ["camp craft", "europe devops", "conference javascript", "data the", "craft conference", "android days"]
    reads = []
    for q in pairs:
        with hall.world.db.meter() as meter:
            found = hall.world.get(f"/events?q={q.replace(' ', '+')}").json
        reads.append(meter.reads)
        matches = [id_ for id_, those in words.items() if has_words(those, tuple(q.split()))]
        assert [one["id"] for one in found["results"]] == matches[:20]

    assert sorted(reads)[len(reads) // 2] <= 20
    assert max(reads) <= 30


@pytest.mark.parametrize("ordering", ["starts_at", "-starts_at"])
def test_a_page_by_its_number_costs_as_much_as_the_first_and_is_what_following_next_leads_to(
    hall: Hall, ordering: str
) -> None:
    link: str | None = f"/events?ordering={ordering}"
    for number in range(1, 26):
        each = hall.world.get(str(link).removeprefix("https://api.test")).json
        with hall.world.db.meter() as meter:
            asked = hall.world.get(f"/events?ordering={ordering}&page={number}").json

        assert [one["id"] for one in asked["results"]] == [one["id"] for one in each["results"]]
        assert (asked["count"], asked["count_exact"]) == (hall.number, True)
        assert meter.reads <= 15
        link = each["next"]


# The table


def some(reads: Sequence[float]) -> Measured:
    return Measured("front page", list(reads), [2] * len(reads), [1.0] * len(reads))


def test_what_is_over_a_budget_is_named() -> None:
    good = {"1,000": {"front page": some([10])}, "10,000": {"front page": some([11])}, REAL: {"front page": some([12])}}
    assert faults(good) == []
    assert growth(good, "front page") == pytest.approx(1.1)

    assert faults({**good, "10,000": {"front page": some([11.5])}}) == ["the front page grows by 1.15"]
    over = {**good, REAL: {"front page": some([10] * 98 + [46, 46])}}
    assert faults(over) == [f"front page, {REAL} events: p99 46 read units"]
    dear = {**good, REAL: {"front page": some([12]), "one word": Measured("one word", [14, 15.5, 20], [4] * 3, [1.0])}}
    assert faults(dear) == [f"filters, {REAL} events: p50 15.5 read units"]
    hard = {**good, REAL: {"front page": some([10] * 199 + [61])}}
    assert faults(hard) == [f"front page, {REAL} events: at most 61 read units"]


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (Measured("front page", [12.5], [2], [1.0]), "p50 12.5 read units"),
        (Measured("front page", [12], [3], [1.0]), "p50 3 calls in a row"),
        (Measured("one word", [15], [5], [1.0]), "p50 5 calls in a row"),
        (Measured("page 25", [15], [6], [1.0]), "p50 6 calls in a row"),
        (Measured("two words", [20.5], [4], [1.0]), "p50 20.5 read units"),
        (Measured("two words", [15] * 50, [4] * 50, [1.0], short=1), "first page full or final in 98%"),
        (Measured("no free seats", [15], [4], [1.0], short=1), "first page full or final in 0%"),
    ],
)
def test_each_budget_is_checked(one: Measured, fault: str) -> None:
    assert one.faults() == [fault]


def test_the_table_has_a_row_for_each_question() -> None:
    results = {"1,000": {"front page": some([10])}, "10,000": {"front page": some([11, 11, 12])}}

    assert lines(results)[1] == ["front page", "10 / 10", "11 / 12", "100% / 100%", "2", "1.0 ms", "1.10"]
    assert "| front page | 10 / 10 | 11 / 12 | 100% / 100% | 2 | 1.0 ms | 1.10 |" in markdown(results, [])


def test_measuring_takes_every_question_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "TIMES", 2)
    monkeypatch.setattr(finding, "_CPU_TRIES", 1)
    with Progress(disable=True) as progress:
        small = Hall("60", generated(60, START + timedelta(days=1)), progress, 60)
        with small.world:
            found = measured(small, progress)

    assert list(found) == list(hall.questions())
    assert all(one.worst <= HARD for one in found.values())


def test_writes_are_measured_for_creating_and_moving_at_three_sizes() -> None:
    rows = write_rows()

    assert [row.name for row in rows] == [
        "create: the request", "create: the index, afterwards",
        "move to another day: the request", "move to another day: the index, afterwards",
        "another place, with people to tell: the request",
        "another place, with people to tell: the index, afterwards",
    ]  # fmt: skip
    for row in rows:
        assert row.units == sorted(row.units)
        assert row.units[0] > 10
