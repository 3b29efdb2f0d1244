"""The service's own log lines: one JSON object each, facts as fields, never an address, a token or a password."""

import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping

from chalicelib.observability.metrics import DIMENSION, NAMESPACE, Metric
from chalicelib.observability.redaction import Clean, describe, of_records, redact

_ALIAS_DIGITS = 16
_LOG = logging.getLogger("turnout")


def configure(level: str) -> None:
    """Write to stdout, where Lambda collects; called once by whoever owns the process."""
    of_records()
    if not _LOG.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _LOG.addHandler(handler)
        _LOG.propagate = False
    _LOG.setLevel(level)


def _line(level: str, message: str, facts: dict[str, object]) -> Clean:
    line = {"level": level, "message": message, **{name: _shown(fact) for name, fact in facts.items()}}
    return Clean(json.dumps(line, ensure_ascii=False))


def _shown(fact: object) -> object:
    """Figures as they are, texts without what no log may hold, and of everything else its text."""
    if fact is None or isinstance(fact, Clean | int | float):
        return fact
    if isinstance(fact, list | tuple):
        return [_shown(one) for one in fact]
    return redact(str(fact))


def info(message: str, **facts: object) -> None:
    if _LOG.isEnabledFor(logging.INFO):
        _LOG.info(_line("info", message, facts))


def alias(of: str) -> str:
    """What stands in a line for somebody's id: it finds all lines of one person, and says nothing without the id."""
    return hashlib.sha256(of.encode()).hexdigest()[:_ALIAS_DIGITS] if of else ""


def measure(dimension: str, values: Mapping[Metric, float]) -> None:
    """Metrics of CloudWatch in the namespace `Turnout`: the log line is all that it takes (embedded metric format).

    `dimension` is the prefix of the stage's tables; alarms of the template name both.
    """
    named = [{"Name": metric, "Unit": metric.unit} for metric in values]
    declared = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": named}
    about = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [declared]}
    _LOG.warning(Clean(json.dumps({"_aws": about, DIMENSION: dimension, **values})))


def warn(message: str, **facts: object) -> None:
    _LOG.warning(_line("warning", message, facts))


def exception(message: str, error: BaseException, *, private: Iterable[str] = (), **facts: object) -> None:
    """With the traceback of the error, on the same line; `private`: what the client sent, of which nothing is shown."""
    _LOG.error(_line("error", message, {**facts, "traceback": describe(error, private)}))
