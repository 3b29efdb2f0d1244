"""The directory of people and attendee records in the tables: one person an address, and records all or nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.domain import ids
from chalicelib.domain.errors import EmailTakenError
from chalicelib.domain.people import Attendee, AttendeeFacts, Person
from chalicelib.services.attendees.ports import Uses
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Remember, StoredAnswer
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, an_account, an_id, has_account
from tests.support.world import World

KEEPER = "01KT16JKM0BYQW47Q7HP26MZD3"
NEVER_USED = Uses(0, ())
ANSWER = Remember("key", StoredAnswer("digest", 201, "{}", {}))


def a_record(keeper: str | None = KEEPER, email: str | None = "grace@example.org", **fields: Any) -> Attendee:
    facts = AttendeeFacts(**{"first_name": "Grace", "last_name": "Hopper", "email": email, **fields})
    return Attendee(id=an_id(), facts=facts, kept_by=keeper, version=1, created_at=NOW, updated_at=NOW)


def changed(record: Attendee, **fields: Any) -> Attendee:
    return replace(record, facts=replace(record.facts, **fields), version=record.version + 1, updated_at=NOW + HOUR)


def kept(world: World, *words: str) -> list[Attendee]:
    part = world.container.store.attendees.of_keeper(KEEPER, start=None, forward=True, limit=50, words=words)
    return [record for _, record in part.items]


# People


def test_a_guest_is_one_person_however_the_address_is_written(world: World) -> None:
    people = world.container.store.people

    first = people.guest("Gil@example.org", NOW, locale="de")
    again = people.guest("gil@EXAMPLE.org", NOW + HOUR)

    assert first == Person(id=first.id, name="", email="Gil@example.org", locale="de")
    assert again == people.by_email("GIL@example.org") == first
    assert people.by_ids([first.id]) == {first.id: first}


@pytest.mark.parametrize("now", [NOW, NOW + 1000 * 24 * HOUR], ids=["early", "late"])
def test_where_a_new_guests_id_stands_says_nothing_of_when_it_was_made(world: World, now: datetime) -> None:
    """Lists of people stand in the order of their ids: those of guests are drawn from the same time, whenever."""
    made = [ids.made_at(world.container.store.people.guest(f"{one}@example.org", now).id) for one in range(60)]

    days = sorted((at - datetime(2024, 12, 1, tzinfo=UTC)).days for at in made)
    assert 0 <= days[0] < 250
    assert 480 < days[-1] < 730
    assert 100 < days[30] < 630, "the middle one of sixty lies so far off less than once in ten million runs"


def test_an_address_that_nobody_has_is_nobodys(world: World) -> None:
    assert world.container.store.people.by_email("nobody@example.org") is None
    assert world.container.store.people.by_ids([an_id()]) == {}
    assert world.container.store.people.by_ids([]) == {}


def test_the_guest_with_an_accounts_address_is_the_account(world: World) -> None:
    ada = an_account(email_verified=True)
    has_account(world, ada)

    found = world.container.store.people.guest("ADA@example.org", NOW)

    assert found == Person(
        id=ada.id, name="Ada Lovelace", email="ada@example.org", locale="en", has_account=True, has_own_name=True
    )


def test_an_account_that_was_never_proven_does_not_name_the_guest(world: World) -> None:
    """Anybody may sign up with anybody's address."""
    mallory = an_account(first_name="Mallory")
    has_account(world, mallory)

    guest = world.container.store.people.guest("ada@example.org", NOW)

    assert guest == Person(id=mallory.id, name="", email="ada@example.org")
    assert world.container.store.people.guest("ada@example.org", NOW) == guest
    has_account(world, replace(mallory, email_verified=True))
    assert world.container.store.people.by_ids([mallory.id])[mallory.id].name == "Mallory Lovelace", (
        "proven: it is theirs"
    )


def test_many_finds_accounts_guests_and_kept_records_together(world: World) -> None:
    ada, record = an_account(email_verified=True, username="ada", first_name="", last_name=""), a_record()
    has_account(world, ada)
    world.container.store.attendees.add(record, None)
    guest = world.container.store.people.guest("gil@example.org", NOW)

    found = world.container.store.people.by_ids([ada.id, guest.id, record.id, an_id(), ada.id])

    assert {one.id: (one.name, one.email, one.kept_by, one.has_account) for one in found.values()} == {
        ada.id: ("ada", "ada@example.org", None, True),
        guest.id: ("", "gil@example.org", None, False),
        record.id: ("Grace Hopper", "grace@example.org", KEEPER, False),
    }


def test_one_person_is_whom_many_would_find(world: World) -> None:
    people = world.container.store.people
    proven, unproven = an_account(email_verified=True), an_account(email="bob@example.org")
    for account in (proven, unproven):
        has_account(world, account)
    guest = people.guest("gil@example.org", NOW)
    named = people.guest("bob@example.org", NOW)
    record = a_record()
    world.container.store.attendees.add(record, None)

    for person_id in (proven.id, unproven.id, guest.id, record.id):
        assert people.by_id(person_id) == people.by_ids([person_id])[person_id]
    assert people.by_id(unproven.id) == named
    assert people.by_id(an_id()) is None


def test_a_kept_person_is_there_for_the_keeper_only(world: World) -> None:
    people, record = world.container.store.people, a_record()
    world.container.store.attendees.add(record, None)
    guest = people.guest("gil@example.org", NOW)

    assert people.kept(KEEPER, record.id) == people.by_ids([record.id])[record.id]
    assert people.kept(an_id(), record.id) is None
    assert people.kept(KEEPER, guest.id) is None
    assert people.kept(KEEPER, KEEPER) is None
    assert people.by_email("grace@example.org") is None, "what a keeper writes proves no address"


# A guest signs up


# Records


def test_a_record_comes_back_as_it_was_written(world: World) -> None:
    records = world.container.store.attendees
    full = a_record(phone="+4930901820", date_of_birth=date(1906, 12, 9))
    bare = a_record(email=None, last_name="")

    for record in (full, bare):
        records.add(record, None)

    assert [records.get(full.id), records.get(bare.id)] == [full, bare]
    assert sorted(kept(world), key=lambda one: one.id) == sorted([full, bare], key=lambda one: one.id)
    assert records.count_of_keeper(KEEPER, ()) == (2, True)
    assert records.with_email(KEEPER, "GRACE@example.org") == full
    assert records.with_email(an_id(), "grace@example.org") is None


def test_an_address_is_taken_once_a_keeper(world: World) -> None:
    records, other = world.container.store.attendees, a_record(email="other@example.org")
    records.add(a_record(), None)
    records.add(a_record(keeper=an_id()), None)
    records.add(other, None)

    refused = a_record(email="Grace@Example.org")
    with pytest.raises(EmailTakenError):
        records.add(refused, ANSWER)
    with pytest.raises(EmailTakenError):
        records.replace(other, changed(other, email="grace@example.org"))

    assert records.get(refused.id) is None
    assert records.get(other.id) == other
    assert world.container.store.answers.find("key") is None, "a refusal is not kept"


def test_a_lost_answer_to_a_new_record_is_recognised(world: World) -> None:
    records, record = world.container.store.attendees, a_record()
    records.add(record, None)

    records.add(record, None)

    assert kept(world) == [record]


def test_a_parallel_twin_gets_the_answer_of_the_first(world: World) -> None:
    records, first, twin = world.container.store.attendees, a_record(), a_record()
    records.add(first, ANSWER)

    with pytest.raises(AnsweredBeforeError):
        records.add(twin, ANSWER)

    assert kept(world) == [first]


def test_a_change_is_seen_in_all_places_and_only_by_who_saw_the_last_one(world: World) -> None:
    records, record = world.container.store.attendees, a_record()
    records.add(record, None)
    after = changed(record, first_name="Amazing", email="amazing@example.org")

    records.replace(record, after)

    assert (records.get(record.id), kept(world)) == (after, [after])
    assert records.with_email(KEEPER, "amazing@example.org") == after
    assert records.with_email(KEEPER, "grace@example.org") is None
    with pytest.raises(StaleError):
        records.replace(record, changed(record, email="late@example.org"))
    with pytest.raises(StaleError):
        records.remove(record, NEVER_USED, NOW + HOUR)


def test_a_removed_record_leaves_nothing(world: World) -> None:
    records, record = world.container.store.attendees, a_record()
    records.add(record, None)

    records.remove(record, NEVER_USED, NOW + HOUR)

    assert (records.get(record.id), kept(world)) == (None, [])
    assert world.container.store.people.by_ids([record.id]) == {}
    with pytest.raises(StaleError):
        records.replace(record, changed(record, first_name="Back"))
    records.add(record, None)
    assert kept(world) == [], "a request that arrives late brings nobody back"
    records.add(a_record(), None)


def test_words_find_what_begins_with_them(world: World) -> None:
    records = world.container.store.attendees
    grace, jose = a_record(email=None), a_record(email=None, first_name="José", last_name="Ruiz-Zafón")
    for record in (grace, jose):
        records.add(record, None)

    assert kept(world, "gr", "hop") == [grace]
    assert kept(world, "zafon") == [jose]
    assert kept(world, "race") == []
    assert records.count_of_keeper(KEEPER, ["jose"]) == (1, True)


def test_ones_own_record_adds_to_the_account_what_it_does_not_have(world: World) -> None:
    records = world.container.store.attendees
    ada = an_account(email_verified=True)
    has_account(world, ada)
    own = records.own(ada.id)
    assert own is not None
    assert (own.name, own.facts.email, own.kept_by, own.version) == ("Ada Lovelace", "ada@example.org", None, 0)

    after = changed(own, phone="123456")
    records.replace(own, after)

    assert records.own(ada.id) == after
    assert world.container.store.people.by_ids([ada.id])[ada.id].name == "Ada Lovelace"
    assert kept(world) == []
    with pytest.raises(StaleError):
        records.replace(own, changed(own, phone="654321"))
    assert records.own(an_id()) is None
