"""Where a request's reads do not suffice, pages are short, and their walk is still the list itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.progress import Progress

from tests.bench.catalogue import generated
from tests.bench.finding import Hall
from tests.property.examples import share
from tests.support.expected import reference
from tests.support.fakes import START
from tests.support.lists import earlier, ids, walk

NUMBER = 1_500
UNITS = 60
TEXT = {"q", "location"}  # with another order than the start's there may be too many to sort


class Crowd:
    """Fifteen hundred events, whose descriptions have the same common words, as documents."""

    def __init__(self, hall: Hall) -> None:
        self.world = hall.world
        events = {event.id: event for event in generated(NUMBER, START)}
        shown = [one for each in walk(self.world, "/events?page_size=100") for one in each["results"]]
        self.documents = [one | {"description": events[one["id"]].facts.description} for one in shown]
        self.words = sorted({word for one in self.documents[::50] for word in one["title"].split()})
        self.places = sorted({one["location"] for one in self.documents[::25]})


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with Progress(disable=True) as progress:
        hall = Hall(f"{NUMBER:,}", generated(NUMBER, START), progress, NUMBER)
    with hall.world:
        yield Crowd(hall)


def questions(crowd: Crowd) -> st.SearchStrategy[dict[str, str]]:
    """Up to three filters that let many events through, or few of many."""
    word = st.sampled_from(crowd.words).filter(reference.words)
    day = st.sampled_from(range(730)).map(lambda number: f"{START + timedelta(days=number):%Y-%m-%d}")
    filters: dict[str, st.SearchStrategy[str]] = {
        "q": st.one_of(word, word, st.tuples(word, word).map(" ".join), word.map(lambda one: f"{one[:3]}zz")),
        "location": st.sampled_from(crowd.places).map(lambda place: place[:4]).filter(lambda text: len(text) > 2),
        "country": st.sampled_from(["US", "DE", "AU"]),
        "language": st.sampled_from(["en", "pt-BR"]),
        "tag": st.sampled_from(["python", "golang"]),
        "online": st.sampled_from(["true", "false"]),
        "has_spots": st.sampled_from(["true", "false", "false"]),
        "starts_after": day,
        "ordering": st.sampled_from(["starts_at", "-starts_at", "created_at", "-created_at", "title", "-title"]),
    }
    names = st.lists(st.sampled_from(list(filters)), min_size=1, max_size=3, unique=True)
    found = names.flatmap(lambda some: st.fixed_dictionaries({name: filters[name] for name in some}))
    return found.filter(
        lambda asked: asked.get("ordering", "starts_at").endswith("starts_at") or not TEXT & asked.keys()
    )


def holds(crowd: Crowd, asked: dict[str, str], size: int) -> None:
    url = f"/events?{urlencode(asked | {'page_size': str(size)})}"
    expected = reference.ids(crowd.documents, "/events", asked, crowd.world.clock())

    with crowd.world.db.meter() as meter:
        pages = walk(crowd.world, url)

    assert ids(pages) == expected
    assert meter.reads <= UNITS * len(pages)
    assert earlier(crowd.world, pages) + ids(pages[-1:]) == expected
    for each in pages:
        assert each["count"] == len(expected) if each["count_exact"] else each["count"] <= len(expected)


@pytest.mark.deep  # its fifteen hundred events alone take longer than most folders
@share(0.1)
@given(st.data(), st.sampled_from([20, 100]))
def test_short_pages_are_the_list_too(crowd: Crowd, data: Any, size: int) -> None:
    holds(crowd, data.draw(questions(crowd)), size)
