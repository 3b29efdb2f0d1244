"""Sign-up, verification, sessions: devices of one person, a guest with their address and a stranger, all at once."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.shared.limits import OTP_GUESSES
from chalicelib.services.accounts.sign_up import SignUpRequest
from chalicelib.services.accounts.verification import VerifyRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.sign_ups import DynamoSignUps
from devtools.simdb.faults import Crash, Faults
from tests.simulation.world import ROUGH, SETTINGS, SimWorld

EMAIL = "ada@example.org"
PASSWORD = "one good password"
STRANGERS = "what a stranger chose"
LONG_AGO = 8  # seconds: a retry this early must get the same successor (the window is ten)
STRICT = replace(SETTINGS, sign_up_profile="strict")
HOME, ELSEWHERE = "192.0.2.0/24", "203.0.113.0/24"
_REFUSED = (errors.TurnoutError, TryAgainError)


def counting(base: type[DynamoSignUps], opened: Counter[str]) -> type[DynamoSignUps]:
    """The store of sign-ups, counting how often each code was laid open to a guess."""

    class Counting(base):  # type: ignore[misc,valid-type]
        def count_guess(self, email: str, sign_up_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
            mac: str | None = super().count_guess(email, sign_up_id, guess_id, now, limit)
            if mac is not None:
                opened[mac] += 1
            return mac

    return Counting


def signing_up(
    seed: int,
    *,
    faults: Faults = ROUGH,
    tamper: Callable[[SimWorld], None] | None = None,
    store: type[DynamoSignUps] = DynamoSignUps,
) -> list[str]:
    """Two devices of the owner and a stranger sign up with one address, ask again, verify and guess, refresh, log out.

    Only the owner reads the mail. In every other seed the same address enrols as a guest meanwhile; two seeds of four
    have the profile `strict`.
    """
    world = SimWorld(seed, faults=faults, settings=STRICT if seed % 4 > 1 else SETTINGS)
    opened: Counter[str] = Counter()

    def count(container: Container) -> None:
        container.store.sign_ups = counting(store, opened)(container.store.dynamo)

    world.tamper(count)
    if tamper:
        tamper(world)
    found: list[str] = []
    for device in range(2):
        start(world, lambda: _device(world, found), f"device {device}")
    for number in range(2):
        start(world, lambda: _stranger(world), f"stranger {number}")
    met: set[str] = set()
    if seed % 2:
        for visit in range(2):
            start(world, lambda: _guest(world, met), f"visit {visit}")
    world.run()
    found += _one_person(world, met) + _credentials(world)
    found += [f"a code was open to {number} guesses" for number in opened.values() if number > OTP_GUESSES]
    return found + _names_agree(world)


def proving_beside_a_guest(
    seed: int, *, faults: Faults = ROUGH, store: type[DynamoSignUps] = DynamoSignUps
) -> list[str]:
    """The address is proven in the very moment in which it enrols as a guest for the first time."""
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.sign_ups = store(container.store.dynamo)

    world.tamper(replaced)
    assert _sign_up(world.container, PASSWORD, HOME)
    world.recover()
    met: set[str] = set()

    def prove() -> None:
        request = VerifyRequest(email=EMAIL, code=_some_code(world), network=HOME, password=PASSWORD)
        try:
            world.another_process().accounts.verification.verify(request)
        except _REFUSED:
            return

    start(world, prove, "owner")
    start(world, lambda: _guest(world, met), "guest")
    world.run()
    return _one_person(world, met) + _credentials(world) + _names_agree(world)


def resetting(seed: int, *, faults: Faults = ROUGH) -> list[str]:
    """One mailed key, entered by two devices with two passwords at once."""
    world = SimWorld(seed, faults=faults)
    ada = world.a_person("ada")
    world.container.accounts.password_reset.forgot(EMAIL, HOME)
    world.recover()
    key = re.search(r"\b\w+\.[\w-]{80,}\.[\w-]{22}\b", world.mailer.sent[-1].text)
    assert key
    chosen: list[str] = []

    def reset(password: str) -> None:
        try:
            world.another_process().accounts.password_reset.reset(key.group(), password, HOME)
        except _REFUSED:
            return
        chosen.append(password)

    for number in range(2):
        start(world, lambda number=number: reset(f"device {number}"), f"device {number}")  # type: ignore[misc]
    world.run()
    details = world.container.store.accounts.details(ada.user_id)
    assert details
    found = [f"one key was good for {chosen}"] if len(chosen) > 1 else []
    if chosen and details.account.password_hash != f"hash of {chosen[0]}":
        found.append(f"the password is {details.account.password_hash!r} after {chosen}")
    return found + [f"{len(details.sessions)} logins outlived the reset" for _ in details.sessions if chosen]


def start(world: SimWorld, steps: Callable[[], None], name: str) -> None:
    world.busy_clients += 1

    def live() -> None:
        try:
            steps()
        finally:
            world.busy_clients -= 1

    world.scheduler.spawn(live, name, after=world.rng.random() * 0.02)


def _sign_up(container: Container, password: str, network: str) -> str | None:
    """The secret of the sign-up, if its answer came."""
    request = SignUpRequest(email=EMAIL, password=password, username="ada", network=network)
    try:
        return container.accounts.registration.sign_up(request).secret
    except _REFUSED:
        return None


def _device(world: SimWorld, found: list[str]) -> None:
    container = world.another_process()
    secret = _sign_up(container, PASSWORD, HOME)
    if secret is None:
        container.accounts.verification.resend(EMAIL, HOME)
    for _ in range(6):
        world.scheduler.sleep(1.0)
        named = {"secret": secret} if secret and world.rng.random() < 0.5 else {"password": PASSWORD}
        request = VerifyRequest(email=EMAIL, code=_some_code(world), network=HOME, **named)
        try:
            container.accounts.verification.verify(request)
        except _REFUSED:
            continue
        break
    try:
        _, pair = container.accounts.sessions.sign_in(email=EMAIL, username=None, password=PASSWORD)
    except _REFUSED:
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


def _credentials(world: SimWorld) -> list[str]:
    """Whose password the account has: of who read the mail, and of nobody else."""
    rows = world.db.snapshot_all("turnout-accounts")
    stored = [row["password_hash"]["S"] for row in rows if row["sk"]["S"] == "account"]
    return [f"the account has {one!r}" for one in stored if one != f"hash of {PASSWORD}"]


def _stranger(world: SimWorld) -> None:
    """Signs up with the address of somebody else, guesses at that sign-up and at the owner's, and asks for codes."""
    container = world.another_process()
    secret = _sign_up(container, STRANGERS, ELSEWHERE)
    for number in range(6):
        world.scheduler.sleep(0.4)
        named = {"secret": secret} if secret and number % 2 else {"password": STRANGERS}
        try:
            if number == 2:
                container.accounts.verification.resend(EMAIL, ELSEWHERE)
            request = VerifyRequest(email=EMAIL, code=f"{number:06d}", network=ELSEWHERE, **named)
            container.accounts.verification.verify(request)
        except _REFUSED:
            continue


def _some_code(world: SimWorld) -> str:
    """What the owner types: one of the codes in the mailbox, more often a new one."""
    codes = [found.group() for mail in world.mailer.sent if (found := re.search(r"\b\d{6}\b", mail.text))]
    return world.rng.choice([*codes[-2:], *codes]) if codes else "999999"


def _names_agree(world: SimWorld) -> list[str]:
    """One account an address, one a username, and every unique name leads to the account that carries it."""
    rows = world.db.snapshot_all("turnout-accounts")
    accounts = {row["pk"]["S"].split("#", 1)[1]: row for row in rows if row["sk"]["S"] == "account"}
    guests = {row["pk"]["S"].split("#", 1)[1] for row in rows if row["sk"]["S"] == "attendee"}
    names = {row["pk"]["S"]: row["user_id"]["S"] for row in rows if "user_id" in row}
    found = []
    for user_id, row in accounts.items():
        wanted = [f"email#{row['email']['S']}"] + ([f"username#{row['username']['S']}"] if "username" in row else [])
        found += [f"{name} does not lead to its account" for name in wanted if names.get(name) != user_id]
    found += [f"{name} leads nowhere" for name, user_id in names.items() if user_id not in accounts.keys() | guests]
    return found + ([f"{len(accounts)} accounts for one address"] if len(accounts) > 1 else [])
