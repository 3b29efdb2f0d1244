"""The service's own log lines: one JSON object each, facts as fields, never an address, a token or a password."""

import json
import logging
import sys
import time
from collections.abc import Mapping

NAMESPACE, DIMENSION = "Turnout", "Prefix"  # of our own metrics
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


def measure(dimension: str, values: Mapping[str, float]) -> None:
    """Metrics of CloudWatch in the namespace `Turnout`: the log line is all that it takes (embedded metric format).

    `dimension` is the prefix of the stage's tables; alarms of the template name both.
    """
    named = [{"Name": name, "Unit": "Seconds"} for name in values]
    declared = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": named}
    about = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [declared]}
    _LOG.warning("%s", json.dumps({"_aws": about, DIMENSION: dimension, **values}))


def warn(message: str, **facts: object) -> None:
    _LOG.warning("%s", _line("warning", message, facts))


def exception(message: str, **facts: object) -> None:
    """With the traceback of the exception being handled, on the same line."""
    _LOG.error("%s", _line("error", message, {**facts, "traceback": _traceback()}))


def _traceback() -> str:
    import traceback

    return traceback.format_exc(limit=30)
