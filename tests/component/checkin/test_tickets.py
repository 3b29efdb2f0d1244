"""Tickets: a QR code that another program reads, for a confirmed enrollment, for those who may see it."""

from typing import Any

import pytest

from chalicelib.services.checkin.ticket_code import Ticket
from tests.support.builders import Person, a_person, enrolled
from tests.support.handles import key_named
from tests.support.mails.mailed import link_of
from tests.support.problems import problem
from tests.support.tickets.scanning import scanned
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=2)


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    return enrolled(world, event, ada)


def ticket(world: World, row: dict[str, Any], token: str) -> str:
    answer = world.get(f"/enrollments/{row['id']}/ticket.svg", token)
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def test_a_scanner_reads_the_signed_code(world: World, row: dict[str, Any], ada: Person) -> None:
    code = scanned(ticket(world, row, ada.token))

    assert world.container.security.tickets.read(code) == Ticket(key_named(row["id"]), 1)
    assert world.container.security.tickets.read(code[:-1] + ("A" if code[-1] != "A" else "B")) is None


def test_the_picture_is_small(world: World, row: dict[str, Any], ada: Person) -> None:
    """Version 7 with error correction M, whatever the code says, beside four modules of margin on each side."""
    assert f'viewBox="0 0 {45 + 8} {45 + 8}"' in ticket(world, row, ada.token)


def test_the_picture_stands_alone(world: World, row: dict[str, Any], ada: Person) -> None:
    svg = ticket(world, row, ada.token)

    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "href" not in svg
    assert "<script" not in svg


def test_the_person_the_organizer_and_the_links_bearer_get_the_same_ticket(
    world: World, row: dict[str, Any], olga: Person, ada: Person
) -> None:
    assert ticket(world, row, olga.token) == ticket(world, row, ada.token) == ticket(world, row, link_of(world, row))


def test_strangers_get_none(world: World, event: dict[str, Any], row: dict[str, Any]) -> None:
    other = enrolled(world, event, a_person(world))
    url = f"/enrollments/{row['id']}/ticket.svg"

    problem(world.get(url, a_person(world).token), 404, "not_found")
    problem(world.get(url, link_of(world, other)), 404, "not_found")
    problem(world.get(url), 401, "unauthenticated")


def test_a_cancelled_enrollment_has_no_ticket(world: World, row: dict[str, Any], ada: Person) -> None:
    world.delete(f"/enrollments/{row['id']}", ada.token)

    problem(world.get(f"/enrollments/{row['id']}/ticket.svg", ada.token), 409, "not_confirmed")


def test_neither_has_a_hold_or_a_place_in_the_waitlist(
    world: World, event: dict[str, Any], row: dict[str, Any]
) -> None:
    bob, eve = a_person(world), a_person(world)
    held = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, bob.token).json
    waiting = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, eve.token).json
    assert (held["status"], waiting["status"]) == ("pending", "waitlisted")

    for one, person in ((held, bob), (waiting, eve)):
        problem(world.get(f"/enrollments/{one['id']}/ticket.svg", person.token), 409, "not_confirmed")


def test_who_enrols_again_gets_another_ticket(
    world: World, event: dict[str, Any], row: dict[str, Any], ada: Person
) -> None:
    first = scanned(ticket(world, row, ada.token))
    world.delete(f"/enrollments/{row['id']}", ada.token)
    enrolled(world, event, ada)

    second = scanned(ticket(world, row, ada.token))

    read = world.container.security.tickets.read
    assert [read(code) for code in (first, second)] == [Ticket(key_named(row["id"]), number) for number in (1, 2)]


def test_a_party_of_another_size_gets_another_picture(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token, party_max=2), ada)
    first = world.get(f"/enrollments/{row['id']}/ticket.svg", ada.token)
    assert world.patch(f"/enrollments/{row['id']}", {"party_size": 2}, ada.token).status == 200

    url = f"/enrollments/{row['id']}/ticket.svg"
    assert world.get(url, ada.token, if_none_match=first.headers["ETag"]).status == 200
    assert scanned(first.text) != scanned(ticket(world, row, ada.token))
