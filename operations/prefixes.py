"""Prefixes of restored tables: no stage has a name that could be one of them."""

import argparse
import re

from operations.rights import BETWEEN
from operations.target import TargetError

# As the template wants TablePrefix.
PATTERN = "[a-z][a-z0-9]*(--?[a-z0-9]+)*"
SHORTEST, LONGEST = 2, 31


def prefix(text: str) -> str:
    """As an argument of a command. Raises `ArgumentTypeError` for what no stage could be deployed with."""
    if not re.fullmatch(PATTERN, text) or not SHORTEST <= len(text) <= LONGEST:
        wanted = f"{SHORTEST} to {LONGEST} small letters, digits and hyphens"
        raise argparse.ArgumentTypeError(f"{text!r} is no prefix of tables: {wanted}")
    return text


def stop_unless_restored(own: str, to: str) -> None:
    """Raises `TargetError` where `to` is not the prefix of tables restored from those of `own`."""
    begin, between, more = to.rpartition(BETWEEN)
    if begin != own or not between or not more:
        raise TargetError(f"Tables restored from {own} are called {own}{BETWEEN}<more>: {to} may be another stage's.")
