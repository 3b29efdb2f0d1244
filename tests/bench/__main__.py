"""`make bench`: the budgets of the design as a table, and a check that no figure became worse than its baseline."""

import argparse
import json
import logging
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from devtools.package.bare import MOST, figures
from devtools.package.build import where
from tests.bench import costs
from tests.bench.background import idle_days, one_reminder
from tests.bench.costs import BASELINE
from tests.bench.dollars import Prices, idle, per_million
from tests.bench.hot_event import CONFLICTS, WINDOW, Figure
from tests.bench.hot_event import figures as hot_figures
from tests.bench.hot_terms import figures as term_figures
from tests.bench.people import people_rows
from tests.bench.rows import Bench, Row, cpu_rows, measure_all, page_cpu_rows
from tests.bench.staff import staff_rows

ALLOWED = 1.05
PROJECT = Path(__file__).resolve().parents[2]
CPU_BUDGET_MS = 3.0
PAGE_CPU_BUDGET_MS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail over a budget or 5 %% over the baseline")
    parser.add_argument("--write", action="store_true", help="make today's counts the baseline")
    options = parser.parse_args()
    logging.getLogger("turnout").addHandler(logging.NullHandler())  # what the application logs is no figure
    console = Console(width=120)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("1,000 events", total=1_000)
        bench = Bench(1_000, lambda step: progress.advance(task, step))
    prices = Prices.read()
    rows, hot, terms = (
        [*measure_all(bench), *staff_rows(bench), one_reminder(bench), *people_rows(bench), *idle_days()],
        hot_figures(),
        term_figures(),
    )
    console.print(_counts(rows, per_million(prices, rows)))
    console.print(_idle(prices, idle(prices, rows[-1])))
    title = f"One hot event, modelled: conflict window {1000 * WINDOW:g} ms, limits at {CONFLICTS:.0%} conflicts"
    console.print(_modelled(hot, title))
    console.print(_modelled(terms, "Hot terms of the search index, modelled on the real conferences (docs/adr/0011)"))
    if not options.check:
        console.print(_cpu(bench))
        console.print(_package())
    if options.write:
        counted = {row.name: [row.calls, row.reads, row.writes, row.mails, row.answer] for row in rows}
        modelled = {figure.name: [figure.value] for figure in [*hot, *terms]}
        BASELINE.write_text(json.dumps(counted | modelled, indent=2) + "\n")
        costs.write("operations", costs.operations())
    worse = _worse(rows) + _worse_model([*hot, *terms]) if options.check else []
    if worse:
        Console(stderr=True).print(*worse, sep="\n")
    return 1 if worse else 0


def _counts(rows: list[Row], dollars: dict[str, tuple[float, float]]) -> Table:
    columns = ("operation", "calls", "read units", "write units", "budget", "bytes", "$ a million", "with mail")
    table = Table(*columns, title="Counted by the meter")
    for row in rows:
        limits = [row.budget.calls, row.budget.reads, row.budget.writes]
        budget = " / ".join("-" if limit is None else f"<= {limit:g}" for limit in limits)
        mark = "" if row.within else "  OVER"
        alone, with_mail = (f"{figure:.2f}" for figure in dollars[row.name]) if row.name in dollars else ("-", "-")
        size = f"{row.answer:,}" if row.answer else "-"
        counted = (f"{row.calls}", f"{row.reads:g}", f"{row.writes:g}", budget + mark, size)
        table.add_row(row.name, *counted, alone, with_mail)
    return table


def _idle(prices: Prices, month: dict[str, float]) -> Table:
    table = Table("a month in which nobody comes", "$", title=f"Idle, at the list prices of {prices.as_of}")
    for name, dollars in [*month.items(), ("together", sum(month.values()))]:
        table.add_row(name, f"{dollars:.2f}")
    return table


def _modelled(figures: list[Figure], title: str) -> Table:
    table = Table("figure", "value", "budget", title=title)
    for one in figures:
        table.add_row(one.name, f"{one.value:g} {one.unit}", one.budget + ("" if one.within else "  OUTSIDE"))
    return table


def _cpu(bench: Bench) -> Table:
    table = Table("request", "ms", "budget", "of it", title="Own CPU, median")
    for rows, budget in ((cpu_rows(bench), CPU_BUDGET_MS), (page_cpu_rows(bench), PAGE_CPU_BUDGET_MS)):
        for name, milliseconds in rows:
            table.add_row(name, f"{milliseconds:.2f}", f"{budget:g} ms", f"{milliseconds / budget:.0%}")
    return table


def _package() -> Table | str:
    package = where(PROJECT).zip
    if not package.is_file():
        return "Import and zip: run `make package` first."
    found = figures(package)
    table = Table("figure", "value", "budget", title="As packaged")
    table.add_row("zip", f"{found['zip_mb']:.1f} MB", "<= 8 MB")
    table.add_row("import app with its DynamoDB client", f"{found['app_with_client_ms']:.0f} ms CPU", "-")
    table.add_row("ratio to importing botocore + pydantic + chalice", f"{found['ratio']:.2f}", f"<= {MOST}")
    return table


def _worse(rows: list[Row]) -> list[str]:
    baseline = json.loads(BASELINE.read_text())
    found = [f"{row.name}: over its budget" for row in rows if not row.within]
    found += [f"{row.name}: has no baseline yet (make bench ARGS=--write)" for row in rows if row.name not in baseline]
    for row in (row for row in rows if row.name in baseline):
        for what, now, before in zip(
            ("calls", "read units", "write units", "mails", "bytes"),
            (row.calls, row.reads, row.writes, row.mails, row.answer),
            baseline[row.name],
            strict=True,
        ):
            if now > before * ALLOWED:
                found.append(f"{row.name}: {now:g} {what}, the baseline has {before:g} (make bench ARGS=--write)")
    return found


def _worse_model(figures: list[Figure]) -> list[str]:
    baseline = json.loads(BASELINE.read_text())
    found = [f"{one.name}: {one.value:g} {one.unit} is outside its budget" for one in figures if not one.within]
    for one in figures:
        [before] = baseline[one.name]
        if one.is_worse_than(before, ALLOWED):
            found.append(f"{one.name}: {one.value:g} {one.unit}, the baseline has {before:g} (make bench ARGS=--write)")
    return found


if __name__ == "__main__":
    sys.exit(main())
