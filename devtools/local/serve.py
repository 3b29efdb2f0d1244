"""Hooks `chalice local`: the application gets its local cloud, and a server that many clients can use at once."""

import importlib
import logging
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import NoReturn

import chalice.local
from chalice.app import Chalice

from chalicelib.observability.redaction import of_records
from devtools.local import attach, environment, state
from devtools.local.api_process import GIVE_UP, RELOAD_VARIABLE, RESTART
from devtools.local.errors import LocalError, taken
from devtools.local.gateway.chalice_api import ChaliceApi
from devtools.local.gateway.gateway import Request
from devtools.local.gateway.http_server import Server
from devtools.local.gateway.web_files import WithWeb
from devtools.local.paths import PROJECT, Layout, layout
from devtools.local.processes import LOOPBACK, alive, is_taken, say
from devtools.local.reload import Watch

LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process stands: what it serves on, and whose end is its end."""

    host: str
    port: int
    parent: int
    owner: int
    # Started by chalice's own parent process, which knows nothing of us.
    is_worker: bool
    reloads: bool
    started_by_us: bool

    @classmethod
    def find(cls, arguments: list[str]) -> "Place":
        """From the command line of `chalice local`, which click parsed in another thread."""
        is_worker, parent = "CHALICE_WORKER" in os.environ, os.getppid()
        ours = os.environ.get(attach.OWNER_VARIABLE)
        return cls(
            host=option(arguments, "--host", LOOPBACK),
            port=int(option(arguments, "--port", "8000")),
            parent=parent,
            owner=int(ours) if ours else parent if is_worker else os.getpid(),
            is_worker=is_worker,
            reloads=is_worker or RELOAD_VARIABLE in os.environ,
            started_by_us=ours is not None,
        )

    @property
    def api_url(self) -> str:
        return f"http://{LOOPBACK if self.host in {'', '0.0.0.0'} else self.host}:{self.port}"  # noqa: S104 - compared


def option(arguments: list[str], name: str, default: str) -> str:
    """The value of `--name value` or `--name=value`."""
    for position, one in enumerate(arguments):
        if one == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if one.startswith(f"{name}="):
            return one.partition("=")[2]
    return default


def install(app: Chalice) -> None:
    """Make this `chalice local` serve the application with all that it needs; ends the process when that fails."""
    # First of all: the files that a starting stack writes would have it start this process again.
    stop_stock_watcher()
    of_records()
    place, where, watch = Place.find(sys.argv), layout(), Watch(PROJECT)
    try:
        stack = join(place, where)
    except LocalError as error:
        give_up(place, str(error))
    if stack is None:
        give_up(place, "")
    environment.apply(stack.environment, os.environ)
    greeting = "" if place.started_by_us else stack.greeting() if state.is_first(where) else "Serving again."
    chalice.local.create_local_server = lambda _app, _config, host, port: LocalServer(app, host, port, place, greeting)
    # `chalice local` shows everything from INFO on; how botocore found its endpoint is not news.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    threading.Thread(target=stand_guard, args=(place, watch), daemon=True, name="guard").start()


def join(place: Place, where: Layout) -> state.Stack | None:
    """The local cloud of this `chalice local`, started if need be; None when it has already said why there is none."""
    if is_taken(place.port, place.host):
        raise LocalError(taken(place.port, "the API", "PORT" if place.started_by_us else "--port"))
    if not place.started_by_us:
        mailbox_port = int(os.environ.get("MAILBOX_PORT") or 8025)
        attach.start(where, owner=place.owner, api_url=place.api_url, mailbox_port=mailbox_port)
    return attach.wait(where, place.owner)


def give_up(place: Place, message: str) -> NoReturn:
    """Say why and end everything that belongs to this `chalice local`, from whatever thread this is."""
    if message:
        sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
    sys.stdout.flush()
    if place.is_worker and alive(place.parent):
        os.kill(place.parent, signal.SIGTERM)
    os._exit(GIVE_UP)


def stop_stock_watcher() -> None:
    """Chalice's own looks at every file below the project: environments, version control and data included.

    Its thread runs already and may be in the middle of a walk, so that what it would call at the end is emptied, too.
    """
    stat = importlib.import_module("chalice.cli.filewatch.stat")
    stat.StatWorkerProcess._on_file_change.__code__ = _ignored.__code__
    stat.StatFileWatcher._single_pass_poll = _ignored
    # Its first walk would end with a traceback at the first file that is gone when it comes to it.
    stat.OSUtils.mtime = lambda *_: 0.0
    event_based = sys.modules.get("chalice.cli.filewatch.eventbased")
    if event_based is not None:
        event_based.WatchdogRestarter.on_any_event = _ignored


def _ignored(*_: object) -> None:
    """Takes the place of what reacts to a change."""


def stand_guard(place: Place, watch: Watch) -> None:
    """End with the parent, the owner and the local cloud; start again when the code changes."""
    where = layout()
    while True:
        time.sleep(LOOK_SECONDS)
        orphaned = ((place.is_worker or place.started_by_us) and os.getppid() != place.parent) or not alive(place.owner)
        if orphaned or not attach.serves(where, place.owner):
            give_up(place, "")
        changed = watch.changed() if place.reloads else None
        if changed:
            say(f"{changed} changed, starting again ...")
            os._exit(RESTART)


class LocalServer:
    """What `chalice local` expects of its server, around ours."""

    def __init__(self, app: Chalice, host: str, port: int, place: Place, greeting: str) -> None:
        api = ChaliceApi(app, importlib.import_module("chalicelib.api.http.endpoints.middleware").standalone)
        # What the application makes at its first request is made before several can ask for it at once.
        api.answer(Request("GET", "/health", [], b"", LOOPBACK))
        self._greeting = greeting
        try:
            self._server = Server(host, port, WithWeb(api))
        except OSError:
            give_up(place, taken(port, "the API", "--port"))

    def serve_forever(self) -> None:
        if self._greeting:
            say(self._greeting)
        self._server.serve_forever()

    def shutdown(self) -> None:
        self._server.shutdown()
