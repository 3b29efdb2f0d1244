"""The parameters of the event lists: what they mean, and every kind of junk refused by its name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api.events import spans
from chalicelib.domain.shared.limits import PAGE_DEPTH
from tests.support.builders import Person, a_person
from tests.support.expected.documented import document, resolved
from tests.support.lists import ids, local, page, walk
from tests.support.problems import faults, problem
from tests.support.world import World

PUBLIC = ["/events", "/events/upcoming", "/events/available"]
LISTS = [*PUBLIC, "/me/events"]


class Fair:
    """Four events of one organizer around the end of June in Berlin, which is two hours ahead of UTC."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.olga = a_person(world)
        starts = ["2026-06-30T21:59:59Z", "2026-06-30T22:00:00Z", "2026-07-01T00:00:00Z", "2027-01-01T09:00:00Z"]
        self.events = [world.an_event(self.olga.token, starts_at=start)["id"] for start in starts]
        world.work()

    def numbers(self, query: str, path: str = "/events") -> list[int]:
        """Which of the four are found, in the order of the answer."""
        token = self.olga.token if path.startswith("/me") else None
        return [self.events.index(one) for one in ids(walk(self.world, f"{path}?{query}", token))]


@pytest.fixture(scope="module")
def fair() -> Iterator[Fair]:
    """One for all: questions change nothing."""
    with World() as world:
        yield Fair(world)


PARAMETERS = {
    "q", "title", "location", "near", "country", "language", "organizer", "tag", "online", "date", "starts_after",
    "starts_before", "running_from", "running_until", "tz", "has_spots", "is_past", "is_active", "status", "ordering",
    "page", "page_size", "cursor",
}  # fmt: skip
JUNK = [
    ("q=%20", "q"), ("q=...", "q"), (f"q={'x' * 201}", "q"), (f"q={'+'.join(f'w{one}' for one in range(21))}", "q"),
    ("q=a%00b", "q"), ("q=a%0Ab", "q"),
    ("title=%20", "title"), ("title=%2B%2B", "title"), (f"title={'x' * 201}", "title"), ("title=%CC%81", "title"),
    ("location=-", "location"), (f"location={'x' * 201}", "location"),
    ("country=XX", "country"), ("country=D", "country"), ("country=Germany", "country"), ("country=%C3%9F", "country"),
    ("language=klingonese", "language"), ("language=e", "language"),
    ("organizer=1", "organizer"), ("organizer=me", "organizer"), ("organizer=01jz3v4q8rs6k1w3n5p7t9vxyz", "organizer"),
    (f"tag={'x' * 41}", "tag"), ("tag=a%0Ab", "tag"),
    ("online=yes", "online"), ("online=1", "online"), ("has_spots=2", "has_spots"), ("is_past=null", "is_past"),
    ("is_active=on", "is_active"),
    ("date=26", "date"), ("date=2026-7", "date"), ("date=2026-13", "date"), ("date=2026-00", "date"),
    ("date=2026-02-30", "date"), ("date=2026-07-01T09:00:00Z", "date"), ("date=1969", "date"), ("date=9001", "date"),
    ("date=2026-", "date"), ("date=today", "date"), ("date=%D9%A2026", "date"), ("date=2026-W01", "date"),
    ("starts_after=2026", "starts_after"), ("starts_after=2026-07", "starts_after"),
    ("starts_after=tomorrow", "starts_after"),
    ("starts_after=2026-02-29", "starts_after"), ("starts_after=2026-07-01T25:00", "starts_after"),
    ("starts_after=2026-07-01T09:00+02:00", "starts_after"), ("starts_after=1751360400", "starts_after"),
    ("starts_after=2026-07-01T09:00:00.1234567890Z", "starts_after"), ("starts_before=2026-06-31", "starts_before"),
    ("starts_before=2026-07-01T09:00:60Z", "starts_before"), ("starts_before=1969-12-31", "starts_before"),
    ("tz=Berlin", "tz"), ("tz=CEST", "tz"), ("tz=posixrules", "tz"), ("tz=localtime", "tz"),
    ("tz=Factory", "tz"), ("tz=right/Europe/Berlin", "tz"), ("tz=posix/UTC", "tz"),
    ("tz=%2B02:00", "tz"), ("tz=../etc/passwd", "tz"), ("tz=Europe", "tz"),
    ("status=deleted", "status"), ("status=Published", "status"), ("status=published,cancelled", "status"),
    ("ordering=start", "ordering"), ("ordering=--title", "ordering"), ("ordering=title,starts_at", "ordering"),
    ("q=a%E2%80%A8b", "q"), ("q=%E2%80%BC", "q"), ("q=a%7Fb", "q"),
    ("title=a%00b", "title"), ("location=a%00b", "location"), ("tag=a%00b", "tag"), ("country=D%00", "country"),
    ("language=en%00", "language"), ("tz=Europe/Berlin%00", "tz"), ("tz=UTC%0A", "tz"),
    (f"tz={'x' * 65}", "tz"), ("tz=/Europe/Berlin", "tz"), ("tz=Europe/../Europe/Berlin", "tz"),
    (f"language={'x' * 61}", "language"), (f"country={'x' * 61}", "country"),
    ("date=2026%00", "date"), ("date=2026-07-1", "date"), ("date=2026/07", "date"), ("date=-2026", "date"),
    ("starts_after=2026-07-01T09:00:00Z%00", "starts_after"), ("starts_after=2026-07-01T24:00:00Z", "starts_after"),
    ("starts_after=2026-07-01%2009:00", "starts_after"), ("starts_before=9001-01-01", "starts_before"),
    ("organizer=8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "organizer"), ("organizer=%00", "organizer"),
    ("status=%00", "status"), ("online=%20true", "online"), ("has_spots=TRUE%0A", "has_spots"),
    ("is_past=true,false", "is_past"), ("ordering=TITLE", "ordering"), ("ordering=+title", "ordering"),
    ("page=0", "page"), ("page=-1", "page"), ("page=1.0", "page"), ("page=last", "page"), ("page=501", "page"),
    ("page=%D9%A3", "page"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "name"), JUNK)
def test_junk_is_refused_by_the_name_of_its_parameter(fair: Fair, query: str, name: str) -> None:
    for path in LISTS:
        assert faults(fair.world.get(f"{path}?{query}", fair.olga.token)) == [(name, "invalid")], path


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (f"page={'9' * 30}", "must be at most 500"),
        (f"page_size={'9' * 5000}", "must be at most 100"),
        (f"page_size=-{'9' * 30}", "must be at least 1"),
        ("page_size=1e9", "must be a whole number"),
    ],
    ids=lambda text: text[:20],
)
def test_a_number_that_is_too_large_is_told_so(fair: Fair, query: str, message: str) -> None:
    [fault] = fair.world.get(f"/events?{query}").json["errors"]

    assert fault["message"] == message


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_each_parameter_is_given_once_with_a_value(fair: Fair, name: str) -> None:
    for path in LISTS:
        empty = fair.world.get(f"{path}?{name}=", fair.olga.token)
        assert faults(empty) == [(name, "empty_parameter")], path
        twice = fair.world.get(f"{path}?{name}=1&{name}=1", fair.olga.token)
        assert faults(twice) == [(name, "repeated_parameter")], path
        array = fair.world.get(f"{path}?{name}%5B%5D=1", fair.olga.token)
        assert faults(array) == [(f"{name}[]", "unknown_parameter")], path


@pytest.mark.parametrize(
    "name", ["search", "Q", "is_upcoming", "open_now", "page[number]", "\x00", "format", "include"]
)
def test_what_is_no_parameter_is_named(fair: Fair, name: str) -> None:
    for path in LISTS:
        answer = fair.world.get(f"{path}?{urlencode({name: '1'})}", fair.olga.token)
        assert faults(answer) == [(name, "unknown_parameter")], path


def test_everything_that_is_wrong_is_named_at_once(fair: Fair) -> None:
    answer = fair.world.get("/events?q=%20&country=XX&date=2026-13&page=0&ordering=x")

    assert faults(answer) == [(name, "invalid") for name in ("q", "country", "date", "ordering", "page")]


def test_a_plus_sign_that_became_a_blank_is_explained(fair: Fair) -> None:
    answer = fair.world.get("/events?starts_after=2026-07-01T09:00+02:00")

    assert "%2B" in answer.json["errors"][0]["message"]


def test_status_draft_is_for_ones_own_list(fair: Fair) -> None:
    for path in PUBLIC:
        assert faults(fair.world.get(f"{path}?status=draft")) == [("status", "invalid")]
    assert fair.numbers("status=draft", "/me/events") == []


@pytest.mark.parametrize("path", LISTS)
def test_every_parameter_is_documented_with_an_example_that_is_taken(fair: Fair, path: str) -> None:
    parameters = [resolved(one) for one in document()["paths"][path]["get"]["parameters"]]
    query = {one["name"]: one for one in parameters if one["in"] == "query"}

    assert set(query) == PARAMETERS
    for name, one in query.items():
        assert len(one["description"]) > 20, name
        if name == "cursor" or (path, name) == (
            "/me/events",
            "organizer",
        ):  # a good one stands in next only; none is good
            assert "example" not in one
            continue
        value = str(one["example"]).lower() if isinstance(one["example"], bool) else str(one["example"])
        assert fair.world.get(f"{path}?{urlencode({name: value})}", fair.olga.token).status == 200, name


# Parameters that exclude each other

CONTRADICTIONS = [
    ("/events", "starts_after=2026-07-02&starts_before=2026-07-01T00:00:00Z", "starts_after"),
    ("/events", "starts_after=2026-07-03&starts_before=2026-07-01", "starts_after"),
    ("/events", "running_from=2026-07-03&running_until=2026-07-01", "running_from"),
    ("/events", "running_from=2026-07-02T10:00:00Z&running_until=2026-07-02T09:00:00Z", "running_from"),
    ("/events", "starts_after=2026-07-02&starts_before=2026-07-01", "starts_after"),
    ("/events", "starts_after=2026-07-01T09:00:01Z&starts_before=2026-07-01T11:00:00%2B02:00", "starts_after"),
    ("/events", "status=published&is_active=false", "status"),
    ("/me/events", "status=draft&is_active=true", "status"),
    ("/me/events", "status=draft&is_active=false", "status"),
    ("/events", "status=cancelled&is_active=true", "status"),
    ("/events/upcoming", "is_past=true", "is_past"),
    ("/events/available", "is_past=true", "is_past"),
    ("/events/available", "has_spots=false", "has_spots"),
    ("/events/available", "is_active=false", "is_active"),
    ("/events/available", "status=cancelled", "is_active"),
    ("/me/events", "organizer=01JZ3V4Q8RS6K1W3N5P7T9VXYZ", "organizer"),
]


@pytest.mark.parametrize(("path", "query", "name"), CONTRADICTIONS)
def test_what_excludes_each_other_is_refused(fair: Fair, path: str, query: str, name: str) -> None:
    assert faults(fair.world.get(f"{path}?{query}", fair.olga.token)) == [(name, "contradiction")]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/events", "starts_after=2026-07-01&starts_before=2026-07-01"),
        ("/events", "starts_after=2026-07-01T09:00:00Z&starts_before=2026-07-01T09:00:00Z"),
        ("/events", "is_past=true&date=2026"),
        ("/events", "status=published&is_active=true"),
        ("/events", "status=cancelled&is_active=false"),
        ("/events/upcoming", "is_past=false"),
        ("/events/available", "has_spots=true&is_active=true&status=published"),
        ("/events", "date=2026-07&starts_after=2027-01-01"),
    ],
)
def test_what_goes_together_is_taken(fair: Fair, path: str, query: str) -> None:
    assert fair.world.get(f"{path}?{query}").status == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_and_a_page_are_not_taken_together(fair: Fair, path: str) -> None:
    cursor = str(page(fair.world, f"{path}?page_size=1", fair.olga.token)["next"]).split("cursor=")[1]

    answer = fair.world.get(f"{path}?page=1&cursor={cursor}", fair.olga.token)

    assert faults(answer) == [("page", "contradiction")]


@pytest.mark.parametrize(("number", "size"), [(26, 20), (6, 100), (11, 50), (500, 2)])
def test_pages_by_number_end_where_the_documents_say(fair: Fair, number: int, size: int) -> None:
    assert number * size > PAGE_DEPTH
    for path in LISTS:
        answer = fair.world.get(f"{path}?page={number}&page_size={size}", fair.olga.token)
        assert faults(answer) == [("page", "page_too_deep")]


@pytest.mark.parametrize(("number", "size"), [(25, 20), (5, 100), (500, 1)])
def test_the_deepest_page_by_number_is_answered(fair: Fair, number: int, size: int) -> None:
    for path in LISTS:
        found = page(fair.world, f"{path}?page={number}&page_size={size}", fair.olga.token)
        assert (found["results"], found["next"]) == ([], None)


# Dates

DATES = [
    ("date=2026-06-30", [0, 1]),
    ("date=2026-06-30&tz=Europe/Berlin", [0]),
    ("date=2026-07-01", [2]),
    ("date=2026-07-01&tz=Europe/Berlin", [1, 2]),
    ("date=2026-07", [2]),
    ("date=2026-07&tz=Europe/Berlin", [1, 2]),
    ("date=2026", [0, 1, 2]),
    ("date=2027", [3]),
    ("date=2026&tz=Pacific/Kiritimati", [0, 1, 2]),
    ("starts_after=2026-07-01", [2, 3]),
    ("starts_after=2026-07-01&tz=Europe/Berlin", [1, 2, 3]),
    ("starts_before=2026-06-30", [0, 1]),
    ("starts_before=2026-06-30&tz=Europe/Berlin", [0]),
    ("starts_after=2026-06-30T22:00:00Z", [1, 2, 3]),
    ("starts_after=2026-06-30T22:00:00.001Z", [2, 3]),
    ("starts_before=2026-06-30T22:00:00Z", [0]),
    ("starts_before=2026-06-30T22:00:00.001Z", [0, 1]),
    ("starts_after=2026-07-01T00:00:00%2B02:00", [1, 2, 3]),
    ("starts_after=2026-07-01T00:00&tz=Europe/Berlin", [1, 2, 3]),
    ("starts_after=2026-07-01t00:00:00z", [2, 3]),
    ("starts_after=2026-07-01&starts_before=2026-07-01", [2]),
    ("starts_after=2026-06-30T22:00:00Z&starts_before=2026-06-30T22:00:00Z", []),
    ("date=2026&starts_after=2026-07-01", [2]),
    ("date=2026-07&starts_after=2027-01-01", []),
    ("date=9000", []),
]


@pytest.mark.parametrize(("query", "found"), DATES)
def test_days_are_whole_and_times_half_open(fair: Fair, query: str, found: list[int]) -> None:
    for path in ("/events", "/events/upcoming", "/me/events"):
        assert fair.numbers(query, path) == found
        assert fair.numbers(f"{query}&ordering=-starts_at", path) == found[::-1]


@pytest.mark.parametrize(
    ("text", "zone", "first", "following"),
    [
        ("2026", "UTC", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2026-12", "UTC", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("2028-02", "UTC", "2028-02-01T00:00", "2028-03-01T00:00"),
        ("2026-02-28", "UTC", "2026-02-28T00:00", "2026-03-01T00:00"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-05T02:00"),
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"),
        ("9000", "UTC", "9000-01-01T00:00", "9001-01-01T00:00"),
        ("1970-01-01", "Asia/Tokyo", "1969-12-31T15:00", "1970-01-01T15:00"),
    ],
)
def test_a_day_begins_and_ends_as_the_clocks_of_its_zone_do(text: str, zone: str, first: str, following: str) -> None:
    """The third of the zones skipped midnight on that day, the fourth the whole day."""
    span = spans.span_of(spans.checked_date(text), ZoneInfo(zone))

    assert span == tuple(datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (first, following))


# Addresses of neighbours


@pytest.mark.parametrize("path", LISTS)
def test_next_and_previous_keep_every_parameter(fair: Fair, path: str) -> None:
    asked: dict[str, Any] = {
        "q": "python workshop", "tz": "Europe/Berlin", "starts_after": "2026-06-01T00:00:00+02:00",
        "has_spots": "true", "is_past": "false", "ordering": "starts_at", "page_size": "1",
    }  # fmt: skip
    query = "&".join(f"{name}={value.replace('+', '%2B').replace(' ', '%20')}" for name, value in asked.items())

    pages = walk(fair.world, f"{path}?{query}", fair.olga.token)

    assert [len(each["results"]) for each in pages if each["results"]] == [1, 1, 1, 1]
    for link in (pages[0]["next"], pages[1]["previous"], pages[1]["next"]):
        assert link.startswith(f"https://api.test{path}?")
        assert "q=python+workshop&" in link
        assert "starts_after=2026-06-01T00%3A00%3A00%2B02%3A00&" in link
        assert "has_spots=true&is_past=false&" in link
        assert "page_size=1&" in link
    back = page(fair.world, local(pages[1]["previous"]), fair.olga.token)
    assert ids([back]) == ids(pages[:1])


@pytest.mark.parametrize("path", LISTS)
def test_a_page_by_number_leads_on_and_back_by_cursor(fair: Fair, path: str) -> None:
    second = page(fair.world, f"{path}?page=2&page_size=1", fair.olga.token)

    assert ids([second]) == fair.events[1:2]
    for link, expected in (("next", fair.events[2:3]), ("previous", fair.events[:1])):
        assert "page=" not in second[link].replace("page_size=", "")
        assert ids([page(fair.world, local(second[link]), fair.olga.token)]) == expected


@pytest.mark.parametrize(
    "changed", ["q=workshop", "ordering=-starts_at", "has_spots=true", "tz=Europe/Berlin", "date=2026"]
)
def test_a_cursor_is_bound_to_filter_and_order(fair: Fair, changed: str) -> None:
    cursor = str(page(fair.world, "/events?q=python&page_size=1")["next"]).split("cursor=")[1]

    problem(fair.world.get(f"/events?{changed}&cursor={cursor}"), 400, "invalid_cursor")
    if not changed.startswith("q="):
        problem(fair.world.get(f"/events?q=python&{changed}&cursor={cursor}"), 400, "invalid_cursor")
    assert fair.world.get(f"/events?q=python&page_size=7&cursor={cursor}").status == 200


# What others may keep


@pytest.mark.parametrize("path", [*PUBLIC, "/events?q=python"])
def test_a_list_that_has_not_changed_is_not_sent_again_and_a_changed_one_is(world: World, path: str) -> None:
    olga: Person = a_person(world)
    event = world.an_event(olga.token, capacity=5)
    world.work()
    first = world.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=5"
    assert first.headers["Vary"] == "Authorization"

    same = world.get(path, If_None_Match=first.headers["ETag"])
    assert (same.status, same.text, same.headers["ETag"]) == (304, "", first.headers["ETag"])

    assert world.post(f"/events/{event['id']}/enrollments", {}, olga.token).status == 201
    changed = world.get(path, If_None_Match=first.headers["ETag"])
    assert changed.status == 200
    assert changed.json["results"][0]["available_spots"] == 4


def test_a_list_asked_for_with_a_token_is_nobody_elses(world: World) -> None:
    answer = world.get("/events", a_person(world).token)

    assert answer.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert answer.headers["Vary"] == "Authorization"


def test_ones_own_list_is_kept_by_nobody(world: World) -> None:
    assert world.get("/me/events", a_person(world).token).headers["Cache-Control"] == "no-store"
