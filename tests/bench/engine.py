"""`python -m tests.bench.engine`: what a page of a local query looks at, by ministack alone and with our queries.

Read the counts; the milliseconds are of one question each, without HTTP, on whatever machine this is.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = PROJECT / "tests" / "integration" / "local" / "engine_program.py"
ALONE, OURS = 1_000, (6_000, 50_000)


def measured(size: int, *, alone: bool) -> Any:
    python = PROJECT / ".venv-engine" / "bin" / "python"
    command = [str(python), "-P", str(PROGRAM), "count", str(size), str(int(alone))]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print the table: the items whose key condition is evaluated for a page of twenty, and the milliseconds."""
    alone, *ours = measured(ALONE, alone=True), *(measured(size, alone=False) for size in OURS)
    table = Table("a page of 20", f"ministack alone, {ALONE:,}", *(f"with ours, {size:,}" for size in OURS))
    for question, figures in alone.items():
        cells = [figures, *(one[question] for one in ours)]
        table.add_row(question, *(f"{one['evaluated'][0]} items, {one['ms'][0]} ms" for one in cells))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
