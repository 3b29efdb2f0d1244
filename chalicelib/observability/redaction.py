"""What no line of a log may hold, taken out of every text on its way there: addresses, credentials, codes, passwords.

Shapes are known here; a password has none. So the message of an exception loses whatever stands in quotes, which is how
values get into messages, and the edge names what the client sent (`private`).
"""

import logging
import re
import traceback
from collections.abc import Iterable
from typing import Any

HIDDEN = "***"
# Routes below which the next part of the path is a credential; a test holds this against the routes.
CREDENTIAL_PATHS = ("g", "feeds", "unsubscribe", "team-invitations")
SECRET_NAMES = (
    "password",
    "passwd",
    "secret",
    "otp",
    "token",
    "refresh",
    "access",
    "authorization",
    "api_key",
    "cookie",
)

_ULID = "[0-9A-HJKMNP-TV-Z]{26}"
_SHAPES = (
    r"\$argon2\S+",
    r"(?:bearer|basic)\s+[^\s\"']+",
    r"[^\s@<>\"'(),;=/?&{}\[\]]+(?:@|%40)[^\s@<>\"'(),;/?&{}\[\]]*[^\W_]",  # an e-mail address, also in a URL
    r"eyJ[\w-]+\.[\w-]+\.[\w-]*",  # a JWT
    r"tk_turnout_\w+",  # an API key
    rf"{_ULID}\.{_ULID}\.[\w.-]+",  # a refresh token
    r"[\w-]{16,}\.\d+\.\w+\.[\w-]{20,}",  # a ticket of old
    r"T1:[0-9A-Z $%*+\-./:]{174}",  # a ticket
    r"\w+\.(?![a-z_]+\.)[\w-]{8,}\.[\w-]{20,}",  # what the key ring signed: links, feeds, cursors
    r"\w+:[A-Za-z0-9+/]{42,}={0,2}",  # a key of the ring
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    r"(?<![\w.:#/-])\d{6}(?![\w-]|\.\d|:\d)",  # a code
)
_REST = rf"/(?:{'|'.join(CREDENTIAL_PATHS)})/(?P<path>[^/\s\"'?#]+)"
_PAIR = rf"\b(?:\w*_)?(?:{'|'.join(SECRET_NAMES)})\b[\"']?\s*[:=]\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s,&}}]+)"
_PRIVATE = re.compile("|".join([_REST, _PAIR, *_SHAPES]), re.IGNORECASE)
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_SHORTEST = 4  # of what a client sent: shorter texts are parts of too many words
_MOST = 1_000
_FRAMES = 30
_DEPTH = 5


class Clean(str):
    """A text that has been through `redact`."""

    __slots__ = ()


def redact(text: str, private: Iterable[str] = ()) -> Clean:
    """The text without anything that must not be logged, `private` texts among it."""
    secrets = sorted({one for one in private if len(one) >= _SHORTEST}, key=len, reverse=True)[:_MOST]
    if secrets:
        text = re.sub("|".join(map(re.escape, secrets)), HIDDEN, text)
    return Clean(_PRIVATE.sub(_hide, text))


def _hide(found: re.Match[str]) -> str:
    """Of a path or a pair of name and value only the value goes."""
    whole = found.group()
    for name in ("path", "value"):
        if found[name] is not None:
            start, end = found.span(name)
            return whole[: start - found.start()] + HIDDEN + whole[end - found.start() :]
    return HIDDEN


def describe(error: BaseException, private: Iterable[str] = ()) -> Clean:
    """The traceback of an exception and of what led to it; of messages only what is in no quotes."""
    return redact("\n".join(_chain(error, _DEPTH)), private)


def _chain(error: BaseException, depth: int) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_chain(before, depth - 1), "which led to:"] if before and depth else []
    lines += ["Traceback:", "".join(traceback.format_tb(error.__traceback__, _FRAMES)).rstrip()]
    kind = type(error)
    text = "; ".join([str(error), *getattr(error, "__notes__", ())])
    lines += [f"{kind.__module__}.{kind.__qualname__}: " + _QUOTED.sub(HIDDEN, text)]
    if isinstance(error, BaseExceptionGroup) and depth:
        lines += [line for one in error.exceptions for line in _chain(one, depth - 1)]
    return lines


def of_records() -> None:
    """From now on every record of every logger of this process is clean, whoever writes it; once is enough."""
    before = logging.getLogRecordFactory()
    if getattr(before, "cleans", False):
        return

    def make(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = before(*arguments, **named)
        clean(record)
        return record

    make.cleans = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make)


def clean(record: logging.LogRecord) -> None:
    """Every formatter shows `exc_text` instead of what it would make of the exception itself."""
    if not isinstance(record.msg, Clean):
        record.msg, record.args = redact(record.getMessage()), None
    if record.exc_info and record.exc_info[1]:
        record.exc_text, record.exc_info = describe(record.exc_info[1]), None
