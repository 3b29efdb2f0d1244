"""The people of an event as CSV: complete page by page, quoted as RFC 4180 says, and no formula in any cell."""

import csv
import io
import re
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.services.enrollments.lists import csv_export as exports
from chalicelib.services.enrollments.lists.csv_export import COLUMNS
from chalicelib.services.enrollments.lists.csv_text import CsvFormat, harmless, plain
from tests.support.builders import Person, a_person, enrolled, people
from tests.support.http import Answer
from tests.support.lists import local
from tests.support.problems import faults, problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=3000, party_max=3)


def url(event: dict[str, Any], query: str = "") -> str:
    return f"/events/{event['id']}/enrollments.csv{query}"


def table(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    read = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""), strict=True)
    assert tuple(read.fieldnames or ()) == COLUMNS
    assert answer.text.endswith("\r\n")
    return list(read)


def following(answer: Answer) -> str | None:
    link = answer.headers.get("Link")
    if link is None:
        return None
    found = re.fullmatch(r'<(https://[^>]+)>; rel="next"', link)
    assert found
    return local(found[1])


def walk(world: World, first: str, token: str) -> list[list[dict[str, str]]]:
    pages, at = [], first
    while at:
        answer = world.get(at, token)
        pages.append(table(answer))
        at = following(answer) or ""
    return pages


def test_a_row_says_everything_about_one_enrollment(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world, "ada@example.org", first_name="Ada", last_name='"Countess", of Lovelace')
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": 2}, ada.token).json
    world.post(f"/enrollments/{row['id']}/check-in", None, olga.token)

    answer = world.get(url(event), olga.token)

    assert table(answer) == [
        {
            "id": row["id"],
            "status": "confirmed",
            "name": 'Ada "Countess", of Lovelace',
            "email": "ada@example.org",
            "party_size": "2",
            "position": "",
            "note": "",
            "created_at": "2026-06-01T09:00:00Z",
            "updated_at": "2026-06-01T09:00:00Z",
            "checked_in_at": "2026-06-01T09:00:00Z",
            "no_show_at": "",
            "expires_at": "",
            "walk_in": "false",
        }
    ]
    assert '"Ada ""Countess"", of Lovelace"' in answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="enrollments-{event["id"]}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert following(answer) is None


def test_who_was_enrolled_at_the_door_is_told_apart(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5, starts_at="2026-06-01T10:00:00Z")
    enrolled(world, event, a_person(world, first_name="Ada"))
    assert world.post(f"/events/{event['id']}/door/walk-ins", {"name": "Grace"}, olga.token).status == 201

    rows = table(world.get(url(event), olga.token))

    assert sorted(row["walk_in"] for row in rows) == ["false", "true"]
    assert next(row["name"] for row in rows if row["walk_in"] == "true") == "Grace"


def test_an_event_without_people_is_a_header(world: World, olga: Person, event: dict[str, Any]) -> None:
    assert table(world.get(url(event), olga.token)) == []


def test_those_who_wait_have_their_place_and_holds_their_deadline(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    first, second = people(world, 2)
    held = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, first.token).json
    waiting = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, second.token).json

    rows = {row["id"]: row for row in table(world.get(url(event), olga.token))}

    assert (rows[waiting["id"]]["position"], rows[held["id"]]["position"]) == ("1", "")
    assert rows[held["id"]]["expires_at"] == held["expires_at"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Ada", "Ada"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff20x", "'\uff20x"),
        ("\u22121", "'\u22121"),
        ("a=1", "a=1"),
        ("1-2", "1-2"),
        ("'=1", "''=1"),
        ("'\tx", "''\tx"),
        ("\tx", "'\tx"),
        ("Eve;=cmd|' /C calc'!A0", "Eve;'=cmd|' /C calc'!A0"),
        ("Eve,  =1", "Eve,'  =1"),
        ("Eve\n@x", "Eve\n'@x"),
        ("Eve\x85-1", "Eve\x85'-1"),
        ('Eve;"=1"', 'Eve;\'"=1"'),
        ('"=1', "'\"=1"),
        ("a;=1;+2|-3\t\uff1d4", "a;'=1;'+2|'-3\t'\uff1d4"),
        ("\u207c1", "'\u207c1"),
        ("a;b,c", "a;b,c"),
        ("Jean-Luc; A.-M.", "Jean-Luc; A.-M."),
    ],
)
def test_no_cell_begins_like_a_formula(text: str, safe: str) -> None:
    assert harmless(text) == safe
    assert plain(safe) == text


_BEGINS = "=+-@"
_TRICKS = [
    f"{before}{end}{gap}{sign}cmd|' /C calc'!A0"
    for before in ("", "Eve", '"Eve"')
    for end in ("", ",", ";", "\t", "|", "\r\n")
    for gap in ("", " ", '"', '","')
    for sign in _BEGINS
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("split", [",", ";", "\t", "|"])
def test_no_program_finds_a_formula_however_it_splits(separator: str, split: str) -> None:
    """Beside a reader that was told of our separator there are those that guess another one."""
    for trick in _TRICKS:
        line = CsvFormat(separator).line(["id", trick, trick, "last"])
        for cells in csv.reader(io.StringIO(line, newline=""), delimiter=split):
            assert not [cell for cell in cells if cell.strip().strip('"').lstrip()[:1] in set(_BEGINS)], (trick, cells)
        [own] = csv.reader(io.StringIO(line, newline=""), delimiter=separator, strict=True)
        assert [cell.replace("'", "") for cell in own[1:3]] == [trick.replace("'", "")] * 2


LANGUAGES = {
    "": ",",
    "en": ",",
    "de-DE,de;q=0.9,en;q=0.8": ";",
    "en;q=0.4, fr;q=0.5": ";",
    "fr;q=0.1, en": ",",
    "pt-BR": ";",
    "ja": ",",
    "es": ";",
    "es-MX": ",",
    "de-CH": ";",
    "gsw": ";",
    "fr-CH, en;q=0.5": ";",
    "en-CH": ";",
    "en-LI;q=0.1": ";",
    "zh-Hans-CN": ",",
    "sr-Latn-RS": ";",
    "*": ",",
}


@pytest.mark.parametrize("accepted", LANGUAGES)
def test_the_separator_is_that_of_the_language(
    world: World, olga: Person, event: dict[str, Any], accepted: str
) -> None:
    answer = world.get(url(event), olga.token, **({"Accept_Language": accepted} if accepted else {}))

    assert answer.text == "\ufeff" + LANGUAGES[accepted].join(f'"{column}"' for column in COLUMNS) + "\r\n"
    assert answer.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    ("query", "separator"),
    [("%3B", ";"), ("semicolon", ";"), (",", ","), ("comma", ","), ("%09", "\t"), ("tab", "\t")],
)
def test_the_separator_can_be_chosen(
    world: World, olga: Person, event: dict[str, Any], query: str, separator: str
) -> None:
    answer = world.get(url(event, f"?bom=false&separator={query}"), olga.token, Accept_Language="de")

    assert answer.text == separator.join(f'"{column}"' for column in COLUMNS) + "\r\n"


def test_formulas_of_guests_and_organizers_are_disarmed(world: World, olga: Person, event: dict[str, Any]) -> None:
    eve = a_person(world, "+eve@example.org", first_name='=HYPERLINK("http://evil.example","x")', last_name="")
    row = enrolled(world, event, eve)
    world.post(f"/enrollments/{row['id']}/cancel", {"note": "@note"}, olga.token)

    [exported] = table(world.get(url(event), olga.token))

    assert exported["name"] == "'" + '=HYPERLINK("http://evil.example","x")'
    assert (exported["email"], exported["note"]) == ("'+eve@example.org", "'@note")


def test_it_is_filtered_like_the_list(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada, zoe = a_person(world, first_name="Ada"), a_person(world, first_name="Zoë")
    enrolled(world, event, ada)
    row = enrolled(world, event, zoe)
    world.post(f"/enrollments/{row['id']}/cancel", None, zoe.token)

    for query in ("?q=ZOE", "?status=cancelled", "?status=cancelled&q=zo"):
        assert [one["id"] for one in table(world.get(url(event, query), olga.token))] == [row["id"]]
    assert table(world.get(url(event, "?status=confirmed&q=zoe"), olga.token)) == []


def crowd(world: World, event: dict[str, Any], number: int, **fields: Any) -> set[str]:
    """Rows of so many people, copied from one."""
    person = a_person(world, **fields)
    enrolled(world, event, person)
    rows = [item for item in world.db.snapshot_all("turnout-enrollments") if item["sk"]["S"] == person.id]
    [account] = [
        item
        for item in world.db.snapshot_all("turnout-accounts")
        if (item["pk"]["S"], item["sk"]["S"]) == (f"user#{person.id}", "account")
    ]
    made = [f"{person.id[:-4]}{number:04d}" for number in range(number)]
    copies = [{**rows[0], "pk": {"S": f"{event['id']}#{int(one[-4:]) % 16}"}, "sk": {"S": one}} for one in made]
    world.db.load("turnout-enrollments", copies)
    world.db.load("turnout-accounts", [{**account, "pk": {"S": f"user#{one}"}} for one in made])
    return {person.id, *made}


def test_pages_have_two_thousand_rows_and_a_link(world: World, olga: Person, event: dict[str, Any]) -> None:
    everybody = crowd(world, event, 2100)

    pages = walk(world, url(event), olga.token)

    assert [len(one) for one in pages] == [2000, len(everybody) - 2000]
    ids = [row["id"] for one in pages for row in one]
    assert len(set(ids)) == len(ids) == len(everybody)


def test_no_page_is_larger_than_four_megabytes(world: World, olga: Person, event: dict[str, Any]) -> None:
    everybody = crowd(world, event, 1500, first_name='"' * 100, last_name="\U0001f600" * 900)
    answer = world.get(url(event), olga.token)

    assert 3_700_000 < len(answer.text.encode()) < exports.MOST_BYTES + 1 <= 4_000_000
    assert following(answer)
    ids = [row["id"] for one in walk(world, url(event), olga.token) for row in one]
    assert len(set(ids)) == len(ids) == len(everybody)


def test_only_the_organizer_gets_it(world: World, olga: Person, event: dict[str, Any]) -> None:
    guest = a_person(world)
    enrolled(world, event, guest)

    problem(world.get(url(event)), 401, "unauthenticated")
    problem(world.get(url(event), guest.token), 403, "forbidden")
    problem(world.get(url({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}), olga.token), 404, "not_found")
    problem(world.get(url({"id": "junk"}), olga.token), 404, "not_found")
    problem(world.get(url(world.an_event(olga.token, status="draft")), guest.token), 404, "not_found")
    assert len(table(world.get(url(event), a_person(world, roles=(Role.ADMIN,)).token))) == 1


def test_what_is_asked_wrongly_is_refused(world: World, olga: Person, event: dict[str, Any]) -> None:
    assert faults(world.get(url(event, "?page_size=5"), olga.token)) == [("page_size", "unknown_parameter")]
    assert faults(world.get(url(event, "?status=gone"), olga.token)) == [("status", "invalid")]
    assert faults(world.get(url(event, "?separator=x&bom=1"), olga.token)) == [
        ("separator", "invalid"),
        ("bom", "invalid"),
    ]
    problem(world.get(url(event, "?cursor=forged"), olga.token), 400, "invalid_cursor")
