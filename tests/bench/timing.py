"""`python -m tests.bench.timing [--check]`: whether the time of answers tells known and unknown addresses apart.

The figure is the area under the ROC curve: how often a known address takes longer than an unknown one. 0.5 tells
nothing. CPU time is measured, known and unknown by turns; that the calls are the same,
tests/component/accounts and tests/component/enrollments/test_same_work_for_addresses.py say.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from chalicelib.security.passwords import Argon2Passwords
from chalicelib.settings import Settings
from tests.support.builders import a_person, enrolled
from tests.support.world import PASSWORD, SETTINGS, World

SAMPLES = 200
MOST = 0.6
STRICT = Settings(
    key_ring=SETTINGS.key_ring, limits="production", sign_up_profile="strict", password_min_length=15, log_level="ERROR"
)
WRONG = "another password"
_WARM = 10  # pairs before the first that counts: imports, caches


class Place(NamedTuple):
    """An event, who publishes it, and an enrollment there that can be handed on."""

    event: str = ""
    token: str = ""
    enrollment: str = ""


Door = Callable[[World, str, Place], Any]
AT_AN_EVENT: dict[str, Door] = {
    "guest's request": lambda world, email, at: world.post(
        f"/events/{at.event}/enrollments", {"name": "Somebody", "email": email}
    ),
    "enrolling an address": lambda world, email, at: world.post(
        f"/events/{at.event}/enrollments", {"name": "Somebody", "email": email}, at.token
    ),
    "handing a place on": lambda world, email, at: world.post(
        f"/enrollments/{at.enrollment}/transfer", {"name": "Somebody", "email": email}, at.token
    ),
}
DOORS: dict[str, Door] = {
    "login": lambda world, email, _: world.post("/auth/login", {"email": email, "password": WRONG}),
    "resend": lambda world, email, _: world.post("/auth/resend-otp", {"email": email}),
    "forgot": lambda world, email, _: world.post("/auth/forgot-password", {"email": email}),
    "reset": lambda world, email, _: world.post("/auth/reset-password", {"token": email, "new_password": PASSWORD}),
    "verify, by signup_id": lambda world, email, _: world.post(
        "/auth/verify-email", {"email": email, "otp": "123456", "signup_id": "made up"}
    ),
    "verify, by password": lambda world, email, _: world.post(
        "/auth/verify-email", {"email": email, "otp": "123456", "password": WRONG}
    ),
    "sign-up, strict": lambda world, email, _: world.post("/auth/signup", {"email": email, "password": PASSWORD}),
    **AT_AN_EVENT,
}


def area(known: Sequence[float], unknown: Sequence[float]) -> float:
    """How often one of the known is larger than one of the unknown, ties counting half; below a half it is turned."""
    larger = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    share = larger / (len(known) * len(unknown))
    return max(share, 1 - share)


def a_place(world: World) -> Place:
    """Of its own for each request: an organizer enrols so many addresses in a day, and a place is handed on once."""
    olga = a_person(world)
    event = world.an_event(olga.token)
    return Place(event["id"], olga.token, enrolled(world, event, olga)["id"])


def measured(door: Door, samples: int) -> float:
    """The area for one door; every sample has an address and a network of its own."""
    known: list[float] = []
    unknown: list[float] = []
    stored = Argon2Passwords(8).hash(PASSWORD)
    with World(STRICT, passwords=Argon2Passwords) as world:
        for number in range(samples + _WARM):
            addresses = [(f"known{number:04}@example.org", known), (f"other{number:04}@example.org", unknown)]
            a_person(world, addresses[0][0], password_hash=stored)
            with world.elsewhere(f"10.{number // 200}.{number % 200}.9"):
                for email, times in addresses[:: 1 if number % 2 else -1]:
                    place = a_place(world) if door in AT_AN_EVENT.values() else Place()
                    gc.collect(0)
                    started = time.process_time_ns()
                    door(world, email, place)
                    times.append(time.process_time_ns() - started)
            world.queue.waiting.clear()
    return area(known[_WARM:], unknown[_WARM:])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.timing", description=__doc__)
    parser.add_argument("--check", action="store_true", help=f"fail where a figure is above {MOST}")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    options = parser.parse_args(arguments)
    found = {name: measured(door, options.samples) for name, door in DOORS.items()}
    table = Table(
        "door", "area under the curve", "budget", title=f"Known or unknown, by {options.samples} samples each"
    )
    for name, figure in found.items():
        table.add_row(name, f"{figure:.2f}", f"<= {MOST}" + ("" if figure <= MOST else "  OUTSIDE"))
    Console(width=120).print(table)
    return 1 if options.check and any(figure > MOST for figure in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
