"""Teams over HTTP: inviting, and accepting as whoever has the address."""

from typing import Any

from tests.support.builders import Person
from tests.support.http import Answer
from tests.support.world import World


def invite(world: World, event: dict[str, Any], owner: Person, email: str, role: str, **fields: Any) -> Answer:
    return world.post(f"/events/{event['id']}/team", {"email": email, "role": role, **fields}, owner.token)


def invited(world: World, event: dict[str, Any], owner: Person, email: str, role: str, **fields: Any) -> str:
    """The id of the invitation."""
    answer = invite(world, event, owner, email, role, **fields)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def accept(world: World, member: Person, member_id: str) -> Answer:
    return world.post(f"/me/invitations/{member_id}/accept", None, member.token)


def joined(world: World, event: dict[str, Any], owner: Person, member: Person, role: str, **fields: Any) -> str:
    """The id of the member."""
    member_id = invited(world, event, owner, member.email, role, **fields)
    answer = accept(world, member, member_id)
    assert answer.status == 200, answer.text
    return member_id


def team_of(world: World, event: dict[str, Any], owner: Person) -> list[dict[str, Any]]:
    answer = world.get(f"/events/{event['id']}/team", owner.token)
    assert answer.status == 200, answer.text
    return list(answer.json["results"])
