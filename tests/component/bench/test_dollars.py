"""Dollars follow from counts and one file of prices."""

from dataclasses import replace

import pytest

from tests.bench.costs import counted_rows
from tests.bench.dollars import MAIL, Prices, idle, per_million
from tests.bench.rows import Row

PRICES = Prices.read()


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return counted_rows()


def test_mail_is_nine_tenths_of_what_an_enrolment_costs(rows: list[Row]) -> None:
    alone, with_mail = per_million(PRICES, rows)["enrol"]

    assert 0.9 < (with_mail - alone) / with_mail < 0.95


def test_a_request_that_mails_nobody_costs_the_same_in_both_columns(rows: list[Row]) -> None:
    dollars = per_million(PRICES, rows)

    assert {name for name, (alone, with_mail) in dollars.items() if alone != with_mail} == {
        row.name for row in rows if row.mails
    }
    assert dollars["event detail"][0] == pytest.approx(4.16, abs=0.01)


def test_units_cost_what_the_file_says(rows: list[Row]) -> None:
    [enrol] = [row for row in rows if row.name == "enrol"]
    [mail] = [row for row in rows if row.name == MAIL]
    dearer = replace(enrol, writes=enrol.writes + 4)

    before, after = (per_million(PRICES, [mail, row])["enrol"][0] for row in (enrol, dearer))

    assert after - before == pytest.approx(4 * 0.625)


def test_a_month_in_which_nobody_comes_costs_some_dollars(rows: list[Row]) -> None:
    month = idle(PRICES, rows[-1])

    assert month["alarms"] >= 1.0
    assert sum(month.values()) < 15
