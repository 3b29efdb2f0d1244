"""What must be true of teams, whatever crashed while they changed."""

import json
from collections import Counter
from typing import Any

from tests.simulation.world import SimWorld

Row = dict[str, Any]


def _rows(world: SimWorld) -> list[Row]:
    return list(world.db.snapshot_all("turnout-accounts"))


def _teams(world: SimWorld) -> dict[str, list[Row]]:
    """The entries of each team, by its scope."""
    rows = [row for row in _rows(world) if row["pk"]["S"].startswith("team#")]
    return {row["pk"]["S"].split("#", 1)[1]: json.loads(row["members"]["S"]) for row in rows}


def copies_agree(world: SimWorld) -> list[str]:
    """Whoever the team has is in it by their account and by each of their logins, in the same role; nobody else is."""
    wanted: dict[str, set[str]] = {}
    for scope, entries in _teams(world).items():
        for entry in entries:
            if entry["s"] == "member":
                wanted.setdefault(entry["u"], set()).add(f"{scope}={entry['r']}={entry['i']}")
    found = []
    for row in _rows(world):
        kind = row["sk"]["S"].split("#", 1)[0]
        if row["pk"]["S"].startswith("user#") and kind in {"account", "session"}:
            text = row["teams"]["S"] if "teams" in row else ""
            held = set(text.split(",")) - {""}
            if held != wanted.get(row["pk"]["S"].split("#", 1)[1], set()):
                found.append(f"{kind} has {sorted(held)}, which the teams have not, or not so")
    return found


def members_once(world: SimWorld) -> list[str]:
    """An account and an address are in a team once, and ids are given once."""
    found = []
    for scope, entries in _teams(world).items():
        for name in ("i", "u", "m"):
            counted = Counter(entry[name] for entry in entries if name in entry)
            found += [f"{scope} has {value} {number} times" for value, number in counted.items() if number > 1]
    return found


def invitations_agree(world: SimWorld) -> list[str]:
    """Every open invitation has its address, and no address is kept for anything else."""
    kept = {row["sk"]["S"] for row in _rows(world) if row["pk"]["S"].startswith("invited#")}
    is_open = {entry["i"] for entries in _teams(world).values() for entry in entries if entry["s"] == "invited"}
    return [f"{one} has no address" for one in is_open - kept] + [f"{one} has one left" for one in kept - is_open]
