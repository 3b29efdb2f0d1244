"""What operations cost in dollars: the units that the meter counts, at the prices of one dated file.

Mail is in a column of its own, for it is nine tenths of what an enrolment costs.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from chalicelib.observability.metrics import Metric
from devtools.libyaml import SafeLoader
from tests.bench.rows import Row

_HERE = Path(__file__).parent
TEMPLATE = _HERE.parents[1] / "template-infra" / "resources.yaml"
_MILLION = 1_000_000
_MONTH_DAYS = 30
_TICKS = _MONTH_DAYS * timedelta(days=1) // timedelta(minutes=1)
_KILOBYTE, _GIGABYTE = 1e3, 1e9


@dataclass(frozen=True)
class Prices:
    as_of: str
    requests: dict[str, float]
    gigabyte: dict[str, float]
    month: dict[str, float]
    assumed: dict[str, float]

    @classmethod
    def read(cls) -> "Prices":
        return cls(**tomllib.loads((_HERE / "prices.toml").read_text(encoding="utf-8")))

    def units(self, reads: float, writes: float) -> float:
        """Of DynamoDB, for so many of each."""
        return (reads * self.requests["read_units"] + writes * self.requests["write_units"]) / _MILLION

    def running(self, milliseconds: float) -> float:
        """Of one call of a function that takes so long."""
        return self.requests["lambda"] / _MILLION + (
            milliseconds / 1000 * self.assumed["memory_gigabyte"] * self.gigabyte["lambda_second"]
        )

    def request(self, row: Row) -> float:
        """One request over HTTPS, without the mails that it causes."""
        milliseconds = self.assumed["request_ms"] + row.calls * self.assumed["call_ms"]
        logged = self.assumed["log_bytes"] * self.gigabyte["logs"] / _GIGABYTE
        gateway = self.requests["gateway"] / _MILLION
        return gateway + self.running(milliseconds) + self.units(row.reads, row.writes) + logged

    def mail(self, mail: Row) -> float:
        """One mail, sent by the queue; `mail` is the row that counts it."""
        queued = self.assumed["requests_of_a_mail"] * self.requests["sqs"] / _MILLION
        sent = self.requests["ses"] / _MILLION
        return sent + queued + self.running(self.assumed["mail_ms"]) + self.units(mail.reads, mail.writes)

    def idle_month(self, day: Row, queues: int, alarms: int, dashboards: int, metrics: int) -> dict[str, float]:
        """By what is paid for though nobody comes; `day` is the row of an idle day."""
        polls = queues * self.assumed["polls_a_minute"] * _TICKS
        return {
            "schedules": _TICKS * self.running(self.assumed["tick_ms"])
            + _MONTH_DAYS * self.units(day.reads, day.writes),
            "polling the queues": polls * self.requests["sqs"] / _MILLION,
            "alarms": alarms * self.month["alarm"],
            "dashboard": dashboards * self.month["dashboard"],
            "metrics of our own": metrics * self.month["metric"],
        }


def per_million(prices: Prices, rows: list[Row]) -> dict[str, tuple[float, float]]:
    """By the name of each row of a request: dollars a million, without and with its mails."""
    mail = prices.mail(next(row for row in rows if row.name == MAIL))
    requests = [row for row in rows if row.answer]
    return {
        row.name: (_MILLION * prices.request(row), _MILLION * (prices.request(row) + row.mails * mail))
        for row in requests
    }


MAIL = "one confirmation mail"


class _Loader(SafeLoader):
    """Reads a template without knowing what CloudFormation's functions mean."""


_Loader.add_multi_constructor("!", lambda loader, _, node: None)


def idle(prices: Prices, day: Row) -> dict[str, float]:
    """What a month costs in which nobody comes, by the resources of the template."""
    resources: dict[str, Any] = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)["Resources"]  # noqa: S506
    kinds = [resource["Type"] for resource in resources.values() if "Type" in resource]
    alarms = [one["Properties"] for one in resources.values() if one.get("Type") == "AWS::CloudWatch::Alarm"]
    watched = sum(_metrics(one) for one in alarms)
    queues = sum(kind == "AWS::SQS::Queue" for kind in kinds) // 2  # the others are those of dead letters
    return prices.idle_month(day, queues, watched, kinds.count("AWS::CloudWatch::Dashboard"), len(Metric))


def _metrics(alarm: Mapping[str, Any]) -> int:
    """An alarm is billed for each metric that it looks at."""
    return sum("MetricStat" in one for one in alarm.get("Metrics", ())) or 1
