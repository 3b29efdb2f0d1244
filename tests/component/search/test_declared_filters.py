"""A filter is one declaration: what the index holds, the posting lists, the recheck and the count follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

import pytest

from chalicelib.api.events.query import EventQuery, OwnEventQuery, View, filter_of
from chalicelib.domain.events.event import Event
from chalicelib.domain.search.event_filter import EventFilter, declared, filters_of
from chalicelib.domain.search.event_order import Ordering
from chalicelib.domain.search.filters import filter_by_flag, filter_by_property
from chalicelib.services.search.indexer import EventIndexer
from tests.support.builders import Person, a_person
from tests.support.world import World

NOT_BY_NAME = {"starts_from", "is_upcoming", "open_now", "listed"}  # of dates, and of the list that is asked


def is_short(event: Event, _now: datetime) -> bool:
    return event.facts.ends_at - event.facts.starts_at <= timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class WithMore(EventFilter):
    """What nobody has asked for yet: a property with its posting list, and a flag that only a recheck can tell."""

    currency: str | None = field(
        default=None, metadata=declared(filter_by_property("currency", lambda facts: facts.currency))
    )
    short: bool | None = field(default=None, metadata=declared(filter_by_flag(is_short)))


class MoreQuery(EventQuery):
    currency: str | None = None
    short: bool | None = None


@pytest.fixture
def world() -> Iterator[World]:
    with World() as made:
        container = made.container
        store = container.store
        container.search.indexer = EventIndexer(
            store.event_index, store.events, container.clock, container.new_id, filters=WithMore
        )
        yield made


@pytest.fixture
def olga(world: World) -> Person:
    """Has six events a day apart: prices in two currencies by turns, every third one short, all of them indexed."""
    olga = a_person(world)
    for day in range(1, 7):
        ends_at = f"2026-07-0{day}T{10 if day % 3 == 0 else 18}:00:00Z"
        currency = "CHF" if day % 2 else "EUR"
        world.an_event(olga.token, starts_at=f"2026-07-0{day}T09:00:00Z", ends_at=ends_at, currency=currency)
    world.work()
    return olga


def days(world: World, asked: MoreQuery, order: Ordering = Ordering.STARTS) -> tuple[list[int], int, bool]:
    """Days of the events found, the count and whether it is exact."""
    page = world.container.search.finder.find(filter_of(asked, View.ALL, kind=WithMore), order, None, 10)
    return [view.event.facts.starts_at.day for view in page.items], page.count, page.count_exact


def test_a_declared_property_is_listed_counted_and_read_from_its_posting_list(world: World, olga: Person) -> None:
    assert days(world, MoreQuery(currency="CHF")) == ([1, 3, 5], 3, True)
    assert days(world, MoreQuery(currency="CHF"), Ordering.STARTS_BACK) == ([5, 3, 1], 3, True)
    assert days(world, MoreQuery(currency="USD")) == ([], 0, True)
    assert days(world, MoreQuery()) == ([1, 2, 3, 4, 5, 6], 6, True)
    assert any(item["pk"]["S"] == "is#currency#CHF" for item in world.db.snapshot_all("turnout-events"))


def test_a_declared_flag_is_held_against_every_event(world: World, olga: Person) -> None:
    assert days(world, MoreQuery(short=True)) == ([3, 6], 2, True)
    assert days(world, MoreQuery(short=False)) == ([1, 2, 4, 5], 4, True)
    assert days(world, MoreQuery(short=True, currency="CHF")) == ([3], 1, True)


def test_a_declared_filter_is_rechecked_on_an_event_that_changed(world: World, olga: Person) -> None:
    wanted = filter_of(MoreQuery(currency="CHF"), View.ALL, kind=WithMore)
    [first] = world.container.search.finder.find(wanted, Ordering.STARTS, None, 1).items
    world.patch(f"/events/{first.event.id}", {"currency": "EUR"}, olga.token)

    assert days(world, MoreQuery(currency="CHF"))[0] == [3, 5]


def test_a_field_without_a_declaration_is_refused() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Forgotten(EventFilter):
        currency: str | None = None

    with pytest.raises(TypeError, match="currency"):
        filters_of(Forgotten)


def test_every_field_of_the_filter_is_declared_and_can_be_asked_for() -> None:
    names = {one.name for one in fields(EventFilter)}

    assert set(filters_of(EventFilter)) == names
    assert names - NOT_BY_NAME <= OwnEventQuery.model_fields.keys()
