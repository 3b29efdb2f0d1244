"""Processes, ports and the lock by which stacks know of each other."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.local import attach, state
from devtools.local.errors import LocalError
from devtools.local.paths import Layout
from devtools.local.processes import Child, alive, free_port, is_taken, say, wait_until

PATIENCE_SECONDS = 60  # what is waited for that long does not come


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_is_taken_while_somebody_listens(listening: int) -> None:
    assert is_taken(listening)
    assert is_taken(listening, "0.0.0.0")  # noqa: S104 - asked, not bound for long
    assert not is_taken(free_port())


def test_a_process_that_ended_but_was_not_waited_for_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.DEVNULL) as process:
        assert wait_until(lambda: not alive(process.pid), PATIENCE_SECONDS)
        assert process.returncode is None


def test_the_own_process_is_alive() -> None:
    assert alive(os.getpid())


CHILD = """
import sys, threading
from devtools.local.processes import when_starter_is_gone
stop = threading.Event()
when_starter_is_gone(stop.set)
stop.wait(30)
print("stopped by itself", flush=True)
"""
PARENT = """
import os, sys
from pathlib import Path
from devtools.local.processes import Child
Child([sys.executable, "-c", sys.argv[1]], cwd=Path.cwd(), output=open(sys.argv[2], "wb"), session=True)
os._exit(9)
"""


def test_a_child_stops_when_its_starter_is_killed(tmp_path: Path) -> None:
    said = tmp_path / "said.txt"

    subprocess.run([sys.executable, "-c", PARENT, CHILD, str(said)], check=False, stdin=subprocess.DEVNULL)

    assert wait_until(lambda: "stopped by itself" in said.read_text(encoding="utf-8"), PATIENCE_SECONDS)


def test_a_child_that_does_not_end_is_killed(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    said = tmp_path / "said.txt"
    with said.open("wb") as output:
        child = Child([sys.executable, "-c", deaf], cwd=tmp_path, output=output)
        assert wait_until(lambda: "deaf" in said.read_text(encoding="utf-8"), PATIENCE_SECONDS)

        assert child.stop(0.2) is None
    assert child.exit_code is not None


def test_a_terminal_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    code = "import os, sys; os.close(1); from devtools.local.processes import say; say('x'); sys.exit(7)"

    ran = subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.DEVNULL)

    assert ran.returncode == 7


def test_say_writes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("Saved.")

    assert capsys.readouterr().out == "Saved.\n"


def test_a_stack_runs_as_long_as_its_lock_is_held(tmp_path: Path) -> None:
    where = Layout(tmp_path)
    assert not state.is_running(where)

    held = state.lock(where)

    assert held is not None
    assert state.lock(where) is None
    assert state.is_running(where)
    held.close()
    assert not state.is_running(where)


def test_a_second_run_is_told_where_the_first_one_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = Layout(tmp_path)
    held = state.lock(where)
    assert held is not None
    with held:
        running = state.Stack(os.getpid(), os.getppid(), state.READY, api_url="http://127.0.0.1:8000")
        state.write(where, running)

        with pytest.raises(LocalError, match=r"already runs on http://127\.0\.0\.1:8000"):
            attach.start(where, owner=1, api_url="", mailbox_port=1)
    assert capsys.readouterr().out == "", "it says so when it waits for a run to end"


def test_the_state_file_holds_the_keys_and_is_private(tmp_path: Path) -> None:
    where = Layout(tmp_path)
    where.prepare()

    state.write(where, state.Stack(1, 2, environment={"KEY_RING": "local:abc"}))

    assert (where.run / "stack.json").stat().st_mode & 0o077 == 0
    assert state.read(where) == state.Stack(1, 2, environment={"KEY_RING": "local:abc"})


def test_who_is_greeted_is_told_that_time_runs_faster_only_where_it_does() -> None:
    made = [state.Stack(1, 2, environment={"REMINDER_SPEED": speed}).greeting() for speed in ("1", "60")]

    assert ["60 times sooner" in greeting for greeting in made] == [False, True]
    assert "Time" not in made[0]


def test_only_the_first_worker_of_a_stack_greets(tmp_path: Path) -> None:
    where = Layout(tmp_path)
    where.prepare()

    assert [state.is_first(where), state.is_first(where)] == [True, False]
    state.remove(where)
    assert state.is_first(where)


def test_clearing_deletes_the_data_and_keeps_what_others_cached(tmp_path: Path) -> None:
    where = Layout(tmp_path)
    where.prepare()
    where.key_ring.write_text("k", encoding="ascii")
    (tmp_path / "demo.jsonl").write_text("{}", encoding="ascii")
    (tmp_path / "jars").mkdir()

    where.clear()

    assert [one.name for one in tmp_path.iterdir()] == ["jars"]
