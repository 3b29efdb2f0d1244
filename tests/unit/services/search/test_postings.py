"""Postings: the event is made when it is looked at, and what a posting shows without it is true of the event."""

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.services.search.posting_lists import Posting
from chalicelib.store.items.events import card, event_from
from tests.bench.catalogue import generated
from tests.support.fakes import START

[EVENT] = generated(1, START)


def posting(made: list[str]) -> Posting:
    def make() -> Event:
        made.append(EVENT.id)
        return event_from(EVENT.id, card(EVENT), "published", EVENT.version)

    return Posting(f"2026-06-02T09:00:00.000Z#{EVENT.id}", EventStatus.PUBLISHED, EVENT.version, card(EVENT), make)


def test_an_event_is_made_once_and_only_when_somebody_asks_for_it() -> None:
    made: list[str] = []
    shown = posting(made)

    assert shown.event_id == EVENT.id
    assert shown.has(EVENT.organizer_id)
    assert not made
    assert shown.event.facts.title == shown.event.facts.title == EVENT.facts.title
    assert shown.at("elsewhere").event is shown.event
    assert made == [EVENT.id]


def test_a_posting_has_every_value_of_its_event_and_hardly_another() -> None:
    shown = posting([])

    for value in (EVENT.organizer_id, EVENT.facts.country, EVENT.facts.language, EVENT.facts.title):
        assert value is not None
        assert shown.has(value)
    assert not shown.has("XX")
    assert not shown.has(EVENT.organizer_id[:-1])
