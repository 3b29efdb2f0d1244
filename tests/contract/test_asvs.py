"""docs/asvs.md has every requirement of its chapters, and each rests on a test that there is, or on a reason."""

import re
from collections import Counter

import pytest

from tests.contract.asvs import LEVELS, NOT_APPLICABLE, OPEN, OPERATOR, OTHERWISE, PAGE, SHOWN, STATES, Row, rows

TEXT = PAGE.read_text(encoding="utf-8")
ROWS = rows(TEXT)


def in_order(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


def test_every_requirement_has_one_row_under_its_level() -> None:
    expected = {number: level for level, numbers in LEVELS.items() for number in numbers}

    assert [row.number for row in ROWS] == sorted(expected, key=in_order)
    assert {row.number: row.level for row in ROWS} == expected


def test_the_numbers_are_those_of_the_standard() -> None:
    """Counted in the standard itself, so that none is lost from the list that rows are held against."""
    counted = Counter((number.split(".")[0], level) for level, numbers in LEVELS.items() for number in numbers)

    assert counted == {
        ("2", 1): 4, ("2", 2): 7, ("4", 1): 2, ("4", 2): 8, ("6", 1): 13, ("6", 2): 22, ("7", 1): 6, ("7", 2): 12,
        ("8", 1): 4, ("8", 2): 3, ("9", 1): 4, ("9", 2): 3, ("13", 1): 1, ("13", 2): 12, ("16", 2): 16,
    }  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_row_rests_on_tests_that_there_are_or_on_a_reason(row: Row) -> None:
    assert list(row.faults()) == []


def test_the_page_counts_its_rows() -> None:
    states = Counter(row.state for row in ROWS)
    [told] = re.findall(r"^Of .+$", TEXT, re.MULTILINE)

    assert told == (
        f"Of {len(ROWS)} requirements {states[SHOWN]} are shown, {states[OTHERWISE]} decided otherwise, "
        f"{states[NOT_APPLICABLE]} not applicable, {states[OPERATOR]} for the operator and {states[OPEN]} open."
    )


def test_the_page_explains_every_state() -> None:
    explained = TEXT.partition("| state |")[2].partition("\n\n")[0]

    assert re.findall(r"^\| ([a-z ]+) \|", explained, re.MULTILINE) == list(STATES)


GOOD = "`tests/contract/test_asvs.py::test_the_page_counts_its_rows`"
MARKED = "tests/e2e/test_races.py::test_of_two_hundred_people_at_once_twenty_get_the_twenty_seats_ten_times"
IN_A_MARKED_FILE = (
    "tests/e2e/test_kept_data.py::"
    "test_people_events_seats_mails_and_logins_survive_a_stop_but_not_the_kill_of_the_engine"
)


@pytest.mark.parametrize(
    ("state", "basis", "fault"),
    [
        ("done", GOOD, "'done' is no state"),
        (SHOWN, "Everybody knows that it is so.", "no test shows it"),
        (SHOWN, "`tests/contract/test_nothing.py::test_x`", "is in no file that there is"),
        (SHOWN, "`tests/contract/test_asvs.py::test_nothing`", "is not there"),
        (SHOWN, "`tests/contract/asvs.py::test_x`", "is not collected"),
        (SHOWN, "`tests/contract/test_asvs.py::in_order`", "is not collected"),
        (SHOWN, f"{GOOD}, `tests/contract`", "is no test"),
        (SHOWN, f"`{MARKED}`", "is left out of `make pr`"),
        (SHOWN, f"`{IN_A_MARKED_FILE}`", "is left out of `make pr`"),
        (OTHERWISE, "We do it in another way, which is better.", "no test shows it"),
        (OTHERWISE, GOOD, "the reason is no sentence"),
        (NOT_APPLICABLE, "No.", "the reason is no sentence"),
        (NOT_APPLICABLE, "", "the reason is no sentence"),
        (NOT_APPLICABLE, f"There is nothing of that kind here: {GOOD}.", "what is not applicable has no tests"),
        (OPERATOR, "Whoever runs the service has to see to it.", "does not say where"),
        (OPEN, "It is not quite there but nearly so.", "does not say what is missing"),
    ],
)  # fmt: skip
def test_a_row_that_rests_on_nothing_is_found(state: str, basis: str, fault: str) -> None:
    assert any(fault in one for one in Row("1.1.1", 1, "something", state, basis).faults())


def test_a_row_of_other_than_five_cells_is_found() -> None:
    with pytest.raises(ValueError, match="4 cells instead of 5"):
        rows("| 1.1.1 | 1 | something | shown |")
