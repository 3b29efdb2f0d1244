"""Sign-up, verification, sessions: devices of one person, a guest with their address and a stranger, all at once."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts import Claims
from chalicelib.domain.limits import OTP_GUESSES
from chalicelib.services.accounts.sign_up import SignUpRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts import DynamoAccounts
from devtools.simdb.faults import Crash, Faults
from tests.simulation.world import ROUGH, SimWorld

EMAIL = "ada@example.org"
PASSWORD = "one good password"
LONG_AGO = 8  # seconds: a retry this early must get the same successor (the window is ten)


class CountingAccounts(DynamoAccounts):
    """Counts how often each code was laid open to a guess."""

    opened: Counter[str]

    def count_guess(self, user_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        mac = super().count_guess(user_id, guess_id, now, limit)
        if mac is not None:
            self.opened[mac] += 1
        return mac


def signing_up(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[SimWorld], None] | None = None) -> list[str]:
    """Two devices sign up with one address, ask again and verify; a stranger guesses; devices refresh and log out.

    In every other seed the same address enrols as a guest meanwhile.
    """
    world = SimWorld(seed, faults=faults)
    opened: Counter[str] = Counter()

    def count(container: Container) -> None:
        container.store.accounts = CountingAccounts(container.store.dynamo)
        container.store.accounts.opened = opened

    world.tamper(count)
    if tamper:
        tamper(world)
    found: list[str] = []
    for device in range(2):
        _start(world, lambda: _device(world, found), f"device {device}")
    _start(world, lambda: _stranger(world), "stranger")
    met: set[str] = set()
    if seed % 2:
        for visit in range(2):
            _start(world, lambda: _guest(world, met), f"visit {visit}")
    world.run()
    found += _one_person(world, met)
    found += [f"a code was open to {number} guesses" for number in opened.values() if number > OTP_GUESSES]
    return found + _names_agree(world)


def _start(world: SimWorld, steps: object, name: str) -> None:
    world.busy_clients += 1

    def live() -> None:
        try:
            steps()  # type: ignore[operator]
        finally:
            world.busy_clients -= 1

    world.scheduler.spawn(live, name, after=world.rng.random() * 0.02)


def _device(world: SimWorld, found: list[str]) -> None:
    container = world.another_process()
    try:
        container.accounts.registration.sign_up(SignUpRequest(email=EMAIL, password=PASSWORD, username="ada"))
    except (errors.EmailTakenError, errors.UsernameTakenError, TryAgainError):
        container.accounts.registration.resend(EMAIL)
    for _ in range(6):
        world.scheduler.sleep(1.0)
        try:
            container.accounts.registration.verify(EMAIL, _newest_code(world))
        except (errors.OtpInvalidError, TryAgainError):
            continue
        break
    try:
        _, pair = container.accounts.sessions.sign_in(email=EMAIL, username=None, password=PASSWORD)
    except (errors.TurnoutError, TryAgainError):
        return
    _use(world, container, pair.refresh, found)


def _use(world: SimWorld, container: Container, refresh: str, found: list[str]) -> None:
    """Rotate twice, repeating after a lost answer as a client does; log out; be out."""
    claims = container.security.tokens.parse_refresh(refresh)
    assert claims
    for _ in range(2):
        started = world.scheduler.now
        for _ in range(4):
            try:
                refresh = container.accounts.sessions.refresh(refresh).refresh
            except TryAgainError:
                continue
            except errors.CredentialsWrongError:
                if world.scheduler.now - started < LONG_AGO:
                    found.append("a retry within the window signed somebody out")
                return
            except errors.BusyError:
                continue
            break
        else:
            return
    try:
        container.accounts.sessions.sign_out(container.accounts.sessions.authenticate(claims))
    except (TryAgainError, Crash):
        return
    if _is_in(container, claims):
        found.append("a session outlived its logout")


def _is_in(container: Container, claims: Claims) -> bool:
    try:
        container.accounts.sessions.authenticate(claims)
    except (errors.UnauthenticatedError, TryAgainError):
        return False
    return True


def _guest(world: SimWorld, met: set[str]) -> None:
    container = world.another_process()
    for _ in range(2):
        try:
            met.add(container.store.people.guest(EMAIL, world.now()).id)
        except TryAgainError:
            continue
        world.scheduler.sleep(world.rng.random())


def _one_person(world: SimWorld, met: set[str]) -> list[str]:
    """Guest and account are one person, who is called by their own account's name only when that is proven."""
    now = world.container.store.people.by_email(EMAIL)
    found = [] if met <= ({now.id} if now else set()) else ["an address belonged to two people"]
    if now and met and now.name != ("ada" if now.has_account else ""):
        found.append(f"the guest is called {now.name!r}")
    return found


def _stranger(world: SimWorld) -> None:
    container = world.another_process()
    for number in range(5):
        world.scheduler.sleep(0.5)
        try:
            container.accounts.registration.verify(EMAIL, f"{number:06d}")
        except (errors.OtpInvalidError, TryAgainError):
            continue


def _newest_code(world: SimWorld) -> str:
    for message in reversed(world.mailer.sent):
        code = re.search(r"\b\d{6}\b", message.text)
        if code:
            return code.group()
    return "999999"


def _names_agree(world: SimWorld) -> list[str]:
    """One account an address, one a username, and every unique name leads to the account that carries it."""
    rows = world.db.snapshot_all("turnout-accounts")
    accounts = {row["pk"]["S"].split("#", 1)[1]: row for row in rows if row["sk"]["S"] == "account"}
    guests = {row["pk"]["S"].split("#", 1)[1] for row in rows if row["sk"]["S"] == "attendee"}
    names = {row["pk"]["S"]: row["user_id"]["S"] for row in rows if row["pk"]["S"].startswith(("email#", "username#"))}
    found = []
    for user_id, row in accounts.items():
        wanted = [f"email#{row['email']['S']}"] + ([f"username#{row['username']['S']}"] if "username" in row else [])
        found += [f"{name} does not lead to its account" for name in wanted if names.get(name) != user_id]
    found += [f"{name} leads nowhere" for name, user_id in names.items() if user_id not in accounts.keys() | guests]
    return found + ([f"{len(accounts)} accounts for one address"] if len(accounts) > 1 else [])
