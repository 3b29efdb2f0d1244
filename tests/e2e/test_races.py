"""Many people press the button at the same moment: seats, rows, counters and mails agree afterwards."""

import itertools

import pytest

from tests.e2e.client import at_once
from tests.e2e.racing import enrol, everybody_has_one_mail, outcomes
from tests.e2e.site import Site, User
from tests.e2e.tables import Tables

PEOPLE, SEATS = 200, 20
FEWER = 70  # are more than can be answered at once all the same
SIGNED_UP_OVER_HTTP = 10
PRESSES_OF_ONE = 50

_titles = (f"Race {number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def crowd(site: Site, tables: Tables) -> list[User]:
    """Ten of them went the whole way at the same time; a hash takes 20 ms of a core, so that not everybody can."""
    ways = [
        lambda client, number=number: site.sign_up(client, f"racer{number}@example.org")
        for number in range(SIGNED_UP_OVER_HTTP)
    ]
    return at_once(site.api_url, ways) + tables.people(PEOPLE - SIGNED_UP_OVER_HTTP)


@pytest.fixture(scope="module")
def organizer(tables: Tables) -> User:
    return tables.people(1)[0]


def race(site: Site, tables: Tables, organizer: User, crowd: list[User]) -> None:
    """Everybody of the crowd wants one of a few seats; afterwards all accounts of what happened are compared."""
    with site.client(organizer.token) as client:
        event = site.an_event(client, title=next(_titles), capacity=SEATS)
        presses = [lambda each, person=person: enrol(each, event["id"], person) for person in crowd]
        answers = at_once(site.api_url, presses)

        assert outcomes(answers) == {(201, None): SEATS, (409, "event_full"): len(crowd) - SEATS}
        winners = {person.id for person, answer in zip(crowd, answers, strict=True) if answer.status == 201}

        assert tables.live_people(event["id"]) == sorted(winners)
        assert len(tables.rows(event["id"])) == SEATS
        assert tables.free_seats(event["id"]) == 0
        figures = {"capacity": SEATS, "attendees_count": SEATS, "available_spots": 0, "waitlist_count": 0}
        assert client.get(f"/events/{event['id']}/capacity").json == figures
        roster = client.walk(f"/events/{event['id']}/enrollments?page_size=7")
        assert sorted(row["attendee"]["id"] for row in roster) == sorted(winners)
    addresses = [person.email for person in crowd if person.id in winners]
    everybody_has_one_mail(site, tables, f"Confirmed: {event['title']}", addresses)


def test_of_seventy_people_at_once_twenty_get_the_twenty_seats(
    site: Site, tables: Tables, organizer: User, crowd: list[User]
) -> None:
    race(site, tables, organizer, crowd[:FEWER])


@pytest.mark.deep
def test_of_two_hundred_people_at_once_twenty_get_the_twenty_seats_ten_times(
    site: Site, tables: Tables, organizer: User, crowd: list[User]
) -> None:
    for _ in range(10):
        race(site, tables, organizer, crowd)


def test_one_person_who_presses_fifty_times_at_once_is_enrolled_once(
    site: Site, tables: Tables, organizer: User
) -> None:
    [person] = tables.people(1)
    with site.client(organizer.token) as client:
        event = site.an_event(client, capacity=SEATS)

    answers = at_once(site.api_url, [lambda each: enrol(each, event["id"], person)] * PRESSES_OF_ONE)

    assert outcomes(answers) == {(201, None): 1, (409, "already_enrolled"): PRESSES_OF_ONE - 1}
    [won] = [answer.json for answer in answers if answer.status == 201]
    told = {answer.json["enrollment"]["id"] for answer in answers if answer.status == 409}
    assert told == {won["id"]}
    only_seat_is_of(person, event["id"], tables)
    everybody_has_one_mail(site, tables, f"Confirmed: {event['title']}", [person.email])


def test_fifty_requests_at_once_with_one_idempotency_key_are_one_enrollment(
    site: Site, tables: Tables, organizer: User
) -> None:
    [person] = tables.people(1)
    with site.client(organizer.token) as client:
        event = site.an_event(client, capacity=SEATS)

    answers = at_once(site.api_url, [lambda each: enrol(each, event["id"], person, key="one-press")] * PRESSES_OF_ONE)

    assert outcomes(answers) == {(201, None): PRESSES_OF_ONE}
    assert len({answer.text for answer in answers}) == 1
    assert sum(answer.headers.get("Idempotency-Replayed") == "true" for answer in answers) == PRESSES_OF_ONE - 1
    only_seat_is_of(person, event["id"], tables)
    everybody_has_one_mail(site, tables, f"Confirmed: {event['title']}", [person.email])


def only_seat_is_of(person: User, event_id: str, tables: Tables) -> None:
    assert tables.rows(event_id) == [{"person": person.id, "status": "confirmed"}]
    assert tables.free_seats(event_id) == SEATS - 1
