"""Which limit is met first at which rate of enrolments: docs/scale.md, worked out from what the meter counts.

Everything here is arithmetic on counted units, on the assumed times of `prices.toml` and on AWS's published limits; it
is not a measurement on AWS.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.dollars import Prices
from tests.bench.hot_event import CONFLICTS, WINDOW

if TYPE_CHECKING:
    from devtools.simdb.meter import Meter

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
RATES = (1, 100, 1_000, 10_000)  # enrolments a second
# AWS's defaults, and what each stands for; every one can be raised but the last two.
NEW_TABLE_WRITES, NEW_TABLE_READS = 4_000, 12_000  # units a second of a table on demand that has never had more
CONCURRENCY = 1_000  # functions of one account at once
GATEWAY = 10_000  # requests a second of one account and region
STAGE = 2_000  # EnrolRateLimit of the template
SES = 14  # mails a second of an account that has left the sandbox
KEY_WRITES = 1_000  # units a second of one partition key
DUE_SHARDS = 4  # by default


@dataclass(frozen=True)
class Demand:
    """What one enrolment with its confirmation takes, by table."""

    reads: Mapping[str, float]
    writes: Mapping[str, float]
    due_writes: float  # on the bucket of its own mail: the row, its claim, its mark
    calls: int


def counted() -> Demand:
    """From the meter: the second enrolment at an event of 16 shards, so that what is done once an hour is done."""
    from tests.bench.rows import Bench
    from tests.support.builders import a_person

    bench = Bench(10)
    world, event = bench.world, bench.event(starts_at="2026-09-02T09:00:00Z", capacity=6_000)

    def enrol() -> None:
        world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token)

    enrol()
    world.work()
    token = a_person(world).token
    with world.db.meter() as enrolment:
        world.post(f"/events/{event['id']}/enrollments", {}, token)
    [mail] = [entry for entry in world.queue.waiting if entry.kind.is_mail]
    with world.db.meter() as sending:
        world.work()
    both = (enrolment, sending)
    due = sum(units.writes for meter in both for (_, key), units in meter.by_key.items() if key == mail.key.bucket)
    return Demand(_of(both, "reads"), _of(both, "writes"), due, enrolment.calls + 1)


def _of(meters: "tuple[Meter, ...]", what: str) -> dict[str, float]:
    """By the short name of the table; an index counts apart, for it has a limit of its own."""
    found: dict[str, float] = {}
    for meter in meters:
        for source, units in meter.by_table.items():
            name = source.removeprefix("turnout-")
            found[name] = found.get(name, 0.0) + getattr(units, what)
    return {name: units for name, units in found.items() if units}


@dataclass(frozen=True)
class Limit:
    """One thing that can be too small. `bears` is in enrolments a second; `answer` is what is done about it."""

    name: str
    bears: float
    answer: str

    def at(self, rate: int) -> str:
        return "-" if rate <= self.bears else f"x {rate / self.bears:,.1f}"


def limits(demand: Demand, prices: Prices) -> list[Limit]:
    """In the order in which they are met."""
    assumed = prices.assumed
    seconds = (assumed["request_ms"] + demand.calls * assumed["call_ms"]) / 1000
    slowest = max(demand.writes, key=lambda name: demand.writes[name])
    readers = max(demand.reads, key=lambda name: demand.reads[name])
    found = [
        Limit("one event of one shard", CONFLICTS / WINDOW, "`on_sale_shards` of the event, while people enrol"),
        Limit("SES: mails a second", SES, "a higher quota, then `MailRate`; until then mails are late, not lost"),
        Limit("one event of 64 shards", 64 * CONFLICTS / WINDOW, "none: sell in several events, or with a hold first"),
        Limit(
            f"new tables: writes of `{slowest}`", NEW_TABLE_WRITES / demand.writes[slowest], "warm throughput before it"
        ),
        Limit(
            f"new tables: reads of `{readers}`", NEW_TABLE_READS / demand.reads[readers], "warm throughput before it"
        ),
        Limit(
            f"`due`: {DUE_SHARDS} keys an hour", DUE_SHARDS * KEY_WRITES / demand.due_writes, "`DueShards`, up to 64"
        ),
        Limit("`due`: 64 keys an hour", 64 * KEY_WRITES / demand.due_writes, "none: `MOST` in `outbox_buckets`"),
        Limit("the throttle of enrolling", STAGE, "`EnrolRateLimit` and `EnrolBurstLimit` of the stage's parameters"),
        Limit("the account's gateway", GATEWAY, "a higher quota"),
        Limit("functions at once", CONCURRENCY / seconds, "a higher quota; reserved concurrency keeps mail and ticks"),
    ]
    return sorted(found, key=lambda limit: limit.bears)


def table(demand: Demand, prices: Prices) -> str:
    head = "| limit | bears, enrolments/s |" + "".join(f" {rate:,}/s |" for rate in RATES) + " answer |\n"
    lines = [
        f"| {limit.name} | {limit.bears:,.0f} | {' | '.join(limit.at(rate) for rate in RATES)} | {limit.answer} |\n"
        for limit in limits(demand, prices)
    ]
    return head + "|---|---|" + "---|" * (len(RATES) + 1) + "\n" + "".join(lines)


def needs(demand: Demand, prices: Prices) -> str:
    """What each rate needs, were every quota raised."""
    assumed = prices.assumed
    seconds = (assumed["request_ms"] + demand.calls * assumed["call_ms"]) / 1000
    head = "| needed | " + " | ".join(f"{rate:,}/s" for rate in RATES) + " |\n|---|" + "---|" * len(RATES) + "\n"
    rows = {
        "functions of the API at once": [ceil(rate * seconds) for rate in RATES],
        "functions that send mail at once": [ceil(rate * assumed["mail_ms"] / 1000) for rate in RATES],
        "shards of `due`": [max(DUE_SHARDS, ceil(rate * demand.due_writes / KEY_WRITES)) for rate in RATES],
        "hot events of 64 shards, at least": [ceil(rate / (64 * CONFLICTS / WINDOW)) for rate in RATES],
        **{f"writes/s of `{name}`": [ceil(rate * units) for rate in RATES] for name, units in demand.writes.items()},
        "minutes until an hour's mails are sent at 14/s": [ceil(rate * 3600 / SES / 60) for rate in RATES],
    }
    return head + "".join(f"| {name} | {' | '.join(f'{n:,}' for n in row)} |\n" for name, row in rows.items())


def page(text: str) -> str:
    """The page with its two tables as they are worked out today."""
    from tests.bench.costs import replaced

    demand, prices = counted(), Prices.read()
    text = replaced(text, "limits", table(demand, prices), "python -m tests.bench.scale")
    return replaced(text, "needs", needs(demand, prices), "python -m tests.bench.scale")


if __name__ == "__main__":
    logging.getLogger("turnout").addHandler(logging.NullHandler())
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
