"""Attendee records: kept of others, read and changed by their keeper, and for nobody else there at all."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, signed_in
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import faults, problem
from tests.support.world import World

GRACE = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "email": "Grace@Example.org",
    "phone": "+1 (202) 555-0123",
    "date_of_birth": "1906-12-09",
}
EMPTY = {"last_name": "", "email": None, "phone": None, "date_of_birth": None}


def a_record(world: World, keeper: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post("/attendees", {"first_name": "Grace", **fields}, keeper.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def url(record: dict[str, Any] | Person, rest: str = "") -> str:
    return f"/attendees/{record.id if isinstance(record, Person) else record['id']}{rest}"


# Keeping


def test_a_record_is_kept_as_it_was_written_and_is_there_at_once(world: World, ada: Person) -> None:
    answer = world.post("/attendees", GRACE, ada.token)

    assert answer.status == 201
    record = answer.json
    assert record == {
        **GRACE,
        "id": record["id"],
        "email": "Grace@example.org",
        "phone": "+12025550123",
        "kept_by": ada.id,
        "version": 1,
        "created_at": "2026-06-01T09:00:00Z",
        "updated_at": "2026-06-01T09:00:00Z",
    }
    assert answer.headers["Location"] == f"https://api.test/attendees/{record['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert world.get(url(record), ada.token).json == record
    assert page(world, "/attendees", ada.token)["results"] == [record]


def test_a_first_name_is_all_that_is_needed(world: World, ada: Person) -> None:
    record = a_record(world, ada)

    assert {name: record[name] for name in EMPTY} == EMPTY


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/first_name", "required")]),
        ({"first_name": " "}, [("/first_name", "invalid")]),
        ({"first_name": "x" * 101}, [("/first_name", "invalid")]),
        ({"first_name": "a\nb"}, [("/first_name", "invalid")]),
        ({"first_name": None}, [("/first_name", "invalid")]),
        ({"first_name": "Grace", "last_name": "x" * 101}, [("/last_name", "invalid")]),
        ({"first_name": "Grace", "email": "nobody"}, [("/email", "invalid")]),
        ({"first_name": "Grace", "email": ""}, [("/email", "invalid")]),
        ({"first_name": "Grace", "phone": "call me"}, [("/phone", "invalid")]),
        ({"first_name": "Grace", "phone": "12345"}, [("/phone", "invalid")]),
        ({"first_name": "Grace", "phone": "+" + "1" * 16}, [("/phone", "invalid")]),
        ({"first_name": "Grace", "phone": "+0 123 456 789"}, [("/phone", "invalid")]),
        ({"first_name": "Grace", "phone": "٠١٢٣٤٥٦٧٨"}, [("/phone", "invalid")]),
        ({"first_name": "Grace", "phone": 12025550123}, [("/phone", "invalid")]),
        ({"first_name": "Grace", "date_of_birth": "1906-02-30"}, [("/date_of_birth", "invalid")]),
        ({"first_name": "Grace", "date_of_birth": "09.12.1906"}, [("/date_of_birth", "invalid")]),
        ({"first_name": "Grace", "date_of_birth": "1899-12-31"}, [("/date_of_birth", "invalid")]),
        ({"first_name": "Grace", "date_of_birth": "2026-06-01"}, [("/date_of_birth", "invalid")]),
        ({"first_name": "Grace", "date_of_birth": "1906-12-09T00:00:00Z"}, [("/date_of_birth", "invalid")]),
        ({"first_name": "Grace", "date_of_birth": -1993}, [("/date_of_birth", "invalid")]),
        ({"name": "Grace"}, [("/first_name", "required"), ("/name", "unknown_field")]),
    ],
)
def test_faults_are_named_and_nothing_is_kept(
    world: World, ada: Person, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert sorted(faults(world.post("/attendees", body, ada.token))) == sorted(expected)
    assert page(world, "/attendees", ada.token)["count"] == 0


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+49 30 901820", "+4930901820"),
        ("0049-30-901820", "+4930901820"),
        ("030/90 18 20", "030901820"),
        ("(030) 90.18.20", "030901820"),
        ("+1234567890", "+1234567890"),
    ],
)
def test_a_phone_number_is_kept_without_its_punctuation(world: World, ada: Person, written: str, stored: str) -> None:
    assert a_record(world, ada, phone=written)["phone"] == stored


def test_somebody_born_yesterday_is_born(world: World, ada: Person) -> None:
    assert a_record(world, ada, date_of_birth="2026-05-31")["date_of_birth"] == "2026-05-31"


def test_an_address_is_unique_among_the_records_of_one_keeper(world: World, ada: Person) -> None:
    first = a_record(world, ada, email="grace@example.org")
    bob = a_person(world)

    refused = world.post("/attendees", {"first_name": "Other", "email": "GRACE@Example.org"}, ada.token)

    assert "another record" in problem(refused, 409, "email_taken")["detail"]
    assert a_record(world, bob, email="grace@example.org")["id"] != first["id"]
    assert page(world, "/attendees", ada.token)["count"] == 1


def test_an_account_has_nothing_to_do_with_what_others_keep(world: World, ada: Person) -> None:
    """A record may have the address of an account: it proves nothing, and changes nothing for either."""
    bob = a_person(world, "bob@example.org", first_name="Bob")

    record = a_record(world, ada, email="bob@example.org", last_name="Somebody")

    problem(world.get(url(record), bob.token), 404, "not_found")
    assert world.get("/auth/me", bob.token).json["first_name"] == "Bob"


def test_a_key_keeps_one_record_however_often_it_is_sent(world: World, ada: Person) -> None:
    first = world.post("/attendees", GRACE, ada.token, Idempotency_Key="one")
    second = world.post("/attendees", GRACE, ada.token, Idempotency_Key="one")

    assert second.headers["Idempotency-Replayed"] == "true"
    assert (second.status, second.json, second.headers["Location"]) == (201, first.json, first.headers["Location"])
    problem(world.post("/attendees", {"first_name": "x"}, ada.token, Idempotency_Key="one"), 422,
            "idempotency_key_reused")  # fmt: skip


# Who may


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_to_everybody_but_the_keeper_a_record_does_not_exist(world: World, ada: Person, method: str) -> None:
    record = a_record(world, ada, email="grace@example.org")
    stranger = a_person(world, "grace@example.org")

    problem(world.send(method, url(record), {"first_name": "Mine"}, token=stranger.token), 404, "not_found")
    problem(world.send(method, url(ada), {"first_name": "Mine"}, token=stranger.token), 404, "not_found")
    problem(world.send(method, url(record), {"first_name": "Mine"}), 401, "unauthenticated")

    assert world.get(url(record), ada.token).json == record


def test_personal_data_is_never_cached(world: World, ada: Person) -> None:
    record = a_record(world, ada)

    for address in ("/attendees", url(record), url(ada), url(record, "/enrollments")):
        assert world.get(address, ada.token).headers["Cache-Control"] == "no-store"


# Changing


def test_get_edit_put_changes_what_was_edited(world: World, ada: Person) -> None:
    record = world.post("/attendees", GRACE, ada.token).json
    world.clock.advance(timedelta(minutes=1))

    answer = world.put(url(record), {**record, "last_name": "Murray"}, ada.token)

    changed = {**record, "last_name": "Murray", "version": 2, "updated_at": "2026-06-01T09:01:00Z"}
    assert (answer.status, answer.json, answer.headers["ETag"]) == (200, changed, '"2"')
    assert world.get(url(record), ada.token).json == changed
    assert page(world, "/attendees", ada.token)["results"] == [changed]


def test_put_clears_what_is_omitted(world: World, ada: Person) -> None:
    record = world.post("/attendees", GRACE, ada.token).json

    answer = world.put(url(record), {"first_name": "Grace"}, ada.token)

    assert {name: answer.json[name] for name in EMPTY} == EMPTY
    assert a_record(world, ada, email=GRACE["email"]), "the address is free again"


@pytest.mark.parametrize("field", sorted(EMPTY))
def test_patch_changes_one_field_and_null_clears_it(world: World, ada: Person, field: str) -> None:
    record = world.post("/attendees", GRACE, ada.token).json

    cleared = world.patch(url(record), {field: None}, ada.token)

    assert cleared.json == {**record, field: EMPTY[field], "version": 2}
    again = world.patch(url(record), {field: record[field]}, ada.token, Content_Type="application/merge-patch+json")
    assert again.json == {**record, "version": 3}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"first_name": None}, [("/first_name", "required")]),
        ({"phone": "x"}, [("/phone", "invalid")]),
        ({"date_of_birth": "2027-01-01"}, [("/date_of_birth", "invalid")]),
        ({"name": "Grace"}, [("/name", "unknown_field")]),
    ],
)
def test_a_change_is_validated_like_a_new_record(
    world: World, ada: Person, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    record = a_record(world, ada)

    assert faults(world.patch(url(record), body, ada.token)) == expected
    assert world.get(url(record), ada.token).json == record


def test_an_address_moves_with_its_record(world: World, ada: Person) -> None:
    grace, other = a_record(world, ada, email="grace@example.org"), a_record(world, ada, email="other@example.org")

    problem(world.patch(url(other), {"email": "Grace@example.org"}, ada.token), 409, "email_taken")
    assert world.patch(url(grace), {"email": "GRACE@example.org"}, ada.token).json["email"] == "GRACE@example.org"
    assert world.patch(url(grace), {"email": "hopper@example.org"}, ada.token).status == 200

    assert world.patch(url(other), {"email": "grace@example.org"}, ada.token).status == 200
    assert ids([page(world, "/attendees?email=grace@example.org", ada.token)]) == [other["id"]]


def test_two_editors_do_not_overwrite_each_other(world: World, ada: Person) -> None:
    record = a_record(world, ada)
    etag = world.get(url(record), ada.token).headers["ETag"]
    assert world.patch(url(record), {"last_name": "One"}, ada.token, If_Match=etag).status == 200

    for method in ("PUT", "PATCH", "DELETE"):
        stale = world.send(method, url(record), {"first_name": "Two"}, token=ada.token, headers={"If-Match": etag})
        problem(stale, 412, "precondition_failed")

    fresh = world.get(url(record), ada.token)
    assert fresh.json["last_name"] == "One"
    assert world.get(url(record), ada.token, If_None_Match=fresh.headers["ETag"]).status == 304
    assert world.delete(url(record), ada.token, If_Match=fresh.headers["ETag"]).status == 204


def test_a_deleted_record_is_gone_and_its_address_free(world: World, ada: Person) -> None:
    record = a_record(world, ada, email="grace@example.org")

    assert world.delete(url(record), ada.token).status == 204

    problem(world.get(url(record), ada.token), 404, "not_found")
    problem(world.delete(url(record), ada.token), 404, "not_found")
    problem(world.get(url(record, "/enrollments"), ada.token), 404, "not_found")
    assert page(world, "/attendees", ada.token)["count"] == 0
    assert a_record(world, ada, email="grace@example.org")["id"] != record["id"]


def test_nothing_of_a_deleted_record_is_left(world: World, ada: Person) -> None:
    record = world.post("/attendees", {**GRACE, "first_name": "Unforgettable"}, ada.token).json
    world.delete(url(record), ada.token)

    left = [row for table in world.db.tables for row in world.db.snapshot_all(table)]

    assert "Unforgettable" not in str(left)
    assert "grace" not in str(left).casefold()


# The list


def test_the_list_has_ones_own_records_in_the_order_of_writing(world: World, ada: Person) -> None:
    bob = a_person(world)
    a_record(world, bob, email="bobs@example.org")
    made = []
    for number in range(7):
        world.clock.advance(timedelta(seconds=1))
        made.append(a_record(world, ada, last_name=f"No {number}", email=f"no{number}@example.org")["id"])

    for size in (1, 3, 7, 8):
        pages = walk(world, f"/attendees?page_size={size}", ada.token)
        assert ids(pages) == made
        assert {each["count"] for each in pages} == {7}
        assert earlier(world, pages, ada.token) + ids(pages[-1:]) == made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=gra", ["Grace Hopper"]),
        ("q=GRACE", ["Grace Hopper"]),
        ("q=hop gra", ["Grace Hopper"]),
        ("q=race", []),
        ("q=jose", ["José Ángel Ruiz-Zafón"]),
        ("q=Łu", ["Łukasz Ørsted"]),
        ("q=lukasz ors", ["Łukasz Ørsted"]),
        ("email=lo@example.org&q=orsted", ["Łukasz Ørsted"]),
        ("q=zafon", ["José Ángel Ruiz-Zafón"]),
        ("q=%C3%A1", ["José Ángel Ruiz-Zafón", "Ada Lovelace"]),
        ("q=山", ["山田 太郎"]),
        ("email=GRACE@example.org", ["Grace Hopper"]),
        ("email=nobody@example.org", []),
        ("email=grace@example.org&q=gr", ["Grace Hopper"]),
        ("email=grace@example.org&q=ada", []),
    ],
)
def test_the_list_is_searched_by_name_and_address(world: World, ada: Person, query: str, found: list[str]) -> None:
    for first, last, email in (
        ("Grace", "Hopper", "grace@example.org"),
        ("José Ángel", "Ruiz-Zafón", None),
        ("山田", "太郎", None),
        ("Ada", "Lovelace", "ada@example.org"),
        ("Łukasz", "Ørsted", "lo@example.org"),
    ):
        world.clock.advance(timedelta(seconds=1))
        a_record(world, ada, first_name=first, last_name=last, email=email)

    listed = page(world, f"/attendees?{query}", ada.token)

    assert [f"{one['first_name']} {one['last_name']}" for one in listed["results"]] == found
    assert (listed["count"], listed["count_exact"]) == (len(found), True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=!!", [("q", "invalid")]),
        ("q=", [("q", "empty_parameter")]),
        (f"q={'x' * 101}", [("q", "invalid")]),
        (f"q={'a+' * 21}", [("q", "invalid")]),
        (f"q={'ﷺ' * 60}", [("q", "invalid")]),  # 181 words
        ("email=nobody", [("email", "invalid")]),
        ("name=x", [("name", "unknown_parameter")]),
    ],
)
def test_a_search_that_is_none_is_refused(
    world: World, ada: Person, query: str, expected: list[tuple[str, str]]
) -> None:
    assert faults(world.get(f"/attendees?{query}", ada.token)) == expected


def test_a_cursor_is_its_keepers_and_its_searchs_own(world: World, ada: Person) -> None:
    bob = a_person(world)
    for keeper in (ada, bob):
        for _ in range(3):
            a_record(world, keeper)
    following = page(world, "/attendees?page_size=1", ada.token)["next"]
    cursor = following.split("cursor=")[1]

    problem(world.get(f"/attendees?cursor={cursor}", bob.token), 400, "invalid_cursor")
    problem(world.get(f"/attendees?q=gr&cursor={cursor}", ada.token), 400, "invalid_cursor")
    assert world.get(f"/attendees?cursor={cursor}", ada.token).status == 200


# One's own


def test_every_account_has_a_record_of_its_own(world: World, ada: Person) -> None:
    answer = world.get(url(ada), ada.token)

    assert answer.json == {
        "id": ada.id,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.org",
        "phone": None,
        "date_of_birth": None,
        "kept_by": None,
        "version": 0,
        "created_at": "2026-06-01T09:00:00Z",
        "updated_at": "2026-06-01T09:00:00Z",
    }
    assert page(world, "/attendees", ada.token)["count"] == 0, "the list is of others"


def test_ones_own_phone_and_birth_date_are_written_here(world: World, ada: Person) -> None:
    record = world.get(url(ada), ada.token).json

    put = world.put(url(ada), {**record, "phone": "+4930901820", "date_of_birth": "1990-12-10"}, ada.token)
    patched = world.patch(url(ada), {"phone": None}, ada.token)

    assert put.json == {**record, "phone": "+4930901820", "date_of_birth": "1990-12-10", "version": 1}
    assert patched.json == {**record, "date_of_birth": "1990-12-10", "version": 2}
    assert world.get(url(ada), ada.token).json == patched.json
    assert world.put(url(ada), {}, ada.token).json["date_of_birth"] is None


def test_ones_own_names_follow_the_account(world: World, ada: Person) -> None:
    before = world.get(url(ada), ada.token)
    world.patch("/auth/me", {"last_name": "King"}, ada.token)

    after = world.get(url(ada), ada.token, If_None_Match=before.headers["ETag"])

    assert after.status == 200
    assert after.json["last_name"] == "King"
    assert world.patch(url(ada), {"phone": "123456"}, ada.token, If_Match=before.headers["ETag"]).status == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"first_name": "Augusta"}, [("/first_name", "read_only")]),
        ({"email": "other@example.org", "last_name": None}, [("/last_name", "read_only"), ("/email", "read_only")]),
        ({"first_name": 5}, [("/first_name", "read_only")]),
        ({"phone": "x"}, [("/phone", "invalid")]),
        ({"nickname": "x"}, [("/nickname", "unknown_field")]),
    ],
)
def test_ones_own_names_and_address_are_changed_elsewhere(
    world: World, ada: Person, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    for method in ("PUT", "PATCH"):
        assert faults(world.send(method, url(ada), body, token=ada.token)) == expected

    assert world.get(url(ada), ada.token).json["version"] == 0


def test_ones_own_record_is_not_deleted(world: World, ada: Person) -> None:
    world.patch(url(ada), {"phone": "123456"}, ada.token)

    problem(world.delete(url(ada), ada.token), 403, "forbidden")

    assert world.get(url(ada), ada.token).json["phone"] == "123456"


def test_a_change_of_ones_own_is_guarded_by_its_version(world: World, ada: Person) -> None:
    etag = world.get(url(ada), ada.token).headers["ETag"]
    assert world.patch(url(ada), {"phone": "123456"}, ada.token, If_Match=etag).status == 200

    problem(world.patch(url(ada), {"phone": "654321"}, ada.token, If_Match=etag), 412, "precondition_failed")


def test_another_login_of_the_same_person_sees_the_same(world: World, ada: Person) -> None:
    record = a_record(world, ada)

    assert world.get(url(record), signed_in(world, ada.account).token).json == record
