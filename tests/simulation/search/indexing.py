"""Organizers change events while the index is written, under faults: at rest every row there follows from an event."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.events.event import LISTED, UNLISTED, Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.events.change import Change
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import EventItem, ListItem, PostingItem
from chalicelib.store.items.events import list_item, to_event
from chalicelib.store.items.postings import posting_items
from devtools.simdb.faults import Crash, Faults
from tests.simulation.world import ROUGH, SimWorld

LONG = " ".join(f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnr")  # more rows than a transaction holds
ORDERS = ("list#", "made#", "title#")
INDEX = ("word#", "intitle#", "inplace#", "is#")
Rows = dict[tuple[str, str], dict[str, Any]]
Act = Callable[[Container], object]


def principal(claims: Claims) -> Principal:
    roles = (Role.SEEKER, Role.FACILITATOR)
    return Principal(claims.user_id, claims.session_id, roles, email_verified=True)


class Stage:
    """Two events of one organizer, who is at work in several browser tabs at once."""

    def __init__(self, seed: int, faults: Faults = ROUGH, tamper: Callable[[SimWorld], None] | None = None) -> None:
        self.world = SimWorld(seed, faults=faults)
        if tamper:
            tamper(self.world)
        self.organizer = principal(self.world.a_person("organizer"))
        self.events = [self._create("Straße"), self._create("Workshop")]

    def facts(self, title: str, days: int = 10, **more: Any) -> EventFacts:
        starts_at = to_milliseconds(self.world.now()) + timedelta(days=days)
        ends_at = starts_at + timedelta(hours=1)
        more |= {"location": "Köln", "capacity": 5, "reminders": (), "follow_ups": ()}  # nothing is due in ten days
        return EventFacts(title=title, starts_at=starts_at, ends_at=ends_at, **more)

    def _create(self, title: str) -> str:
        facts = self.facts(title, tags=("web",), country="DE")
        made = self.world.container.events.publisher.create(
            self.organizer, facts, status=EventStatus.PUBLISHED, idempotency=None
        )
        return made.event.id

    def creates(self, container: Container) -> object:
        facts = self.facts("Another", language="en")
        return container.events.publisher.create(self.organizer, facts, status=EventStatus.PUBLISHED, idempotency=None)

    def edits(self, which: int, **facts: Any) -> Act:
        change = Change(event_id=self.events[which])
        return lambda container: container.events.publisher.edit(
            self.organizer, change, lambda event: replace(event.facts, **facts)
        )

    def moves(self, which: int, days: int) -> Act:
        facts = self.facts("Moved", days)
        return self.edits(which, starts_at=facts.starts_at, ends_at=facts.ends_at)

    def cancels(self, which: int) -> Act:
        change = Change(event_id=self.events[which])
        return lambda container: container.events.cancellation.cancel(self.organizer, change, None, None)

    def deletes(self, which: int) -> Act:
        change = Change(event_id=self.events[which])
        return lambda container: container.events.cancellation.delete(self.organizer, change, None)

    def spawn(self, name: str, act: Act) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(lambda: self._do(act), name, after=self.world.rng.random() * 0.2)

    def _do(self, act: Act) -> None:
        try:
            act(self.world.another_process())
        except (errors.TurnoutError, TryAgainError):
            return  # refused, or busy: nobody promised anything
        except Crash:
            raise
        finally:
            self.world.busy_clients -= 1


def indexing(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[SimWorld], None] | None = None) -> list[str]:
    """Some of everything that changes an event, at the same time."""
    stage = Stage(seed, faults, tamper)
    acts = [
        ("create", stage.creates),
        ("rename", stage.edits(0, title="Plätze")),
        ("describe", stage.edits(0, description=LONG)),
        ("describe the other", stage.edits(1, description=LONG[:200])),
        ("shorten", stage.edits(0, description="")),
        ("move", stage.moves(0, 40)),
        ("move back", stage.moves(0, 9)),
        ("move the other", stage.moves(1, 70)),
        ("hide", stage.edits(0, unlisted=True)),
        ("show", stage.edits(0, unlisted=False)),
        ("hide the other", stage.edits(1, unlisted=True)),
        ("cancel", stage.cancels(1)),
        ("delete", stage.deletes(1)),
    ]
    for name, act in stage.world.rng.sample(acts, stage.world.rng.randint(2, 7)):
        stage.spawn(name, act)
    stage.world.run()
    return differences(stage.world)


def differences(world: SimWorld) -> list[str]:
    """Rows that are missing, left behind, or not what the event says; figures that do not count."""
    items = world.db.snapshot_all("turnout-events")
    events = [to_event(EventItem.from_raw_data(item)) for item in items if item["pk"]["S"].startswith("event#")]
    stored = {key_of(item): item for item in items if item["pk"]["S"].startswith((*ORDERS, *INDEX))}
    due = expected(events, numbers_of(items))
    found = [f"{what} {key}" for what, key in _compared(stored, due)]
    return found + _figures(items, events)


def _compared(stored: Rows, due: Rows) -> list[tuple[str, tuple[str, str]]]:
    missing = [("missing", key) for key in due.keys() - stored.keys()]
    left = [("left behind", key) for key in stored.keys() - due.keys()]
    return missing + left + [("wrong", key) for key in due.keys() & stored.keys() if due[key] != stored[key]]


def key_of(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def numbers_of(items: list[dict[str, Any]]) -> dict[str, int]:
    """Of the run that indexed each event last."""
    records = [item for item in items if item["pk"]["S"].startswith("indexed#")]
    return {keys.last_id(item["pk"]["S"]): int(item["number"]["N"]) for item in records}


def expected(events: list[Event], numbers: dict[str, int]) -> Rows:
    """Every row that the events should have, in the orders and in the index."""
    rows: list[ListItem | PostingItem] = []
    for event in events:
        if event.list_name == UNLISTED:
            rows.append(list_item(event))
        elif event.status in LISTED:
            rows += [
                list_item(event, key) for key in (keys.list_row(event), keys.made_row(event), keys.title_row(event))
            ]
        rows += posting_items(event, entries_of(event), numbers.get(event.id, 0)).values()
    serialized = [row.serialize() for row in rows]
    return {key_of(row): row for row in serialized}


def _figures(items: list[dict[str, Any]], events: list[Event]) -> list[str]:
    """What the figures say of each order, held against the events."""
    found = []
    for status in (*LISTED, UNLISTED):
        listed = [event for event in events if event.list_name == status]
        orders = {
            keys.MONTHS: Counter(keys.list_row(event)[0].rpartition("#")[2] for event in listed),
            keys.MADE: Counter(keys.made_row(event)[0].rpartition("#")[2] for event in listed),
            keys.TITLES: Counter(keys.title_row(event)[0].rpartition("#")[2] for event in listed),
        }
        for order, numbers in orders.items():
            if status == UNLISTED and order != keys.MONTHS:
                continue  # only whoever goes over all events reads it: one order will do
            stored = next((item for item in items if key_of(item) == (keys.counts(status), order)), {})
            counted = {name: int(value["N"]) for name, value in stored.items() if value.get("N", "0") != "0"}
            if counted != dict(numbers):
                found.append(f"{status} {order}: {counted} instead of {dict(numbers)}")
    return found
