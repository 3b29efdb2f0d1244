"""Events of any kind: what is stored comes back, and what was read can be sent back."""

import functools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.events.bodies import EventIn, to_facts, writable
from chalicelib.api.http.request import parsing
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import FACTS, EventFacts, PartyPolicy, WaitlistMode
from chalicelib.domain.shared.times import whole_days
from chalicelib.store.items.events import card, event_from
from tests.property.examples import share
from tests.support.builders import Person, a_person
from tests.support.world import World

LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])
MOMENTS = st.datetimes(datetime(2026, 6, 2), datetime(2036, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
LENGTHS = st.integers(1, 10**10).map(lambda step: timedelta(milliseconds=step))
ULIDS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=25, max_size=25).map(lambda rest: f"0{rest}")


def words(most: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=1, max_size=most).map(str.strip).filter(bool)


@st.composite
def facts(draw: st.DrawFn) -> EventFacts:
    starts_at = draw(MOMENTS)
    zone, is_whole, assumed = draw(st.sampled_from(ZONES)), draw(st.booleans()), draw(st.booleans())
    ends_at = starts_at + (timedelta(hours=1) if assumed else draw(LENGTHS))
    if is_whole:
        starts_at, ends_at = whole_days(starts_at, None if assumed else ends_at, zone)
    last_release = min((ends_at - starts_at - timedelta(milliseconds=1)) // timedelta(minutes=1), 24 * 60)
    return EventFacts(
        title=draw(words(200)),
        starts_at=starts_at,
        ends_at=ends_at,
        ends_at_assumed=assumed,
        description=draw(st.text(LETTERS, max_size=300).map(str.strip)),
        all_day=is_whole,
        timezone=zone,
        language=draw(st.sampled_from([None, "en", "de-AT", "zh-Hant-TW"])),
        location=draw(st.none() | words(200)),
        country=draw(st.sampled_from([None, "DE", "US", "JP"])),
        url=draw(st.sampled_from([None, "https://example.org/?a=1#b"])),
        online=draw(st.booleans()),
        price=draw(st.sampled_from(["0.00", "12.50", "999999999.99"])),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        tags=tuple(draw(st.lists(words(40), max_size=10, unique_by=str.casefold))),
        enrollment_opens_at=draw(st.none() | st.just(starts_at - timedelta(days=3))),
        enrollment_closes_at=draw(st.none() | st.just(starts_at - timedelta(hours=3)) | st.just(ends_at)),
        waitlist_mode=draw(st.sampled_from(WaitlistMode)),
        hold_minutes=draw(st.sampled_from([1, 15, 1_440])),
        guest_hold_minutes=draw(st.sampled_from([5, 60, 10_080])),
        offer_minutes=draw(st.sampled_from([5, 720, 20_160])),
        party_policy=draw(st.sampled_from(PartyPolicy)),
        max_skips=draw(st.integers(0, 20)),
        guests_allowed=draw(st.booleans()),
        no_show_release_minutes=draw(st.none() | st.integers(0, last_release)),
        **draw(sizes()),
    )


@st.composite
def sizes(draw: st.DrawFn) -> dict[str, Any]:
    """Capacity, the largest party and the counters, which depend on each other."""
    capacity = draw(st.none() | st.integers(1, 1_000_000))
    party_max = draw(st.integers(1, min(20, capacity or 20)))
    small = capacity is not None and party_max > 1 and capacity < 16 * party_max
    shards = draw(st.none() | (st.just(1) if small else st.integers(1, 64)))
    return {"capacity": capacity, "party_max": party_max, "on_sale_shards": shards}


@st.composite
def events(draw: st.DrawFn) -> Event:
    return Event(
        id=draw(ULIDS),
        organizer_id=draw(ULIDS),
        facts=draw(facts()),
        status=draw(st.sampled_from(EventStatus)),
        buckets=draw(st.sampled_from([1, 16])),
        version=draw(st.integers(1, 10**6)),
        created_at=draw(MOMENTS),
        updated_at=draw(MOMENTS),
    )


@given(events())
def test_a_card_holds_everything_but_the_description_and_the_capacity(event: Event) -> None:
    found = event_from(event.id, card(event), event.status.value, event.version, event.facts.description)

    assert found.changed(event.updated_at, facts=event.facts).facts == event.facts
    for name in EventFacts.__dataclass_fields__:
        if name != "capacity":
            assert getattr(found.facts, name) == getattr(event.facts, name)
    for name in ("id", "organizer_id", "status", "buckets", "version", "created_at", "updated_at"):
        assert getattr(found, name) == getattr(event, name)


@given(events())
def test_a_card_says_nothing_about_settings_that_are_the_default(event: Event) -> None:
    plain = EventFacts(title="x", starts_at=event.facts.starts_at, ends_at=event.facts.ends_at)
    settings = {name: getattr(event.facts, name) for name, fact in FACTS.items() if fact.stored and fact.about}
    bare, full = (card(replace(event, facts=facts)) for facts in (plain, replace(plain, **settings)))

    changed = sum(value != getattr(plain, name) for name, value in settings.items())
    assert len(json.loads(full)) - len(json.loads(bare)) == changed
    assert len(full) - len(bare) <= 14 * changed


@given(events())
def test_the_document_of_an_event_writes_the_same_event_again(event: Event) -> None:
    document = {name: value for name, value in writable(event).items() if value is not None}

    assert to_facts(parsing.validate_object(EventIn, document), "EUR") == event.facts


@functools.cache
def town() -> tuple[World, Person]:
    """One for all examples: drafts do not disturb each other."""
    world = World()
    return world, a_person(world)


@share(0.3)
@given(facts(), st.sampled_from(["PUT", "PATCH"]), st.data())
def test_what_was_read_or_any_part_of_it_can_be_sent_back(wanted: EventFacts, method: str, data: st.DataObject) -> None:
    event = Event(
        id="x", organizer_id="x", facts=wanted, status=EventStatus.DRAFT, buckets=1, version=1,
        created_at=wanted.starts_at, updated_at=wanted.starts_at,
    )  # fmt: skip
    body = {name: value for name, value in writable(event).items() if value is not None}
    world, olga = town()
    made: dict[str, Any] = world.an_event(olga.token, **body, status="draft")
    sent = made
    if method == "PATCH":
        sent = {name: made[name] for name in data.draw(st.sets(st.sampled_from(sorted(made))))}

    answer = world.send(method, f"/events/{made['id']}", sent, token=olga.token)

    assert answer.status == 200, answer.text
    assert {name for name in made if made[name] != answer.json[name]} <= {"version", "updated_at"}
