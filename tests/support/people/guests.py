"""Guests as they come: a name, an address, and the link in their mail."""

import re
from collections import Counter
from typing import Any

from chalicelib.settings import Settings
from tests.support.http import Answer
from tests.support.world import KEY_RING, World

PRODUCTION = Settings(key_ring=KEY_RING, limits="production", public_url="https://api.test", log_level="ERROR")
GIL = {"name": "Gil Guest", "email": "gil@example.org"}
DETAIL = "A mail is on its way. Its link shows the enrollment, and confirms it."


def ask(world: World, event: dict[str, Any], email: str = GIL["email"], **options: Any) -> Answer:
    return world.post(f"/events/{event['id']}/enrollments", {"name": "Gil Guest", "email": email, **options})


def asked(world: World, event: dict[str, Any], email: str = GIL["email"], **options: Any) -> str:
    """The token of the link that was mailed."""
    assert ask(world, event, email, **options).status == 202
    return token_for(world, email)


def token_for(world: World, email: str) -> str:
    world.work()
    found = re.search(r"/g/(g_[\w.~-]+)", world.mailer.to(email)[-1].text)
    assert found
    return found.group(1)


def rows(world: World) -> list[dict[str, Any]]:
    """All enrollments, without places in waitlists and deadlines."""
    return [row for row in world.db.snapshot_all("turnout-enrollments") if row["pk"]["S"].split("#")[1].isdigit()]


def statuses(world: World) -> Counter[str]:
    return Counter(row["status"]["S"] for row in rows(world))
