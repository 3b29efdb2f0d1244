"""Looks at every line that a test has logged: none may hold an address, a credential, a code or a password.

Written apart from what cleans the lines, so that the two can disagree.
"""

import json
import logging
import re
from collections.abc import Iterable

# What tests use as passwords; a password has no shape of its own.
PASSWORDS = ("correct horse battery", "hunter2")
_PRIVATE = re.compile(
    r"""
    (?P<address>[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]*\w)
    | (?P<jwt>\beyJ[\w-]{8,}\.)
    | (?P<api_key>tk_turnout_[0-9A-Za-z]+)
    | (?P<signed>\b(?:g_|f_)?[A-Za-z0-9]{1,20}\.[\w-]{20,}\.[\w-]{20,})
    | (?P<old_ticket>[\w-]{20,}\.[0-9]+\.\w+\.[\w-]{20,})
    | (?P<ticket>T1:[0-9A-Z\ $%*+./:-]{170})
    | (?P<refresh>[0-9A-Z]{26}\.[0-9A-Z]{26}\.)
    | (?P<hash>\$argon2)
    | (?P<bearer>\bBearer\s+(?!\*)[\w.-]{8,})
    | (?P<code>(?<![\w.:\#/-])[0-9]{6}(?![\w.:-]))
    """,
    re.VERBOSE,
)


def leaks(line: str, known: Iterable[str] = ()) -> list[str]:
    """What of a line must not be in a log, as "kind: text"."""
    found = [f"{match.lastgroup}: {match.group()}" for match in _PRIVATE.finditer(_without_numbers(line))]
    return found + [f"known: {one}" for one in (*PASSWORDS, *known) if one and one in line]


def _without_numbers(line: str) -> str:
    """Of a line that is JSON its texts: a number of its own is a figure, not a code."""
    try:
        facts = json.loads(line)
    except ValueError:
        return line
    texts = [str(value) for value in facts.values() if isinstance(value, str)] if isinstance(facts, dict) else [line]
    return "\n".join(texts)


class Scanner(logging.Handler):
    """Keeps what leaks, line by line."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[str] = []
        self.lines = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        self.found += leaks(self.format(record))
