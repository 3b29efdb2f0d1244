"""Teams: two devices of an owner invite, change and remove; two people accept, decline, leave and log in meanwhile."""

from collections.abc import Callable
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import SELF_CHOSEN, Claims, Principal
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.services.teams.organize import InvitationRequest
from chalicelib.store.accounts.teams import DynamoTeams
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import start
from tests.simulation.rules.team_rules import copies_agree, invitations_agree, members_once
from tests.simulation.world import ROUGH, SimWorld

NAMES = ("ada", "bob")
STEPS = 6
_REFUSED = (errors.TurnoutError, TryAgainError)


def working_together(
    seed: int, *, faults: Faults = ROUGH, store: Callable[[Any], DynamoTeams] = DynamoTeams
) -> list[str]:
    """Everything about one team at once; in every other seed about that of all events of the owner."""
    world = SimWorld(seed, faults=faults)

    def replaced(container: Container) -> None:
        container.store.teams = store(container.store.dynamo)

    world.tamper(replaced)
    owner = world.a_person("olga")
    event = world.an_event(owner, free=[5])
    people = [world.a_person(name) for name in NAMES]
    removed: set[str] = set()
    for device in ("laptop", "phone"):
        start(world, lambda: organizes(world, owner, event.id, removed, all_events=seed % 2 == 1), device)
    for name, one in zip(NAMES, people, strict=True):
        start(world, lambda one=one: takes_part(world, one), name)  # type: ignore[misc]
        start(world, lambda one=one: _logs_in(world, one), f"{name} logs in")  # type: ignore[misc]
    world.run()
    found = copies_agree(world) + members_once(world) + invitations_agree(world)
    rows = str(world.db.snapshot_all("turnout-accounts"))
    return found + [f"a removed member is still somewhere: {one}" for one in removed if one in rows]


def _principal(claims: Claims) -> Principal:
    return Principal(claims.user_id, claims.session_id, SELF_CHOSEN, email_verified=True)


def organizes(world: SimWorld, owner: Claims, event_id: str, removed: set[str], *, all_events: bool) -> None:
    """What is acknowledged as removed, and was not invited anew since, is gone for good: an id is given once."""
    teams, principal = world.another_process().teams.of_events, _principal(owner)
    for _ in range(STEPS):
        world.scheduler.sleep(world.rng.random())
        try:
            members = teams.members(principal, event_id)
            step = world.rng.random()
            if step < 0.5 or not members:
                email = f"{world.rng.choice(NAMES)}@example.org"
                role = world.rng.choice(list(TeamRole))
                request = InvitationRequest(event_id=event_id, email=email, role=role, all_events=all_events)
                teams.invite(principal, request)
            elif step < 0.75:
                role = world.rng.choice(list(TeamRole))
                one = world.rng.choice(members)
                teams.change_role(principal, event_id, one.member.id, lambda _, role=role: role)  # type: ignore[misc]
            else:
                one = world.rng.choice(members)
                teams.remove(principal, event_id, one.member.id)
                removed.add(one.member.id)
        except _REFUSED:
            continue


def takes_part(world: SimWorld, claims: Claims) -> None:
    part, principal = world.another_process().teams.participation, _principal(claims)
    for _ in range(STEPS):
        world.scheduler.sleep(world.rng.random())
        try:
            for view in part.invitations(principal):
                if world.rng.random() < 0.8:
                    part.accept(principal, view.member.id)
                else:
                    part.decline(principal, view.member.id)
            held = _teams_of(world, claims)
            if held and world.rng.random() < 0.3:
                part.leave(principal, world.rng.choice(held))
        except _REFUSED:
            continue


def _teams_of(world: SimWorld, claims: Claims) -> list[str]:
    details = world.container.store.accounts.details(claims.user_id)
    return [one.member_id for one in details.account.teams] if details else []


def _logs_in(world: SimWorld, claims: Claims) -> None:
    """On several devices, one after the other; what a login writes is what it writes in the application."""
    container = world.another_process()
    for _ in range(STEPS):
        world.scheduler.sleep(world.rng.random())
        try:
            details = container.store.accounts.details(claims.user_id)
            assert details is not None
            session, _ = container.accounts.session_factory.start(details.account, world.now())
            container.store.sessions.add(details.account, session, [], None)
        except (*_REFUSED, StaleError):
            continue
