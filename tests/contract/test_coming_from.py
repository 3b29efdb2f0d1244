"""docs/coming-from.md tells the truth: what it calls done works, and what it calls coming is not there yet."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contract.coming_from import NEEDS, PAGE, STATES, Row, Walk, at, rows, split
from tests.contract.stage import Stage
from tests.support.world import SETTINGS, World

ROWS = list(rows(PAGE.read_text(encoding="utf-8")))
DONE = [row for row in ROWS if row.state == "done"]
COMING = [row for row in ROWS if row.state == "coming" and row.walk]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """With the limits of production: nothing that is promised here runs into them."""
    with World(replace(SETTINGS, limits="production")) as world:
        yield Stage(world)


def test_five_apis_are_mapped_and_most_of_each_is_there() -> None:
    by_api = Counter(row.api for row in ROWS)

    assert [name[:3] for name in by_api] == ["000", "001", "002", "003", "004"]
    assert min(by_api.values()) >= 35
    assert len(DONE) > len(ROWS) / 2


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_says_what_it_is_here_and_why_not_yet_or_never(row: Row) -> None:
    assert row.state in STATES
    assert row.theirs
    assert row.ours or row.state == "not ported"
    if row.state == "done":
        assert row.walk
    elif row.state == "coming":
        assert row.need in NEEDS
        assert row.last
    else:
        assert not row.walk
        assert len(row.last.split()) > 3, "give the reason"


@pytest.mark.parametrize("row", DONE, ids=lambda row: row.name)
def test_what_is_done_works(stage: Stage, row: Row) -> None:
    assert row.walk
    answer, against, mails = stage.perform(row.walk)

    assert answer.status == row.walk.status, answer.text
    assert against is None
    for shown in row.walk.shows:
        show(row.walk, shown, answer.json if answer.text else None, mails)


def show(walk: Walk, shown: str, body: object, mails: list[str]) -> None:
    """`sends x`: the request has it and was taken; `mails x`: a mail followed; otherwise a field of the answer."""
    verb, _, rest = shown.partition(" ")
    if verb == "sends":
        assert walk.status < 300
        assert f'"{rest}":' in (walk.body or "") or f"{rest}=" in walk.url
    elif verb == "mails":
        assert any(rest in subject for subject in mails), mails
    else:
        path, value = split(shown)
        found = at(body, path)
        assert value is KeyError or found == value


@pytest.mark.parametrize("row", COMING, ids=lambda row: row.name)
def test_what_is_coming_is_refused_until_it_is_there(stage: Stage, row: Row) -> None:
    assert row.walk
    answer, _, _ = stage.perform(row.walk)

    assert row.walk.status in {400, 401, 404, 405}
    assert answer.status == row.walk.status, "it is there now: change the row to done"
    for shown in row.walk.shows:
        show(row.walk, shown, answer.json, [])
