"""Every kind of job: one line each, beside the line of its `OutboxKind` that names its queue."""

from collections.abc import Callable, Mapping

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.background.enrollment_steps import cancel_page, no_shows_page
from chalicelib.services.background.ports import JobPorts
from chalicelib.services.background.seat_steps import audit, expire_one, settle, sum_up
from chalicelib.services.notifications.fan_out import PAGE
from chalicelib.services.shared.outcomes import TryAgainError

Step = Callable[[JobPorts, OutboxEntry], str | None]


def index(ports: JobPorts, job: OutboxEntry) -> str | None:
    """An event that was made, changed or closed becomes findable as it is."""
    ports.indexer.index(job.about["event"])
    return None


def rename_page(ports: JobPorts, job: OutboxEntry) -> str | None:
    """Show the organizer's present name on one page of their events."""
    organizer = ports.accounts.by_ids([job.recipient_id]).get(job.recipient_id)
    if organizer is None:
        return None
    part = ports.calendar.of_organizer(organizer.id, start=job.cursor or None, forward=True, limit=PAGE)
    for _, event in part.items:
        ports.events.rename_organizer(event.id, organizer.name)
    return part.end


def erase_account(ports: JobPorts, job: OutboxEntry) -> str | None:
    """The account is gone, unless its owner has kept it; another job looks for what is left of it."""
    ports.erasure().take(job)
    return None


def redrive(ports: JobPorts, job: OutboxEntry) -> str | None:
    """Put a row that failed back into its queue. Its worker tries it anew; one that has not failed is left alone."""
    about = job.about
    if not ports.put_back(QueueName[about["queue"]], OutboxKey(about["bucket"], about["place"])):
        raise TryAgainError("the queue has no address")
    return None


# A step works on one page, which may be repeated, and returns the cursor of the next one; None: that was the last one.
# It raises `OutdatedError` for what nobody needs any more, `TryAgainError` to come again later.
STEPS: Mapping[OutboxKind, Step] = {
    OutboxKind.EXPIRE: expire_one,
    OutboxKind.SETTLE: settle,
    OutboxKind.SUM: sum_up,
    OutboxKind.AUDIT: audit,
    OutboxKind.NO_SHOWS: no_shows_page,
    OutboxKind.CANCEL_ENROLLMENTS: cancel_page,
    OutboxKind.RENAME_ORGANIZER: rename_page,
    OutboxKind.INDEX: index,
    OutboxKind.REDRIVE: redrive,
    OutboxKind.REMIND: lambda ports, job: ports.reminders.write_page(job),
    OutboxKind.NOTICE: lambda ports, job: ports.change_notices.write_page(job),
    OutboxKind.ERASE_ACCOUNT: erase_account,
    OutboxKind.ERASE_DATA: lambda ports, job: ports.erasure().work_on(job),
    OutboxKind.MESSAGE: lambda ports, job: ports.messages.write_page(job),
}
