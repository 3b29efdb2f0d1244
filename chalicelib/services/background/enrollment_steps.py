"""Jobs that cancel enrollments: all of a closed event, and those of people who did not come."""

from collections.abc import Callable

from chalicelib.domain.enrollments.deadlines import is_over
from chalicelib.domain.enrollments.enrollment import (
    SYSTEM,
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentStatus,
    Transition,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.background.ports import JobPorts
from chalicelib.services.background.seat_steps import RACES, expire, sum_up
from chalicelib.services.notifications.fan_out import page_of
from chalicelib.services.seats.outbox_entries import mail_about, naming_its_mail
from chalicelib.services.shared.outcomes import StaleError, TryAgainError


def cancel_page(ports: JobPorts, job: OutboxEntry) -> str | None:
    """Cancel one page of live enrollments of a closed event; returns the cursor of the next page."""
    found = ports.events.with_seats(job.about["event"], consistent=True)
    if found is None:
        return None
    event, seats = found
    cause = Cause(job.about["cause"])
    enrollments, following = page_of(ports.enrollments, event, job.cursor)
    for enrollment in enrollments:
        if is_over(enrollment, event, event.updated_at):  # before the event was: its person lost nothing by that
            expire(ports, enrollment.key)
        else:
            _cancel(ports, event, seats, enrollment, cause, event.organizer_id, lambda present: present.is_live)
    return following


def no_shows_page(ports: JobPorts, job: OutboxEntry) -> str | None:
    """Give one page of seats of those who did not come to whoever waits; returns the cursor of the next page."""
    found = ports.events.with_seats(job.about["event"], consistent=True)
    if found is None:
        return None
    event, seats = found
    release_at = event.no_show_release_at
    if event.refuses_seating(ports.clock()) or release_at is None or release_at > ports.clock():
        return None  # cancelled, over, moved, or seats are kept now: an edit has left another job behind

    def did_not_come(present: Enrollment) -> bool:
        return present.did_not_come_by(release_at) and not present.walked_in(event.facts.starts_at)

    enrollments, following = page_of(ports.enrollments, event, job.cursor)
    for enrollment in enrollments:
        _cancel(ports, event, seats, enrollment, Cause.NO_SHOW, SYSTEM, did_not_come)
    return following or sum_up(ports, job)  # no mail follows, whose sender would see to it


def _cancel(
    ports: JobPorts,
    event: Event,
    seats: Seats,
    enrollment: Enrollment | None,
    cause: Cause,
    actor: str,
    still: Callable[[Enrollment], bool],
) -> None:
    """The enrollment and its mail in one transaction: whoever repeats this finds it cancelled and says nothing."""
    for _ in range(RACES):
        if enrollment is None or not still(enrollment):
            return
        now = to_milliseconds(ports.clock())
        entry_id = ports.new_id(now)
        no_show = now if cause is Cause.NO_SHOW else enrollment.no_show_at
        by = Transition(now, EnrollmentStatus.CANCELLED, actor, cause, f"job-{entry_id}")
        change = EnrollmentChange(enrollment, naming_its_mail(enrollment.moved(by, no_show_at=no_show), entry_id))
        kind = None if cause is Cause.NO_SHOW else OutboxKind.EVENT_CANCELLED
        try:
            ports.release.give_back(event, seats, change, [mail_about(change.after, entry_id, kind)])
        except StaleError:
            enrollment = ports.enrollments.by_key(enrollment.key)
            found = ports.events.with_seats(event.id, consistent=True)
            if found is None:
                return
            event, seats = found
            continue
        return
    raise TryAgainError
