"""Two devices log in with one code at the same moment: one gets in, whatever is lost; mistakes are found out."""

import base64
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.container import Container
from chalicelib.domain.accounts import second_factor
from chalicelib.domain.accounts.account import Account, Claims, Principal, Session
from chalicelib.domain.errors import SecondFactorWrongError, TurnoutError
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.sessions import DynamoSessions
from tests.simulation.accounts.accounts import start
from tests.simulation.accounts.holding_keys import OLD_PASSWORD, with_password
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.world import ROUGH, SimWorld

SEEDS = 6
EMAIL = "ada@example.org"
DEVICES = 3


def logging_in(seed: int, sessions: type[DynamoSessions] = DynamoSessions) -> list[str]:
    """Three devices try one code of the app, and then one recovery code, until they are told that it is used."""
    world = SimWorld(seed, faults=ROUGH)

    def replaced(container: Container) -> None:
        container.store.sessions = sessions(container.store.dynamo)

    world.tamper(replaced)
    claims = world.a_person("ada")
    with_password(world)
    secret, recovery = _turned_on(world, claims)
    world.recover()
    code = second_factor.code_at(secret, second_factor.step_at(world.now()) + 1)
    let_in: dict[str, int] = {code: 0, recovery: 0}
    for device in range(DEVICES):
        start(world, lambda: _tries(world, let_in), f"device {device}")
    world.run()
    return [f"{number} logins with one code" for number in let_in.values() if number > 1]


def _turned_on(world: SimWorld, claims: Claims) -> tuple[bytes, str]:
    container = world.container
    principal = Principal(claims.user_id, claims.session_id, (), email_verified=True, logged_in_at=world.now())
    own = container.accounts.second_factor
    wish = own.propose(principal, None, "")
    secret = base64.b32decode(wish.secret)
    code = second_factor.code_at(secret, second_factor.step_at(world.now()))
    _, recovery = own.turn_on(principal, wish.key, code, "")
    return secret, recovery[0]


def _tries(world: SimWorld, let_in: dict[str, int]) -> None:
    container = world.another_process()
    for code in let_in:
        for _ in range(4):
            try:
                container.accounts.sessions.sign_in(email=EMAIL, username=None, password=OLD_PASSWORD, code=code)
            except SecondFactorWrongError:
                break
            except (TurnoutError, TryAgainError):
                world.scheduler.sleep(0.2 * world.rng.random())
                continue
            let_in[code] += 1
            break


def test_a_code_lets_one_device_in() -> None:
    assert broken_runs(range(SEEDS), logging_in) == {}


@pytest.mark.deep
def test_it_does_so_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 1_500), logging_in) == {}


class Forgetful(DynamoSessions):
    """Lets somebody in and keeps the second factor as it was."""

    def add(
        self,
        account: Account,
        session: Session,
        ended: Sequence[Session],
        rehashed: str | None,
        notice: OutboxEntry | None = None,
    ) -> None:
        super().add(replace(account, second_factor=None), session, ended, rehashed, notice)


def test_a_login_that_does_not_use_its_code_up_is_caught() -> None:
    assert is_caught(0, 100, lambda seed: bool(logging_in(seed, Forgetful)))
