"""The command itself: one sentence and an exit code, never a traceback, and Ctrl-C keeps what was done."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.demo.__main__ import main
from tests.unit.demo.conftest import Demo
from tests.unit.demo.fake_turnout import PATIENCE_SECONDS, FakeTurnout

PROJECT = Path(__file__).resolve().parents[3]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "devtools.demo", *arguments]
    environment = os.environ | {"TURNOUT_LOCAL": str(folder)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=pipe, stderr=pipe, text=True)


def test_without_a_running_api_one_sentence_on_the_error_output(tmp_path: Path) -> None:
    with start(tmp_path, "--api", "http://127.0.0.1:9") as process:
        printed, complained = process.communicate(timeout=PATIENCE_SECONDS)

    assert (process.returncode, printed) == (1, "")
    assert complained == (
        "No API answers at http://127.0.0.1:9: start it with `make run` in another terminal, then run `make demo`.\n"
    )


@pytest.mark.parametrize("arguments", [("--workers", "0"), ("--limit", "x"), ("--api", "localhost:8000")])
def test_wrong_options_are_named(arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2
    assert f"argument {arguments[0]}: '{arguments[1]}' must" in capsys.readouterr().err


def test_ctrl_c_keeps_what_was_imported_and_the_next_run_continues(
    turnout: FakeTurnout, demo: Demo, journal: Path
) -> None:
    turnout.closes_after = 10
    options = ("--api", turnout.url, "--mailbox", turnout.url, "--workers", "2", "--limit", "60")
    with start(journal.parent, *options) as process:
        assert turnout.closed.wait(PATIENCE_SECONDS)
        process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=PATIENCE_SECONDS)
    assert len(turnout.events) == 10
    turnout.closes_after = None
    printed = demo(limit=60)

    assert (complained, process.returncode) == ("Stopped; run `make demo` again to continue.\n", 130)
    assert "10 of 60 conferences are imported already; continuing." in printed
    assert len(turnout.events) == 60
