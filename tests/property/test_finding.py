"""Whatever is asked, in whatever order and pages: the lists answer what looking at every event would."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.shared.limits import PAGE_DEPTH
from chalicelib.services.search.finder import EventFinder
from tests.property.examples import is_deep, share
from tests.property.random_events import COUNTRIES, LANGUAGES, PLACES, POINTS, TAGS, TITLES, ZONES, RandomEvents
from tests.support.expected import reference
from tests.support.lists import ids as ids_of
from tests.support.lists import local, page, walk
from tests.support.world import World

PATHS = ["/events", "/events/upcoming", "/events/available", "/me/events"]
TEXTS = [("q", "python"), ("location", "berlin"), ("country", "DE")]
ORDERS = ["starts_at", "-starts_at", "created_at", "-created_at", "title", "-title"]
SIZES = st.sampled_from([2, 7, 20, 20, 100])


class Crowd:
    """Events in the middle of their time, as documents; nothing changes any more."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events = RandomEvents(world, 150 if is_deep() else 60)
        self.events.wait(timedelta(days=150))
        self.documents = self.events.documents()

    def token(self, path: str) -> str | None:
        return self.events.organizers[0].token if path.startswith("/me/") else None

    def asking(self, asked: dict[str, str]) -> dict[str, str]:
        """With the ids of whoever is named."""
        ids = dict(zip(("first", "second", "guest"), (one.id for one in self.events.people), strict=True))
        return asked | {name: ids[asked[name]] for name in ("organizer",) if name in asked}

    def expected(self, path: str, asked: dict[str, str]) -> list[str]:
        me = self.events.organizers[0].id
        return reference.ids(self.documents, path, asked, self.world.clock(), me)


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with World() as world:
        yield Crowd(world)


@st.composite
def parts(draw: st.DrawFn, words: list[str], *, inside: bool) -> str:
    """A word as somebody might type it: whole, its beginning or its middle, in another case, without its accents."""
    word = draw(st.sampled_from(words))
    start, end = 0, len(word)
    match draw(
        st.sampled_from(["whole", "whole", "beginning", "beginning", "middle" if inside else "whole", "letters"])
    ):
        case "beginning":
            end = draw(st.integers(min(3, end), end))
        case "middle":
            start = draw(st.integers(0, max(0, end - 3)))
        case "letters":
            end = draw(st.integers(1, min(2, end)))
    cut = word[start:end]
    return draw(st.sampled_from([cut, cut.upper(), cut.lower(), reference.fold(cut)]))


QUARTERS = st.sampled_from(range(4 * 24 * 440))  # of an hour; drawn evenly, unlike integers
FORMS = st.sampled_from(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M+02:00"])
MOMENTS = QUARTERS.map(lambda number: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=15 * number))
BOUNDS = st.builds(lambda at, form: at.strftime(form), MOMENTS, FORMS)
DATES = st.builds(lambda at, length: f"{at:%Y-%m-%d}"[:length], MOMENTS, st.sampled_from([4, 7, 7, 7, 10]))
FLAGS = st.sampled_from(["true", "false"])
NUDGES = st.sampled_from([0.0, 0.0, 0.01, -0.2, 1.5])  # degrees


def _within(degrees: float, most: int) -> float:
    return max(-most, min(most, round(degrees, 6)))


FILTERS: dict[str, st.SearchStrategy[str]] = {
    "q": st.sampled_from([1, 1, 1, 2, 3]).flatmap(
        lambda number: st.lists(parts(TITLES + PLACES, inside=False), min_size=number, max_size=number).map(" ".join)
    ),
    "title": parts(TITLES, inside=True),
    "location": parts(PLACES, inside=True),
    "country": st.sampled_from(COUNTRIES),
    "language": st.sampled_from(LANGUAGES),
    "near": st.builds(
        lambda point, north, east, size: f"{_within(point[0] + north, 90)},{_within(point[1] + east, 180)},{size}",
        st.sampled_from(POINTS),
        NUDGES,
        NUDGES,
        st.sampled_from([1, 5, 30, 100, 300, 500]),
    ),
    "organizer": st.sampled_from(["first", "second", "guest"]),  # stand for their ids
    "status": st.sampled_from(["draft", "published", "cancelled"]),
    "tag": st.sampled_from([*TAGS, "PYTHON", "unicode"]),
    "online": FLAGS,
    "date": DATES,
    "starts_after": BOUNDS,
    "starts_before": BOUNDS,
    "running_from": BOUNDS,
    "running_until": BOUNDS,
    "tz": st.sampled_from(ZONES),
    "has_spots": FLAGS,
    "is_past": FLAGS,
    "is_active": FLAGS,
    "ordering": st.sampled_from(ORDERS),
}


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A list and up to four of its parameters, without those that the list refuses."""
    path = draw(st.sampled_from(PATHS))
    number = draw(st.sampled_from([0, 1, 1, 2, 2, 3, 4]))
    names = draw(st.lists(st.sampled_from(list(FILTERS)), min_size=number, max_size=number, unique=True))
    asked = {name: draw(FILTERS[name]) for name in names}
    _drop_contradictions(path, asked)
    if not reference.words(asked.get("q", "x")):
        del asked["q"]
    for name in ("title", "location"):
        text = reference.fold(asked.get(name, "xxx"))
        if len(text) < 3 and not text.isalnum():
            del asked[name]
    if {"starts_after", "starts_before"} <= asked.keys() and asked["starts_after"][:10] >= asked["starts_before"][:10]:
        del asked["starts_before"]
    if {"running_from", "running_until"} <= asked.keys() and asked["running_from"][:10] >= asked["running_until"][:10]:
        del asked["running_until"]
    return path, asked


def _drop_contradictions(path: str, asked: dict[str, str]) -> None:
    if path in {"/events/upcoming", "/events/available"} and asked.get("is_past") == "true":
        del asked["is_past"]
    if path == "/events/available":
        for name, _ in NOT_AVAILABLE & set(asked.items()):
            del asked[name]
    if path == "/me/events":
        asked.pop("organizer", None)
    elif asked.get("status") == "draft":
        del asked["status"]
    if "status" in asked:
        asked.pop("is_active", None)


NOT_AVAILABLE = {("has_spots", "false"), ("is_active", "false"), ("status", "cancelled")}


def url(path: str, asked: dict[str, str], **more: Any) -> str:
    return f"{path}?{urlencode(asked | {name: str(value) for name, value in more.items()})}"


def holds(crowd: Crowd, question: tuple[str, dict[str, str]], size: int) -> None:
    """The walk is the expected list, forwards, back, and forwards again; counts are exact or lower bounds."""
    path, asked = question[0], crowd.asking(question[1])
    expected, token = crowd.expected(path, asked), crowd.token(path)

    pages = walk(crowd.world, url(path, asked, page_size=size), token)
    last = pages[-1]["previous"]
    back = walk(crowd.world, local(last), token, link="previous") if last else []
    turned = walk(crowd.world, local(back[-1]["next"]), token) if back and back[-1]["next"] else []

    assert ids_of(pages) == expected
    assert ids_of(back[::-1]) + ids_of(pages[-1:]) == expected
    assert not back or ids_of(back[-1:]) + ids_of(turned) == expected
    assert pages[0]["previous"] is None
    assert pages[0]["count_exact"] or len(pages) > 1
    for each in [*pages, *back, *turned]:
        assert len(each["results"]) <= size
        assert each["count"] == len(expected) if each["count_exact"] else each["count"] <= len(expected)
        assert each["count_exact"] or is_filtered(path, asked)


def is_filtered(path: str, asked: dict[str, str]) -> bool:
    """Whether the list is anything but the whole of it, of which the figures know the number."""
    whole = {"/events", "/me/events"} | (
        {"/events/upcoming"} if asked.get("ordering") in {None, "starts_at"} else set()
    )
    return path not in whole or not asked.keys() <= {"ordering", "tz"}


@given(questions(), SIZES)
def test_a_walk_in_pages_is_the_list_itself(crowd: Crowd, question: tuple[str, dict[str, str]], size: int) -> None:
    holds(crowd, question, size)


UNITS = st.sampled_from([16, 18, 22, 30])  # of one request; it is 58 elsewhere. Looking at the lists takes up to ten


def holds_when_poor(crowd: Crowd, question: tuple[str, dict[str, str]], size: int, units: float) -> None:
    """Nearly every page is short, some are empty: every place at which reading can stop is come by."""
    path, asked = question
    with reading(crowd, units):
        holds(crowd, (path, modest(path, asked)), size)


@contextmanager
def reading(crowd: Crowd, units: float) -> Iterator[None]:
    """As if one request could read so much."""
    container = crowd.world.container
    rich = container.search.finder
    container.search.finder = EventFinder(
        container.store.postings, container.store.event_lists, container.clock, read_units=units
    )
    try:
        yield
    finally:
        container.search.finder = rich


def modest(path: str, asked: dict[str, str]) -> dict[str, str]:
    """The same without an order that only sorting brings about: a few units do not suffice for that."""
    is_sorted = path == "/me/events" or asked.keys() & {"q", "title", "location"}
    return {name: value for name, value in asked.items() if name != "ordering"} if is_sorted else asked


@share(0.6)
@given(questions(), SIZES, UNITS)
def test_pages_that_are_short_for_want_of_reads_are_the_list_too(
    crowd: Crowd, question: tuple[str, dict[str, str]], size: int, units: float
) -> None:
    holds_when_poor(crowd, question, size, units)


@share(0.4)
@given(questions(), st.integers(1, 12), st.sampled_from([5, 20]))
def test_a_page_by_number_is_that_part_of_the_list(
    crowd: Crowd, question: tuple[str, dict[str, str]], number: int, size: int
) -> None:
    path, asked = question[0], crowd.asking(question[1])
    expected, token = crowd.expected(path, asked), crowd.token(path)
    assert number * size <= PAGE_DEPTH

    found = page(crowd.world, url(path, asked, page=number, page_size=size), token)

    wanted = expected[(number - 1) * size : number * size]
    shown = ids_of([found])
    assert shown == wanted[: len(shown)]
    rest = walk(crowd.world, local(found["next"]), token) if found["next"] else []
    assert shown + ids_of(rest) == expected[(number - 1) * size :]


@share(0.4)
@given(questions(), st.integers(1, 12), st.sampled_from([5, 20]), UNITS)
def test_a_page_by_number_that_is_too_far_is_reached_by_its_next(
    crowd: Crowd, question: tuple[str, dict[str, str]], number: int, size: int, units: float
) -> None:
    path, asked = question[0], crowd.asking(modest(*question))
    expected, token = crowd.expected(path, asked), crowd.token(path)

    with reading(crowd, units):
        pages = walk(crowd.world, url(path, asked, page=number, page_size=size), token)

    assert ids_of(pages) == expected[(number - 1) * size :]
    for each in pages:
        assert each["count"] == len(expected) if each["count_exact"] else each["count"] <= len(expected)


def asked_of(events: RandomEvents, rng: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
    """Questions for events that change: each order, and each index."""
    for order in ORDERS:
        yield rng.choice(PATHS), {"ordering": order}
    for name, values in (("q", TITLES), ("title", TITLES), ("location", PLACES)):
        text = next(one for one in rng.choices(values, k=50) if len(reference.fold(one)) > 2)
        yield rng.choice(PATHS), {name: text, "ordering": rng.choice(ORDERS)}
    for name, values in (("country", COUNTRIES), ("language", LANGUAGES), ("tag", TAGS)):
        yield rng.choice(PATHS), {name: rng.choice(values)}
    latitude, longitude = rng.choice(POINTS)
    yield rng.choice(PATHS), {"near": f"{latitude},{longitude},{rng.choice([20, 500])}"}
    yield "/events", {"organizer": events.organizers[1].id}


ACTS = st.lists(st.sampled_from(["create", "create", "edit", "edit", "cancel", "remove", "publish"]), max_size=12)


def follows(acts: list[str], seed: int) -> None:
    """Whatever was written, a quiet index answers what there is now."""
    with World() as world:
        events = RandomEvents(world, 8, seed)
        rng = random.Random(seed)
        for act in acts:
            getattr(events, act)()
            events.wait(timedelta(seconds=3))
        events.settle()
        documents = events.documents()
        for path, asked in asked_of(events, rng):
            me = events.organizers[0]
            token = me.token if path.startswith("/me/") else None
            expected = reference.ids(documents, path, asked, world.clock(), me.id)
            assert ids_of(walk(world, url(path, asked, page_size=3), token)) == expected, (path, asked)


@share(0.08)
@given(ACTS, st.integers(0, 10_000))
def test_the_lists_follow_what_is_written(acts: list[str], seed: int) -> None:
    follows(acts, seed)


WALKS: list[tuple[dict[str, str], str]] = [({}, order) for order in ORDERS]
WALKS += [({name: value}, order) for name, value in TEXTS for order in ORDERS]
WALKS += [({"near": "52.5,13.4,400"}, order) for order in ORDERS]
WALKS += [({"has_spots": "true"}, order) for order in ("starts_at", "-created_at")]
FEW = [*WALKS[::7], WALKS[-1]]  # each filter, and nearly every order
OTHERS = [
    "create",
    "edit",
    "edit",
    "cancel",
    "remove",
    "publish",
]  # what happens to events that do not stay as they are


@pytest.mark.parametrize(
    ("asked", "order", "number"),
    [*((*each, 16) for each in FEW), *(pytest.param(*each, 24, marks=pytest.mark.deep) for each in WALKS)],
)
def test_a_walk_through_writes_skips_and_repeats_nothing_that_was_there_throughout(
    asked: dict[str, str], order: str, number: int
) -> None:
    with World() as world:
        events = RandomEvents(world, number, seed=7)
        asked = asked | {"ordering": order}
        before = reference.ids(events.documents(), "/events", asked, world.clock())
        tokens = {event_id: events.token(event_id) for event_id in before[::2]}  # they stay, though their price changes
        events.made = {event_id: number for event_id, number in events.made.items() if event_id not in tokens}
        following: str | None = url("/events", asked, page_size=2)
        seen: list[str] = []
        prices: dict[str, str] = {}
        while following:
            found = page(world, following)
            seen += ids_of([found])
            shown = {event["id"]: event["price"] for event in found["results"]}
            assert all(shown[event_id] == prices.get(event_id, "0.00") for event_id in tokens.keys() & shown.keys())
            following = local(found["next"]) if found["next"] else None
            getattr(events, events.rng.choice(OTHERS))()
            for event_id in events.rng.sample(list(tokens), min(2, len(tokens))):
                prices[event_id] = f"{events.rng.randrange(1, 90)}.00"
                assert world.patch(f"/events/{event_id}", {"price": prices[event_id]}, tokens[event_id]).status == 200
            events.wait(timedelta(seconds=1))
            if events.rng.random() < 0.5:
                events.settle()

        assert [event_id for event_id in seen if event_id in tokens] == [one for one in before if one in tokens]
