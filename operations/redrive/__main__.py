"""`make redrive`: lists what failed for good by queue and reason, and has it tried again on demand."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console

from chalicelib.container import Container
from chalicelib.domain.errors import BusyError, NotFoundError
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.queue import client, decode
from chalicelib.services.admin.ports import Letter
from chalicelib.services.shared.outcomes import PoisonError, TryAgainError
from operations import target
from operations.progress import progress_bar
from operations.redrive.messages import NO_REASON, DeadMessage, DeadQueue
from operations.target import Target

_PAGE = 100
DeadQueues = Mapping[QueueName, DeadQueue]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 when a dry run found something."""
    parser = argparse.ArgumentParser(prog="python -m operations.redrive", description=__doc__)
    parser.add_argument("--queue", choices=[queue.value for queue in QueueName], help="of this queue only")
    parser.add_argument("--write", action="store_true", help="have it tried again; without it nothing is (a dry run)")
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    asked = [queue for queue in QueueName if options.queue in {None, queue.value}]
    queues = dead_queues(system.container, asked)
    return run(system.container, asked, queues, Console(), until=system.container.clock(), write=options.write)


def dead_queues(container: Container, asked: Sequence[QueueName]) -> DeadQueues:
    """The dead letters of SQS, where the system has such queues."""
    settings, sqs = container.settings, client()
    return {
        queue: DeadQueue(sqs, settings.dead_queue_urls[queue], settings.queue_urls[queue])
        for queue in asked
        if settings.dead_queue_urls.get(queue) and settings.queue_urls.get(queue)
    }


def run(
    container: Container,
    asked: Sequence[QueueName],
    queues: DeadQueues,
    console: Console,
    *,
    until: datetime,
    write: bool,
) -> int:
    """First the rows that failed, whose letters say so; then messages of before `until` that no such row explains.

    A letter is driven again once, as over HTTP, and is in the trail; an interrupted run goes on with the rest.
    Its message among the dead letters is dropped, because its job brings another one. That of a row that was driven
    before and waits again goes back: no tick looks at its place any more.
    """
    waiting = [one for one in _letters(container) if one.queue in asked and one.redriven_at is None]
    _tell(console, "rows that failed", [(one.queue, f"{one.kind}: {one.reason}") for one in waiting])
    if write:
        _redrive(container, waiting, console)
    explained, found = {letter.key for letter in waiting}, len(waiting)
    for queue, dead in queues.items():
        messages = [(message, _key(message) in explained) for message in dead.until(until)]
        others = [(queue, message.reason or NO_REASON) for message, is_explained in messages if not is_explained]
        _tell(console, "messages without such a row", others)
        found += len(others)
        for message, is_explained in messages:
            _settle(dead, message, is_explained=is_explained, write=write)
    console.print(f"{found:,} {'tried again' if write else 'to be tried again; --write does'}.")
    return 1 if found and not write else 0


def _settle(dead: DeadQueue, message: DeadMessage, *, is_explained: bool, write: bool) -> None:
    if not write:
        dead.leave(message)
    elif is_explained:
        dead.drop(message)
    else:
        dead.put_back(message)


def _letters(container: Container) -> Iterator[Letter]:
    start: str | None = None
    while True:
        part = container.store.letters.newest_first(start=start, forward=True, limit=_PAGE)
        yield from (letter for _, letter in part.items)
        start = part.end
        if start is None:
            return


def _redrive(container: Container, letters: Sequence[Letter], console: Console) -> None:
    with progress_bar(console) as bar:
        for letter in bar.track(letters, description="Redriving"):
            try:
                container.admin.letters.redrive_by_operator(letter.id)
            except NotFoundError:
                continue  # its time was over
            except BusyError:
                raise TryAgainError from None


def _key(message: DeadMessage) -> OutboxKey | None:
    try:
        return decode(message.body)
    except PoisonError:
        return None


def _tell(console: Console, what: str, lines: Sequence[tuple[QueueName, str]]) -> None:
    for (queue, reason), number in sorted(Counter(lines).items()):
        console.print(f"{queue}: {number:,} {what}: {reason}", highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
