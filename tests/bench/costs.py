"""docs/costs.md: the tables that the benches write between its marks."""

import json
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "costs.md"
BASELINE = Path(__file__).parent / "baseline.json"
_HEAD = "| operation | calls in a row | read units | write units |\n|---|---|---|---|\n"


def operations() -> str:
    """The counted rows of the baseline as a table; what a model says has one figure and is not among them."""
    counted = {name: row for name, row in json.loads(BASELINE.read_text(encoding="utf-8")).items() if len(row) > 1}
    return _HEAD + "".join(
        f"| {name} | {calls or '-'} | {reads:,g} | {writes:,g} |\n" for name, (calls, reads, writes) in counted.items()
    )


def replaced(page: str, name: str, text: str) -> str:
    """`page` with `text` as what stands between the marks of that name."""
    begin, end = f"<!-- {name}: written by `make bench-docs` -->\n", f"<!-- /{name} -->\n"
    before, rest = page.split(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}"


def write(name: str, text: str) -> None:
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")
