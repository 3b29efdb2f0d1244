"""Values for the tests of the store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.accounts.account import SELF_CHOSEN, Account, Session, SignUp, fold_email, fold_username
from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
    tally,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.seats import Seats, Shard, Step
from chalicelib.domain.shared.ids import new_ulid
from chalicelib.services.shared.idempotency import Remember
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import NameItem
from chalicelib.store.items.accounts import account_item
from devtools.simdb.client import SimClient
from tests.support.expected.agreement import disagreements
from tests.support.fakes import START
from tests.support.world import World

NOW = START
HOUR = timedelta(hours=1)


def an_id() -> str:
    return new_ulid(NOW)


def an_account(email: str = "ada@example.org", **fields: Any) -> Account:
    account = Account(
        id=an_id(),
        email=email,
        username=None,
        first_name="Ada",
        last_name="Lovelace",
        roles=SELF_CHOSEN,
        email_verified=False,
        locale="en",
        password_hash="hash",
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(account, **fields)


def has_account(world: World, account: Account) -> None:
    """The account as it is, with its names."""
    names = [keys.email(fold_email(account.email))]
    if account.username:
        names.append(keys.username(fold_username(account.username)))
    for pk, sk in names:
        world.container.store.dynamo.put(NameItem(pk, sk, user_id=account.id))
    world.container.store.dynamo.put(account_item(account))


def a_sign_up(email: str = "ada@example.org", **fields: Any) -> SignUp:
    sign_up = SignUp(
        id=an_id(),
        email=email,
        username=None,
        first_name="Ada",
        last_name="Lovelace",
        roles=SELF_CHOSEN,
        locale="en",
        password_hash="hash",
        network="network",
        created_at=NOW,
        expires_at=NOW + 24 * HOUR,
    )
    return replace(sign_up, **fields)


def an_intent(kind: OutboxKind = OutboxKind.VERIFY_EMAIL, at: datetime = NOW) -> OutboxEntry:
    return new_entry(kind, an_id(), {"request": "x"}, now=at, entry_id=new_ulid(at))


def a_session(account: Account, **fields: Any) -> Session:
    session = Session(
        user_id=account.id,
        id=an_id(),
        roles=account.roles,
        email_verified=account.email_verified,
        name=account.display_name,
        current="current",
        previous="-",
        rotated_at=NOW,
        created_at=NOW,
        expires_at=NOW + 24 * HOUR,
        version=account.version,
    )
    return replace(session, **fields)


def an_event(organizer_id: str = "", *, starts_at: datetime = NOW + 240 * HOUR, **fields: Any) -> Event:
    event = Event(
        id=an_id(),
        organizer_id=organizer_id or an_id(),
        facts=EventFacts(title="Python Workshop", starts_at=starts_at, ends_at=starts_at + HOUR, description="Text."),
        status=EventStatus.PUBLISHED,
        buckets=1,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(event, **fields)


def a_row(
    event: Event,
    status: EnrollmentStatus = EnrollmentStatus.CONFIRMED,
    *,
    attempt: str = "attempt",
    before: Enrollment | None = None,
    at: datetime = NOW,
    **facts: Any,
) -> Enrollment:
    key = before.key if before else EnrollmentKey.of(event.id, event.buckets, an_id())
    by = Transition(at, status, key.attendee_id, Cause.ENROLLED, "request")
    return enrolled(key, attempt, by, before=before, **facts)


def moved(row: Enrollment, status: EnrollmentStatus, *, at: datetime = NOW, **facts: Any) -> EnrollmentChange:
    """The row in another status, for whatever reason."""
    by = Transition(at, status, row.key.attendee_id, Cause.BY_ATTENDEE, "request")
    return EnrollmentChange(row, row.moved(by, **facts))


def published(world: World, seats: Sequence[int], **fields: Any) -> Event:
    """An event with so many free seats on each of its shards."""
    event = an_event(**fields)
    event = replace(event, facts=replace(event.facts, capacity=sum(seats)))
    world.container.store.events.add(event, seats, "Olga", None)
    return event


def enrol(
    world: World, row: Enrollment, *, before: Enrollment | None = None, remember: Remember | None = None, **step: Any
) -> Enrollment:
    """A seat of the first shard, at the time of enrolling; `step` says it otherwise."""
    change = EnrollmentChange(before, row)
    taken = Step(**{"shard": 0, "free": -change.seats, "counts": tally([change]), "open_at": row.enrolled_at, **step})
    intent = an_intent(OutboxKind.ENROLLMENT_CONFIRMED)
    world.container.store.enrollments.enrol(change, [taken], [intent], remember=remember)
    return row


def write(world: World, *changes: EnrollmentChange, remember: Remember | None = None, **step: Any) -> None:
    """The changes of rows with what they do to the seats, on the first shard if `step` does not say another."""
    freed = -sum(change.seats for change in changes)
    given = Step(**{"shard": 0, "free": freed, "counts": tally(changes), **step})
    intents = [an_intent(OutboxKind.ENROLLMENT_CANCELLED) for _ in changes]
    world.container.store.enrollments.write(changes, [given], intents, remember=remember)


def leave(world: World, row: Enrollment, **step: Any) -> Enrollment:
    change = moved(row, EnrollmentStatus.CANCELLED)
    write(world, change, **step)
    return change.after


def shards(world: World, event: Event, number: int = 1) -> list[Shard]:
    return world.container.store.seats.shards(event.id, number)


def free(world: World, event: Event, number: int = 1) -> list[int]:
    return [shard.free for shard in shards(world, event, number)]


def header(world: World, event: Event) -> Seats:
    found = world.container.store.seats.header(event.id)
    assert found is not None
    return found


def table(world: World, name: str) -> list[dict[str, Any]]:
    """Every item of one table, past the application."""
    dynamo = world.container.store.dynamo
    if isinstance(dynamo.connection.client, SimClient):
        return list(world.db.snapshot_all(dynamo.table(name)))
    return list(dynamo.connection.client._make_api_call("Scan", {"TableName": dynamo.table(name)})["Items"])


def must_agree(world: World) -> None:
    assert disagreements(table(world, "seats"), table(world, "enrollments")) == []
