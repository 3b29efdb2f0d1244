"""`make seat-audit`: compares the seat counters of events with their enrollments, and corrects them on demand."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from chalicelib.container import Container
from chalicelib.services.seats.audit import Finding, Verdict
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from operations import target
from operations.progress import progress_bar
from operations.target import Target
from operations.walking import WORKERS, Progress, pages, total

_TRIES = 5  # of one correction beside people who enrol


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 when something differs and was not corrected."""
    parser = argparse.ArgumentParser(prog="python -m operations.seat_audit", description=__doc__)
    parser.add_argument("--event", metavar="ID", help="only this event; without it all published and cancelled ones")
    parser.add_argument(
        "--repair", action="store_true", help="correct what differs; without it nothing is written (a dry run)"
    )
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    console = Console()
    if options.event:
        return run_one(system.container, console, options.event, repair=options.repair)
    return run(system.container, system.journal("seat-audit"), console, repair=options.repair)


def run_one(container: Container, console: Console, event_id: str, *, repair: bool) -> int:
    """The same for one event, which need not be listed."""
    verdict = container.seats.audit.audit(event_id)
    sentence, is_wrong = _settled(container, verdict, repair=repair)
    console.print(
        sentence or f"{event_id}: its counters say what its enrollments say.", highlight=False, soft_wrap=True
    )
    return 1 if is_wrong else 0


def run(container: Container, path: Path, console: Console, *, repair: bool, workers: int = WORKERS) -> int:
    """All events, with a progress bar; an interrupted run goes on where it stopped."""
    start = Progress.read(path)
    audited, differing, left = start.number if start else 0, 0, 0
    with progress_bar(console) as bar:
        task = bar.add_task("Auditing", total=total(container), completed=audited)
        for verdict in _verdicts(container, path, start, workers, lambda: bar.advance(task)):
            audited += 1
            sentence, is_wrong = _settled(container, verdict, repair=repair)
            differing += verdict.finding is Finding.DIFFERS
            left += is_wrong
            if sentence:
                bar.console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    path.unlink(missing_ok=True)
    console.print(f"{audited:,} events audited, {differing:,} differ, {differing - left:,} of them corrected.")
    return 1 if left else 0


def _verdicts(
    container: Container, path: Path, start: Progress | None, workers: int, done: Callable[[], None]
) -> Iterator[Verdict]:
    audit = container.seats.audit.audit  # made here, before the threads share it
    with ThreadPoolExecutor(workers) as pool:
        for events, progress in pages(container, start):
            for verdict in pool.map(audit, [event.id for event in events]):
                yield verdict
                done()
            progress.write(path)


def _settled(container: Container, verdict: Verdict, *, repair: bool) -> tuple[str, bool]:
    """What to say of the event, if anything, and whether something is wrong with it still."""
    if verdict.finding is Finding.AGREES:
        return "", False
    if verdict.finding is Finding.GONE:
        return f"{verdict.event_id}: there is no such event.", False
    if verdict.finding is Finding.BUSY:
        return f"{verdict.event_id}: people enrol all the time; audit it again later.", False
    pairs = [f"{name} {said}, {found} by its enrollments" for name, (said, found) in verdict.differences.items()]
    sentence = f"{verdict.event_id}: {'; '.join(pairs)}."
    if not repair:
        return f"{sentence} --repair corrects it.", True
    return _repaired(container, verdict, sentence)


def _repaired(container: Container, verdict: Verdict, sentence: str) -> tuple[str, bool]:
    """Corrected; after a lost answer only what a new audit still finds. Raises `TryAgainError` when it stays busy."""
    for _ in range(_TRIES):
        try:
            missing = container.seats.repair.repair(verdict)
        except (StaleError, TryAgainError):
            verdict = container.seats.audit.audit(verdict.event_id)
            if verdict.finding is Finding.AGREES:
                return f"{sentence} Corrected.", False
            continue
        short = f" {missing} more people have seats than there are: raise the capacity, or cancel some."
        return f"{sentence} Corrected.{short if missing else ''}", False
    raise TryAgainError


if __name__ == "__main__":
    sys.exit(main())
