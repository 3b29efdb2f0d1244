"""docs/scale.md shows what the meter counts today."""

from tests.bench import scale
from tests.bench.dollars import Prices


def test_the_tables_of_the_page_are_those_of_today() -> None:
    """`python -m tests.bench.scale` writes them anew."""
    text = scale.PAGE.read_text(encoding="utf-8")

    assert scale.page(text) == text


def test_limits_are_named_in_the_order_in_which_they_are_met() -> None:
    found = scale.limits(scale.counted(), Prices.read())

    assert [limit.bears for limit in found] == sorted(limit.bears for limit in found)
    assert found[0].at(1) == "-"
    assert found[0].at(100) == "x 10.0"
