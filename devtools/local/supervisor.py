"""One process that owns the local cloud: engine, mailbox and runner live and end with the program it serves."""

import argparse
import os
import signal
import sys
import threading
from dataclasses import dataclass
from typing import IO, Any

from devtools.local import environment, provision, state
from devtools.local.engine import engine as local_engine
from devtools.local.errors import LocalError, taken
from devtools.local.paths import PROJECT, Layout, layout
from devtools.local.processes import LOOPBACK, Child, alive, is_taken, say, wait_until
from devtools.local.reload import Watch

LOOK_SECONDS = 0.5
RUNNER_CODE = ("app.py", "chalicelib", "template-infra/resources.yaml")


@dataclass(frozen=True, slots=True)
class Options:
    """Whom the stack is for, and what it may not share with another one."""

    owner: int
    api_url: str
    mailbox_port: int
    ephemeral: bool


class Supervisor:
    """Starts the parts, restarts the ones that may be restarted, and stops all of them when the owner is gone."""

    def __init__(self, options: Options, where: Layout) -> None:
        self._options = options
        self._layout = where
        self._stack = state.Stack(pid=os.getpid(), owner=options.owner, api_url=options.api_url)
        self._asked = threading.Event()
        self._watch = Watch(PROJECT, RUNNER_CODE)
        self._engine: local_engine.Engine | None = None
        self._mailbox: Child | None = None
        self._runner: Child | None = None
        self._runner_waits = False

    def run(self) -> int:
        """Until SIGTERM, the end of the owner, or a fault; the exit code."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._asked.set())
        code = 0
        try:
            self._publish(status=state.STARTING)
            self._start()
            self._publish(status=state.READY)
            self._look_after()
        except LocalError as error:
            code = 1
            say(str(error))
            self._publish(status=state.FAILED)
        finally:
            saved = self._stop(failed=bool(code))
        return code or (0 if saved else 1)

    def _publish(self, **changes: Any) -> None:
        self._stack = self._stack.but(**changes)
        state.write(self._layout, self._stack)

    def _start(self) -> None:
        where, options = self._layout, self._options
        where.prepare()
        if is_taken(options.mailbox_port):
            raise LocalError(taken(options.mailbox_port, "the mailbox", "MAILBOX_PORT"))
        self._start_runner()
        self._mailbox = self._python("devtools.mailbox", "--port", str(options.mailbox_port), "--data", str(where.mail))
        kept = None if options.ephemeral else where.state
        port = None if options.ephemeral else local_engine.choose_port()
        self._engine = local_engine.start(kept, port, spool=where.spool, log=where.logs / "engine.log")
        if self._engine.lost:
            say("The last run was killed: what came since the last clean stop is lost.")
        self._stack = self._stack.but(
            endpoint_url=self._engine.endpoint_url,
            mailbox_url=f"http://{LOOPBACK}:{options.mailbox_port}",
            environment=self._provision(self._engine.endpoint_url),
        )
        wait_until(lambda: is_taken(options.mailbox_port) or not _runs(self._mailbox), 20)
        if not _runs(self._mailbox):
            raise LocalError(f"The mailbox did not start: run `{sys.executable} -m devtools.mailbox` to see why.")

    def _provision(self, endpoint_url: str) -> dict[str, str]:
        """Tables, queues and sender; the environment of the functions."""
        chosen = environment.choices(os.environ, self._options.api_url)
        deployed = provision.provision(endpoint_url, mail_from=chosen["MAIL_FROM"])
        return environment.variables(
            os.environ,
            endpoint_url=endpoint_url,
            deployed=deployed,
            key_ring=environment.key_ring(self._layout),
            api_url=self._options.api_url,
        )

    def _python(self, module: str, *arguments: str) -> Child:
        # Code that believes to be in `chalice local` would start a stack of its own.
        environ = {name: value for name, value in os.environ.items() if name != "AWS_CHALICE_CLI_MODE"}
        return Child([sys.executable, "-m", module, *arguments], cwd=PROJECT, env=environ)

    def _start_runner(self) -> None:
        self._runner = self._python("devtools.local.functions.runner")
        self._runner_waits = False

    def _look_after(self) -> None:
        while not self._asked.wait(LOOK_SECONDS) and alive(self._options.owner):
            if self._engine and self._engine.exit_code is not None:
                log = self._layout.logs / "engine.log"
                raise LocalError(f"The local engine ended by itself (exit code {self._engine.exit_code}): see {log}.")
            if not _runs(self._mailbox):
                raise LocalError("The mailbox ended by itself: start again, and report it if that happens again.")
            self._look_after_runner()

    def _look_after_runner(self) -> None:
        """Changed code is run at once; code that does not even start is not tried again until it changes."""
        if self._watch.changed():
            if self._runner:
                self._runner.stop(15)
            self._start_runner()
        elif not _runs(self._runner) and not self._runner_waits:
            self._runner_waits = True
            say("The queue and schedule handlers stopped; they start again when the code changes.")

    def _stop(self, *, failed: bool) -> bool:
        """Handlers first, then the data: nothing may change any more while the engine saves."""
        keeps = self._engine is not None and self._engine.exit_code is None and not self._options.ephemeral
        if not failed:
            self._publish(status=state.STOPPING)
        if keeps:
            say("Stopping, saving the local data ...")
        for child in (self._runner, self._mailbox):
            if child:
                child.stop(10)
        saved = self._engine is None or self._engine.stop()
        if keeps:
            say("Saved." if saved else f"The local data could not be saved: see {self._layout.logs / 'engine.log'}.")
        return saved


def _runs(child: Child | None) -> bool:
    return child is not None and child.exit_code is None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owner", type=int, required=True)
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--mailbox-port", type=int, required=True)
    parser.add_argument("--ephemeral", action="store_true")
    options = parser.parse_args()
    where = layout()
    held = [state.lock(where)]
    # Whoever asks whether a supervisor runs holds the lock for a moment.
    if not wait_until(lambda: held[0] is not None or _put(held, state.lock(where)), 2):
        return 1
    return Supervisor(Options(options.owner, options.api_url, options.mailbox_port, options.ephemeral), where).run()


def _put(held: list[IO[str] | None], lock: IO[str] | None) -> bool:
    held[0] = lock
    return lock is not None


if __name__ == "__main__":
    sys.exit(main())
