"""Limits of production under faults: many at once are no way around what one after the other may do."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.shared.limits import OTP_GUESSES, PRODUCTION_LIMITS
from chalicelib.domain.shared.rate_limit import Daily
from chalicelib.services.accounts.sign_up import SignUpRequest
from chalicelib.services.accounts.verification import VerifyRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.sign_ups import DynamoSignUps
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import EMAIL, HOME, PASSWORD, counting, start
from tests.simulation.world import ROUGH, SETTINGS, FastPasswords, SimWorld

PRODUCTION = replace(SETTINGS, limits="production")
AT_ONCE = 12
CALM = Faults()
_REFUSED = (errors.TurnoutError, TryAgainError)

Tamper = Callable[[Container], None]


def _world(seed: int, faults: Faults, tamper: Tamper | None) -> SimWorld:
    world = SimWorld(seed, faults=faults, settings=PRODUCTION)
    if tamper:
        world.tamper(tamper)
    return world


def asking_for_codes(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """Twelve sign-ups from one network at once: five codes that day."""
    world = _world(seed, faults, tamper)

    def sign_up() -> None:
        request = SignUpRequest(email=EMAIL, password=PASSWORD, network=HOME)
        try:
            world.another_process().accounts.registration.sign_up(request)
        except _REFUSED:
            return

    for number in range(AT_ONCE):
        start(world, sign_up, f"sign-up {number}")
    world.run()
    rows = [row for row in world.db.snapshot_all("turnout-due") if row.get("kind", {}).get("S") == "verify_email"]
    shares = PRODUCTION_LIMITS.otp_a_day
    assert shares is not None
    assert isinstance(shares.each, Daily)
    return [f"{len(rows)} codes were granted"] if len(rows) > shares.each.number else []


def guessing_codes(
    seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None, store: type[DynamoSignUps] = DynamoSignUps
) -> list[str]:
    """Fifty guesses at one code at once: three are looked at, and where nothing fails no fewer."""
    world = _world(seed, faults, tamper)
    opened: Counter[str] = Counter()

    def count(container: Container) -> None:
        container.store.sign_ups = counting(store, opened)(container.store.dynamo)

    world.tamper(count)
    made = world.container.accounts.registration.sign_up(SignUpRequest(email=EMAIL, password=PASSWORD, network=HOME))
    world.recover()
    assert any(re.search(r"\b\d{6}\b", mail.text) for mail in world.mailer.sent)

    def guess(number: int) -> None:
        container = world.another_process()
        request = VerifyRequest(email=EMAIL, code=f"{number:06d}", network=f"net {number % 9}", secret=made.secret)
        try:
            container.accounts.verification.verify(request)
        except _REFUSED:
            return

    for number in range(50):
        start(world, lambda number=number: guess(number), f"guess {number}")  # type: ignore[misc]
    world.run_clients()
    fewest = OTP_GUESSES if faults == CALM else 0  # whose process dies after it was counted has guessed in vain
    numbers = list(opened.values()) or [0]
    return [f"{number} guesses were looked at" for number in numbers if not fewest <= number <= OTP_GUESSES]


@dataclass
class Watched(FastPasswords):
    """Notes when a password was looked at."""

    world: SimWorld
    looked: list[float]

    def among(self, password_hashes: object, password: str) -> frozenset[str]:
        self.looked.append(self.world.scheduler.now)
        return super().among(password_hashes, password)


def guessing_passwords(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """Twelve wrong passwords from one network at once: five are looked at before the first wait is over."""
    world = _world(seed, faults, tamper)
    world.a_person("ada")
    began, looked = world.scheduler.now, list[float]()

    def guess() -> None:
        container = world.another_process()
        container.security.passwords = Watched(world, looked)
        try:
            container.accounts.sessions.sign_in(email=EMAIL, username=None, password="wrong", network=HOME)
        except _REFUSED:
            return

    for number in range(AT_ONCE):
        start(world, guess, f"guess {number}")
    world.run_clients()
    backoff = PRODUCTION_LIMITS.wrong_passwords
    assert backoff is not None
    early = [at for at in looked if at < began + backoff.first]
    return [f"{len(early)} passwords were looked at"] if len(early) > backoff.free else []
