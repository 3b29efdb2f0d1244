"""`make run`: the local cloud and `chalice local` together, and one Ctrl-C that ends both with the data saved."""

import os
import signal
import sys
import time
from dataclasses import dataclass

from devtools.local import attach, state
from devtools.local.api_process import ApiProcess
from devtools.local.errors import LocalError, taken
from devtools.local.paths import Layout, layout
from devtools.local.processes import (
    LOOPBACK,
    alive,
    free_port,
    is_taken,
    say,
    wait_until,
    when_starter_is_gone,
)

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line asks for; port 0 is any free one."""

    port: int = 8000
    mailbox_port: int = 8025
    ephemeral: bool = False
    autoreload: bool = True


class Run:
    """One run, from the first check to the last saved byte."""

    def __init__(self, options: RunOptions) -> None:
        self._layout: Layout = layout()
        self._options = options
        self._port = options.port or free_port()
        self._mailbox_port = options.mailbox_port or free_port()
        self._api_url = f"http://{LOOPBACK}:{self._port}"
        self._api = ApiProcess(self._port, reloads=options.autoreload)
        self._asked = False
        self._parent = os.getppid()

    def run(self) -> int:
        # Whoever runs this under nohup wants it to outlive the terminal.
        hang_up = [] if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [signal.SIGHUP]
        for name in (signal.SIGINT, signal.SIGTERM, *hang_up):
            signal.signal(name, self._ask)
        if self._options.ephemeral:
            when_starter_is_gone(self._ask)
        try:
            self._start()
            if self._wait_until_healthy():
                self._announce()
                self._wait_for_the_end()
            self._explain()
        except LocalError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            stopped = self._stop()
        return 0 if self._asked and stopped else 1

    def _ask(self, *_: object) -> None:
        self._asked = True

    def _start(self) -> None:
        if not state.is_running(self._layout):
            for port, what, variable in (
                (self._port, "the API", "PORT"),
                (self._mailbox_port, "the mailbox", "MAILBOX_PORT"),
            ):
                if is_taken(port):
                    raise LocalError(taken(port, what, variable))
        attach.start(
            self._layout,
            owner=os.getpid(),
            api_url=self._api_url,
            mailbox_port=self._mailbox_port,
            ephemeral=self._options.ephemeral,
        )
        self._api.start()

    def _wait_until_healthy(self) -> bool:
        """False when it ended, or was asked to, before it was ready; a mistake in the code may be mended meanwhile."""
        while self._goes_on():
            if self._api.is_healthy():
                return True
            time.sleep(0.05)
        return False

    def _announce(self) -> None:
        stack = state.read(self._layout)
        if stack:
            say(stack.greeting())

    def _wait_for_the_end(self) -> None:
        while self._goes_on():
            time.sleep(LOOK_SECONDS)

    def _explain(self) -> None:
        """A supervisor that fails says why; one that was killed cannot."""
        stack = state.read(self._layout)
        if not self._asked and stack and not alive(stack.pid) and stack.status == state.READY:
            raise LocalError("The process that keeps the local cloud was killed: start again.")

    def _goes_on(self) -> bool:
        orphaned = "MAKELEVEL" in os.environ and os.getppid() != self._parent
        self._asked = self._asked or orphaned
        return not self._asked and attach.serves(self._layout, os.getpid()) and self._api.goes_on()

    def _stop(self) -> bool:
        """Requests end first, then the local cloud saves; nothing that was started is left."""
        self._api.stop()
        stack = state.read(self._layout)
        if stack is None or stack.owner != os.getpid():
            return True
        stopped = attach.stop(self._layout)
        return stopped and wait_until(lambda: not alive(stack.pid), 5)
