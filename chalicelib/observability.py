"""The service's own log lines: one JSON object each, facts as fields, never an address, a token or a password."""

import json
import logging
import sys

_LOG = logging.getLogger("turnout")


def configure(level: str) -> None:
    """Write to stdout, where Lambda collects; called once by whoever owns the process."""
    if not _LOG.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _LOG.addHandler(handler)
        _LOG.propagate = False
    _LOG.setLevel(level)


def _line(level: str, message: str, facts: dict[str, object]) -> str:
    return json.dumps({"level": level, "message": message, **facts}, default=str, ensure_ascii=False)


def info(message: str, **facts: object) -> None:
    if _LOG.isEnabledFor(logging.INFO):
        _LOG.info("%s", _line("info", message, facts))


def warn(message: str, **facts: object) -> None:
    _LOG.warning("%s", _line("warning", message, facts))


def exception(message: str, **facts: object) -> None:
    """With the traceback of the exception being handled, on the same line."""
    _LOG.error("%s", _line("error", message, {**facts, "traceback": _traceback()}))


def _traceback() -> str:
    import traceback

    return traceback.format_exc(limit=30)
