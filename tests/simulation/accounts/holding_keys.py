"""API keys of one account: made at the limit, used, revoked and ended by a new password, all at the same time."""

from dataclasses import dataclass, field

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import SELF_CHOSEN, Claims, KeyScope, Principal, Role
from chalicelib.domain.shared.limits import MAX_API_KEYS
from chalicelib.services.accounts.api_keys import KeyRequest
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.accounts.profile import Profile
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.api_keys import DynamoApiKeys
from chalicelib.store.dynamo import keys
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import start
from tests.simulation.world import ROUGH, SimWorld

_REFUSED = (errors.TurnoutError, TryAgainError)
OLD_PASSWORD, _NEW = "the old password", "the new password"
_BEFORE = MAX_API_KEYS - 2  # so that those who make keys meet the limit


@dataclass(slots=True)
class _Known:
    """Texts of keys, by what their owner was told of them."""

    made: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    before_the_password: list[str] = field(default_factory=list)


def holding(seed: int, *, faults: Faults = ROUGH, store: type[DynamoApiKeys] = DynamoApiKeys) -> list[str]:
    """Three devices make keys when there is room for two; programs use them; one device revokes, one drops a role.

    In every other seed the password changes meanwhile.
    """
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.api_keys = store(container.store.dynamo)

    world.tamper(replaced)
    claims = world.a_person("ada")
    with_password(world)
    known, quiet = _Known(), world.container
    for _ in range(_BEFORE):
        known.made.append(quiet.accounts.api_keys.create(_principal(world, claims), _REQUEST)[1])
    world.recover()
    for device in range(3):
        start(world, lambda: _makes(world, claims, known), f"device {device}")
    for program in range(2):
        start(world, lambda: _uses(world, known), f"program {program}")
    start(world, lambda: _revokes(world, claims, known), "revoking")
    start(world, lambda: _drops_a_role(world, claims), "editing")
    if seed % 2:
        start(world, lambda: _changes_the_password(world, claims, known), "password")
    world.run()
    return _judged(world, claims, known)


_REQUEST = KeyRequest(label="a program", scope=KeyScope.READ)


def with_password(world: SimWorld) -> None:
    [row] = [one for one in world.db.snapshot_all("turnout-accounts") if one["sk"]["S"] == "account"]
    world.db.load("turnout-accounts", [{**row, "password_hash": {"S": f"hash of {OLD_PASSWORD}"}}])


def _principal(world: SimWorld, claims: Claims) -> Principal:
    return Principal(claims.user_id, claims.session_id, SELF_CHOSEN, email_verified=True, logged_in_at=world.now())


def _makes(world: SimWorld, claims: Claims, known: _Known) -> None:
    container = world.another_process()
    for _ in range(3):
        world.scheduler.sleep(0.2 * world.rng.random())
        try:
            known.made.append(container.accounts.api_keys.create(_principal(world, claims), _REQUEST)[1])
        except _REFUSED:
            continue


def _uses(world: SimWorld, known: _Known) -> None:
    """Every use may be one that is to be noted."""
    container = world.another_process()
    for _ in range(8):
        world.scheduler.sleep(0.1 * world.rng.random())
        try:
            container.accounts.key_access.authenticate(world.rng.choice(known.made), KeyUse.LOOK)
        except _REFUSED:
            continue


def _revokes(world: SimWorld, claims: Claims, known: _Known) -> None:
    container = world.another_process()
    for text in known.made[:4]:
        world.scheduler.sleep(0.1 * world.rng.random())
        read = container.security.api_key_texts.read(text)
        assert read
        try:
            container.accounts.api_keys.revoke(_principal(world, claims), read.key_id)
        except _REFUSED:
            continue
        known.revoked.append(text)


def _drops_a_role(world: SimWorld, claims: Claims) -> None:
    container = world.another_process()
    world.scheduler.sleep(0.3 * world.rng.random())
    profile = Profile(username=None, first_name="Ada", last_name="", roles=(Role.SEEKER,), locale="en")
    for _ in range(3):
        try:
            container.accounts.profile.update(_principal(world, claims), profile)
        except _REFUSED:
            continue
        return


def _changes_the_password(world: SimWorld, claims: Claims, known: _Known) -> None:
    container = world.another_process()
    world.scheduler.sleep(0.4 * world.rng.random())
    before = list(known.made)
    for password in (OLD_PASSWORD, _NEW):  # the second, if the answer to the first was lost
        try:
            container.accounts.profile.change_password(
                _principal(world, claims), old_password=password, new_password=_NEW
            )
        except _REFUSED:
            continue
        known.before_the_password = before
        return


def _judged(world: SimWorld, claims: Claims, known: _Known) -> list[str]:
    rows = [row for row in world.db.snapshot_all("turnout-accounts") if row["sk"]["S"].startswith("apikey#")]
    [account] = [row for row in world.db.snapshot_all("turnout-accounts") if row["sk"]["S"] == "account"]
    there = {(row["pk"]["S"], row["sk"]["S"]) for row in rows}
    found = [f"{len(rows)} keys"] if len(rows) > MAX_API_KEYS else []
    for text, why in [
        *((text, "was revoked") for text in known.revoked),
        *((text, "is older than the password") for text in known.before_the_password),
    ]:
        read = world.container.security.api_key_texts.read(text)
        assert read
        if keys.api_key(claims.user_id, read.key_id) in there:
            found.append(f"a key {why} and is there")
    found += [f"a key has the roles {row.get('roles')}" for row in rows if row.get("roles") != account["roles"]]
    return found
