"""What must be true of mail and time once everything is quiet: nothing lost, nothing twice, nothing that is not so."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.events.event_changes import IN_FLIGHT, Change
from chalicelib.domain.notifications.reminders import Reminder, parse_span
from chalicelib.domain.outbox.entry import OutboxKind
from tests.simulation.actors.mailroom import OPEN
from tests.simulation.rules.mail_log import CONFIRMATIONS, PATIENCE, REFUSED, MailLog, when
from tests.simulation.rules.reminder_rules import reminder_faults

if TYPE_CHECKING:
    from tests.simulation.notifications.mailing import Town


def violations(town: "Town") -> list[str]:
    log = MailLog(town.world)
    found = list(unfinished(log))
    if found:
        return found  # everything else follows from that
    rules = (accounted, second_sends, sent_rightly, skipped_rightly, follow_ups, notices)
    found = [fault for rule in rules for fault in rule(log)] + list(reminder_faults(log))
    return found + list(unwanted(town, log)) + list(messages(town, log))


def unfinished(log: MailLog) -> Iterator[str]:
    for row in log.rows:
        if row.lease > log.end:
            yield f"claimed for ever: {row}"
        elif row.state in OPEN:
            late = row.seen > row.at
            yield f"{'visible after its time' if late else 'due while no tick came'}, and never swept: {row}"


def accounted(log: MailLog) -> Iterator[str]:
    """Every intent is delivered, or says why not; every mail has one intent, and every reason for a mail one."""
    ids = {row.id for row in log.mails}
    yield from (f"given up: {row}" for row in log.rows if row.state == "failed")  # whatever is busy or away comes back
    yield from (f"a mail without an intent: {one}" for one in log.sent if one not in ids)
    for row in log.mails:
        if row.state == "done" and not log.sent[row.id]:
            yield f"lost mail: {row}"
        if row.state != "done" and len(row.detail) <= 1:
            yield f"not sent, and nobody knows why: {row}"
    told = Counter((row.kind, *sorted(row.about.items())) for row in log.mails)
    yield from (f"{number} intents for {what}" for what, number in told.items() if number > 1)
    seats = {(row.person, row.generation, row.created_at) for row in log.of(*CONFIRMATIONS)}
    for seen in log.chronicle.rows.values():
        for _, one in seen:
            if one.seated_at and (one.key.attendee_id, one.generation, one.seated_at) not in seats:
                yield f"a seat that nobody is told of: {one}"


def second_sends(log: MailLog) -> Iterator[str]:
    """A mail is sent again only when its sender did not learn that it was accepted, or could not write that down."""
    for intent, sent in log.sent.items():
        known = sum(not one.excused for one in sent)
        if known > 1:
            yield f"sent {known} times, and nothing was lost: {intent}"


def sent_rightly(log: MailLog) -> Iterator[str]:
    """Nobody is reminded of anything, or asked how they like it, that is not so (any more)."""
    for row in log.of(OutboxKind.REMINDER, OutboxKind.FOLLOW_UP):
        for sent in log.sent[row.id]:
            if not log.confirmed(row, sent.decided):
                yield f"sent to somebody who is not coming: {row}"
            if sent.decided < row.at:
                yield f"sent before its time: {row}"
            events = [one for one in log.events_at(sent.decided) if one.status is EventStatus.PUBLISHED]
            if not events:
                yield f"sent about an event that is off: {row}"
            if row.kind is OutboxKind.REMINDER:
                reminder = Reminder.parse(row.about["reminder"])
                events = [one for one in events if reminder.version(one) == row.about["start"]]
                anchors = [reminder.anchor(one.facts).timestamp() for one in events]
                if not anchors:
                    yield f"reminded of a start that was moved away: {row}"
            else:
                anchors = [one.facts.ends_at.timestamp() for one in events]
            if anchors and max(anchors) <= sent.decided - PATIENCE:
                yield f"sent when it was over: {row}"


def skipped_rightly(log: MailLog) -> Iterator[str]:
    """What is said of a mail that was not sent was true when it was decided."""
    for row in log.of(OutboxKind.REMINDER, OutboxKind.FOLLOW_UP, OutboxKind.EVENT_CHANGED):
        if row.state != "skipped" or row.detail in REFUSED:
            continue
        seen = log.chronicle.rows_between(row.person, row.finished - PATIENCE, row.finished)
        events = log.events_at(row.finished)
        why = row.detail
        if why.startswith("the enrollment is "):
            true = any(why == f"the enrollment is {one.status} now" for one in seen)
        elif why == "enrolled again since":
            true = any(one.generation > row.generation for one in seen)
        elif why == "the event is over":
            true = any(one.is_past(when(row.finished)) for one in events)
        elif why.startswith("the event is "):
            true = any(why == f"the event is {one.status} now" for one in events)
        else:
            true = row.kind is OutboxKind.REMINDER  # these reasons are in the rules of reminders
        if not true:
            yield f"not so: {row}"


def follow_ups(log: MailLog) -> Iterator[str]:
    """Exactly one of each for every seat whose confirmation was sent, so long after it was taken."""
    there = {(row.person, row.generation, row.about["follow_up"]): row for row in log.of(OutboxKind.FOLLOW_UP)}
    seats = {
        (row.key.attendee_id, row.generation): row.seated_at
        for seen in log.chronicle.rows.values()
        for _, row in seen
        if row.seated_at
    }
    for (person, generation, text), row in there.items():
        seated_at = seats.get((person, generation))
        if seated_at is None or (seated_at + parse_span(text)).timestamp() != row.at:
            yield f"a follow-up of no seat, or at another time: {row}"
    for row in log.of(*CONFIRMATIONS):
        if row.state == "done" or row.detail in REFUSED:
            for text in log.event.facts.follow_ups:
                if (row.person, row.generation, text) not in there:
                    yield f"no follow-up {text} for {row}"


# Change notices


def notices(log: MailLog) -> Iterator[str]:
    """Who stays enrolled is told what was and what is, without a gap; nobody of what was before they came."""
    for _, row in log.staying():
        about = {"enrollment": row.key.id, "generation": str(row.generation)}
        told = [one for one in log.of(OutboxKind.EVENT_CHANGED) if about.items() <= one.about.items()]
        changes = sorted((log.changes[one.about["notice"]] for one in told), key=lambda one: one.changed_at)
        for one in changes:
            if row.enrolled_at >= one.changed_at + IN_FLIGHT:
                yield f"told of what was before they came: {row.key.attendee_id} {one}"
        if _revived(log):
            continue  # what is changed when an event is over is told to nobody, even if it takes place again
        yield from _without_a_gap(changes)
        first = min(at for at, one in log.chronicle.rows[row.key.attendee_id] if one.generation == row.generation)
        if len(log.chronicle.events) > 1 and first < log.chronicle.events[1][0] and _ends_well(log):
            yield from _from_first_to_last(log, changes)


def _facts(of: object) -> tuple[object, ...]:
    return tuple(getattr(of, name) for name in ("location", "starts_at", "ends_at"))


def _without_a_gap(changes: list[Change]) -> Iterator[str]:
    for one, following in pairwise(changes):
        if _facts(one.after) != _facts(following.before):
            yield f"a gap between {one} and {following}"


def _from_first_to_last(log: MailLog, changes: list[Change]) -> Iterator[str]:
    known = log.chronicle.events[0][1].facts
    if changes and _facts(changes[0].before) != _facts(known):
        yield f"told that it was {changes[0].before}, and it was {known}"
    if _facts(changes[-1].after if changes else known) != _facts(log.event.facts):
        yield f"not told that it is {log.event.facts} at last"


def _ends_well(log: MailLog) -> bool:
    """Whether the event took place, and nothing was to be told when it was over."""
    ends = log.event.facts.ends_at.timestamp()
    return log.event.status is EventStatus.PUBLISHED and all(row.finished < ends for row in log.of(OutboxKind.NOTICE))


def _revived(log: MailLog) -> bool:
    """Whether something was changed when it was over."""
    edits = pairwise(log.chronicle.events)
    return any(event.facts.ends_at.timestamp() <= at + PATIENCE for (_, event), (at, _) in edits)


# What only the run itself knows


def unwanted(town: "Town", log: MailLog) -> Iterator[str]:
    """Nothing for a dead address, no reminder for whoever wants none, from a second after that is known."""
    kinds = {row.id: row.kind for row in log.mails}
    for guest in town.guests:
        for sent in (one for every in log.sent.values() for one in every if one.to == guest.address):
            if guest.closed_at is not None and sent.decided > guest.closed_at + 1:
                yield f"written to a dead address: {kinds[sent.intent]}"
            is_reminder = kinds[sent.intent] is OutboxKind.REMINDER
            if guest.muted_at is not None and is_reminder and sent.decided > guest.muted_at + 1:
                yield "reminded somebody who wants no reminders"


def messages(town: "Town", log: MailLog) -> Iterator[str]:
    """Everybody who was confirmed when it was sent, and still is, has it."""
    if log.event.status is not EventStatus.PUBLISHED:
        return
    for job in log.of(OutboxKind.MESSAGE):
        for since, row in log.staying():
            if row.status is EnrollmentStatus.CONFIRMED and since < job.created_at.timestamp():
                about = {"message": job.about["message"], "enrollment": row.key.id}
                if not any(about.items() <= one.about.items() for one in log.of(OutboxKind.ORGANIZER_MESSAGE)):
                    yield f"{row.key.attendee_id} has no message {job.about['message']}"
    acknowledged = set(town.messages) - {job.about["message"] for job in log.of(OutboxKind.MESSAGE)}
    yield from (f"an acknowledged message is lost: {one}" for one in acknowledged)
