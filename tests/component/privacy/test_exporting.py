"""Everything that is kept about somebody, whole, to nobody else, and without anything secret."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.exports import ExportKind
from devtools.retention import KEPT, Kept
from tests.support.builders import a_person, signed_in
from tests.support.citations import PROJECT
from tests.support.problems import problem
from tests.support.stories.busy import EMAIL, Busy, fresh
from tests.support.world import PASSWORD, World

URL = "/auth/me/export"


@pytest.fixture(scope="module")
def busy() -> Iterator[Busy]:
    with World() as world:
        yield Busy(world)


def export(world: World, token: str) -> list[dict[str, Any]]:
    found, url = [], URL
    while url:
        answer = world.get(url, token)
        assert answer.status == 200, answer.text
        found += answer.json["items"]
        url = (answer.json["next"] or "").removeprefix("https://api.test")
    return found


@pytest.fixture(scope="module")
def exported(busy: Busy) -> list[dict[str, Any]]:
    busy.world.post("/auth/me/email", {"email": "ada.wanted@example.org", "password": PASSWORD}, busy.token)
    return export(busy.world, fresh(busy.world))


def test_there_is_one_of_every_kind(exported: list[dict[str, Any]]) -> None:
    assert {one["kind"] for one in exported} == set(ExportKind)


def own_items(busy: Busy) -> Iterator[tuple[Kept, dict[str, Any]]]:
    """What the tables have under the account, its records, its enrollments and its events, by their lines."""
    ids = {busy.id, busy.child["id"], busy.own["id"], busy.draft["id"]}
    for kept in KEPT:
        if not isinstance(kept.export, ExportKind) or kept.export in {ExportKind.EVENT, ExportKind.MESSAGE}:
            continue
        for item in busy.world.db.snapshot_all(f"turnout-{kept.table}"):
            key = {*item["pk"]["S"].split("#"), item.get("sk", {}).get("S", "")}
            names = item.keys() - {"pk", "sk"}
            if ids & key and names <= {*kept.personal, *kept.inner}:
                yield kept, item


def test_whatever_is_personal_of_what_is_stored_is_in_it(busy: Busy, exported: list[dict[str, Any]]) -> None:
    said, seen = json.dumps(exported), Counter[str]()
    for kept, item in own_items(busy):
        for name in kept.personal:
            value = item.get(name, {}).get("S")
            if value and name not in {
                "history",
                "kept_by",
                "card",
                "words",
                "networks",
                "teams",
                "roles",
                "attendee",
                "maker",
                "charged",
            }:
                assert json.dumps(value)[1:-1] in said, (kept.model.__name__, name)
                seen[name] += 1

    assert {"email", "username", "first_name", "phone", "date_of_birth", "network", "name", "note"} <= seen.keys()


def test_nothing_secret_is_in_it(busy: Busy, exported: list[dict[str, Any]]) -> None:
    said = json.dumps(exported)
    secrets = ["password_hash", "code_mac", "attempt_id", "current", "previous"]
    feed = busy.world.get("/auth/me/feeds", fresh(busy.world)).json["url"].rpartition("/")[2]

    assert feed not in said
    for item in busy.world.db.snapshot_all("turnout-accounts"):
        for name in {*secrets} & item.keys():
            value = item[name]["S"]
            assert len(value) < 5 or value not in said, name
    assert not any(f'"{name}"' in said for name in secrets)


def test_what_it_says_is_what_is_shown_elsewhere(busy: Busy, exported: list[dict[str, Any]]) -> None:
    kinds = Counter(one["kind"] for one in exported)
    by_kind = {one["kind"]: one["data"] for one in exported}

    assert by_kind["account"]["email"] == EMAIL
    assert by_kind["account"]["roles"] == ["seeker", "facilitator"]
    [team] = by_kind["account"]["teams"]
    assert (team["scope"], team["role"]) == (busy.open["id"], "viewer")
    assert by_kind["team_invitation"]["event_id"] == busy.full["id"]
    assert by_kind["mailbox"]["suppressed"] == "bounce"
    assert by_kind["mailbox"]["unsubscribed_from"] == ["messages"]
    assert by_kind["event"]["title"] in {"Own", "Draft"}
    assert kinds["event"] == 2
    [place] = [one["data"] for one in exported if one["data"].get("id") == busy.place["id"]]
    assert place["note"] == "Adaline is vegetarian"
    assert place["last_mail"]["state"] == "bounced"
    first = place["history"][0]
    assert (first["cause"], first["by_you"]) == ("enrolled", True)
    assert by_kind["kept_record"]["email"] == "byron@example.org"
    assert by_kind["message"]["body"] == "Yours, Adaline"


PAGE = (PROJECT / "docs" / "privacy.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
WHOLE = {"enrollment", "enrollment_of_others", "event"}  # what the contract lists is not listed again


def test_the_page_lists_every_kind_with_its_fields(exported: list[dict[str, Any]]) -> None:
    assert ROWS.keys() == set(ExportKind)
    for one in exported:
        named = set(re.findall(r"`(\w+)`", ROWS[one["kind"]]))
        assert one["kind"] in WHOLE or one["data"].keys() <= named, one["kind"]


def test_others_are_in_it_by_nothing_but_what_the_account_wrote(busy: Busy, exported: list[dict[str, Any]]) -> None:
    said = json.dumps(exported)

    for person in (busy.olga, busy.kim, busy.stranger):
        assert person.id not in said
        assert person.email not in said


def test_it_needs_a_login_of_a_moment_ago(world: World) -> None:
    ada = a_person(world)
    world.clock.advance(timedelta(minutes=10))

    problem(world.get(URL, ada.token), 403, "fresh_login_required")
    problem(world.get(URL), 401, "unauthenticated")
    assert world.get(URL, signed_in(world, ada.account).token).status == 200


def test_a_page_has_no_more_than_it_can_and_the_next_one_is_nobody_elses(world: World) -> None:
    ada, bob = a_person(world), a_person(world)
    for number in range(60):
        assert world.post("/attendees", {"first_name": f"Nr {number}"}, ada.token).status == 201

    found = export(world, ada.token)
    following = world.get(URL, ada.token).json["next"].removeprefix("https://api.test")

    names = [one["data"]["first_name"] for one in found if one["kind"] == "kept_record"]
    assert sorted(names, key=lambda name: int(name[3:])) == [f"Nr {number}" for number in range(60)]
    problem(world.get(following, bob.token), 400, "invalid_cursor")
    problem(world.get(f"{URL}?cursor=made.up.one", ada.token), 400, "invalid_cursor")


def test_messages_of_many_events_are_all_in_it(world: World) -> None:
    olga, bob = a_person(world), a_person(world)
    for number in range(3):
        event = world.an_event(olga.token, title=f"Event {number}")
        world.post(f"/events/{event['id']}/enrollments", {}, bob.token)
        for word in range(number):
            message = {"subject": f"{number}.{word}", "body": "Hello", "segment": "confirmed"}
            url = f"/events/{event['id']}/messages"
            confirm = world.post(url, message, olga.token).json["confirm"]
            assert world.post(f"{url}?confirm={confirm}", message, olga.token).status == 202

    sent = [one["data"]["subject"] for one in export(world, olga.token) if one["kind"] == "message"]

    assert sorted(sent) == ["1.0", "2.0", "2.1"]
