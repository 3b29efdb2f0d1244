"""One run of the demo, from the running API to the hints what to try: start or continue, import, count."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from devtools.demo import conferences, importing
from devtools.demo import journal as journals
from devtools.demo.api import Api
from devtools.demo.conferences import Conference
from devtools.demo.errors import DemoError
from devtools.demo.hints import hints
from devtools.demo.journal import Journal, Start
from devtools.demo.organizer import Session, log_in, sign_up


@dataclass(frozen=True, slots=True)
class Options:
    """`limit` None imports everything."""

    api: str
    mailbox: str
    workers: int
    limit: int | None
    journal: Path
    patience: float = 60.0


@contextmanager
def _interruptible(api: Api) -> Iterator[None]:
    """Ctrl-C ends the run even where Python drops the exception it raises: inside a callback of the collector."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def interrupt(number: int, frame: FrameType | None) -> None:
        api.interrupted = True
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run(options: Options, today: date, console: Console | None = None) -> None:
    """Import what is missing and say what is there; raises `DemoError` with everything done so far in the journal."""
    console = console or Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    with closing(Api(options.api, patience=options.patience)) as api, _interruptible(api):
        if not api.answers():
            raise DemoError(
                f"No API answers at {options.api}: start it with `make run` in another terminal, then run `make demo`."
            )
        everything = conferences.load()
        session, journal, others = _opened(api, options, everything, today, console)
        with closing(journal):
            wanted = everything[: options.limit]
            _import(api, session, journal, wanted, options.workers, console)
            _check(session, journal, others)
            console.print(hints(options.api, options.mailbox, session.login, wanted, journal.created))


def _opened(
    api: Api, options: Options, everything: Sequence[Conference], today: date, console: Console
) -> tuple[Session, Journal, int]:
    """The organizer and the journal of the last run where the server still knows them, else new ones."""
    if last := journals.read(options.journal):
        start, created = last
        if session := log_in(api, start.login):
            found = importing.reconcile(session, start, created, everything)
            if gone := len(created.keys() - found.created.keys()):
                console.print(
                    f"The server no longer has {gone:,} of the imported conferences; they are imported again."
                )
            start = importing.next_start(start, today, as_before=found.created == created)
            return session, Journal(options.journal, start, found.created), found.others
        console.print("The data of the last run is gone (the server was reset): starting over.")
    session = sign_up(api, options.mailbox)
    return session, Journal(options.journal, Start(session.login, today), {}), 0


def _import(
    api: Api, session: Session, journal: Journal, wanted: Sequence[Conference], workers: int, console: Console
) -> None:
    done = sum(conference.key in journal.created for conference in wanted)
    if done == len(wanted):
        console.print(f"All {done:,} conferences are imported already.")
        return
    if done:
        console.print(f"{done:,} of {len(wanted):,} conferences are imported already; continuing.")
    began = time.monotonic()
    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(wanted), completed=done)
        importing.post_missing(api, session, journal, wanted, workers, lambda: progress.advance(task))
    seconds = time.monotonic() - began
    imported = len(wanted) - done
    console.print(f"{imported:,} conferences imported in {seconds:,.0f} s ({imported / seconds:,.0f} a second).")


def _check(session: Session, journal: Journal, others: int) -> None:
    created, counted = len(journal.created), importing.count(session)
    if counted != created + others:
        raise DemoError(
            f"The API counts {counted:,} events of the demo organizer where {created + others:,} were created: "
            "run `make demo` again to repair the difference."
        )
