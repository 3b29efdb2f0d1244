"""`make run` and plain `chalice local` with the real application: ready, stopped, killed, in each other's way."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from devtools.local import provision, stack, state
from devtools.local.engine import engine
from devtools.local.errors import LocalError
from devtools.local.paths import BASE_VARIABLE, PROJECT, Layout
from devtools.local.processes import LOOPBACK, alive, free_port, is_taken, wait_until

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("local-stack")]
BIN = Path(sys.executable).parent
READY, GONE = 180, 120  # whoever is waited for that long does not come


class Program:
    """A command in a terminal of its own, with a base folder of its own, on ports of its own."""

    def __init__(self, base: Path, kind: str, port: int = 0) -> None:
        self.port, self.mailbox_port = port or free_port(), free_port()
        self.layout = Layout(base)
        self._log = base / f"{kind}-{self.port}.txt"
        run = [sys.executable, "-m", "devtools.local", "run", "--mailbox-port", str(self.mailbox_port)]
        command = {"run": run, "chalice": [str(BIN / "chalice"), "local"]}[kind]
        environ = {**os.environ, BASE_VARIABLE: str(base), "MAILBOX_PORT": str(self.mailbox_port)}
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=PROJECT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def ready(self) -> "Program":
        assert wait_until(lambda: "Ctrl-C stops everything" in self.said, READY), self.said
        return self

    @property
    def stack(self) -> state.Stack:
        found = state.read(self.layout)
        assert found is not None
        return found

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def is_gone(self) -> bool:
        """Nothing listens, nothing runs, and the lock is free."""
        ports = [self.port, self.mailbox_port]
        return not state.is_running(self.layout) and not alive(self.stack.pid) and not any(map(is_taken, ports))

    def end(self) -> int:
        code = self.process.wait(GONE)
        assert wait_until(self.is_gone, GONE), self.said
        return code

    def tables(self) -> list[str]:
        names: list[str] = provision.client("dynamodb", self.stack.endpoint_url).list_tables()["TableNames"]
        return names


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    left = state.read(Layout(tmp_path))
    if left is not None and state.is_running(Layout(tmp_path)):
        os.kill(left.owner, signal.SIGKILL)


def keep(program: Program, name: str) -> None:
    provision.client("dynamodb", program.stack.endpoint_url).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )


def call(url: str, body: Mapping[str, Any] | None = None) -> Any:
    request = urllib.request.Request(url, headers={"Content-Type": "application/json"})
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(request, data, timeout=READY) as answer:
        return json.loads(answer.read())


def test_a_sign_up_travels_through_queue_sender_and_ses_into_the_mailbox(tmp_path: Path) -> None:
    with stack.running(tmp_path, environment={"LIMITS": "production"}) as running:
        made = {"email": "ada@example.org", "password": "correct horse battery staple"}
        call(f"{running.api_url}/auth/signup", made)
        mails = f"{running.mailbox_url}/api/messages?to=ADA@example.org"
        assert wait_until(lambda: len(call(mails)) == 1, READY), running.log.read_text(encoding="utf-8")
        mail = call(mails)[0]
        ports = [int(url.rpartition(":")[2]) for url in (running.api_url, running.mailbox_url, running.endpoint_url)]

    assert mail["to"] == ["ada@example.org"]
    assert mail["text"]
    assert mail["html"]
    assert running.environment["LIMITS"] == "production"
    assert not any(map(is_taken, ports))
    assert not (tmp_path / "state").exists()


def test_a_stack_that_cannot_start_says_why(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as somebody_elses:
        port = somebody_elses.getsockname()[1]
        sentence = f"Port {port} for the mailbox is taken"
        with pytest.raises(LocalError, match=sentence), stack.running(tmp_path, mailbox_port=port):
            pytest.fail("must not start")


def test_data_survives_every_end_of_a_run_but_the_kill_of_the_engine(base: Path) -> None:
    run = Program(base, "run").ready()
    keep(run, "before_ctrl_c")
    run.interrupt()
    assert run.end() == 0
    assert run.said.endswith("Stopping, saving the local data ...\nSaved.\n")

    run = Program(base, "run").ready()
    assert "before_ctrl_c" in run.tables()
    keep(run, "before_kill_of_run")
    run.process.kill()
    run.end()
    assert run.said.endswith("Saved.\n")

    run = Program(base, "run").ready()
    assert "lost" not in run.said
    assert "before_kill_of_run" in run.tables()
    keep(run, "before_kill_of_supervisor")
    os.kill(run.stack.pid, signal.SIGKILL)
    assert run.end() == 1
    assert "The process that keeps the local cloud was killed: start again." in run.said

    run = Program(base, "run").ready()
    assert "lost" not in run.said
    assert "before_kill_of_supervisor" in run.tables()
    keep(run, "before_kill_of_engine")
    engine_pid = int(subprocess.check_output(["pgrep", "-P", str(run.stack.pid), "-f", "engine_main"]))
    os.kill(engine_pid, signal.SIGKILL)
    assert run.end() == 1
    assert "The local engine ended by itself (exit code -9): see " in run.said


def test_plain_chalice_local_is_the_same_reports_the_loss_and_ends_with_its_parent(base: Path) -> None:
    lost = Layout(base).state / engine.MARKER
    lost.parent.mkdir(parents=True)
    lost.touch()
    program = Program(base, "chalice").ready()
    assert program.said.count("The last run was killed: what came since the last clean stop is lost.\n") == 1
    assert call(f"http://{LOOPBACK}:{program.port}/health")
    assert f"Mailbox  http://{LOOPBACK}:{program.mailbox_port}" in program.said
    keep(program, "kept")
    calm = program.said

    other = Program(base, "chalice")
    assert other.process.wait(READY) != 0
    assert f"Turnout already runs on http://{LOOPBACK}:{program.port}: use it, or stop it" in other.said
    reset = subprocess.run(
        [sys.executable, "-m", "devtools.local", "reset"],
        env={**os.environ, BASE_VARIABLE: str(base)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (reset.returncode, reset.stderr.count("\n")) == (1, 1)
    assert program.said == calm, "nothing but data has changed, and still it started again"

    program.process.kill()
    program.end()
    assert program.said.endswith("Saved.\n")

    again = engine.start(Layout(base).state)
    assert not again.lost
    assert "kept" in provision.client("dynamodb", again.endpoint_url).list_tables()["TableNames"]
    again.stop()


@pytest.mark.parametrize("kind", ["run", "chalice"])
def test_a_taken_port_is_one_sentence_and_leaves_nothing_running(base: Path, kind: str) -> None:
    with socket.create_server((LOOPBACK, 0)) as somebody_elses:
        port = somebody_elses.getsockname()[1]
        program = Program(base, kind, port)
        assert program.process.wait(READY) != 0

    [line] = program.said.splitlines()
    assert line.startswith(f"Port {port} for the API is taken: stop what listens there, or choose another with `")
    assert not state.is_running(program.layout)
