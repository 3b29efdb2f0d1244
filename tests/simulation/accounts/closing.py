"""Admins close accounts, each other's too, while their owners log in and refresh; dead letters are tried again."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.accounts.audit import Reason
from chalicelib.domain.outbox.entry import LEASE, OutboxKind, OutboxState, Outcome, new_entry
from chalicelib.services.admin.accounts import AccessRequest
from chalicelib.services.shared.acts import stop_unless_admin
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.admins import DynamoAdmins
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AccountItem, AdminsItem, SessionItem
from chalicelib.store.outbox.letters import DynamoLetters
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import start
from tests.simulation.world import ROUGH, SimWorld
from tests.support.fakes import MemoryDeadLetters

_PASSWORD = "a password"
_AGAIN = (TryAgainError, errors.BusyError)


def closing(seed: int, *, faults: Faults = ROUGH, store: type[DynamoAdmins] = DynamoAdmins) -> list[str]:
    """Two admins close one account and each other's; its owner logs in and refreshes all the while."""
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.admins = store(container.store.dynamo)

    world.tamper(replaced)
    ada, roots = world.a_person("ada"), [world.a_person("root"), world.a_person("other")]
    _prepare(world, ada, roots)
    for number, (root, other) in enumerate([roots, roots[::-1]]):
        start(world, partial(_closes, world, root, ada.user_id), f"closes {number}")
        start(world, partial(_closes, world, root, other.user_id), f"closes the other {number}")
    for number in range(2):
        start(world, lambda: _logs_in(world), f"logs in {number}")
    world.run()
    return _judged(world, ada, roots)


def _prepare(world: SimWorld, ada: Claims, roots: list[Claims]) -> None:
    dynamo = world.container.store.dynamo
    hashed = [AccountItem.password_hash.set(f"hash of {_PASSWORD}")]
    dynamo.update(AccountItem, keys.account(ada.user_id), hashed, None)
    for root in roots:
        dynamo.update(AccountItem, keys.account(root.user_id), [AccountItem.roles.set(Role.ADMIN)], None)
        key = keys.session(root.user_id, root.session_id)
        dynamo.update(SessionItem, key, [SessionItem.roles.set(Role.ADMIN)], None)
        dynamo.update(AdminsItem, keys.ADMINS, [AdminsItem.ids.add({root.user_id})], None)


def _as_admin(world: SimWorld, claims: Claims, act: Callable[[Container, Principal], object]) -> None:
    """Again and again while there is no answer, as a client does; each time the session is read anew."""
    container = world.another_process()
    for _ in range(6):
        try:
            principal = container.accounts.sessions.authenticate(claims)
            stop_unless_admin(principal, world.now())
            act(container, principal)
        except _AGAIN:
            continue
        except (errors.UnauthenticatedError, errors.NotFoundError):
            return  # the other admin was faster
        return


def _closes(world: SimWorld, root: Claims, user_id: str) -> None:
    request = AccessRequest(user_id=user_id, disabled=True, reason=Reason.ABUSE, request_id="r")
    _as_admin(world, root, lambda container, admin: container.admin.accounts.set_access(admin, request))


def _logs_in(world: SimWorld) -> None:
    """Logs in, refreshes, and changes the password, until it is refused."""
    container = world.another_process()
    for _ in range(4):
        try:
            _, pair = container.accounts.sessions.sign_in(
                email="ada@example.org", username=None, password=_PASSWORD, network="192.0.2.0/24"
            )
            container.accounts.sessions.refresh(pair.refresh)
        except errors.CredentialsWrongError:
            return
        except _AGAIN:
            continue


def _entries(world: SimWorld) -> list[tuple[str, str]]:
    """What was done to whom, in the trail."""
    rows = [row for row in world.db.snapshot_all("turnout-accounts") if row["pk"]["S"] == "audit"]
    return [(row["what"]["S"], row["about"]["S"]) for row in rows]


def _judged(world: SimWorld, ada: Claims, roots: list[Claims]) -> list[str]:
    accounts = world.container.store.accounts
    by_id = {one.user_id: accounts.details(one.user_id) for one in (ada, *roots)}
    told = Counter(
        row["recipient"]["S"]
        for row in world.db.snapshot_all("turnout-due")
        if row.get("kind", {}).get("S") == OutboxKind.ACCOUNT_DISABLED
    )
    done = Counter(about for what, about in _entries(world) if what == "disable_account")
    found = []
    for user_id, details in by_id.items():
        assert details
        if details.account.disabled and details.sessions:
            found.append("somebody is logged in whose account is closed")
        if done[user_id] != int(details.account.disabled) or told[user_id] != done[user_id]:
            found.append("what was done, what is in the trail and what was told are not the same")
    left = [root for root in roots if (details := by_id[root.user_id]) and not details.account.disabled]
    if not left:
        found.append("no admin is left")
    if any(not world.container.store.admins.is_admin(root.user_id) for root in left):
        found.append("who is an admin is none in the set")
    return found


def redriving(seed: int, *, faults: Faults = ROUGH, store: type[DynamoLetters] = DynamoLetters) -> list[str]:
    """Two admins have the same letter tried again, each several times."""
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.letters = store(container.store.dynamo)
        container.mail.redriven = letters

    letters = MemoryDeadLetters()
    world.tamper(replaced)
    roots = [world.a_person("root"), world.a_person("other")]
    _prepare(world, world.a_person("ada"), roots)
    letter_id = _letter(world)
    answered: list[str] = []
    for number, root in enumerate([*roots, *roots]):
        start(world, partial(_redrives, world, root, letter_id, answered), f"redrives {number}")
    world.run()
    jobs = [row for row in world.db.snapshot_all("turnout-due") if row.get("kind", {}).get("S") == "job_redrive"]
    found = []
    if len(jobs) > 1 or len(_entries(world)) > 1:
        found.append(f"a letter was redriven {max(len(jobs), len(_entries(world)))} times")
    if len(jobs) != len(_entries(world)):
        found.append("what was done and what is in the trail are not the same")
    if answered and not letters.letters:
        found.append("a letter was promised to be tried again, and is not")
    return found


def _letter(world: SimWorld) -> str:
    outbox, now = world.container.store.outbox, world.now()
    entry = new_entry(OutboxKind.PASSWORD_CHANGED, "nobody", {}, now=now, entry_id=world.new_id(now))
    outbox.put_absent([entry])
    held = outbox.claim(entry.key, now, now + LEASE, "nobody")
    assert held
    outbox.finish(held, Outcome(OutboxState.FAILED, "refused"), now + timedelta(seconds=1))
    [row] = [row for row in world.db.snapshot_all("turnout-due") if row["pk"]["S"] == keys.LETTERS]
    return str(row["sk"]["S"])


def _redrives(world: SimWorld, root: Claims, letter_id: str, answered: list[str]) -> None:
    def act(container: Container, admin: Principal) -> None:
        answered.append(container.admin.letters.redrive(admin, letter_id, "r").id)

    _as_admin(world, root, act)
