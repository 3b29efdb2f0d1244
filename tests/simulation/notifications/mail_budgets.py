"""One mailbox that strangers name, and its owner, under faults at every call: what is counted, and what comes when."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.limits import GENEROUS_LIMITS
from chalicelib.domain.shared.mail_budget import DAY, HOUR, Budget, Sent, SharedBudget
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.notifications.mails.mail_budgets import _digest
from chalicelib.services.notifications.ports import RenderedEmail
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.notifications.mail_ledgers import _parsed
from devtools.simdb.faults import NO_FAULTS, Faults
from devtools.simdb.scheduler import Scheduler
from tests.simulation.accounts.accounts import start
from tests.simulation.world import ROUGH, SimMailer, SimWorld

OWNER = "owner@example.org"
FEW = SharedBudget(Budget(hour=2, day=4), beyond=Budget(hour=3, day=6), firsts=Budget(hour=3, day=5))
LIMITS = replace(GENEROUS_LIMITS, unasked_mail=FEW)
STEP, DAYS = timedelta(hours=1), 3
LAG = 900.0  # seconds between counting and sending, where the sender crashes in between and its lease has to end
MUCH, LITTLE = 6, 1

Tamper = Callable[[Container], None]


class TimedMailer(SimMailer):
    """Knows when each mail was taken."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(scheduler)
        self.times: list[float] = []

    def send(self, message: RenderedEmail) -> str:
        try:
            return super().send(message)
        finally:
            self.times += [self._scheduler.now] * (len(self.sent) - len(self.times))


class TimedWorld(SimWorld):
    def _mailer(self) -> SimMailer:
        return TimedMailer(self.scheduler)


@dataclass(slots=True)
class Mailbox:
    """What a run is about, and what was seen in it."""

    world: TimedWorld
    owner: Claims
    strangers: list[Claims]
    events: dict[str, list[Event]]  # by whose they are
    ledger: set[Sent] = field(default_factory=set)

    def look(self) -> None:
        """Remember what stands in the ledger, which forgets what is older than a day."""
        for row in self.world.db.snapshot_all("turnout-accounts"):
            if row["pk"]["S"].startswith("ledger#"):
                self.ledger.update(_parsed(row["sent"]["S"]))

    def enrol(self, by: Claims, event: Event, **whom: Any) -> None:
        request = EnrolmentRequest(event_id=event.id, request_id="asked", **whom)
        self.world.another_process().enrollments.enrol(by, request, idempotency=None)

    def cancel(self, by: Claims, event: Event) -> None:
        key = EnrollmentKey.of(event.id, event.buckets, self.owner.user_id)
        container = self.world.another_process()
        request = CancelRequest(enrollment_id=container.security.handles.of(key), request_id="again")
        container.enrollments.cancel(by, request, None)

    def take(self, act: Callable[[], None], after: float) -> None:
        def live() -> None:
            self.world.scheduler.sleep(after)
            try:
                act()
            except (errors.TurnoutError, TryAgainError):
                return

        start(self.world, live, "somebody")


def naming(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """One stranger enrols the owner in six events, some of them again; others in one each; the owner in their own."""
    return violations(lived(seed, faults=faults, tamper=tamper))


def lived(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> Mailbox:
    world = TimedWorld(seed, faults=faults)

    def change(container: Container) -> None:
        container.limits = LIMITS
        if tamper:
            tamper(container)

    world.tamper(change)
    owner, strangers = world.a_person("owner"), [world.a_person(f"stranger{number}") for number in range(3)]
    others = [world.a_person("organizer"), *strangers]
    numbers = [4, MUCH, LITTLE, LITTLE]
    events = {
        by.user_id: [world.an_event(by, free=[9], starts_in=timedelta(days=20)) for _ in range(number)]
        for by, number in zip(others, numbers, strict=True)
    }
    made = Mailbox(world, owner, strangers, events)
    _act(made, events[others[0].user_id])
    world.scheduler.spawn(world._ticker, "ticker")
    for number in range(3):
        world.scheduler.spawn(world._worker, f"worker {number}")
    world.run_clients()
    _rest(made)
    return made


def _act(made: Mailbox, own: list[Event]) -> None:
    rng = made.world.rng
    for stranger in made.strangers:
        for event in made.events[stranger.user_id]:
            enrol = partial(made.enrol, stranger, event, name="Somebody", email=OWNER)
            after = 20 * rng.random()
            made.take(enrol, after)
            if stranger is made.strangers[0] and rng.random() < 0.3:
                made.take(partial(made.cancel, stranger, event), after + 40)
                made.take(enrol, after + 80)
    for event in own:
        made.take(partial(made.enrol, made.owner, event), 90 * rng.random())


def _rest(made: Mailbox) -> None:
    """Some days without faults, with ticks and workers."""
    world = made.world
    world.scheduler.faults = NO_FAULTS
    for _ in range(timedelta(days=DAYS) // STEP):
        made.look()
        world.scheduler.now += STEP.seconds
        if world.is_due():
            world.tick_and_work()
    made.look()


# What must be so


def violations(made: Mailbox) -> list[str]:
    rows = [row for row in made.world.db.snapshot_all("turnout-due") if _is_mail(row)]
    own_events = {event.id for event in made.events[next(iter(made.events))]}
    own = [row for row in rows if _event_of(row) in own_events]
    others = [row for row in rows if _event_of(row) not in own_events]
    return [
        *_counting(made, others),
        *_budgets(made),
        *_nothing_lost(made, others),
        *_own(made, own),
        *_fair(made, others),
    ]


def _counting(made: Mailbox, rows: list[dict[str, Any]]) -> list[str]:
    """A mail that went out stands in the ledger, once."""
    counted = Counter(one.mail for one in made.ledger)
    sent = {mail.headers["X-Turnout-Intent"] for mail in made.world.mailer.sent}
    known = {_id_of(row): _digest(_id_of(row), 8) for row in rows}
    found = [
        f"{name} was sent without being counted" for name, mark in known.items() if name in sent and not counted[mark]
    ]
    found += [f"{mark} was counted {number} times" for mark, number in counted.items() if number > 1]
    strange = counted.keys() - known.values()
    return found + [f"{mark} was counted, and is the owner's own" for mark in strange]


def _budgets(made: Mailbox) -> list[str]:
    sent = sorted(made.ledger, key=lambda one: one.at)
    lines = {
        "the firsts": ([one for one in sent if one.first], FEW.firsts),
        "what is beyond them": ([one for one in sent if not one.first], FEW.beyond),
        **{actor: ([one for one in sent if one.actor == actor], FEW.each) for actor in {one.actor for one in sent}},
    }
    found = [
        f"{name} are {number} in {span} seconds"
        for name, (ones, budget) in lines.items()
        for span, most in ((HOUR, budget.hour), (DAY, budget.day))
        if (number := _most([one.at for one in ones], span)) > most
    ]
    together = FEW.firsts.hour + FEW.beyond.hour
    mailer = made.world.mailer
    assert isinstance(mailer, TimedMailer)
    firsts: dict[str, float] = {}
    for at, mail in zip(mailer.times, mailer.sent, strict=True):
        if "Was this not you" in mail.text:
            firsts.setdefault(mail.headers["X-Turnout-Intent"], at)
    number = _most(list(firsts.values()), HOUR - LAG)
    return found + ([f"{number} mails in an hour"] if number > together else [])


def _nothing_lost(made: Mailbox, rows: list[dict[str, Any]]) -> list[str]:
    """Of every mail there is one row that has not moved on, it is done with, and the last word of a place was said."""
    present = Counter(_id_of(row) for row in rows if not _is_moved(row))
    found = [f"{name} is due {present[name]} times" for name in {_id_of(row) for row in rows} if present[name] != 1]
    found += [f"{_id_of(row)} still waits" for row in rows if row["state"]["S"] in {"waiting", "claimed"}]
    done = {_id_of(row) for row in rows if row["state"]["S"] == "done"}
    for row in made.world.db.snapshot_all("turnout-enrollments"):
        if row.get("status", {}).get("S") == "confirmed" and row["sk"]["S"] == made.owner.user_id and "maker" in row:
            last = row["mail"]["S"].split("#", 1)[1]
            found += [] if last in done else [f"{last} is the last mail of a place, and was not sent"]
    return found


def _own(made: Mailbox, rows: list[dict[str, Any]]) -> list[str]:
    """What the owner did is told at once, whatever others do."""
    return [
        f"{_id_of(row)}, the owner's own, is {row['state']['S']}" for row in rows if row["state"]["S"] != "done"
    ] + [f"{_id_of(row)}, the owner's own, was put off" for row in rows if "waits" in row["about"]["S"]]


def _fair(made: Mailbox, rows: list[dict[str, Any]]) -> list[str]:
    """Who causes one mail does not wait behind who causes many."""
    little = {event.id for by in made.strangers[1:] for event in made.events[by.user_id]}
    return [
        f"{_id_of(row)} waited for others" for row in rows if _event_of(row) in little and "waits" in row["about"]["S"]
    ]


def _most(times: list[float] | list[int], span: float) -> int:
    return max((sum(first <= at < first + span for at in times) for first in times), default=0)


def _is_mail(row: dict[str, Any]) -> bool:
    return str(row.get("kind", {}).get("S", "")).startswith("enrollment_")


def _is_moved(row: dict[str, Any]) -> bool:
    return "later" in row


def _id_of(row: dict[str, Any]) -> str:
    return str(row["sk"]["S"].split("#", 1)[1])


def _event_of(row: dict[str, Any]) -> str:
    key = EnrollmentKey.parse(json.loads(row["about"]["S"])["enrollment"])
    assert key is not None
    return key.event_id
