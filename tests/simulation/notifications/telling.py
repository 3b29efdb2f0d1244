"""An organizer edits an event while its people are told of it, under faults: at rest everybody knows what is true."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_changes import Change, Material
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.events.change import Change as Asked
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo.tables import AnnouncementItem
from chalicelib.store.items.announcements import to_change
from devtools.simdb.faults import Crash, Faults
from tests.simulation.search.indexing import Act, principal
from tests.simulation.world import ROUGH, SimWorld

HALLS = ("Hall A", "Hall B", "Hall C")  # few, so that edits are taken back
LATE = 30.0  # seconds after the start of the run until everybody who was there first is enrolled


class Telling:
    """One event with some people; edits of the place are told, those of the title are silent."""

    def __init__(self, seed: int, faults: Faults = ROUGH) -> None:
        self.world = SimWorld(seed, faults=faults)
        rng = self.world.rng
        claims = self.world.a_person("organizer")
        self.organizer = principal(claims)
        starts_in = rng.choice([timedelta(minutes=25), timedelta(minutes=33), timedelta(days=2)])
        self.event = self.world.an_event(
            claims, free=rng.choice([[9], [3, 3, 3]]), starts_in=starts_in, location=HALLS[0]
        )
        self.world.scheduler.now += 1  # until replicas have it
        self.first = [self.world.a_person(f"first{number}") for number in range(rng.choice([0, 3, 3]))]
        for person in self.first:
            self._enrol(self.world.container, person)
        self.world.scheduler.now += LATE
        self._fresh = 0

    def _enrol(self, container: Any, person: Claims) -> None:
        request = EnrolmentRequest(event_id=self.event.id, request_id=person.user_id)
        container.enrollments.enrol(person, request, idempotency=None)

    def edits(self, *, notify: bool = True, **facts: Any) -> Act:
        asked = Asked(event_id=self.event.id)
        return lambda container: container.events.publisher.edit(
            self.organizer, asked, lambda event: replace(event.facts, **facts), notify=notify
        )

    def relocates(self, *, back: bool) -> Act:
        """To a hall where the event may have been before, or to one where it was never."""
        self._fresh += 1
        return self.edits(location=self.world.rng.choice(HALLS) if back else f"Hall {self._fresh}")

    def cancels(self, container: Any) -> None:
        confirm = None
        for _ in range(5):
            try:
                container.events.cancellation.cancel(self.organizer, Asked(event_id=self.event.id), confirm, None)
            except errors.ConfirmationRequiredError as needed:
                confirm = needed.confirm
            else:
                return

    def spawn(self, name: str, act: Act, within: float) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(lambda: self._do(act), name, after=self.world.rng.random() * within)

    def _do(self, act: Act) -> None:
        try:
            act(self.world.another_process())
        except (errors.TurnoutError, TryAgainError):
            return  # refused, or busy: nobody promised anything
        except Crash:
            raise
        finally:
            self.world.busy_clients -= 1


def telling(seed: int, *, faults: Faults = ROUGH, tamper: Any = None) -> list[str]:
    """Edits close to each other and far apart, while people come and mails are written."""
    stage = Telling(seed, faults)
    world, rng = stage.world, stage.world.rng
    if tamper:
        world.tamper(tamper)
    back, within = rng.random() < 0.5, rng.choice([0.3, 20.0, 400.0, 900.0])
    for number in range(rng.randint(1, 5)):
        stage.spawn(f"relocate {number}", stage.relocates(back=back), within)
    for number in range(rng.randint(0, 2)):
        stage.spawn(f"rename {number}", stage.edits(title=f"Title {number}", notify=False), within)
        stage.spawn(f"describe {number}", stage.edits(description=f"Text {number}"), within)
    new = [] if back else [world.a_person(f"new{number}") for number in range(rng.randint(0, 2))]
    for person in new:
        stage.spawn("enrol", partial(stage._enrol, person=person), within)
    if rng.random() < 0.15:
        stage.spawn("cancel", stage.cancels, within)
    world.run(ticking=True)
    return judged(stage, new)


def judged(stage: Telling, new: list[Claims]) -> list[str]:
    """What somebody was not told, was told wrongly, or was told twice without an excuse."""
    found = stage.world.container.store.events.with_seats(stage.event.id, consistent=True)
    assert found is not None
    event = found[0]
    if event.notice is not None:
        return [f"left behind: {event.notice}"]
    if event.status is not EventStatus.PUBLISHED:
        return []
    changes = _changes(stage)
    wrong = [line for change in changes.values() for line in _silent(change)]
    for person in stage.first:
        wrong += _chain(stage, event, person, changes)
    return wrong + [line for person in new for line in _informed(stage, event, person, changes)]


def _changes(stage: Telling) -> dict[str, Change]:
    rows = stage.world.db.snapshot_all("turnout-events")
    told = [AnnouncementItem.from_raw_data(row) for row in rows if row["pk"]["S"].startswith("told#")]
    return {change.id: change for change in map(to_change, told)}


def _silent(change: Change) -> list[str]:
    same = replace(change.before, location=change.after.location) == change.after
    return [] if same and change.before != change.after else [f"told of what nobody was to hear: {change}"]


def _told(stage: Telling, event: Event, person: Claims, changes: dict[str, Change]) -> list[Change]:
    """The changes that this person has had a mail about, in the order of the edits."""
    key = EnrollmentKey.of(event.id, event.buckets, person.user_id)
    intents = [row["sk"]["S"].split("#", 1)[1] for row in stage.world.done_mails()]
    ids = [one.rpartition(".")[2] for one in intents if one.startswith(f"{key.id}.")]
    return sorted((changes[one] for one in ids if one in changes), key=lambda change: change.changed_at)


def _chain(stage: Telling, event: Event, person: Claims, changes: dict[str, Change]) -> list[str]:
    """Each mail begins where the one before it ended; the first where the event began, the last with what is."""
    halls = [HALLS[0]]
    for change in _told(stage, event, person, changes):
        if change.before.location != halls[-1]:
            return [f"{person.user_id} knows of {halls[-1]} and is told of {change}"]
        halls.append(str(change.after.location))
    return [] if halls[-1] == event.facts.location else [f"{person.user_id} knows {halls}, not {event.facts.location}"]


def _informed(stage: Telling, event: Event, person: Claims, changes: dict[str, Change]) -> list[str]:
    """Somebody who came meanwhile knows the last place from the confirmation or from a change."""
    row = stage.world.container.store.enrollments.by_key(EnrollmentKey.of(event.id, event.buckets, person.user_id))
    if row is None:
        return []
    place = str(Material.of(event.facts).location)
    account = stage.world.container.store.accounts.by_ids([person.user_id])[person.user_id]
    mails = [mail for mail in stage.world.mailer.sent if mail.to == account.email]
    told = any(place in mail.text.split() or f"{place}\n" in mail.text for mail in mails)
    return [] if told else [f"{account.email} was never told of {place}"]
