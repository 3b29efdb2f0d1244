"""What a test begins with, written straight into the tables: no password is hashed, no mail is sent."""

import itertools
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.accounts.account import Account, Role, fold_email, fold_username
from chalicelib.domain.accounts.teams import Member, Membership, MemberState, Team, TeamRole
from chalicelib.domain.outbox.entry import LEASE, OutboxKind, OutboxState, Outcome, new_entry
from chalicelib.domain.shared.ids import NOBODYS, new_ulid
from chalicelib.services.teams.ports import TeamChange
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AdminsItem, NameItem
from chalicelib.store.items.accounts import account_item, session_item
from tests.support.fakes import FastPasswords
from tests.support.world import PASSWORD, World

PASSWORD_HASH = FastPasswords(8).hash(PASSWORD)
BOTH = (Role.SEEKER, Role.FACILITATOR)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account who is signed in."""

    account: Account
    token: str
    refresh: str

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def email(self) -> str:
        return self.account.email


def a_person(world: World, email: str | None = None, *, roles: tuple[Role, ...] = BOTH, **fields: Any) -> Person:
    """A verified account that is signed in; `fields` are those of `Account`."""
    now = world.clock()
    account = Account(
        **{
            "id": new_ulid(now),
            "email": email or f"person{next(_numbers)}@example.org",
            "username": None,
            "first_name": "Robin",
            "last_name": "Doe",
            "roles": roles,
            "email_verified": True,
            "locale": "en",
            "password_hash": PASSWORD_HASH,
            "version": 1,
            "created_at": now,
            "updated_at": now,
            **fields,
        }
    )
    names = [keys.email(fold_email(account.email))]
    if account.username:
        names.append(keys.username(fold_username(account.username)))
    for pk, sk in names:
        world.container.store.dynamo.put(NameItem(pk, sk, user_id=account.id))
    world.container.store.dynamo.put(account_item(account))
    if Role.ADMIN in account.roles:
        admins = [AdminsItem.ids.add({account.id})]
        world.container.store.dynamo.update(AdminsItem, keys.ADMINS, admins, None)
    return signed_in(world, account)


def a_member(world: World, event: dict[str, Any], role: TeamRole, *, all_events: bool = False) -> Person:
    """Somebody in the team of the event, or of all events of its owner."""
    now, owner_id = world.clock(), event["organizer"]["id"]
    scope = owner_id if all_events else event["id"]
    member_id = new_ulid(now)
    person = a_person(world, teams=(Membership(scope, role, member_id),))
    empty = Team(owner_id=owner_id, event_id=None if all_events else event["id"])
    team = world.container.store.teams.read([scope]).get(scope, empty)
    member = Member(
        id=member_id, role=role, state=MemberState.MEMBER, since=now, mailbox=f"of {person.id}", user_id=person.id
    )
    change = TeamChange(before=team, team=team.having(member, now), by=owner_id, at=now)
    world.container.store.teams.write(change)
    return person


def a_letter(world: World) -> str:
    """The id of a dead letter: of a mail to nobody that failed."""
    now, outbox = world.clock(), world.container.store.outbox
    entry = new_entry(OutboxKind.PASSWORD_CHANGED, NOBODYS, {}, now=now, entry_id=new_ulid(now))
    outbox.put_absent([entry])
    held = outbox.claim(entry.key, now, now + LEASE, "nobody")
    assert held is not None
    outbox.finish(held, Outcome(OutboxState.FAILED, "refused: MessageRejected"), now)
    return world.container.store.letters.newest_first(start=None, forward=True, limit=1).items[0][1].id


def signed_in(world: World, account: Account) -> Person:
    """One more login of the account."""
    session, pair = world.container.accounts.session_factory.start(account, world.clock())
    world.container.store.dynamo.put(session_item(session))
    return Person(account, pair.access, pair.refresh)


def an_api_key(world: World, owner: Person, scope: str = "read", **fields: Any) -> dict[str, Any]:
    """A key of the owner, with its `secret`."""
    body = {"name": "a program", "scope": scope, "password": PASSWORD, **fields}
    answer = world.post("/auth/api-keys", body, signed_in(world, owner.account).token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def people(world: World, number: int) -> list[Person]:
    return [a_person(world) for _ in range(number)]


def enrolled(world: World, event: dict[str, Any], person: Person, **options: Any) -> dict[str, Any]:
    """The enrollment of a person who got a seat."""
    answer = world.post(f"/events/{event['id']}/enrollments", options, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def cancelled(world: World, event: dict[str, Any], organizer: Person) -> None:
    """Cancel the event, confirming what the preview says; its jobs are left to the workers."""
    confirmed(world, "POST", f"/events/{event['id']}/cancel", organizer)


def deleted(world: World, event: dict[str, Any], organizer: Person) -> None:
    confirmed(world, "DELETE", f"/events/{event['id']}", organizer)


def confirmed(world: World, method: str, url: str, organizer: Person) -> None:
    send = world.post if method == "POST" else world.delete
    answer = send(url, token=organizer.token)
    if answer.status == 409:
        answer = send(f"{url}?confirm={answer.json['confirm']}", token=organizer.token)
    assert answer.status in {200, 204}, answer.text


def free_seats(world: World, event: dict[str, Any]) -> list[int]:
    """What each shard has left, the header's first."""
    rows = {row["pk"]["S"]: int(row["free"]["N"]) for row in world.db.snapshot_all("turnout-seats")}
    return [free for pk, free in sorted(rows.items()) if pk.split("#", 1)[0] == event["id"]]


def rows_of_people(world: World) -> list[dict[str, Any]]:
    """The enrollments of every event as they are stored, whatever else lies in their table."""
    return [row for row in world.db.snapshot_all("turnout-enrollments") if "status" in row]


def live_people(world: World, event: dict[str, Any]) -> list[str]:
    """Who has a live row."""
    mine = [row for row in rows_of_people(world) if row["pk"]["S"].rsplit("#", 1)[0] == event["id"]]
    return sorted(row["sk"]["S"] for row in mine if row["status"]["S"] == "confirmed")


ALWAYS = {"job_index", "job_audit_seats", "job_remind", "reminder", "follow_up"}


def due_rows(world: World, kind: str = "") -> list[dict[str, str]]:
    """Intents and jobs as they are stored, oldest first, each value as text.

    What every event and every confirmation leaves behind is there only when its kind is asked for.
    """
    rows = [row for row in world.db.snapshot_all("turnout-due") if "kind" in row]
    plain = [{name: str(next(iter(value.values()))) for name, value in row.items()} for row in rows]
    chosen = [row for row in plain if row["kind"] == kind or (not kind and row["kind"] not in ALWAYS)]
    return sorted(chosen, key=lambda row: row["sk"])
