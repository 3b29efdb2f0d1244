"""What tests ask about admins: the trail, and closing an account."""

from typing import Any

from tests.support.builders import Person
from tests.support.http import Answer
from tests.support.world import World


def acts(world: World) -> list[dict[str, str]]:
    """The trail as it is stored, oldest first, each value as text."""
    rows = [row for row in world.db.snapshot_all("turnout-accounts") if row["pk"]["S"] == "audit"]
    plain = [{name: str(next(iter(value.values()))) for name, value in row.items()} for row in rows]
    return sorted(plain, key=lambda row: row["sk"])


def kinds(world: World) -> list[str]:
    return [act["what"] for act in acts(world)]


def set_access(world: World, admin: Person, person: Person, *, disabled: bool, **fields: Any) -> Answer:
    body = {"disabled": disabled, "reason": "abuse", **fields}
    return world.patch(f"/admin/users/{person.id}", body, admin.token)
