"""A refresh token that somebody copied: its owner and the thief use it in any order, and answers are lost."""

from dataclasses import dataclass

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.services.accounts.sessions import REPLAY_WINDOW
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.sessions import DynamoSessions
from chalicelib.store.dynamo import keys
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import LONG_AGO, start
from tests.simulation.world import ROUGH, SimWorld

_LOST = 0.2  # of the answers
_LONG = REPLAY_WINDOW.total_seconds() + 1


@dataclass(slots=True)
class Holder:
    """Somebody with a token, and whether it was refused although its retry came in time."""

    token: str
    signed_out: bool = False


def using(
    seed: int, *, faults: Faults = ROUGH, store: type[DynamoSessions] = DynamoSessions, stolen: bool = True
) -> list[str]:
    """The owner, and with `stolen` a thief with the owner's first token, refresh again and again; others look on."""
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.sessions = store(container.store.dynamo)

    world.tamper(replaced)
    claims, token = _logged_in(world)
    holders = [Holder(token)] + ([Holder(token), Holder(token)] if stolen else [])
    for number, holder in enumerate(holders):
        start(world, lambda holder=holder: _uses(world, holder), f"holder {number}")  # type: ignore[misc]
    world.run()
    if stolen:
        _confront(world, holders)
    return _judged(world, claims, stolen=stolen, holders=holders)


def _logged_in(world: SimWorld) -> tuple[Claims, str]:
    """A login of somebody, written without faults."""
    person = world.a_person("ada")
    container = world.container
    details = container.store.accounts.details(person.user_id)
    assert details
    session, pair = container.accounts.session_factory.start(details.account, world.now())
    container.store.sessions.add(details.account, session, [], None)
    return Claims(person.user_id, session.id), pair.refresh


def _uses(world: SimWorld, holder: Holder) -> None:
    """Five times, with long pauses; whoever gets no answer repeats it at once, as a client does."""
    container = world.another_process()
    for _ in range(5):
        started = world.scheduler.now
        for _ in range(5):
            try:
                answer = container.accounts.sessions.refresh(holder.token)
            except errors.CredentialsWrongError:
                holder.signed_out = world.scheduler.now - started < LONG_AGO
                return
            except (TryAgainError, errors.BusyError):
                continue
            if world.rng.random() < _LOST:
                continue
            holder.token = answer.refresh
            break
        else:
            return
        world.scheduler.sleep(_LONG * (0.2 + 1.5 * world.rng.random()))


def _confront(world: SimWorld, holders: list[Holder]) -> None:
    """However long they took turns within the window: once they do not, it shows that there are two."""
    for holder in [*holders, *holders]:
        world.scheduler.now += _LONG
        try:
            holder.token = world.container.accounts.sessions.refresh(holder.token).refresh
        except errors.CredentialsWrongError:
            continue
    world.recover()


def _judged(world: SimWorld, claims: Claims, *, stolen: bool, holders: list[Holder]) -> list[str]:
    rows = world.db.snapshot_all("turnout-accounts")
    is_there = any((row["pk"]["S"], row["sk"]["S"]) == keys.session(claims.user_id, claims.session_id) for row in rows)
    intents = [row for row in world.db.snapshot_all("turnout-due") if row.get("kind", {}).get("S") == "login_stolen"]
    mails = [mail for mail in world.mailer.sent if "for your safety" in mail.subject]
    found = []
    if not stolen and holders[0].signed_out:
        found.append("a lost answer signed somebody out")
    if stolen and is_there:
        found.append("two people live on with one login")
    if len(intents) > 1:
        found.append(f"one theft was told {len(intents)} times")
    if is_there == bool(intents):
        found.append("a login ended and nobody was told, or was told and lives on")
    if bool(mails) != bool(intents):
        found.append("what was to be told was not mailed")
    return found
