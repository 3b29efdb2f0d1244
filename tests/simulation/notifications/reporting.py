"""Notices of the mail provider, several times and in any order, while people leave and organizers send mail again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.times import stamp
from chalicelib.mail import ses_reports
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Crash, Faults
from tests.simulation.world import ROUGH, SimWorld
from tests.support.expected.agreement import disagreements
from tests.support.mails.notices import bounce, complaint, delivery

FATES = (
    ("delivery",),
    ("bounce",),
    ("complaint",),
    ("delivery", "bounce"),
    ("delivery", "complaint"),
    ("delivery", "delay"),
    ("bounce", "complaint"),
)
STRENGTH = {"delay": "delayed", "delivery": "delivered", "bounce": "bounced", "complaint": "complained"}


@dataclass(slots=True)
class Reader:
    """Somebody whose confirmation was sent, and what becomes of it."""

    address: str
    key: EnrollmentKey
    mail: OutboxEntry
    fate: tuple[str, ...]
    again: bool = field(default=False)  # the mail was asked for once more

    @property
    def strongest(self) -> str:
        return STRENGTH[max(self.fate, key=list(STRENGTH).index)]

    @property
    def ends(self) -> bool:
        return bool({"bounce", "complaint"} & set(self.fate))


def reporting(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[SimWorld], None] | None = None) -> list[str]:
    """What is wrong at the end: addresses, fates, marks and counts that are not what was reported."""
    world = SimWorld(seed, faults=faults)
    organizer = world.a_person("organizer")
    event = world.an_event(organizer, free=world.rng.choice([[9], [4, 5]]))
    world.scheduler.now += 1  # every replica has it
    readers = [_reader(world, event, number) for number in range(4)]
    if tamper:
        tamper(world)
    for reader in readers:
        for kind in reader.fate * world.rng.randint(1, 3):
            _spawn(world, partial(_take, world, _notice(world, reader, kind)))
        if world.rng.random() < 0.4:
            _spawn(world, partial(_again, world, organizer, reader))
        if world.rng.random() < 0.2:
            _spawn(world, partial(_leave, world, organizer, reader))
    world.run()
    return _wrong(world, readers)


def _reader(world: SimWorld, event: Event, number: int) -> Reader:
    """Enrolled, and told so, before anything goes wrong."""
    claims = world.a_person(f"reader{number}")
    made = world.container.enrollments.enrol(
        claims, EnrolmentRequest(event_id=event.id, request_id=f"enrol-{number}"), idempotency=None
    )
    [mail] = [due for due in world.queue.messages if due.kind.is_mail]
    world.queue.messages.clear()
    world.container.notifications.deliver(mail.key)
    world.scheduler.now += 1
    return Reader(f"reader{number}@example.org", made.enrollment.key, mail, world.rng.choice(FATES))


def _notice(world: SimWorld, reader: Reader, kind: str) -> str:
    at = stamp(world.now() + timedelta(seconds=list(STRENGTH).index(kind)))
    to, key = reader.address, reader.mail.key
    if kind == "delivery":
        return delivery(to, key, at=at)
    if kind == "complaint":
        return complaint(to, key, at=at)
    return bounce(to, key, at=at, kind="Permanent" if kind == "bounce" else "Transient")


def _spawn(world: SimWorld, step: "partial[None]") -> None:
    world.busy_clients += 1
    world.scheduler.spawn(partial(_until_done, world, step), step.func.__name__, after=world.rng.random() * 0.2)


def _until_done(world: SimWorld, step: "partial[None]") -> None:
    """As SQS and people do: again, after a fault and after a crash."""
    try:
        step()
    except (TryAgainError, errors.BusyError):
        world.scheduler.spawn(partial(_until_done, world, step), "again", after=0.1)
    except Crash:
        world.scheduler.spawn(partial(_until_done, world, step), "after a crash", after=0.1)
        raise
    else:
        world.busy_clients -= 1


def _take(world: SimWorld, body: str) -> None:
    report = ses_reports.parse(body)
    assert report is not None
    world.another_process().notifications.delivery_reports.record(report)


def _again(world: SimWorld, organizer: Claims, reader: Reader) -> None:
    reader.again = True
    command = ChangeRequest(enrollment_id=reader.key.id, request_id="again")
    try:
        world.another_process().enrollments.resend(organizer, command, None)
    except errors.EnrollmentOverError:
        return


def _leave(world: SimWorld, organizer: Claims, reader: Reader) -> None:
    command = CancelRequest(enrollment_id=reader.key.id, request_id="leave")
    world.another_process().enrollments.cancel(organizer, command, None)


def _wrong(world: SimWorld, readers: list[Reader]) -> list[str]:
    found = disagreements(*(world.db.snapshot_all(f"turnout-{name}") for name in ("seats", "enrollments")))
    logs = world.container.store.mail_logs.by_keys([reader.mail.key for reader in readers])
    for reader in readers:
        suppressed = world.container.store.mailboxes.get(reader.address, consistent=True).suppressed
        if (suppressed is not None) is not reader.ends:
            found.append(f"{reader.fate}: suppressed is {suppressed}")
        if logs[reader.mail.key].feedback != reader.strongest:
            found.append(f"{reader.fate}: noted as {logs[reader.mail.key].feedback}")
        row = world.container.store.enrollments.by_key(reader.key)
        assert row is not None
        live = row.status is EnrollmentStatus.CONFIRMED
        marked = live and not reader.again and "bounce" in reader.fate
        if live and (row.bounced_at is not None) is not marked:
            found.append(f"{reader.fate}, again {reader.again}: marked is {row.bounced_at}")
    sent = [message.to for message in world.mailer.sent]
    found += [f"{sent.count(one)} mails to {one}" for one in set(sent) if sent.count(one) > 3]
    return found
