"""The keys that sign tokens and links: `python -m operations.keys show|make|rotate|use KID|drop KID`.

Rotating takes two steps: `rotate` adds a key that everybody accepts, and six minutes later `use` lets it sign. `drop`
takes away an old one, and voids what it signed, but for the ids of enrollments.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from datetime import datetime

from chalicelib.container import system_clock
from devtools.local.paths import layout
from operations import target
from operations.keys import ring as rings
from operations.keys.places import File, Parameter, Place
from operations.keys.ring import KeysError, described

ACTIONS = ("show", "make", "rotate", "use", "drop")
NAMING = {"use", "drop"}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m operations.keys", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("kid", nargs="?", metavar="KID", help="the key that is to be used or dropped")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stage", metavar="NAME", help=target.HELP)
    where.add_argument("--parameter", metavar="NAME", help="an SSM parameter, before its stage is deployed")
    parser.add_argument("--kms-key", default="", metavar="ARN", help="encrypt with this key, and not the account's own")
    options = parser.parse_args(arguments)
    if (options.action in NAMING) is not bool(options.kid):
        parser.error("`use` and `drop` need the name of a key, and nothing else does")
    return target.exit_code(lambda: _work(options))


def _work(options: argparse.Namespace) -> int:
    try:
        lines = run(_place(options), options.action, options.kid or "", system_clock(), dry=options.dry_run)
    except KeysError as error:
        raise target.TargetError(str(error)) from error
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 0


def _place(options: argparse.Namespace) -> Place:
    if options.parameter:
        return Parameter(options.parameter, options.kms_key)
    if not options.stage:
        return File(layout().key_ring)
    settings: dict[str, str] = {}
    target.use_stage(options.stage, settings)
    if not settings.get("KEY_RING_PARAMETER"):
        raise KeysError(f"The stage {options.stage} has no KEY_RING_PARAMETER.")
    return Parameter(settings["KEY_RING_PARAMETER"], options.kms_key)


def run(place: Place, action: str, kid: str, now: datetime, *, dry: bool = False) -> list[str]:
    """Do it; lines that say what was done and what to do next. Raises `KeysError`."""
    ring, changed_at = place.read()
    if action == "show":
        return [described(ring) if ring else f"{place.name} has no key ring."]
    following: list[str] = []
    if action == "make":
        written = rings.made(ring, now, secrets.token_bytes)
    elif action == "rotate":
        written, added = rings.with_next(ring, now, secrets.token_bytes)
        following = [f"In {rings.KNOWN_AFTER.seconds // 60} minutes: `use {added}`."]
    elif action == "use":
        written = rings.using(ring, kid, now, changed_at)
    else:
        written = rings.without(ring, kid)
    if dry:
        return [f"{place.name} would have: {described(written)}. Nothing was written."]
    place.write(written)
    return [f"{place.name} has: {described(written)}.", *following]


if __name__ == "__main__":
    sys.exit(main())
