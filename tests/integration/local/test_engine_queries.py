"""The local engine answers queries as ministack does, and looks only at what it answers."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from devtools.local import bootstrap

PROJECT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("engine_program.py")
PAGE = 20

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine-queries")]


def ministack(*arguments: object) -> Any:
    """What the program says that runs where ministack is installed."""
    bootstrap.ensure(PROJECT / ".venv-engine")
    python = PROJECT / ".venv-engine" / "bin" / "python"
    command = [str(python), "-P", str(PROGRAM), *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.deep), pytest.param(3, marks=pytest.mark.deep)])
def test_after_any_changes_every_query_is_answered_as_by_ministack_alone(seed: int) -> None:
    found = ministack("compare", seed, 60)

    assert "question" not in found, found
    assert found["filled"] > 200


def test_a_page_costs_the_same_in_a_partition_of_any_size() -> None:
    small, large = (ministack("count", size) for size in (200, 1000))

    for question, figures in small.items():
        alone, ours = figures["evaluated"]
        assert ours <= PAGE + 1, question  # and the start key
        assert large[question]["evaluated"][1] == ours, question
        assert alone >= 200, "ministack does it by itself now: take ours away"


def test_an_unknown_ministack_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Another ministack is stood in for by one whose `_query` is not the one that was read."""
    engine = PROJECT / "devtools" / "local" / "engine"
    program = tmp_path / "changed.py"
    program.write_text(
        f"import sys\nsys.path.append({str(engine)!r})\n"
        "import engine_queries\nfrom ministack.services import dynamodb\n"
        "dynamodb._query = dynamodb._scan\nengine_queries.install(dynamodb)\n",
        encoding="utf-8",
    )

    ran = subprocess.run(
        [str(PROJECT / ".venv-engine" / "bin" / "python"), "-P", str(program)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stderr.splitlines()[-1].startswith(
        "engine_release.ChangedError: ministack's Query is not the one that engine_queries was written for: read _query"
    )
