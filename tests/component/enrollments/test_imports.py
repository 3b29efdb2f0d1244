"""The people of a table, enrolled row by row: faults beside their rows, nobody twice, nobody again who left."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.shared.limits import MAX_IMPORT
from chalicelib.services.people import in_turn
from chalicelib.settings import Settings
from tests.support.builders import Person, a_member, a_person, enrolled, free_seats, live_people
from tests.support.http import Answer
from tests.support.lists import page
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, World

PRODUCTION = Settings(key_ring=KEY_RING, limits="production", public_url="https://api.test", log_level="ERROR")
ADA, BOB, CID = ({"name": name, "email": f"{name.lower()}@example.org"} for name in ("Ada", "Bob", "Cid"))
CSV = {"Content_Type": "text/csv; charset=utf-8"}


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def send(world: World, event: dict[str, Any], organizer: Person, rows: Any, query: str = "", **headers: str) -> Answer:
    url = f"/events/{event['id']}/enrollments/import?{query}".rstrip("?")
    if isinstance(rows, str | bytes):
        dashed = {name.replace("_", "-"): value for name, value in headers.items()}
        return world.send("POST", url, raw=rows, token=organizer.token, headers=dashed)
    return world.post(url, {"rows": rows}, organizer.token, **headers)


def results(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def told(answer: Answer) -> list[tuple[str, str | None]]:
    return [(one["status"], one["enrollment_status"]) for one in results(answer)]


def roster(world: World, event: dict[str, Any], organizer: Person) -> dict[str, tuple[str, str, int, str | None]]:
    rows = page(world, f"/events/{event['id']}/enrollments?page_size=100", organizer.token)["results"]
    return {
        row["attendee"]["email"]: (row["attendee"]["name"], row["status"], row["party_size"], row["note"])
        for row in rows
    }


def test_everybody_of_a_table_is_enrolled(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=9, party_max=3)

    answer = send(world, event, olga, [ADA, {**BOB, "party_size": 3, "note": "Vegan"}])

    assert told(answer) == [("enrolled", "confirmed")] * 2
    assert (answer.json["next_row"], answer.json["counts"]["enrolled"]) == (None, 2)
    assert roster(world, event, olga) == {
        "ada@example.org": ("Ada", "confirmed", 1, None),
        "bob@example.org": ("Bob", "confirmed", 3, "Vegan"),
    }
    assert [one["enrollment_id"] for one in results(answer)] == [
        world.get(f"/enrollments/{one['enrollment_id']}", olga.token).json["id"] for one in results(answer)
    ]
    world.work()
    assert [len(world.mailer.to(one["email"])) for one in (ADA, BOB)] == [1, 1]


@pytest.mark.parametrize(
    "table",
    [
        b"name,email,party_size\r\nAda,ada@example.org,2\r\n",
        b"\xef\xbb\xbfEmail;Name;Party;Shoe size\nada@example.org;Ada;2;40\n\n",
        b'"name"\t"email"\t"party_size"\n"Ada"\t"ada@example.org"\t"2"',
        b"id,name,email,party_size,note\n17,'=Ada,ada@example.org,2,\n",
    ],
    ids=["commas", "semicolons with a mark", "tabs", "a formula that was made harmless"],
)
def test_a_table_is_csv_as_spreadsheets_write_it(world: World, olga: Person, table: bytes) -> None:
    event = world.an_event(olga.token, party_max=3)

    assert told(send(world, event, olga, table, **CSV)) == [("enrolled", "confirmed")]

    [(name, _, party, _)] = roster(world, event, olga).values()
    assert (name.removeprefix("="), party) == ("Ada", 2)


def test_what_is_wrong_with_a_row_stands_beside_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, party_max=2)
    table = (
        "name,email,party_size,status\nAda,ada@example.org,1,\n,bob,x,gone\nCid,cid@example.org,3,\n"
        "Ada again,ADA@Example.org,1,\nDan,dan@example.org,1,cancelled\n"
    )

    for query in ("dry_run=true", ""):
        answer = send(world, event, olga, table, query, **CSV)

        first, wrong, large, twice, gone = results(answer)
        assert first["status"] == ("would_enrol" if query else "enrolled")
        assert [one["code"] for one in (wrong, large, twice)] == ["invalid_request"] * 3
        assert [(one["field"], one["code"]) for one in wrong["errors"]] == [
            ("name", "required"), ("email", "invalid"), ("party_size", "invalid"), ("status", "invalid"),
        ]  # fmt: skip
        assert [(one["field"], one["code"]) for one in large["errors"]] == [("party_size", "party_too_large")]
        assert twice["errors"] == [{"field": "email", "code": "repeated", "message": "is the address of row 1, too"}]
        assert (gone["status"], gone["code"]) == ("skipped", None)
        assert [one["row"] for one in results(answer)] == [1, 2, 3, 4, 5]
    assert set(roster(world, event, olga)) == {"ada@example.org"}


def test_a_dry_run_says_what_would_come_and_enrols_nobody(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=2)
    ada = a_person(world, ADA["email"])
    there = enrolled(world, event, ada)
    rows = [ADA, {**BOB, "party_size": 2}, CID]
    before = world.db.snapshot_all("turnout-enrollments"), world.db.snapshot_all("turnout-accounts")

    dry = send(world, event, olga, rows, "dry_run=true")
    waits = send(world, event, olga, rows, "dry_run=true&waitlist=true")

    assert (world.db.snapshot_all("turnout-enrollments"), world.db.snapshot_all("turnout-accounts")) == before
    assert told(dry) == [("already_enrolled", "confirmed"), ("would_enrol", "confirmed"), ("refused", None)]
    assert (results(dry)[0]["enrollment_id"], results(dry)[2]["code"]) == (there["id"], "event_full")
    assert told(waits)[2] == ("would_enrol", "waitlisted")
    real = send(world, event, olga, rows, "waitlist=true")
    assert told(real) == [("already_enrolled", "confirmed"), ("enrolled", "confirmed"), ("enrolled", "waitlisted")]
    assert free_seats(world, event) == [0]


def test_a_dry_run_costs_the_same_whoever_has_the_addresses(world: World, olga: Person) -> None:
    """Else it would tell who has an account here, without a trace."""
    event = world.an_event(olga.token, capacity=600)
    a_person(world, ADA["email"])
    world.post("/attendees", {"first_name": "Cid", "email": CID["email"]}, olga.token)
    costs = set()
    for email in (ADA["email"], CID["email"], "nobody@example.org"):
        with world.db.meter() as meter:
            assert told(send(world, event, olga, [{"name": "X", "email": email}], "dry_run=true")) == [
                ("would_enrol", "confirmed")
            ]
        costs.add((meter.calls, meter.reads, meter.writes))
    assert len(costs) == 1


def test_nobody_is_told_where_that_is_wished(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    [row] = results(send(world, event, olga, [ADA], "mail=false"))

    world.work()
    assert world.mailer.to(ADA["email"]) == []
    assert world.get(f"/enrollments/{row['enrollment_id']}", olga.token).json["mail"] is None
    world.post(f"/enrollments/{row['enrollment_id']}/resend", None, olga.token)
    world.work()
    assert len(world.mailer.to(ADA["email"])) == 1


def test_a_long_table_is_sent_again_from_where_it_stopped(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=600)
    rows = [{"name": f"P {n}", "email": f"p{n}@example.org"} for n in range(MAX_IMPORT + 5)]

    first = send(world, event, olga, rows)
    assert (len(results(first)), first.json["next_row"]) == (MAX_IMPORT, MAX_IMPORT + 1)
    second = send(world, event, olga, rows, f"first={MAX_IMPORT + 1}")

    assert ([one["row"] for one in results(second)][::4], second.json["next_row"]) == ([101, 105], None)
    assert len(live_people(world, event)) == MAX_IMPORT + 5
    assert len(results(send(world, event, olga, rows, "dry_run=true"))) == MAX_IMPORT + 5
    assert results(send(world, event, olga, rows, "first=2000")) == []


def test_what_there_is_no_time_for_comes_with_the_next_request(
    world: World, olga: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = world.an_event(olga.token)
    monkeypatch.setattr(in_turn, "BUDGET", timedelta(0))
    people = world.container.people.import_people
    enrol = people._enrol

    def slow(*args: Any, **options: Any) -> Any:
        view = enrol(*args, **options)
        world.clock.advance(timedelta(seconds=1))
        return view

    monkeypatch.setattr(people, "_enrol", slow)

    first = send(world, event, olga, [ADA, BOB, CID])

    assert [one["status"] for one in results(first)] == ["enrolled", "not_tried", "not_tried"]
    assert (first.json["next_row"], results(first)[1]["retry_after"]) == (2, 1)
    assert told(send(world, event, olga, [ADA, BOB, CID], "first=2"))[0] == ("enrolled", "confirmed")


def test_a_repeated_request_enrols_nobody_twice(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    first = send(world, event, olga, [ADA, BOB])

    again = send(world, event, olga, [ADA, BOB, CID])

    assert told(again) == [("already_enrolled", "confirmed")] * 2 + [("enrolled", "confirmed")]
    assert [one["enrollment_id"] for one in results(again)][:2] == [one["enrollment_id"] for one in results(first)]


def test_who_cancelled_is_not_enrolled_again_by_the_same_import(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    first = send(world, event, olga, [ADA], "import_id=spring-2030")
    [row] = results(first)
    world.post(f"/enrollments/{row['enrollment_id']}/cancel", None, olga.token)

    again = send(world, event, olga, [ADA, BOB], "import_id=spring-2030")

    assert (results(again)[0], told(again)[1]) == (row, ("enrolled", "confirmed"))
    assert roster(world, event, olga)["ada@example.org"][1] == "cancelled"
    assert told(send(world, event, olga, [ADA], "import_id=summer-2030")) == [("enrolled", "confirmed")]


def test_an_idempotency_key_is_of_the_query_too(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    first = send(world, event, olga, [ADA], Idempotency_Key="one-and-the-same")

    again = send(world, event, olga, [ADA], Idempotency_Key="one-and-the-same")
    problem(send(world, event, olga, [ADA], "waitlist=true", Idempotency_Key="one-and-the-same"), 422,
            "idempotency_key_reused")  # fmt: skip

    assert (again.text, again.headers["Idempotency-Replayed"]) == (first.text, "true")


def test_the_table_of_one_event_fills_another_with_the_same_people(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=2)
    for fields in ({"name": "=Ada", "email": "ada@example.org", "party_size": 2}, {"name": "'-Bob; @Co", **_at("bob")}):
        assert world.post(f"/events/{event['id']}/enrollments", fields, olga.token).status == 201
    waits = {"name": "Cid, the third", **_at("cid"), "waitlist": True}
    assert world.post(f"/events/{event['id']}/enrollments", waits, olga.token).json["status"] == "waitlisted"
    row = world.post(f"/events/{event['id']}/enrollments", {"name": "Dan", **_at("dan"), "waitlist": True}, olga.token)
    world.post(f"/enrollments/{row.json['id']}/cancel", None, olga.token)
    [ada] = page(world, f"/events/{event['id']}/enrollments?q=ada%40", olga.token)["results"]
    world.patch(f"/enrollments/{ada['id']}", {"note": '+1, "says" he; =2'}, olga.token)
    copy = world.an_event(olga.token, capacity=3, party_max=2)

    for separator in ("comma", "semicolon", "tab"):
        table = world.get(f"/events/{event['id']}/enrollments.csv?separator={separator}", olga.token).text
        assert len(results(send(world, copy, olga, table, "mail=false", **CSV))) == 4

    there = {email: one for email, one in roster(world, event, olga).items() if one[1] != "cancelled"}
    assert roster(world, copy, olga) == there


def _at(name: str) -> dict[str, str]:
    return {"email": f"{name}@example.org"}


def test_strangers_addresses_are_limited_as_one_by_one(strict: World) -> None:
    olga = a_person(strict)
    event = strict.an_event(olga.token)
    for _ in range(5):
        [row] = results(send(strict, event, olga, [ADA]))
        strict.post(f"/enrollments/{row['enrollment_id']}/cancel", None, olga.token)

    limited, free = results(send(strict, event, olga, [ADA, BOB]))

    assert (limited["status"], limited["code"]) == ("refused", "too_many_requests")
    assert limited["retry_after"] > 0
    assert (free["status"], free["retry_after"]) == ("enrolled", None)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (b"name,mail\nAda,ada@example.org\n", [("/email", "required")]),
        (b"name,email,name\nAda,ada@example.org,B\n", [("/name", "repeated")]),
        (b"", [("/name", "required"), ("/email", "required")]),
        (b"name,email\n", [("/rows", "too_short")]),
    ],
    ids=["no address", "a name twice", "nothing", "no rows"],
)
def test_a_table_without_its_columns_is_refused(
    world: World, olga: Person, table: bytes, expected: list[tuple[str, str]]
) -> None:
    found = faults(send(world, world.an_event(olga.token), olga, table, **CSV))

    assert [where for where, _ in found] == [where for where, _ in expected]


def test_what_is_no_table_is_refused(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    problem(send(world, event, olga, b'name,email\n"Ada,ada', **CSV), 400, "malformed_json")
    problem(send(world, event, olga, b"name,email\n\xe4,ada@example.org", **CSV), 400, "malformed_json")
    problem(send(world, event, olga, "name,email", Content_Type="text/plain"), 415, "unsupported_media_type")


def test_only_who_manages_the_event_does_this(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    for role in (TeamRole.VIEWER, TeamRole.CHECK_IN):
        for query in ("", "dry_run=true"):
            problem(send(world, event, a_member(world, event, role), [ADA], query), 403, "forbidden")

    assert told(send(world, event, a_member(world, event, TeamRole.MANAGER), [ADA])) == [("enrolled", "confirmed")]
