"""docs/costs.md: the tables that the benches write between its marks."""

import json
from pathlib import Path

from tests.bench.dollars import Prices, idle, per_million
from tests.bench.rows import Budget, Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "costs.md"
BASELINE = Path(__file__).parent / "baseline.json"
_HEAD = (
    "| operation | calls in a row | read units | write units | bytes | $ a million | with its mails |\n"
    "|---|---|---|---|---|---|---|\n"
)


def counted_rows() -> list[Row]:
    """The counted rows of the baseline; what a model says has one figure and is not among them."""
    counted = {name: row for name, row in json.loads(BASELINE.read_text(encoding="utf-8")).items() if len(row) > 1}
    return [
        Row(name, calls, reads, writes, Budget(), mails, answer)
        for name, (calls, reads, writes, mails, answer) in counted.items()
    ]


def operations() -> str:
    """Those as a table, with what they cost in dollars."""
    rows = counted_rows()
    prices = Prices.read()
    dollars = per_million(prices, rows)
    idle_rows = [f"| {name} | {figure:.2f} |\n" for name, figure in idle(prices, rows[-1]).items()]
    month = f"| together | {sum(idle(prices, rows[-1]).values()):.2f} |\n"
    return (
        _HEAD
        + "".join(_row(row, dollars.get(row.name)) for row in rows)
        + f"\n| a month in which nobody comes, at the list prices of {prices.as_of} | $ |\n|---|---|\n"
        + "".join(idle_rows)
        + month
    )


def _row(row: Row, dollars: tuple[float, float] | None) -> str:
    alone, with_mails = (f"{figure:.2f}" for figure in dollars) if dollars else ("-", "-")
    size = f"{row.answer:,}" if row.answer else "-"
    return f"| {row.name} | {row.calls or '-'} | {row.reads:,g} | {row.writes:,g} | {size} | {alone} | {with_mails} |\n"


def replaced(page: str, name: str, text: str, command: str = "make bench-docs") -> str:
    """`page` with `text` as what stands between the marks of that name."""
    begin, end = f"<!-- {name}: written by `{command}` -->\n", f"<!-- /{name} -->\n"
    before, rest = page.split(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}"


def write(name: str, text: str) -> None:
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")
