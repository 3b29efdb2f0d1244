"""What happened to teams and to keys for a door, as the lists of two events tell it, beside what was stored."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.domain import errors
from chalicelib.domain.accounts.account import SELF_CHOSEN, Claims, KeyScope, Principal
from chalicelib.domain.accounts.teams import Team
from chalicelib.domain.enrollments.team_activity import KeyEntry, KeyStep, TeamEntry, TeamStep, team_entries
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.times import stamp
from chalicelib.services.accounts.api_keys import KeyRequest
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.services.teams.ports import TeamChange
from chalicelib.store.accounts.api_keys import DynamoApiKeys
from chalicelib.store.accounts.teams import DynamoTeams
from chalicelib.store.dynamo.tables import ApiKeyItem, TeamItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.accounts import to_api_key
from chalicelib.store.items.activity import team_item
from chalicelib.store.items.teams import to_team
from devtools.simdb.faults import Faults
from tests.simulation.accounts.accounts import start
from tests.simulation.rules.chronicle import WRITES
from tests.simulation.teams.teams import NAMES, organizes, takes_part
from tests.simulation.world import ROUGH, SimWorld

_REFUSED = (errors.TurnoutError, TryAgainError)
_PASSWORD = "the old password"
_GONE = {TeamStep.WITHDRAWN, TeamStep.REMOVED, TeamStep.LEFT}
_STATES = {TeamStep.INVITED: "invited", TeamStep.JOINED: "member", TeamStep.DECLINED: "declined"}
Step = tuple[str, int, str, str]  # scope, version, entry, and what it is since


@dataclass(slots=True)
class Versions:
    """Every version of a team and every key for a door that was stored at any time.

    Also in the middle of a transaction: each is one item, and the next version may come before that is over.
    """

    world: SimWorld
    teams: dict[tuple[str, int], Team] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # the events whose doors they are for

    def __post_init__(self) -> None:
        db = self.world.db
        perform = db.perform

        def watched(operation: Any, request: Any, **options: Any) -> Any:
            try:
                return perform(operation, request, **options)
            finally:
                if operation.name in WRITES:
                    self.look()

        db.perform = watched  # type: ignore[method-assign]

    def look(self) -> set[str]:
        """The keys that are there."""
        present: set[str] = set()
        for row in self.world.db.tables["turnout-accounts"].rows():
            raw = row.attributes
            if raw["pk"]["S"].startswith("team#"):
                team = to_team(TeamItem.from_raw_data(raw))
                self.teams[team.scope, team.version] = team
            if raw["sk"]["S"].startswith("apikey#"):
                key = to_api_key(ApiKeyItem.from_raw_data(raw))
                self.keys[key.id] = key.event_id or ""
                present.add(key.id)
        return present

    def steps(self) -> Iterator[Step]:
        """Whatever one version of a team has otherwise than the one before it."""
        for (scope, version), team in self.teams.items():
            before = self.teams.get((scope, version - 1), Team(owner_id=team.owner_id))
            for member_id in {one.id for one in (*before.members, *team.members)}:
                was, now = before.find(member_id), team.find(member_id)
                if now is None:
                    yield scope, version, member_id, "gone"
                elif was is None or (was.state, was.since) != (now.state, now.since):
                    yield scope, version, member_id, now.state.value
                elif was.role is not now.role:
                    yield scope, version, member_id, f"{was.role} {now.role}"


def told(entry: TeamEntry) -> Step:
    if entry.step is TeamStep.ROLE_CHANGED:
        return entry.scope, entry.version, entry.member_id, f"{entry.was} {entry.role}"
    return entry.scope, entry.version, entry.member_id, "gone" if entry.step in _GONE else _STATES[entry.step]


def happening_to_teams(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[Any], None] | None = None) -> list[str]:
    """Two devices change both teams, people answer and leave, keys are made and end; a second event comes late."""
    world = SimWorld(seed, faults=faults)
    if tamper:
        world.tamper(tamper)
    owner = world.a_person("olga")
    rows = [row for row in world.db.snapshot_all("turnout-accounts") if row["sk"]["S"] == "account"]
    world.db.load("turnout-accounts", [{**row, "password_hash": {"S": f"hash of {_PASSWORD}"}} for row in rows])
    events = [world.an_event(owner, free=[5])]
    versions = Versions(world)
    for everywhere in (False, True):
        start(world, lambda all_events=everywhere: organizes(  # type: ignore[misc]
            world, owner, events[0].id, set(), all_events=all_events), f"device {everywhere}")  # fmt: skip
    for name in NAMES:
        person = world.a_person(name)
        start(world, lambda person=person: takes_part(world, person), name)  # type: ignore[misc]
    for device in ("laptop", "phone"):
        start(world, lambda: _gives_keys(world, owner, events[0]), f"keys of the {device}")
    start(world, lambda: _publishes(world, owner, events), "publishing")
    if seed % 2:
        start(world, lambda: _changes_the_password(world, owner), "password")
    world.run()
    return _judged(world, versions, events)


def _principal(world: SimWorld, claims: Claims) -> Principal:
    return Principal(claims.user_id, claims.session_id, SELF_CHOSEN, email_verified=True, logged_in_at=world.now())


def _publishes(world: SimWorld, owner: Claims, events: list[Event]) -> None:
    world.scheduler.sleep(1 + 2 * world.rng.random())
    with contextlib.suppress(*_REFUSED):
        events.append(world.an_event(owner, free=[5]))


def _gives_keys(world: SimWorld, owner: Claims, event: Event) -> None:
    container, made = world.another_process(), list[str]()
    for _ in range(4):
        world.scheduler.sleep(0.5 * world.rng.random())
        try:
            request = KeyRequest(label="door", scope=KeyScope.CHECK_IN, event_id=event.id)
            made.append(container.checkin.door_keys.create(_principal(world, owner), request)[0].id)
            keys = container.accounts.api_keys.show(_principal(world, owner))
            if keys and world.rng.random() < 0.6:
                container.accounts.api_keys.revoke(_principal(world, owner), world.rng.choice(keys).id)
        except _REFUSED:
            continue


def _changes_the_password(world: SimWorld, owner: Claims) -> None:
    world.scheduler.sleep(1.5 * world.rng.random())
    try:
        world.another_process().accounts.profile.change_password(
            _principal(world, owner), old_password=_PASSWORD, new_password="the new password"
        )
    except _REFUSED:
        return


def _judged(world: SimWorld, versions: Versions, events: list[Event]) -> list[str]:
    present = versions.look()
    first, *later = (list(_entries(world, event)) for event in events)
    listed, stored = Counter(told(one) for one in first if isinstance(one, TeamEntry)), Counter(versions.steps())
    found = [f"listed and not stored: {one}" for one in listed - stored]
    found += [f"stored and not listed: {one}" for one in stored - listed]
    found += _of_keys(first, versions, present)
    for event, entries in zip(events[1:], later, strict=True):
        everywhere = [one for one in first if isinstance(one, TeamEntry) and one.scope == event.organizer_id]
        if [one for one in entries if isinstance(one, TeamEntry)] != [
            one for one in everywhere if stamp(one.at) >= stamp(event.created_at)
        ]:
            found.append(f"an event that came later lists {len(entries)} entries, of {len(everywhere)}")
    return found


def _of_keys(entries: list[Any], versions: Versions, present: set[str]) -> list[str]:
    """Each was made once, and those that are not there any more have ended once."""
    steps = Counter((one.key_id, one.step is KeyStep.MADE) for one in entries if isinstance(one, KeyEntry))
    true = Counter({(key_id, True): 1 for key_id in versions.keys})
    true.update((key_id, False) for key_id in set(versions.keys) - present)
    return [f"of keys {dict(steps)} is listed, and there was {dict(true)}"] if steps != true else []


def _entries(world: SimWorld, event: Event) -> Iterator[Any]:
    start: str | None = None
    times: list[datetime] = []
    while True:
        part = world.container.store.activity.newest_first(event, start=start, forward=True, limit=3, with_team=True)
        times += [entry.at for _, entry in part.items]
        yield from (entry for _, entry in part.items)
        start = part.end
        if start is None:
            assert times == sorted(times, reverse=True), "not in the order of time"
            return


# Wrong on purpose


class _WithoutEntries(Transaction):
    def put(self, name: str, item: Any, condition: Condition | None = None) -> None:
        if not name.startswith("activity"):
            super().put(name, item, condition)


class _Careless(DynamoTeams):
    _transaction = _WithoutEntries

    def write(self, change: TeamChange) -> None:
        super().write(change)
        for entry in team_entries(change.before, change.team, actor=change.by, at=change.at):
            self._dynamo.put(team_item(entry))


def beside_the_change(container: Any) -> None:
    """Wrong: entries are written when the team is, by a process that may be gone by then."""
    container.store.teams = _Careless(container.store.dynamo)


def from_before_the_event(container: Any) -> None:
    """Wrong: an event has everything that ever happened to the team of all events of its owner."""
    newest_first = container.store.activity.newest_first

    def all_of_it(event: Event, **options: Any) -> Any:
        return newest_first(replace(event, created_at=datetime.fromtimestamp(0, UTC)), **options)

    container.store.activity.newest_first = all_of_it


def ending_a_key_twice(container: Any) -> None:
    """Wrong: whoever revokes a key does not ask whether it is still there."""

    class Careless(Transaction):
        def delete(self, name: str, model: Any, key: Any, condition: Condition | None = None) -> None:
            super().delete(name, model, key, None)

    class Keys(DynamoApiKeys):
        _transaction = Careless

    container.store.api_keys = Keys(container.store.dynamo)
