"""docs/costs.md shows the figures that `make pr` compares with."""

from tests.bench import costs
from tests.bench.finding import DEEP, UNFILTERED


def test_the_page_shows_the_baseline_of_every_operation() -> None:
    page = costs.PAGE.read_text(encoding="utf-8")

    assert costs.replaced(page, "operations", costs.operations()) == page


def test_the_page_shows_what_finding_costs() -> None:
    page = costs.PAGE.read_text(encoding="utf-8")

    assert costs.replaced(page, "finding", "nothing") != page
    assert [name for name in (*UNFILTERED, DEEP) if f"\n| {name} | " not in page] == []


def test_only_what_stands_between_the_marks_of_the_name_is_replaced() -> None:
    begin, end = "a\n<!-- x: written by `make bench-docs` -->\n", "<!-- /x -->\nb\n"

    assert costs.replaced(f"{begin}old\n{end}", "x", "new\n") == f"{begin}\nnew\n\n{end}"
