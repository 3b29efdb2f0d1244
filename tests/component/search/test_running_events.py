"""`running_from` and `running_until`: whatever overlaps a span, however long ago it began."""

from collections.abc import Iterator

import pytest

from tests.support.builders import a_person
from tests.support.world import World

SPANS = {
    "workshop": ("2026-07-01T09:00:00Z", "2026-07-01T17:00:00Z"),
    "exhibition": ("2026-07-01T22:30:00Z", "2026-07-22T18:00:00Z"),
    "collection": ("2026-06-20T09:00:00Z", "2027-12-31T18:00:00Z"),
    "concert": ("2026-07-31T20:00:00Z", "2026-08-01T01:00:00Z"),
}
CASES = [
    ("running_from=2026-07-08&running_until=2026-07-14", {"exhibition", "collection"}),
    ("running_from=2026-07-01&running_until=2026-07-01", {"workshop", "exhibition", "collection"}),
    ("running_from=2026-07-02", {"exhibition", "collection", "concert"}),
    ("running_from=2026-07-02&tz=Asia/Tokyo", {"workshop", "exhibition", "collection", "concert"}),
    ("running_until=2026-07-01", {"workshop", "exhibition", "collection"}),
    ("running_until=2026-07-01T09:00:00Z", {"collection"}),
    ("running_from=2026-07-01T17:00:00Z&running_until=2026-07-01T22:30:00Z", {"collection"}),
    ("running_from=2026-07-22T17:59:59Z&running_until=2026-07-22T18:00:00Z", {"exhibition", "collection"}),
    ("running_from=2026-08-01&running_until=2026-08-31", {"collection", "concert"}),
    ("running_from=2028-01-01", set()),
    ("running_from=2026-07-08&q=exhibition", {"exhibition"}),
    ("running_from=2026-07-08&ordering=-starts_at", {"exhibition", "collection", "concert"}),
    ("running_from=2026-07-08&ordering=title", {"exhibition", "collection", "concert"}),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        organizer = a_person(made)
        for title, (starts_at, ends_at) in SPANS.items():
            made.an_event(organizer.token, title=title, starts_at=starts_at, ends_at=ends_at)
        made.work()
        yield made


@pytest.mark.parametrize(("query", "titles"), CASES)
def test_an_event_is_found_while_it_runs(world: World, query: str, titles: set[str]) -> None:
    answer = world.get(f"/events?{query}")

    assert answer.status == 200, answer.text
    assert {event["title"] for event in answer.json["results"]} == titles
    assert (answer.json["count"], answer.json["next"]) == (len(titles), None)
