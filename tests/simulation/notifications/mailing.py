"""Whole runs of mail and time: people come and go, an event is moved and told of, and nothing works as it should."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.notifications.email_preferences import Category, Suppression
from chalicelib.domain.notifications.messages import Segment
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.events.change import Change
from chalicelib.services.notifications.announcements.organizer_messages import MessageRequest
from chalicelib.services.notifications.ports import SendingPausedError, SendLaterError
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Crash, Faults
from tests.simulation.actors.mailroom import ROUGH_MAIL, MailWorld
from tests.simulation.rules.mail_rules import violations
from tests.simulation.search.indexing import principal
from tests.support.marks import both

REMINDERS = ("-PT1H", "-PT30M", "-PT2H", "-PT5M", "END:-PT20M")
FOLLOW_UPS = ("PT1H", "PT5M", "PT3H")
STARTS_IN = (25, 70, 70, 150, 300)  # minutes
MOVED_TO = (4, 20, 58, 61, 72, 125, 200)  # minutes from then on
LASTS = timedelta(hours=1)
SIX_HOURS = 6 * 3600.0
Act = Callable[[Container], object]


@dataclass(slots=True)
class Guest:
    """Somebody who comes, and perhaps goes; `closed_at` is when their address was known to be dead."""

    claims: Claims
    address: str
    closed_at: float | None = None
    muted_at: float | None = None


class Town:
    """One event, its organizer and its people."""

    def __init__(self, seed: int, faults: Faults) -> None:
        self.world = MailWorld(seed, faults=faults)
        rng = self.rng = self.world.rng
        self.boss = principal(self.world.a_person("organizer"))
        self.world.scheduler.now += rng.random() * 3600  # hours of the table begin anywhere
        now = to_milliseconds(self.world.now())
        self.world.container.store.outbox.set_watermarks(both(now))
        self.world.begin = self.world.scheduler.now
        self.starts_at = now + timedelta(minutes=rng.choice(STARTS_IN))
        facts = EventFacts(
            title="Simulated",
            starts_at=self.starts_at,
            ends_at=self.starts_at + LASTS,
            location="Hall 0",
            capacity=rng.choice((2, 9, 9)),
            reminders=tuple(rng.sample(REMINDERS, rng.choice((1, 1, 1, 2, 3)))),
            follow_ups=tuple(rng.sample(FOLLOW_UPS, rng.choice((0, 1, 1, 2)))),
        )
        made = self.world.container.events.publisher.create(
            self.boss, facts, status=EventStatus.PUBLISHED, idempotency=None
        )
        self.event = made.event
        self.world.scheduler.now += 1  # every replica has it
        self.guests = [self._guest(f"guest{number}") for number in range(rng.choice((2, 2, 3)))]
        self.halls = 0
        self.messages: list[str] = []  # that were acknowledged

    def _guest(self, name: str) -> Guest:
        return Guest(self.world.a_person(name), f"{name}@example.org")

    def moment(self) -> float:
        """Seconds from now on: any time before the start, or close to when something is about to happen."""
        start = (self.starts_at - self.world.now()).total_seconds()
        near = [start - minutes * 60 for minutes in (130, 120, 72, 70, 60, 42, 40, 30, 5)]
        if self.rng.random() < 0.4:
            return self.rng.random() * start
        place = self.rng.choice([0.0, *near])
        return max(0.0, place + self.rng.uniform(-150, 150))

    # What they do

    def enrols(self, guest: Guest, container: Container) -> None:
        request = EnrolmentRequest(event_id=self.event.id, request_id=guest.address, waitlist=True)
        container.enrollments.enrol(guest.claims, request, idempotency=None)

    def leaves(self, guest: Guest, container: Container) -> None:
        key = EnrollmentKey.of(self.event.id, self.event.buckets, guest.claims.user_id)
        container.enrollments.cancel(guest.claims, CancelRequest(enrollment_id=key.id, request_id="leave"), None)

    def edits(self, rewrite: Callable[[EventFacts], EventFacts], container: Container, *, notify: bool = True) -> None:
        change = Change(event_id=self.event.id)
        container.events.publisher.edit(self.boss, change, lambda event: rewrite(event.facts), notify=notify)

    def moves(self, container: Container) -> None:
        to = self.world.now() + timedelta(minutes=self.rng.choice(MOVED_TO))
        back = self.rng.random() < 0.25 and self.starts_at > self.world.now()
        starts_at = self.starts_at if back else to_milliseconds(to)
        self.edits(lambda facts: replace(facts, starts_at=starts_at, ends_at=starts_at + LASTS), container)

    def relocates(self, container: Container) -> None:
        self.halls += 1
        location = f"Hall {self.halls if self.rng.random() < 0.7 else 0}"
        self.edits(lambda facts: replace(facts, location=location), container)

    def renames(self, container: Container) -> None:
        self.edits(lambda facts: replace(facts, title="Renamed"), container, notify=False)

    def cancels(self, container: Container) -> None:
        self._confirmed(
            lambda confirm: container.events.cancellation.cancel(
                self.boss, Change(event_id=self.event.id), confirm, None
            )
        )

    def writes(self, container: Container) -> None:
        request = MessageRequest(
            event_id=self.event.id, segment=Segment.CONFIRMED, subject="Parking", body="Come by train."
        )
        sent = self._confirmed(
            lambda confirm: container.notifications.organizer_messages.send(self.boss, request, confirm, None)
        )
        self.messages.append(sent.id)

    @staticmethod
    def _confirmed(do: Callable[[str | None], Any]) -> Any:
        confirm = None
        for _ in range(4):
            try:
                return do(confirm)
            except errors.ConfirmationRequiredError as needed:
                confirm = needed.confirm
        raise TryAgainError("it keeps changing")

    def closes(self, guest: Guest, container: Container) -> None:
        container.store.mailboxes.suppress(guest.address, Suppression.BOUNCE, self.world.now())
        guest.closed_at = self.world.scheduler.now

    def mutes(self, guest: Guest, container: Container) -> None:
        container.store.mailboxes.mute(
            container.store.mailboxes.mac(guest.address), Category.REMINDERS, self.world.now()
        )
        guest.muted_at = self.world.scheduler.now

    def spawn(self, name: str, act: Act, after: float, process: Callable[[], Container] | None = None) -> None:
        self.world.busy_clients += 1
        self.world.number += 1
        act_there = partial(self._do, act, process or self.world.another_process)
        self.world.scheduler.spawn(act_there, f"{name} {self.world.number}", after=after)

    def _do(self, act: Act, process: Callable[[], Container]) -> None:
        try:
            act(process())
        except (errors.TurnoutError, TryAgainError):
            return  # refused, or busy: nobody promised anything
        except Crash:
            raise
        finally:
            self.world.busy_clients -= 1


def mailing(seed: int, *, faults: Faults = ROUGH_MAIL, tamper: Callable[[Container], None] | None = None) -> list[str]:
    """A run of some hours; what was wrong with it."""
    return violations(lived(seed, faults=faults, tamper=tamper))


def lived(seed: int, *, faults: Faults = ROUGH_MAIL, tamper: Callable[[Container], None] | None = None) -> Town:
    town = Town(seed, faults)
    if tamper:
        town.world.tamper(tamper)
    _people(town)
    _organizer(town)
    _weather(town)
    town.world.live()
    return town


def _people(town: Town) -> None:
    rng = town.rng
    for guest in town.guests:
        times = sorted(town.moment() for _ in range(rng.choice((1, 1, 2, 3))))
        for number, after in enumerate(times):
            act = town.leaves if number % 2 else town.enrols
            town.spawn(act.__name__, partial(act, guest), after, town.world.someones_process)
    guest = rng.choice(town.guests)
    if rng.random() < 0.3:
        town.spawn("closes", partial(town.closes, guest), town.moment())
    elif rng.random() < 0.3:
        town.spawn("mutes", partial(town.mutes, guest), town.moment())


def _organizer(town: Town) -> None:
    rng = town.rng
    acts: list[Act] = [town.moves] * rng.choice((0, 0, 1, 1, 2, 3, 4, 5))
    acts += [town.relocates] * rng.choice((0, 0, 1, 2))
    acts += [town.renames] * rng.choice((0, 0, 1))
    acts += [act for act, chance in ((town.cancels, 0.08), (town.writes, 0.2)) if rng.random() < chance]
    for act in acts:
        town.spawn("organizer", act, town.moment())


def _weather(town: Town) -> None:
    """No tick for up to six hours, or two at once; SES away, or the account paused; clocks that are behind."""
    rng, world = town.rng, town.world
    if rng.random() < 0.4:
        begin = world.begin + town.moment()
        world.tick_outages.append((begin, begin + rng.choice((600.0, 3600.0, SIX_HOURS)) * rng.random()))
    if rng.random() < 0.25:
        begin = world.begin + town.moment()
        kind = rng.choice((SendLaterError, SendingPausedError))
        world.mailer.outages.append((begin, begin + 1800 * rng.random(), kind))
    world.schedules = rng.choice((1, 1, 1, 1, 1, 2))
    if rng.random() < 0.35:
        world.skewed_by = timedelta(seconds=rng.uniform(60, 270))
