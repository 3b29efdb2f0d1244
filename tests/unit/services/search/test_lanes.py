"""Rows of lanes: the event is made when it is looked at, and what a row shows without it is true of the event."""

from chalicelib.domain.events import Event, EventStatus
from chalicelib.services.search.posting_lists import Row
from chalicelib.store.items.events import card, event_from
from tests.bench.catalogue import generated
from tests.support.fakes import START

[EVENT] = generated(1, START)


def row(made: list[str]) -> Row:
    def make() -> Event:
        made.append(EVENT.id)
        return event_from(EVENT.id, card(EVENT), "published", EVENT.version)

    return Row(f"2026-06-02T09:00:00.000Z#{EVENT.id}", EventStatus.PUBLISHED, EVENT.version, card(EVENT), make)


def test_an_event_is_made_once_and_only_when_somebody_asks_for_it() -> None:
    made: list[str] = []
    one = row(made)

    assert one.event_id == EVENT.id
    assert one.has(EVENT.organizer_id)
    assert not made
    assert one.event.facts.title == one.event.facts.title == EVENT.facts.title
    assert one.at("elsewhere").event is one.event
    assert made == [EVENT.id]


def test_a_row_has_every_value_of_its_event_and_hardly_another() -> None:
    one = row([])

    for value in (EVENT.organizer_id, EVENT.facts.country, EVENT.facts.language, EVENT.facts.title):
        assert value is not None
        assert one.has(value)
    assert not one.has("XX")
    assert not one.has(EVENT.organizer_id[:-1])
