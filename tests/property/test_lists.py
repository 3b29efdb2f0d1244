"""A walk over any set of events, with any page size and in both directions, is the list itself."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.property.examples import share
from tests.support.builders import a_person
from tests.support.fakes import START
from tests.support.world import World

BASE = "https://api.test"
HOURS = st.lists(st.integers(1, 24 * 400), min_size=0, max_size=25)


def ids_of(page: dict[str, object]) -> list[str]:
    results = page["results"]
    assert isinstance(results, list)
    return [one["id"] for one in results]


def walk(world: World, url: str, link: str) -> list[list[str]]:
    pages = []
    following: str | None = url
    while following:
        page = world.get(following.removeprefix(BASE)).json
        pages.append(ids_of(page))
        following = page[link]
    return pages


@share(0.2)
@given(HOURS, st.integers(1, 7), st.data())
def test_pages_put_together_are_all_events_in_order_forwards_and_backwards(
    hours: list[int], size: int, data: st.DataObject
) -> None:
    with World() as world:
        organizer = a_person(world)
        made = []
        for hour in hours:
            starts_at = START + timedelta(hours=hour)
            event = world.an_event(organizer.token, starts_at=f"{starts_at:%Y-%m-%dT%H:%M:%SZ}")
            made.append((starts_at, event["id"]))
        expected = [event_id for _, event_id in sorted(made)]
        view = data.draw(st.sampled_from(["/events", "/events/upcoming"]))

        first = world.get(f"{view}?page_size={size}").json
        pages = walk(world, f"{view}?page_size={size}", "next")

        assert [one for page in pages for one in page] == expected
        assert all(len(page) <= size for page in pages)
        assert first["count"] == len(expected)
        assert first["previous"] is None
        if len(pages) > 1:
            last = first
            while last["next"]:
                last = world.get(last["next"].removeprefix(BASE)).json
            backwards = [ids_of(last), *walk(world, last["previous"], "previous")]
            assert [one for page in reversed(backwards) for one in page] == expected


ZONES = st.sampled_from(["Europe/Berlin", "UTC", "Asia/Tokyo"])
LENGTHS = st.sampled_from([None, 1, 30, 500])


@share(0.3)
@given(st.integers(1, 24 * 300), st.integers(0, 3), LENGTHS, ZONES)
def test_putting_back_what_was_read_changes_nothing_but_the_version(
    hour: int, tags: int, length: int | None, zone: str
) -> None:
    with World() as world:
        organizer = a_person(world)
        starts_at = START + timedelta(hours=hour)
        body = {"starts_at": f"{starts_at:%Y-%m-%dT%H:%M:%SZ}", "timezone": zone, "tags": ["a", "b", "c"][:tags]}
        if length:
            body["ends_at"] = f"{starts_at + timedelta(hours=length):%Y-%m-%dT%H:%M:%SZ}"
        event = world.an_event(organizer.token, description="One.\nTwo.", capacity=7, price="3.5", **body)

        put = world.put(f"/events/{event['id']}", event, organizer.token)

        assert put.status == 200, put.text
        changed = {name for name in event if event[name] != put.json[name]}
        assert changed <= {"version", "updated_at"}
