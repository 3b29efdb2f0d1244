"""Who works on an event: a device at the door that enrols, changes of the team, and of keys for the door."""

from datetime import timedelta
from functools import partial

from tests.bench.rows import Bench, Budget, Row
from tests.support.builders import a_person, an_api_key, signed_in


def staff_rows(bench: Bench) -> list[Row]:
    bench.organizer = signed_in(bench.world, bench.organizer.account)
    return [_walk_in(bench), *_team(bench)]


def _walk_in(bench: Bench) -> Row:
    """Somebody stands at the door and is in, by one request of a device there."""
    starts_at = f"{bench.world.clock() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    event = bench.event(starts_at=starts_at, capacity=50, walk_ins=True)
    key = an_api_key(bench.world, bench.organizer, "check-in", event_id=event["id"])["secret"]
    bench.world.get(f"/events/{event['id']}/door", key)
    enrol = partial(bench.world.post, f"/events/{event['id']}/door/walk-ins", {"name": "Grace"}, key)
    return bench.measure("walk-in", Budget(4, 4, 11), enrol, 201)


def _team(bench: Bench) -> list[Row]:
    """Each with its entry in what happened to the event."""
    world, owner, member = bench.world, bench.organizer, a_person(bench.world)
    event = bench.event(starts_at="2026-09-02T09:00:00Z")
    url, body = f"/events/{event['id']}/team", {"email": member.email, "role": "viewer"}
    invited = bench.measure("invite to a team", Budget(5, 5, 9), lambda: world.post(url, body, owner.token), 201)
    [one] = world.get(url, owner.token).json["results"]
    accept = partial(world.post, f"/me/invitations/{one['id']}/accept", None, member.token)
    remove = partial(world.delete, f"{url}/{one['id']}", owner.token)
    key = an_api_key(world, owner, "check-in", event_id=event["id"])["id"]
    revoke = partial(world.delete, f"/auth/api-keys/{key}", owner.token)
    return [
        invited,
        bench.measure("join a team", Budget(8, 6, 11), accept),
        bench.measure("remove from a team", Budget(6, 7, 9), remove, 204),
        bench.measure("revoke a key for the door", Budget(4, 3, 4), revoke, 204),
    ]
