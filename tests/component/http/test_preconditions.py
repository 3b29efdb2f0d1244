"""RFC 9110, section 13: every method against every pair of `If-Match` and `If-None-Match`, as a generated table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from chalice.app import Request

from chalicelib.api.http.request.preconditions import UNREADABLE, Conditions, EntityTags, parse
from chalicelib.api.http.request.scope import Scope
from tests.support.builders import Person, a_person
from tests.support.problems import problem
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a field: the tags in it that are the present one, another one, weak or strong."""

    value: str | None
    strong: bool = False  # names the present version strongly
    weak: bool = False  # names it, as a weak tag
    any: bool = False
    readable: bool = True


FIELDS: Mapping[str, Field] = {
    "absent": Field(None),
    "any": Field("*", any=True),
    "any in blanks": Field(" * ", any=True),
    "the tag": Field("{now}", strong=True),
    "another": Field('"0.9"'),
    "the last of a list": Field('"0.9", W/"0" ,{now}', strong=True),
    "the first of a list": Field('{now},"0"', strong=True),
    "a list without it": Field('"0","00"'),
    "empty elements": Field(", {now},,", strong=True),
    "a comma in a tag": Field('"0,{bare}"'),
    "weak": Field("W/{now}", weak=True),
    "weak in a list": Field('"0", W/{now}', weak=True),
    "a leading zero": Field('"0{bare}"'),
    "small w": Field("w/{now}", readable=False),
    "no quotes": Field("{bare}", readable=False),
    "half of the quotes": Field('"{bare}', readable=False),
    "no comma": Field('{now} "0"', readable=False),
    "a star in a list": Field("*, {now}", readable=False),
    "empty": Field("", readable=False),
    "junk": Field("junk", readable=False),
}


def expected_of_write(match: Field, none_match: Field) -> int:
    """The steps of section 13.2.2 for a method that is not safe; what cannot be read is not met."""
    if match.value is not None and not (match.any or match.strong):
        return 412
    if none_match.value is not None and (
        none_match.any or none_match.strong or none_match.weak or not none_match.readable
    ):
        return 412
    return 200


def expected_of_read(match: Field, none_match: Field) -> int:
    if match.value is not None and not (match.any or match.strong):
        return 412
    return 304 if none_match.any or none_match.strong or none_match.weak else 200


def headers_of(etag: str, match: Field, none_match: Field) -> dict[str, str]:
    bare = etag.strip('"')
    values = {"If-Match": match.value, "If-None-Match": none_match.value}
    return {name: value.format(now=etag, bare=bare) for name, value in values.items() if value is not None}


PAIRS = [(match, none_match) for match in FIELDS.values() for none_match in FIELDS.values()]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_is_conditional(world: World, ada: Person, method: str) -> None:
    record = world.post("/attendees", {"first_name": "Byron"}, ada.token).json
    url = f"/attendees/{record['id']}"
    etag = world.get(url, ada.token).headers["ETag"]

    wrong = {}
    for match, none_match in PAIRS:
        sent = headers_of(etag, match, none_match)
        answer = world.send(method, url, token=ada.token, headers=sent)
        if answer.status != expected_of_read(match, none_match):
            wrong[str(sent)] = answer.status
        if answer.status == 304:
            assert (answer.text, answer.headers["ETag"]) == ("", etag)

    assert wrong == {}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_changing_is_conditional(world: World, ada: Person, method: str) -> None:
    record = world.post("/attendees", {"first_name": "Byron"}, ada.token).json
    url, version = f"/attendees/{record['id']}", 1

    wrong = {}
    for match, none_match in PAIRS:
        sent = headers_of(f'"{version}"', match, none_match)
        answer = world.send(method, url, {"first_name": "Byron"}, token=ada.token, headers=sent)
        version += answer.status == 200
        if answer.status != expected_of_write(match, none_match):
            wrong[str(sent)] = answer.status

    assert wrong == {}
    assert world.get(url, ada.token).json["version"] == version


def a_place(world: World, event: dict[str, Any], olga: Person, number: int) -> str:
    body = {"name": "Vera", "email": f"vera{number}@example.org", "waitlist": True}
    answer = world.post(f"/events/{event['id']}/enrollments", body, olga.token)
    assert answer.status == 201, answer.text
    return f"/enrollments/{answer.json['id']}"


SINGLE = [(one, FIELDS["absent"]) for one in FIELDS.values()] + [(FIELDS["absent"], one) for one in FIELDS.values()]
ACTIONS = {
    "PATCH": "",
    "DELETE": "",
    "POST /cancel": "/cancel",
    "POST /confirm": "/confirm",
    "POST /check-in": "/check-in",
    "POST /resend": "/resend",
    "DELETE /check-in": "/check-in",
}


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_on_an_enrollment_is_conditional(world: World, olga: Person, action: str) -> None:
    event = world.an_event(olga.token)
    method, body = action.partition(" ")[0], {"note": "Front row."} if action == "PATCH" else None

    wrong = {}
    for number, (match, none_match) in enumerate(SINGLE):
        url = a_place(world, event, olga, number)
        sent = headers_of('"1"', match, none_match)
        status = world.send(method, url + ACTIONS[action], body, token=olga.token, headers=sent).status
        if (status if status == 412 else 200) != expected_of_write(match, none_match):
            wrong[str(sent)] = status
        if status == 412:
            assert world.get(url, olga.token).json["version"] == 1

    assert wrong == {}


@pytest.mark.parametrize(("method", "action"), [("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/cancel")])
def test_every_change_of_an_event_is_conditional(world: World, olga: Person, method: str, action: str) -> None:
    event = world.an_event(olga.token)
    version = 1

    wrong = {}
    for match, none_match in SINGLE:
        etag = world.get(f"/events/{event['id']}").headers["ETag"]
        sent = headers_of(etag, match, none_match)
        body = event if method in {"PUT", "PATCH"} else None
        answer = world.send(method, f"/events/{event['id']}{action}", body, token=olga.token, headers=sent)
        if (answer.status if answer.status == 412 else 200) != expected_of_write(match, none_match):
            wrong[str(sent)] = answer.status
        version += answer.status < 300
        if method in {"DELETE", "POST"} and answer.status < 300:
            event = world.an_event(olga.token)

    assert wrong == {}


# What has no version of its own

UNVERSIONED = {
    "POST /events": ("POST", "/events", {"title": "Talk", "starts_at": "2026-07-01T09:00:00Z"}),
    "PATCH /auth/me": ("PATCH", "/auth/me", {"first_name": "Olga"}),
    "POST /attendees": ("POST", "/attendees", {"first_name": "Byron"}),
    "PUT preferences": ("PUT", "/auth/me/preferences", {"reminders": True, "follow_ups": True, "messages": True}),
}


@pytest.mark.parametrize("case", UNVERSIONED)
def test_no_tag_is_that_of_what_has_none(world: World, olga: Person, case: str) -> None:
    method, url, body = UNVERSIONED[case]
    for header, value, is_met in (
        ("If-Match", "*", True),
        ("If-Match", '"1"', False),
        ("If-Match", "junk", False),
        ("If-None-Match", "*", False),
        ("If-None-Match", '"1"', True),
        ("If-None-Match", "junk", False),
    ):
        answer = world.send(method, url, body, token=olga.token, headers={header: value})
        if is_met:
            assert answer.status < 300, answer.text
        else:
            problem(answer, 412, "precondition_failed")


@pytest.mark.parametrize("url", ["/auth/me", "/me/enrollments", "/attendees", "/auth/me/preferences"])
def test_what_is_read_without_a_tag_matches_none(world: World, ada: Person, url: str) -> None:
    first = world.get(url, ada.token)
    assert "ETag" not in first.headers

    assert world.get(url, ada.token, If_None_Match="*").status == 304
    assert world.get(url, ada.token, If_None_Match='"other"').json == first.json
    assert world.get(url, ada.token, If_Match="*").json == first.json
    problem(world.get(url, ada.token, If_Match='"other"'), 412, "precondition_failed")


def test_dates_are_compared_with_nothing(world: World, olga: Person) -> None:
    """No answer has Last-Modified, so that these conditions are to be ignored (13.1.3 to 13.1.5)."""
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}"
    assert "Last-Modified" not in world.get(url).headers

    for name in ("If-Modified-Since", "If-Unmodified-Since", "If-Range"):
        for date in ("Mon, 01 Jun 2099 09:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "junk"):
            assert world.send("GET", url, headers={name: date, "Range": "bytes=0-1"}).status == 200
            sent = world.send("PATCH", url, {"title": "Talk"}, token=olga.token, headers={name: date})
            assert sent.status == 200


def test_what_does_not_exist_is_not_found_whatever_is_demanded(world: World, olga: Person) -> None:
    for headers in ({"If-Match": "*"}, {"If-Match": '"1"'}, {"If-None-Match": "*"}):
        for url in ("/attendees/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/events/01ARZ3NDEKTSV4RRFFQ69G5FAV"):
            problem(world.send("DELETE", url, token=olga.token, headers=headers), 404, "not_found")


# The fields themselves


def test_lines_of_one_field_are_one_list() -> None:
    """A gateway hands over all lines beside the last one."""
    record: dict[str, Any] = {
        "headers": {"If-Match": '"2"'},
        "multiValueHeaders": {"if-match": ['"1", W/"x"', '"2"']},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {"httpMethod": "PUT", "resourcePath": "/"},
        "body": None,
        "stageVariables": None,
    }

    found = Conditions.of(Scope(Request(record, None), "request"))

    assert found.if_match == EntityTags(strong=frozenset({"1", "2"}), weak=frozenset({"x"}))
    assert found.if_none_match is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('""', EntityTags(strong=frozenset({""}))),
        ('"\xe4"', EntityTags(strong=frozenset({"\xe4"}))),
        ('"a b"', UNREADABLE),
        ("W/", UNREADABLE),
        ('"' + "x," * 5000 + '"', EntityTags(strong=frozenset({"x," * 5000}))),
        (" " * 10_000 + "x", UNREADABLE),
        (", " * 5_000, UNREADABLE),
        ('"' * 9_999, UNREADABLE),
    ],
)
def test_a_field_is_read_as_the_grammar_says(value: str, expected: EntityTags) -> None:
    assert parse(value) == expected


def test_who_has_an_enrollment_is_given_it_anew_whatever_of_it_has_changed(
    world: World, olga: Person, ada: Person
) -> None:
    """The name of a record, the title of the event and the place in line are in the answer, and no new version."""
    event = world.an_event(olga.token, capacity=1)
    enrolments = f"/events/{event['id']}/enrollments"
    kim = world.post("/attendees", {"first_name": "Kim"}, ada.token).json
    first, second = (a_person(world) for _ in range(2))
    assert world.post(enrolments, {}, first.token).status == 201
    ahead = world.post(enrolments, {"waitlist": True}, second.token).json
    row = world.post(enrolments, {"waitlist": True, "attendee_id": kim["id"]}, ada.token).json
    url = f"/enrollments/{row['id']}"
    changes: list[tuple[str, str, Any, Person]] = [
        ("PATCH", f"/attendees/{kim['id']}", {"first_name": "Kimberly"}, ada),
        ("PATCH", f"/events/{event['id']}", {"title": "Another title"}, olga),
        ("POST", f"/enrollments/{ahead['id']}/cancel", None, second),
    ]
    for method, path, body, by in changes:
        known = world.get(url, ada.token)
        assert world.get(url, ada.token, If_None_Match=known.headers["ETag"]).status == 304
        assert world.send(method, path, body, token=by.token).status == 200

        now = world.get(url, ada.token, If_None_Match=known.headers["ETag"])

        assert (now.status, now.json["version"]) == (200, known.json["version"]), path
        assert now.json != known.json
        assert world.get(url, ada.token, If_Match=known.headers["ETag"]).status == 200
