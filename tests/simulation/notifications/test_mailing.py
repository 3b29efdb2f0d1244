"""Mail and time under faults at every call, careless queues and schedules, and with an event that will not stay."""

import pytest

from tests.simulation.notifications.mailing import lived, mailing
from tests.simulation.notifications.wrong_mailing import VARIANTS
from tests.simulation.rules.mail_log import MailLog
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 8
DEEP_SEEDS = 10_000
MOST_RUNS = 60
SHOWING = (43, 45, 48, 58)  # together they show every situation; after a change others may
SITUATIONS = (
    "moved five times",
    "sent twice, for a reason",
    "visible after its time",
    "cooled",
    "no tick for three hours",
    "job_remind: done",
    "job_remind: missed",
    "job_remind: the event was moved",
    "reminder: done",
    "reminder: missed",
    "reminder: the event was moved",
    "reminder: suppressed",
    "reminder: unsubscribed",
    "reminder: the enrollment is cancelled now",
    "follow_up: done",
    "follow_up: enrolled again since",
    "follow_up: the event is over",
    "event_changed: done",
    "event_changed: suppressed",
    "organizer_message: done",
)


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_nothing_is_lost_and_nothing_comes_twice_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, mailing) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 250), ids=str)
def test_nothing_is_lost_and_nothing_comes_twice_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, mailing) == {}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wrong_variant_is_caught_for_its_own_reason(name: str) -> None:
    variant = VARIANTS[name]

    assert is_caught(
        variant.seed, variant.within, lambda seed: variant.found_by in "; ".join(mailing(seed, tamper=variant.tamper))
    )


def test_the_runs_are_about_what_they_are_for() -> None:
    """So that a promise is not kept only because nothing ever happened to it."""
    unseen = set(SITUATIONS)
    for seed in (*SHOWING, *range(MOST_RUNS)):
        unseen -= _situations(seed)
        if not unseen:
            return
    raise AssertionError(f"never seen: {unseen}")


def _situations(seed: int) -> set[str]:
    town = lived(seed)
    log = MailLog(town.world)
    starts = {event.facts.starts_at for _, event in log.chronicle.events}
    happened = {
        "moved five times": len(starts) > 5,
        "sent twice, for a reason": any(len(sent) > 1 for sent in log.sent.values()),
        "visible after its time": any(row.seen > row.at for row in log.rows),
        "cooled": any(row.cooled for row in log.rows),
        "no tick for three hours": any(end - begin > 3 * 3600 for begin, end in town.world.tick_outages),
    }
    fates = {f"{row.kind}: {row.detail.partition(':')[0] if row.state == 'skipped' else row.state}" for row in log.rows}
    return fates | {name for name, true in happened.items() if true}
