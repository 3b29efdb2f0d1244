"""Addresses that change: two devices of one owner, somebody else, a guest and sign-ups, all about the same address."""

import re
from collections import Counter
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import SELF_CHOSEN, Claims, Principal
from chalicelib.domain.shared.limits import OTP_GUESSES
from chalicelib.services.accounts.profile import Profile
from chalicelib.services.accounts.sign_up import SignUpRequest
from chalicelib.services.accounts.verification import VerifyRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.accounts.address_changes import DynamoAddressChanges
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import start
from tests.simulation.rules.address_rules import addresses_agree, all_told, edits_kept, names_agree
from tests.simulation.world import ROUGH, SimWorld

NEW, THIRD = "new@example.org", "third@example.org"
OWNERS, STRANGERS = "one good password", "what a stranger chose"
HOME, ELSEWHERE = "192.0.2.0/24", "203.0.113.0/24"
_REFUSED = (errors.TurnoutError, TryAgainError)


def counting(base: type[DynamoAddressChanges], opened: Counter[str]) -> type[DynamoAddressChanges]:
    """The store of wishes, counting how often each code was laid open to a guess."""

    class Counting(base):  # type: ignore[misc,valid-type]
        def count_guess(self, user_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
            mac: str | None = super().count_guess(user_id, guess_id, now, limit)
            if mac is not None:
                opened[mac] += 1
            return mac

    return Counting


def changing(
    seed: int, *, faults: Faults = ROUGH, store: type[DynamoAddressChanges] = DynamoAddressChanges
) -> list[str]:
    """Ada reads the mails of all addresses, wants one, then another, and edits; Bob, who reads none, wants one too.

    In every other seed the address enrols as a guest meanwhile; in every third one Ada and a stranger sign up with it.
    """
    world = SimWorld(seed, faults=faults)
    opened: Counter[str] = Counter()

    def count(container: Container) -> None:
        container.store.address_changes = counting(store, opened)(container.store.dynamo)

    world.tamper(count)
    ada, bob = world.a_person("ada"), world.a_person("bob")
    start(world, lambda: _owner(world, ada, [NEW, THIRD]), "laptop")
    start(world, lambda: _owner(world, ada, [THIRD, NEW, "ada@example.org"]), "phone")
    acknowledged: list[int] = [0]
    start(world, lambda: _edits(world, ada, acknowledged), "tablet")
    for number in range(2):
        start(world, lambda: _stranger(world, bob), f"stranger {number}")
    if seed % 2:
        start(world, lambda: _guest(world), "guest")
    if seed % 3 == 0:
        start(world, lambda: _signs_up(world, OWNERS, HOME), "owner signs up")
        start(world, lambda: _signs_up(world, STRANGERS, ELSEWHERE), "stranger signs up")
    world.run()
    found = edits_kept(world, ada, acknowledged[-1])
    found += names_agree(world) + addresses_agree(world, ada, bob, OWNERS) + all_told(world)
    return found + [f"a code was open to {number} guesses" for number in opened.values() if number > OTP_GUESSES]


def proving_at_once(
    seed: int, *, faults: Faults = ROUGH, store: type[DynamoAddressChanges] = DynamoAddressChanges
) -> list[str]:
    """Two accounts, whose owners both read the mails of one address, prove it in the same moment.

    In every other seed it enrols as a guest then for the first time.
    """
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.address_changes = store(container.store.dynamo)

    world.tamper(replaced)
    people = [world.a_person("ada"), world.a_person("bob")]
    for one in people:
        world.container.accounts.address.ask(_principal(world, one), NEW, None, HOME)
    world.recover()
    for number, one in enumerate(people):
        start(world, lambda one=one: _types_all(world, one), f"owner {number}")  # type: ignore[misc]
    if seed % 2:
        start(world, lambda: _guest(world), "guest")
    world.run()
    return names_agree(world) + all_told(world)


def _types_all(world: SimWorld, claims: Claims) -> None:
    container = world.another_process()
    for mail in [mail for mail in world.mailer.sent if mail.to == NEW]:
        found = re.search(r"\b\d{6}\b", mail.text)
        if found and _proves(world, container, claims, found.group(), HOME):
            return


def _principal(world: SimWorld, claims: Claims) -> Principal:
    return Principal(claims.user_id, claims.session_id, SELF_CHOSEN, email_verified=True, logged_in_at=world.now())


def _owner(world: SimWorld, claims: Claims, wanted: list[str]) -> None:
    """Asks for one address after the other, and types what is in the mailbox until it is right or hopeless."""
    container = world.another_process()
    for email in wanted:
        try:
            container.accounts.address.ask(_principal(world, claims), email, None, HOME)
        except _REFUSED:
            continue
        for _ in range(3):
            world.scheduler.sleep(0.5 + world.rng.random())
            if _proves(world, container, claims, _code_in(world, email), HOME):
                break


def _edits(world: SimWorld, claims: Claims, acknowledged: list[int]) -> None:
    container = world.another_process()
    for number in range(1, 9):
        world.scheduler.sleep(world.rng.random())
        profile = Profile(username=None, first_name=str(number), last_name="", roles=SELF_CHOSEN, locale="en")
        try:
            container.accounts.profile.update(_principal(world, claims), profile)
        except _REFUSED:
            continue
        acknowledged.append(number)


def _stranger(world: SimWorld, claims: Claims) -> None:
    container = world.another_process()
    for number in range(6):
        world.scheduler.sleep(world.rng.random())
        try:
            if number % 3 == 0:
                container.accounts.address.ask(_principal(world, claims), NEW, None, ELSEWHERE)
        except _REFUSED:
            continue
        _proves(world, container, claims, f"{number:06d}", ELSEWHERE)


def _proves(world: SimWorld, container: Container, claims: Claims, code: str, network: str) -> bool:
    try:
        container.accounts.address.prove(_principal(world, claims), code, network)
    except _REFUSED:
        return False
    return True


def _guest(world: SimWorld) -> None:
    container = world.another_process()
    for _ in range(3):
        world.scheduler.sleep(world.rng.random())
        try:
            container.store.people.guest(NEW, world.now())
        except TryAgainError:
            continue


def _signs_up(world: SimWorld, password: str, network: str) -> None:
    """Of the two only the owner of the mailbox knows what was mailed."""
    container = world.another_process()
    request = SignUpRequest(email=NEW, password=password, network=network)
    try:
        container.accounts.registration.sign_up(request)
    except _REFUSED:
        return
    for number in range(4):
        world.scheduler.sleep(world.rng.random())
        code = _code_in(world, NEW) if password == OWNERS else f"{number:06d}"
        try:
            proof = VerifyRequest(email=NEW, code=code, network=network, password=password)
            container.accounts.verification.verify(proof)
        except _REFUSED:
            continue


def _code_in(world: SimWorld, email: str) -> str:
    """One of the codes in the mailbox, more often a new one."""
    mails = [mail for mail in world.mailer.sent if mail.to == email]
    codes = [found.group() for mail in mails if (found := re.search(r"\b\d{6}\b", mail.text))]
    return world.rng.choice([*codes[-2:], *codes]) if codes else "999999"
