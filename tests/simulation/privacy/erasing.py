"""An account whose time has come: logins of the last second, an organizer who enrols its owner, a keeper who edits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import SELF_CHOSEN, Claims, Principal
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts
from chalicelib.domain.enrollments.enrollment import LIVE
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.services.accounts.profile import Profile
from chalicelib.services.attendees.records import AttendeeChange
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AccountItem
from chalicelib.store.items.accounts import session_item
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import start
from tests.simulation.world import ROUGH, SimWorld
from tests.support.marks import both

ADA, PASSWORD = "ada@example.org", "one good password"
PROFILE = Profile(username=None, first_name="ada", last_name="", roles=SELF_CHOSEN, locale="en")
_REFUSED = (errors.TurnoutError, TryAgainError)


@dataclass(slots=True)
class Run:
    world: SimWorld
    at: datetime  # when the account is to be erased
    ada: Claims
    kim: Claims
    bob: Claims
    organizer: Claims
    full: Event  # ada has the one seat, bob waits for it
    open: Event
    record: Attendee  # that kim keeps of ada
    child: Attendee  # that ada keeps
    logins: list[str] = field(default_factory=list)  # those that were answered


def erasing(
    seed: int, *, faults: Faults = ROUGH, tamper: Callable[[Container], None] | None = None, devices: int = 1
) -> list[str]:
    """Ada's account is closed; in the second in which its time comes everybody does something at once.

    `devices` of an organizer enrol her.
    """
    run = _closed(seed, faults)
    world = run.world
    if tamper:
        world.tamper(tamper)
    world.scheduler.now = run.at.timestamp() - 0.6
    world.container.store.outbox.set_watermarks(both(world.now()))
    run.organizer = _logged_in(world, run.organizer)
    start(world, lambda: _ticks(run), "ticker")
    start(world, lambda: _takes(run), "job")
    if seed % 3:  # in every third run nobody comes back
        for number in range(2):
            start(world, lambda: _logs_in(run), f"device {number}")
    for number in range(devices):
        start(world, lambda: _enrols(run), f"organizer {number}")
    start(world, lambda: _edits(run), "keeper")
    world.run()
    return violations(run)


def _closed(seed: int, faults: Faults) -> Run:
    world = SimWorld(seed, faults=faults)
    ada, kim, bob, organizer = (world.a_person(name) for name in ("ada", "kim", "bob", "olga"))
    store = world.container.store
    hashed = AccountItem.password_hash.set(f"hash of {PASSWORD}")
    store.dynamo.update(AccountItem, keys.account(ada.user_id), [hashed], None)
    full = world.an_event(organizer, free=[1], starts_in=timedelta(days=30))
    event = world.an_event(organizer, free=[3], starts_in=timedelta(days=30))
    world.scheduler.now += 1
    records = world.container.attendees.records
    record = records.create(_principal(kim), AttendeeFacts(first_name="ada", email=ADA), None)
    child = records.create(_principal(ada), AttendeeFacts(first_name="byron"), None)
    enrol = world.container.enrollments.enrol
    enrol(ada, EnrolmentRequest(event_id=full.id, request_id="ada"), idempotency=None)
    enrol(bob, EnrolmentRequest(event_id=full.id, request_id="bob", waitlist=True), idempotency=None)
    enrol(ada, EnrolmentRequest(event_id=event.id, request_id="child", attendee_id=child.id), idempotency=None)
    enrol(kim, EnrolmentRequest(event_id=event.id, request_id="record", attendee_id=record.id), idempotency=None)
    principal = Principal(ada.user_id, ada.session_id, SELF_CHOSEN, email_verified=True, logged_in_at=world.now())
    at = world.container.privacy.close(principal, "")
    world.recover()
    return Run(world, at, ada, kim, bob, organizer, full, event, record, child)


def _logged_in(world: SimWorld, claims: Claims) -> Claims:
    account = world.container.store.accounts.by_ids([claims.user_id])[claims.user_id]
    session, _ = world.container.accounts.session_factory.start(account, world.now())
    world.db.load("turnout-accounts", [session_item(session).serialize()])
    return Claims(session.user_id, session.id)


def _principal(claims: Claims) -> Principal:
    return Principal(claims.user_id, claims.session_id, SELF_CHOSEN, email_verified=True)


def _ticks(run: Run) -> None:
    container = run.world.another_process()
    for _ in range(12):
        run.world.scheduler.sleep(0.1)
        try:
            container.background.sweeper.tick()
        except TryAgainError:
            continue


def _takes(run: Run) -> None:
    """The job begins in the moment in which it may."""
    container = run.world.another_process()
    [row] = [one for one in run.world.unfinished() if one["kind"]["S"] == "job_erase_account"]
    run.world.scheduler.sleep(0.58)
    for _ in range(20):
        run.world.scheduler.sleep(0.01 * run.world.rng.random())
        try:
            container.background.jobs.run(OutboxKey(row["pk"]["S"], row["sk"]["S"]))
        except TryAgainError:
            run.world.scheduler.sleep(0.005)


def _logs_in(run: Run) -> None:
    container = run.world.another_process()
    run.world.scheduler.sleep(0.55 + 0.05 * run.world.rng.random())
    for _ in range(2):
        try:
            container.accounts.sessions.sign_in(email=ADA, username=None, password=PASSWORD)
        except _REFUSED:
            continue
        run.logins.append("in")
        return


def _enrols(run: Run) -> None:
    """The organizer, by the address: ada, or whoever has the address by then."""
    container = run.world.another_process()
    run.world.scheduler.sleep(0.55 + 0.1 * run.world.rng.random())
    request = EnrolmentRequest(event_id=run.open.id, request_id="olga", email=ADA, name="ada by olga")
    try:
        container.enrollments.enrol(run.organizer, request, idempotency=None)
    except _REFUSED:
        return


def _edits(run: Run) -> None:
    """The keeper writes down more about ada, before and after."""
    container = run.world.another_process()
    for number in range(4):
        run.world.scheduler.sleep(0.3)
        change = AttendeeChange(attendee_id=run.record.id)
        try:
            container.attendees.records.edit(
                _principal(run.kim),
                change,
                lambda present, number=number: AttendeeFacts(  # type: ignore[misc]
                    first_name=present.facts.first_name, email=present.facts.email, last_name=str(number)
                ),
            )
        except _REFUSED:
            continue


# What must be true


def violations(run: Run) -> list[str]:
    world = run.world
    account = next(iter(_under(world, run.ada.user_id, "account")), None)
    found = list(dict.fromkeys(world.witness.violations))
    if account is None:
        found += _traces(run)
        if run.logins:
            found.append("a login was answered, and the account is gone")
    elif "erases_at" in account:
        found.append("the account is neither kept nor gone")
    else:
        found += _kept(run)
    unserved = [one for one in map(world.witness.unserved, (run.full.id, run.open.id)) if one]
    return found + unserved


def _under(world: SimWorld, user_id: str, sk: str = "") -> list[dict[str, Any]]:
    rows = world.db.snapshot_all("turnout-accounts")
    return [row for row in rows if row["pk"]["S"] == f"user#{user_id}" and row["sk"]["S"].startswith(sk)]


def _rows(world: SimWorld, person_id: str) -> list[dict[str, Any]]:
    rows = world.db.snapshot_all("turnout-enrollments")
    return [row for row in rows if row["sk"]["S"] == person_id and "status" in row]


def _kept(run: Run) -> list[str]:
    """Whoever came back finds everything."""
    found = []
    if not any(row["status"]["S"] == "confirmed" for row in _rows(run.world, run.ada.user_id)):
        found.append("the account was kept, and its place was not")
    if run.world.container.store.attendees.get(run.child.id) is None:
        found.append("the account was kept, and its record was not")
    if _under(run.world, run.ada.user_id, "erasure"):
        found.append("the account was kept, and is still being erased")
    return found


def _traces(run: Run) -> list[str]:
    """Of the account that is gone; a guest who has the address since is somebody else."""
    world, found = run.world, []
    if _under(world, run.ada.user_id):
        found.append("something is left under the account")
    for row in [*_rows(world, run.ada.user_id), *_rows(world, run.child.id)]:
        if row["status"]["S"] in LIVE:
            found.append("a place of nobody's")
        if row.keys() & {"name", "corrected_name", "note"}:
            found.append("an enrollment says a name")
    return found + _names(run) + _records(run)


def _names(run: Run) -> list[str]:
    found = []
    for row in run.world.db.snapshot_all("turnout-accounts"):
        if row["pk"]["S"].startswith(("email#", "username#")) and row.get("user_id", {}).get("S") == run.ada.user_id:
            found.append("a name of nobody's")
        if row["pk"]["S"] == f"addressed#{ADA}" and row["sk"]["S"] == run.record.id:
            found.append("a record is still found by the address")
    return found


def _records(run: Run) -> list[str]:
    world, found = run.world, []
    record = world.container.store.attendees.get(run.record.id)
    if record is None or record.facts.email or record.facts.first_name == "ada":
        found.append("the record of the keeper tells of somebody who is gone")
    if world.container.store.attendees.get(run.child.id) is not None:
        found.append("a record that nobody keeps")
    return found


# Closing


def closing(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[Container], None] | None = None) -> list[str]:
    """One device wants the account erased, while others log in, edit the profile and change the password."""
    world = SimWorld(seed, faults=faults)
    ada = world.a_person("ada")
    hashed = AccountItem.password_hash.set(f"hash of {PASSWORD}")
    world.container.store.dynamo.update(AccountItem, keys.account(ada.user_id), [hashed], None)
    world.scheduler.now += 1
    if tamper:
        world.tamper(tamper)
    acts: list[Callable[[Container], object]] = [
        lambda container: container.privacy.close(_fresh(world, ada), ""),
        lambda container: container.accounts.sessions.sign_in(email=ADA, username=None, password=PASSWORD),
        lambda container: container.accounts.profile.update(_principal(ada), PROFILE),
        lambda container: container.accounts.profile.change_password(
            _principal(ada), old_password=PASSWORD, new_password=PASSWORD
        ),
    ]
    for number, act in enumerate(acts):
        start(world, lambda act=act: _acts(world, act), f"device {number}")  # type: ignore[misc]
    world.run()
    return _closed_wrongly(world, ada)


def _fresh(world: SimWorld, claims: Claims) -> Principal:
    return Principal(claims.user_id, claims.session_id, SELF_CHOSEN, email_verified=True, logged_in_at=world.now())


def _acts(world: SimWorld, act: Callable[[Container], object]) -> None:
    container = world.another_process()
    world.scheduler.sleep(world.rng.random() * 0.03)
    try:
        act(container)
    except _REFUSED:
        return


def _closed_wrongly(world: SimWorld, ada: Claims) -> list[str]:
    [account] = _under(world, ada.user_id, "account")
    found = []
    if "erases_at" in account and _under(world, ada.user_id, "session#"):
        found.append("a login of an account that is closed")
    due = [row["about"]["S"] for row in world.unfinished() if row["kind"]["S"] == "job_erase_account"]
    if "erases_at" in account and not any(account["erases_at"]["S"] in about for about in due):
        found.append("an account that nobody will erase")
    return found
