"""Parameters of lists: known, given once, not empty, and cursors that are ours and of this very list."""

import re
from collections.abc import Iterator

import pytest

from tests.support.builders import Person, a_person, enrolled
from tests.support.expected.documented import operations
from tests.support.lists import local, page
from tests.support.problems import faults, problem
from tests.support.world import World

LISTS = [
    "/events",
    "/events/upcoming",
    "/events/available",
    "/me/events",
    "/me/enrollments",
    "/events/{id}/enrollments",
]


class Sample:
    """Three events of one organizer, three people in one of them, every list with a second page."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.olga = a_person(world)
        self.events = [world.an_event(self.olga.token, starts_at=f"2026-07-0{day}T09:00:00Z") for day in (1, 2, 3)]
        for event in self.events:
            enrolled(world, event, self.olga)
        for _ in range(2):
            enrolled(world, self.events[0], a_person(world))

    def url(self, path: str) -> str:
        return path.replace("{id}", self.events[0]["id"])

    def cursor(self, path: str, person: Person | None = None) -> str:
        following = page(self.world, f"{self.url(path)}?page_size=1", (person or self.olga).token)["next"]
        assert following, path
        return str(local(following).split("cursor=")[1])


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    """One for all of them: lists change nothing."""
    with World() as world:
        yield Sample(world)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("colour=red", [("colour", "unknown_parameter")]),
        ("pages=2", [("pages", "unknown_parameter")]),
        ("search=python", [("search", "unknown_parameter")]),
        ("order=title", [("order", "unknown_parameter")]),
        ("PAGE_SIZE=3", [("PAGE_SIZE", "unknown_parameter")]),
        ("=x", [("", "unknown_parameter")]),
        ("page_size=", [("page_size", "empty_parameter")]),
        ("cursor=", [("cursor", "empty_parameter")]),
        ("page_size=3&page_size=3", [("page_size", "repeated_parameter")]),
        ("page_size=0", [("page_size", "invalid")]),
        ("page_size=101", [("page_size", "invalid")]),
        ("page_size=-1", [("page_size", "invalid")]),
        ("page_size=1.5", [("page_size", "invalid")]),
        ("page_size=ten", [("page_size", "invalid")]),
        ("page_size=%202", [("page_size", "invalid")]),
        ("page_size=٣", [("page_size", "invalid")]),
        ("page_size=9999999999", [("page_size", "invalid")]),
        (f"cursor={'x' * 1501}", [("cursor", "invalid")]),
        ("a=1&page_size=&page_size=2", [("a", "unknown_parameter"), ("page_size", "repeated_parameter")]),
    ],
)
def test_every_fault_of_the_parameters_is_named(sample: Sample, query: str, expected: list[tuple[str, str]]) -> None:
    for path in LISTS:
        answer = sample.world.get(f"{sample.url(path)}?{query}", sample.olga.token)

        assert faults(answer) == expected, path
        assert all(set(one) == {"parameter", "code", "message"} for one in answer.json["errors"])


@pytest.mark.parametrize("path", LISTS)
def test_page_sizes_from_one_to_a_hundred_are_good(sample: Sample, path: str) -> None:
    for size in (1, 100, "007"):
        assert sample.world.get(f"{sample.url(path)}?page_size={size}", sample.olga.token).status == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_that_is_not_ours_is_refused(sample: Sample, path: str) -> None:
    good = sample.cursor(path)
    signed = sample.world.container.security.macs.sign("cursor", b"[]")  # as cursors of before were
    other = sample.world.container.security.seals.seal("another purpose", b"[]")
    forged = [
        "junk", "...", good[:-1], good[1:], good[::-1], f"{good[:20]}AAAA{good[24:]}", f"{good[:-4]}AAAA",
        f"AAAA{good[4:]}", f"{good}.x", f"{good}A", f"{good}=", good.lower(), f"{good[:9]}é{good[10:]}", "%00",
        signed, other,
    ]  # fmt: skip

    for cursor in forged:
        problem(sample.world.get(f"{sample.url(path)}?cursor={cursor}", sample.olga.token), 400, "invalid_cursor")
    assert sample.world.get(f"{sample.url(path)}?cursor={good}", sample.olga.token).status == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_is_good_for_its_own_list_only(sample: Sample, path: str) -> None:
    cursor = sample.cursor(path)

    for other in LISTS:
        answer = sample.world.get(f"{sample.url(other)}?cursor={cursor}", sample.olga.token)
        if other == path:
            assert answer.status == 200
        else:
            problem(answer, 400, "invalid_cursor")


def test_a_cursor_of_one_filter_is_not_good_for_another(sample: Sample) -> None:
    cursor = sample.cursor("/me/enrollments")

    for query in ("status=confirmed", "when=upcoming"):
        answer = sample.world.get(f"/me/enrollments?{query}&cursor={cursor}", sample.olga.token)
        problem(answer, 400, "invalid_cursor")


@pytest.mark.parametrize("path", ["/me/events", "/me/enrollments"])
def test_a_cursor_of_ones_own_list_is_nobody_elses(sample: Sample, path: str) -> None:
    cursor = sample.cursor(path)

    problem(sample.world.get(f"{path}?cursor={cursor}", a_person(sample.world).token), 400, "invalid_cursor")


def test_a_cursor_of_a_public_list_is_anybodys(sample: Sample) -> None:
    cursor = sample.cursor("/events")

    mine = page(sample.world, f"/events?cursor={cursor}", sample.olga.token)
    theirs = page(sample.world, f"/events?cursor={cursor}")

    assert mine["results"] == theirs["results"] != []


def test_a_confirmation_is_no_cursor(sample: Sample) -> None:
    """Every purpose has its own key."""
    confirm = sample.world.delete(f"/events/{sample.events[0]['id']}", sample.olga.token).json["confirm"]

    problem(sample.world.get(f"/events?cursor={confirm}"), 400, "invalid_cursor")


ELSEWHERE = [
    ("GET", "/health"), ("GET", "/countries"), ("GET", "/countries/DE"), ("GET", "/auth/me"),
    ("GET", "/events/{id}"), ("GET", "/events/{id}/capacity"), ("POST", "/events"), ("POST", "/auth/login"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ELSEWHERE)
def test_where_no_parameters_are_known_any_is_refused(sample: Sample, method: str, path: str) -> None:
    answer = sample.world.send(method, f"{sample.url(path)}?debug=1", token=sample.olga.token)

    assert faults(answer) == [("debug", "unknown_parameter")]


OF_A_PERSON = [("/me/enrollments", "status"), ("/attendees/{me}/enrollments", "status")]
SEVERAL = [
    *OF_A_PERSON,
    ("/events/{event_id}/enrollments", "status"),  # tests/component/enrollments/test_roster.py repeats these
    ("/events/{event_id}/enrollments.csv", "status"),
]


def test_these_are_all_parameters_that_are_lists() -> None:
    documented = [
        (re.sub("{attendee_id}", "{me}", path), one["name"])
        for path, verb, operation in operations()
        for one in operation.get("parameters", [])
        if one.get("schema", {}).get("type") == "array"
    ]

    assert sorted(documented) == sorted(SEVERAL)
    assert all(
        (one["style"], one["explode"]) == ("form", True)
        for _, _, operation in operations()
        for one in operation.get("parameters", [])
        if one.get("schema", {}).get("type") == "array"
    )


@pytest.mark.parametrize(("path", "parameter"), OF_A_PERSON)
def test_a_parameter_that_is_a_list_may_be_repeated(sample: Sample, path: str, parameter: str) -> None:
    url = path.replace("{me}", sample.olga.id)
    expected = page(sample.world, f"{url}?{parameter}=confirmed,pending", sample.olga.token)
    none = page(sample.world, f"{url}?{parameter}=cancelled&{parameter}=expired", sample.olga.token)

    for query in ("{0}=confirmed&{0}=pending", "{0}=pending&{0}=confirmed", "{0}=confirmed&{0}=pending,offered"):
        found = page(sample.world, f"{url}?{query.format(parameter)}", sample.olga.token)
        assert found["results"] == expected["results"] != []
    assert none["results"] == []


def test_a_cursor_is_good_however_the_list_was_written(sample: Sample) -> None:
    first = page(sample.world, "/me/enrollments?status=confirmed&status=pending&page_size=1", sample.olga.token)

    following = page(sample.world, local(first["next"]), sample.olga.token)

    assert len(following["results"]) == 1
    assert following["results"] != first["results"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("status=&status=confirmed", "empty_parameter"),
        ("status=confirmed&status=", "empty_parameter"),
        ("status=confirmed&status=nope", "invalid"),
        ("when=past&when=past", "repeated_parameter"),
    ],
)
def test_each_value_of_a_repeated_list_is_looked_at(sample: Sample, query: str, code: str) -> None:
    answer = sample.world.get(f"/me/enrollments?{query}", sample.olga.token)

    assert faults(answer) == [(query.partition("=")[0], code)]
