"""Waitlists, holds, offers, transfers and scanners, all at the same moment: nobody is seated twice or passed."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pytest

from tests.e2e.client import Client, at_once
from tests.e2e.racing import enrol, everybody_has_one_mail, outcomes, patiently, quiet, statuses
from tests.e2e.site import Site, User, eventually
from tests.e2e.tables import MOMENT, Tables
from tests.support.http import Answer

AT_ONCE = 16
Press = Callable[[Client], Answer]


@pytest.fixture(scope="module")
def crowd(tables: Tables) -> list[User]:
    return tables.people(100)


@pytest.fixture(scope="module")
def organizer(tables: Tables) -> User:
    return tables.people(1)[0]


@pytest.fixture
def desk(site: Site, organizer: User) -> Iterator[Client]:
    with site.client(organizer.token) as client:
        yield client


def seated(site: Site, event_id: str, people: list[User], **body: Any) -> dict[str, str]:
    """Everybody gets what they want; the id of each enrollment by person."""
    answers = at_once(site.api_url, [partial(enrol, event_id=event_id, person=one, **body) for one in people], AT_ONCE)
    assert {answer.status for answer in answers} == {201}
    return {person.id: answer.json["id"] for person, answer in zip(people, answers, strict=True)}


def act(client: Client, enrollment: str, action: str, person: User) -> Answer:
    return patiently(lambda: client.post(f"/enrollments/{enrollment}/{action}", token=person.token))


def shuffled(*groups: Sequence[Press]) -> list[Press]:
    """All of them, in an order that is the same in every run."""
    together = [press for group in groups for press in group]
    random.Random(5).shuffle(together)
    return together


@pytest.mark.parametrize(("waiting", "joining"), [(14, 6), pytest.param(40, 20, marks=pytest.mark.deep)])
def test_seats_that_are_cancelled_while_others_join_go_to_the_first_in_line(
    site: Site, tables: Tables, desk: Client, crowd: list[User], waiting: int, joining: int
) -> None:
    event = site.an_event(desk, capacity=10)
    inside, first, late = crowd[:10], crowd[10 : 10 + waiting], crowd[10 + waiting : 10 + waiting + joining]
    ids = seated(site, event["id"], inside)
    seated(site, event["id"], first, waitlist=True)
    line = tables.waiting(event["id"])
    assert sorted(line) == sorted(one.id for one in first)

    joins = [partial(enrol, event_id=event["id"], person=one, waitlist=True) for one in late]
    leaves = [partial(act, enrollment=ids[one.id], action="cancel", person=one) for one in inside]
    answers = at_once(site.api_url, shuffled(joins, leaves), AT_ONCE)

    assert statuses(answers) == {"waitlisted": joining, "cancelled": 10}
    quiet(tables, event["id"])
    assert tables.live_people(event["id"]) == sorted(line[:10])
    assert tables.waiting(event["id"])[: waiting - 10] == line[10:]
    title = event["title"]
    promoted = [one.email for one in first if one.id in line[:10]]
    everybody_has_one_mail(site, tables, f"You have a place: {title}", promoted)
    everybody_has_one_mail(site, tables, f"Cancelled: your enrollment for {title}", [one.email for one in inside])
    told = [one.email for one in first + late if one.email not in promoted]
    got = Counter(to for mail in site.mails() if mail["subject"] == f"Waitlist: {title}" for to in mail["to"])
    assert set(told) <= set(got)
    assert set(got.values()) == {1}


@pytest.mark.deep
@pytest.mark.parametrize("against", ["cancel", "expiry"])
def test_the_last_offered_seat_is_its_holders_or_the_next_ones_and_never_both(
    site: Site, tables: Tables, desk: Client, crowd: list[User], against: str
) -> None:
    holder, first, second, *newcomers = crowd[:11]
    outcome = Counter[str]()
    for _ in range(5):
        event = site.an_event(desk, capacity=1, waitlist_mode="offer")
        ids = seated(site, event["id"], [holder])
        for one in (first, second):
            ids |= seated(site, event["id"], [one], waitlist=True)
        assert act(desk, ids[holder.id], "cancel", holder).json["status"] == "cancelled"
        accept = [partial(act, enrollment=ids[first.id], action="confirm", person=first)] * 4
        against_it: Sequence[Press] = [partial(act, enrollment=ids[first.id], action="cancel", person=first)]
        if against == "expiry":
            tables.ends_now(event["id"], first)
            threading.Event().wait(MOMENT.total_seconds() - 0.03)
            against_it = [partial(enrol, event_id=event["id"], person=one) for one in newcomers]
        answers = at_once(site.api_url, shuffled(accept, against_it), AT_ONCE)

        quiet(tables, event["id"])
        now = {row["person"]: row["status"] for row in tables.rows(event["id"])}
        assert Counter(now.values())["confirmed"] + Counter(now.values())["offered"] == 1
        assert now[second.id] == ("waitlisted" if now[first.id] == "confirmed" else "offered")
        assert not {one.id for one in newcomers} & now.keys()
        assert {answer.status for answer in answers} <= {200, 409}
        outcome[now[first.id]] += 1
    assert outcome.total() == 5


@pytest.mark.deep
def test_holds_that_are_confirmed_and_given_up_at_once_never_oversell(
    site: Site, tables: Tables, desk: Client, crowd: list[User]
) -> None:
    event = site.an_event(desk, capacity=10)
    people = crowd[:40]
    holds = [partial(enrol, event_id=event["id"], person=one, confirm=False) for one in people]

    answers = at_once(site.api_url, holds, AT_ONCE)
    assert statuses(answers) == {"pending": 10, "event_full": 30}
    ids = {one.id: answer.json["id"] for one, answer in zip(people, answers, strict=True) if answer.status == 201}
    holders = [one for one in people if one.id in ids]
    keepers, leavers = holders[:5], holders[5:]
    confirms = [partial(act, enrollment=ids[one.id], action="confirm", person=one) for one in holders] * 3
    cancels = [partial(act, enrollment=ids[one.id], action="cancel", person=one) for one in leavers] * 3
    others = [partial(enrol, event_id=event["id"], person=one) for one in people if one.id not in ids]
    storm = at_once(site.api_url, shuffled(confirms, cancels, others), AT_ONCE)

    assert {answer.status for answer in storm} <= {200, 201, 409}
    quiet(tables, event["id"])
    live = tables.live_people(event["id"])
    assert {one.id for one in keepers} <= set(live)
    assert not {one.id for one in leavers} & set(live)
    assert len(live) + tables.free_seats(event["id"]) == 10
    assert len(live) == 5 + statuses(storm)["confirmed"] - 3 * 5 - _confirmed_by_leavers(storm, ids, leavers)


def _confirmed_by_leavers(storm: list[Answer], ids: dict[str, str], leavers: list[User]) -> int:
    theirs = {ids[one.id] for one in leavers}
    return sum(
        answer.status == 200 and answer.json["id"] in theirs and answer.json["status"] == "confirmed"
        for answer in storm
    )


@pytest.mark.parametrize(("people", "seats"), [(50, 30), pytest.param(100, 60, marks=pytest.mark.deep)])
def test_an_event_gets_more_counters_while_people_enrol(
    site: Site, tables: Tables, desk: Client, organizer: User, crowd: list[User], people: int, seats: int
) -> None:
    event = site.an_event(desk, capacity=seats)
    url = f"/events/{event['id']}"

    def widen(client: Client, shards: int) -> Answer:
        return client.patch(url, {"on_sale_shards": shards}, token=organizer.token)

    presses = [partial(enrol, event_id=event["id"], person=one) for one in crowd[:people]]
    for place, shards in ((seats // 6, 2), (seats // 2, 4), (seats, 8)):
        presses.insert(place, partial(widen, shards=shards))
    answers = at_once(site.api_url, presses, AT_ONCE)

    assert outcomes(answers) == {(201, None): seats, (409, "event_full"): people - seats, (200, None): 3}
    quiet(tables, event["id"])
    assert tables.free_seats(event["id"]) == 0
    assert len(tables.live_people(event["id"])) == seats
    assert desk.get(url).json["on_sale_shards"] in {2, 4, 8}
    assert desk.get(f"{url}/capacity").json["attendees_count"] == seats


@pytest.mark.deep
def test_a_place_that_is_handed_on_to_two_and_cancelled_has_one_end(
    site: Site, tables: Tables, desk: Client, crowd: list[User]
) -> None:
    event = site.an_event(desk, capacity=10)
    givers, takers = crowd[:10], crowd[10:30]
    ids = seated(site, event["id"], givers)

    def hand_on(client: Client, giver: User, taker: User) -> Answer:
        body = {"name": "Somebody", "email": taker.email}
        return client.post(f"/enrollments/{ids[giver.id]}/transfer", body, token=giver.token)

    gifts = [partial(hand_on, giver=givers[place // 2], taker=taker) for place, taker in enumerate(takers)]
    cancels = [partial(act, enrollment=ids[one.id], action="cancel", person=one) for one in givers[:6]]
    answers = at_once(site.api_url, [*gifts, *cancels], AT_ONCE)

    given = [(place // 2, takers[place].id) for place, answer in enumerate(answers[:20]) if answer.status == 201]
    assert outcomes(answers[:20]) == {(201, None): len(given), (409, "not_confirmed"): 20 - len(given)}
    assert set(Counter(giver for giver, _ in given).values()) == {1}
    assert {giver for giver, _ in given} >= set(range(6, 10)), "nobody else wanted those places"
    quiet(tables, event["id"])
    assert tables.live_people(event["id"]) == sorted(taker for _, taker in given)
    assert tables.free_seats(event["id"]) == 10 - len(given)


def test_ten_scanners_of_one_ticket_note_one_arrival(
    site: Site, tables: Tables, desk: Client, organizer: User, crowd: list[User]
) -> None:
    event = site.an_event(desk, capacity=10)
    person, other = crowd[:2]
    ids = seated(site, event["id"], [person, other])

    singles = [partial(act, enrollment=ids[person.id], action="check-in", person=organizer)] * 10
    answers = at_once(site.api_url, singles, 10)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["checked_in_at"] for answer in answers}) == 1

    def batch(client: Client) -> Answer:
        body = {"rows": [{"enrollment_id": ids[other.id]}]}
        return client.post(f"/events/{event['id']}/check-ins", body, token=organizer.token)

    batches = at_once(site.api_url, [batch] * 10, 10)
    noted = Counter(answer.json["results"][0]["status"] for answer in batches)
    assert noted == {"checked_in": 1, "already_checked_in": 9}
    for enrollment in ids.values():
        history = desk.get(f"/enrollments/{enrollment}/history").json["results"]
        assert [entry["cause"] for entry in history].count("checked_in") == 1
    eventually(lambda: tables.disagreements(event["id"]) == [], "Agreement of the tables")
