"""What people did is there after a stop and a start; after a kill the loss is told in one line."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devtools.local import state
from devtools.local.paths import BASE_VARIABLE, PROJECT, Layout
from devtools.local.processes import wait_until
from devtools.local.stack import Running
from tests.e2e.site import Site

LOSS = "The last run was killed: what came since the last clean stop is lost."
READY_SECONDS, STOP_SECONDS = 180, 120

pytestmark = pytest.mark.deep  # each of its three starts takes seconds


@contextmanager
def made_to_run(base: Path) -> Iterator[tuple[Site, Path]]:
    """`make run` with a memory, on free ports, ended by Ctrl-C; the site and what the terminal showed."""
    log = base / "terminal.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "devtools.local", "run", "--port", "0", "--mailbox-port", "0", "--no-autoreload"],
            cwd=PROJECT,
            env={**os.environ, BASE_VARIABLE: str(base)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        ready = wait_until(
            lambda: "Ctrl-C stops" in log.read_text("utf-8") or process.poll() is not None, READY_SECONDS
        )
        stack = state.read(Layout(base))
        assert ready, log.read_text("utf-8")
        assert stack is not None, log.read_text("utf-8")
        running = Running(stack.api_url, stack.mailbox_url, stack.endpoint_url, stack.environment, log)
        yield Site(running), log
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def test_people_events_seats_mails_and_logins_survive_a_stop_but_not_the_kill_of_the_engine(tmp_path: Path) -> None:
    with made_to_run(tmp_path) as (site, _), site.client() as client:
        user = site.sign_up(client, "keeper@example.org")
        client.token = user.token
        kept = site.an_event(client, title="Kept", capacity=3)
        assert client.post(f"/events/{kept['id']}/enrollments", {}).status == 201
        site.mail(user.email, "^Confirmed: Kept$")

    with made_to_run(tmp_path) as (site, log), site.client(user.token) as client:
        assert LOSS not in log.read_text("utf-8")
        assert client.get("/auth/me").json["id"] == user.id
        assert client.get(f"/events/{kept['id']}").json["attendees_count"] == 1
        assert [one["title"] for one in client.walk("/events")] == ["Kept"]
        assert site.subjects(user.email)[1:] == ["Confirmed: Kept"]
        lost = site.an_event(client, title="Lost")
        [engine] = subprocess.check_output(["pgrep", "-f", f"engine_main.py.*{tmp_path}"], text=True).split()
        os.kill(int(engine), signal.SIGKILL)

    with made_to_run(tmp_path) as (site, log), site.client(user.token) as client:
        assert log.read_text("utf-8").count(LOSS) == 1
        assert client.get(f"/events/{kept['id']}").json["attendees_count"] == 1
        assert client.get(f"/events/{lost['id']}").status == 404
