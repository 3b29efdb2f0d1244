"""Anybody checks tickets without a network, by keys that are published; they overlap while they rotate."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.shared import base45, ids
from chalicelib.services.checkin.ticket_code import PREFIX, Tickets
from tests.component.checkin.test_check_in import check_in, code_of
from tests.component.checkin.test_check_in_batches import hand_in, results
from tests.component.checkin.test_tickets import ticket
from tests.support.builders import Person, a_person, enrolled
from tests.support.handles import key_named
from tests.support.problems import faults
from tests.support.tickets.door import read_offline
from tests.support.tickets.scanning import scanned
from tests.support.world import KEY_RING, SETTINGS, World

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "tickets.md"
OTHER_KEY = f"test2:{base64.b64encode(bytes(range(32))).decode()}"


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=9, party_max=3)


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    made = world.post(f"/events/{event['id']}/enrollments", {"party_size": 3}, ada.token)
    assert made.status == 201, made.text
    return dict(made.json)


@pytest.fixture
def rotated(world: World) -> Iterator[World]:
    """The same database behind a ring whose newest key is another one."""
    with World(replace(SETTINGS, key_ring=f"{OTHER_KEY},{KEY_RING}")) as other:
        other.db = world.db
        other.clock = world.clock
        yield other


def published(world: World) -> Mapping[str, Any]:
    answer = world.get("/tickets/key")
    assert answer.status == 200, answer.text
    return dict(answer.json)


def test_the_keys_are_a_jwk_set_that_everybody_may_keep_for_minutes(world: World) -> None:
    answer = world.get("/tickets/key")

    [key] = answer.json["keys"]
    assert {name: key[name] for name in ("kty", "crv", "use")} == {"kty": "OKP", "crv": "Ed25519", "use": "sig"}
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert world.get("/tickets/key", if_none_match=answer.headers["ETag"]).status == 304


def test_a_device_reads_a_picture_without_a_network(world: World, row: dict[str, Any], ada: Person) -> None:
    keys = published(world)

    found = read_offline(scanned(ticket(world, row, ada.token)), keys)

    assert found is not None
    assert (found.event, found.generation, found.party) == (row["event"]["id"], 1, 3)
    assert found.is_of(row["id"])
    assert found.kid == keys["keys"][0]["kid"]


def test_a_device_knows_no_other_code(world: World, row: dict[str, Any]) -> None:
    keys, code = published(world), code_of(world, row)
    with World(replace(SETTINGS, key_ring=OTHER_KEY)) as foreign:
        forged = foreign.container.security.tickets.code_of(key_named(row["id"]), 1, 3)

    for other in (forged, code[:-3], code[:30] + ("A" if code[30] != "A" else "B") + code[31:], code.lower(), "junk"):
        assert read_offline(other, keys) is None


def test_no_account_stands_in_a_code(world: World, olga: Person, row: dict[str, Any], ada: Person) -> None:
    """Nor does one code tell that its person is the one of another event."""
    second = enrolled(world, world.an_event(olga.token), ada)
    account = ids.number_of(key_named(row["id"]).attendee_id).to_bytes(16)
    codes = [base45.decode(code_of(world, one).removeprefix(PREFIX)) or b"" for one in (row, second)]
    parts = [{code[start : start + 4] for start in range(19, 45)} for code in codes]

    assert [len(code) for code in codes] == [116, 116]
    assert not parts[0] & parts[1]
    assert not any(account[start : start + 4] in code for start in range(6, 13) for code in codes)


def test_forged_truncated_and_foreign_codes_are_told_as_documented(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    code = code_of(world, row)
    elsewhere = code_of(world, enrolled(world, world.an_event(olga.token), a_person(world)))
    with World(replace(SETTINGS, key_ring=OTHER_KEY)) as foreign:
        forged = foreign.container.security.tickets.code_of(key_named(row["id"]), 1, 3)

    for wrong in (forged, code[:-1], code + "0", code.removeprefix(PREFIX), PREFIX, elsewhere):
        assert faults(check_in(world, row, olga, {"code": wrong})) == [("/code", "ticket_invalid")]
    answer = hand_in(world, event, olga, *({"code": one} for one in (forged, code[:-1], elsewhere, code)))
    assert [one["code"] or one["status"] for one in results(answer)] == [
        "invalid_request", "invalid_request", "not_found", "checked_in",
    ]  # fmt: skip


def test_a_code_of_before_is_good_for_its_event_and_no_other(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    """Printed before there were public keys: the id, the generation and a MAC."""
    signed = f"{row['id']}.1"
    old = f"{signed}.{world.container.security.macs.mac('ticket', signed)}"
    other = world.an_event(olga.token)

    assert [one["code"] for one in results(hand_in(world, other, olga, {"code": old}))] == ["not_found"]
    assert [one["status"] for one in results(hand_in(world, event, olga, {"code": old}))] == ["checked_in"]
    assert check_in(world, row, olga, {"code": old}).json["already_checked_in_at"] is not None


def test_the_size_of_the_party_is_that_of_now(world: World, olga: Person, ada: Person, row: dict[str, Any]) -> None:
    """A code that was printed when the party was larger lets in so many as are enrolled."""
    code = code_of(world, row)
    world.patch(f"/enrollments/{row['id']}", {"party_size": 2}, ada.token)
    world.clock.advance(timedelta(minutes=1))

    assert check_in(world, row, olga, {"code": code}).json["checked_in_people"] == 2


def test_what_an_older_key_signed_is_good_while_the_key_is_there(
    world: World, rotated: World, row: dict[str, Any]
) -> None:
    old, before = code_of(world, row), published(world)
    tickets: Tickets = rotated.container.security.tickets
    new, after = tickets.code_of(key_named(row["id"]), 1, 3), published(rotated)

    assert tickets.read(old) == tickets.read(new)
    assert [read_offline(code, after) is not None for code in (old, new)] == [True, True]
    assert [read_offline(code, before) is not None for code in (old, new)] == [True, False], "it was not known yet"
    assert [key["kid"] for key in after["keys"]][1:] == [key["kid"] for key in before["keys"]]


def test_the_worked_example_of_the_document_is_true(world: World) -> None:
    """With the ring of these tests, and read by a library of somebody else."""
    text = DOCUMENT.read_text(encoding="utf-8")
    said = dict(re.findall(r"^(x|kid|event|id|generation|party|code)\s+= (.+)$", text, re.MULTILINE))

    found = read_offline(said["code"], {"keys": [{"kid": said["kid"], "x": said["x"]}]})

    assert found is not None
    assert [found.kid, found.event, str(found.generation), str(found.party)] == [
        said[name] for name in ("kid", "event", "generation", "party")
    ]
    assert found.is_of(said["id"])
    assert published(world)["keys"][0]["x"] == said["x"]
    key, party = key_named(said["id"]), int(said["party"])
    assert world.container.security.tickets.code_of(key, found.generation, party) == said["code"]
