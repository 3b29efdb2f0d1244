"""The first page of an ordinary question is full, or there is nothing more: on conferences as people publish them."""

import random
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

import pytest

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.words import split_words
from tests.bench.catalogue import conferences
from tests.bench.shelves import Shelves
from tests.support.expected import reference
from tests.support.world import World

SIZE, UNITS = 20, 60
EVENTS, QUESTIONS = 1500, 8
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """A part of the real ones, some of which are full."""
    return sorted(random.Random(2).sample(conferences(TODAY), EVENTS), key=lambda one: (one.facts.starts_at, one.id))


@pytest.fixture(scope="module")
def world(events: list[Event]) -> Iterator[World]:
    with World() as made:
        shelves = Shelves(made.db)
        shelves.load(events)
        shelves.finish()
        yield made


def words_of(event: Event) -> frozenset[str]:
    facts = event.facts
    return frozenset().union(
        *(reference.words(text) for text in (facts.title, facts.description, facts.location or ""))
    )


def questions(events: list[Event]) -> dict[str, list[str]]:
    rng = random.Random(5)

    def some(number: int, text: str) -> str:
        while True:
            facts = rng.choice(events).facts
            words = [word for word in split_words(getattr(facts, text)) if len(word) > 2]
            if len(words) >= number:
                return " ".join(rng.sample(words, number))

    found = {f"{number} words of a {text}": [some(number, text) for _ in range(QUESTIONS)]
             for number in (1, 2, 3) for text in ("title", "description")}  # fmt: skip
    found["nothing"] = [f"{some(1, 'title')[:3]}zzyx" for _ in range(QUESTIONS)]
    return found


def test_pages_of_words_are_full_or_final_and_counted(world: World, events: list[Event]) -> None:
    texts = {event.id: words_of(event) for event in events}
    for name, asked in questions(events).items():
        for q in asked:
            terms = reference.terms(q)
            matches = [event.id for event in events if all(reference.answers(texts[event.id], term) for term in terms)]
            with world.db.meter() as meter:
                answer = world.get(f"/events?{urlencode({'q': q})}").json
            assert [event["id"] for event in answer["results"]] == matches[:SIZE], (name, q)
            assert (answer["next"] is None) is (len(matches) <= SIZE), (name, q)
            assert answer["count"] == len(matches) or not answer["count_exact"], (name, q)
            assert answer["count_exact"] or len(matches) > 1000, (name, q)
            assert meter.reads <= UNITS, (name, q)


@pytest.mark.parametrize("asked", [{"has_spots": "false"}, {"has_spots": "false", "q": "conf"}])
def test_a_page_of_full_events_is_full_or_final(world: World, asked: dict[str, str]) -> None:
    with world.db.meter() as meter:
        answer = world.get(f"/events?{urlencode(asked)}").json

    assert answer["results"]
    assert all(event["is_full"] for event in answer["results"])
    assert len(answer["results"]) == SIZE or answer["next"] is None
    assert meter.reads <= UNITS
