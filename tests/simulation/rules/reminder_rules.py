"""Reminders, exactly: one of each for everybody who comes to the event as it took place, or the reason why not."""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.notifications.reminders import Pace, Reminder, is_for, is_overtaken, reminders_due, reminders_of
from chalicelib.domain.outbox.entry import OutboxKind
from tests.simulation.rules.mail_log import CONFIRMATIONS, PATIENCE, REFUSED, MailLog, Row, when

PACE = Pace()
COOLED_FOR = 120.0


def reminder_faults(log: MailLog) -> Iterator[str]:
    if log.event.status is EventStatus.PUBLISHED:
        for one in reminders_of(log.event.facts):
            yield from _one_of_each(log, one)
    yield from _skipped(log)


def _one_of_each(log: MailLog, one: Reminder) -> Iterator[str]:
    version = one.version(log.event)
    job = next((row for row in log.of(OutboxKind.REMIND) if _is_about(row, one, version)), None)
    yield from _no_job(log, one) if job is None else _job(log, job, one)
    yield from _too_early(log, one, version)
    there = {(row.person, row.generation) for row in log.of(OutboxKind.REMINDER) if _is_about(row, one, version)}
    for since, row in log.staying():
        if row.status is not EnrollmentStatus.CONFIRMED or (row.key.attendee_id, row.generation) in there:
            continue
        if row.seated_at is None or not is_for(one, log.event.facts, row.seated_at, PACE):
            continue  # whose confirmation came after its time
        if job is not None and job.state == "done" and since < job.at - 1:
            yield f"no reminder {one} of {version} for {row.key.attendee_id}, who was there for the fan-out"
        if _sender_owes_it(log, one, row):
            yield f"no reminder {one} of {version} for {row.key.attendee_id}, who was confirmed late"


def _too_early(log: MailLog, one: Reminder, version: str) -> Iterator[str]:
    """Nobody is reminded by what lay before their place."""
    seated = {(row.key.attendee_id, row.generation): row.seated_at for _, row in log.staying()}
    for row in log.of(OutboxKind.REMINDER):
        at = seated.get((row.person, row.generation))
        if _is_about(row, one, version) and row.state == "done" and at and not is_for(one, log.event.facts, at, PACE):
            yield f"a reminder whose time was before the place: {row}"


def _is_about(row: Row, one: Reminder, version: str) -> bool:
    return (row.about["reminder"], row.about["start"]) == (str(one), version)


def _no_job(log: MailLog, one: Reminder) -> Iterator[str]:
    """It was too late for it already when the event got its time."""
    moved = one.moved_at(log.event) or log.event.created_at
    facts, soon = log.event.facts, moved + PACE.net
    late = one.anchor(facts) <= soon or is_overtaken(one, facts, moved, PACE)
    if soon <= one.at(facts, PACE) or not late:
        yield f"no fan-out of {one} for the event as it took place"


def _job(log: MailLog, job: Row, one: Reminder) -> Iterator[str]:
    facts, finished = log.event.facts, when(job.finished)
    due = max(one.at(facts, PACE) - PACE.lead, (one.moved_at(log.event) or log.event.created_at) + PACE.net)
    if job.at != due.timestamp():
        yield f"a fan-out at another time: {job}"
    missed = job.detail.startswith("missed") and one.anchor(facts) <= finished
    overtaken = job.detail.startswith("overtaken") and is_overtaken(one, facts, finished, PACE)
    if job.state != "done" and not (missed or overtaken):
        yield f"a fan-out that was not run: {job}"


def _sender_owes_it(log: MailLog, one: Reminder, row: Enrollment) -> bool:
    """Whether the sender of the confirmation surely saw the last version of the event, and that it was time."""
    if row.seated_at is None:
        return False
    for mail in log.of(*CONFIRMATIONS):
        if (mail.person, mail.generation, mail.created_at) != (row.key.attendee_id, row.generation, row.seated_at):
            continue
        end = mail.finished - (COOLED_FOR if mail.cooled else 0.0)
        begin = (mail.seen if mail.cooled else end) - PATIENCE
        facts = log.event.facts
        fresh = {one.version(event) for event in log.chronicle.events_between(begin - 1, end)} == {
            one.version(log.event)
        }
        sure = all(one in reminders_due(facts, row.seated_at, when(at), PACE) for at in (begin, end))
        return fresh and sure and (mail.state == "done" or mail.detail in REFUSED)
    return False


def _skipped(log: MailLog) -> Iterator[str]:
    """The reasons that only reminders have."""
    for row in log.of(OutboxKind.REMINDER):
        if row.state != "skipped":
            continue
        one, seen = Reminder.parse(row.about["reminder"]), log.events_at(row.finished)
        same = [event for event in seen if one.version(event) == row.about["start"]]
        if row.detail == "the event was moved" and len(same) == len(seen):
            yield f"not so: {row}"
        if row.detail.startswith("missed") and not any(
            one.anchor(event.facts) <= when(row.finished) + timedelta(seconds=1) for event in same
        ):
            yield f"not so: {row}"
        if row.detail.startswith("overtaken") and not any(
            is_overtaken(one, event.facts, when(row.finished), PACE) for event in same
        ):
            yield f"not so: {row}"
