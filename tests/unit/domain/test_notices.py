"""What a change notice is about, whom it concerns, and what a change does to it that nobody is to be told of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_changes import (
    IN_FLIGHT,
    Change,
    Material,
    Notice,
    differences,
    is_near,
    silenced,
)
from chalicelib.domain.events.event_facts import EventFacts

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
FACTS = EventFacts(title="Workshop", starts_at=START, ends_at=START + timedelta(hours=1), location="Hall 1")
WAS = Material.of(FACTS)


def event(facts: EventFacts = FACTS, status: EventStatus = EventStatus.PUBLISHED, **fields: Any) -> Event:
    return Event(
        id="event",
        organizer_id="olga",
        facts=facts,
        status=status,
        buckets=1,
        version=1,
        created_at=NOW,
        updated_at=NOW,
        **fields,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"starts_at": START + timedelta(minutes=1)},
        {"ends_at": START + timedelta(hours=2)},
        {"timezone": "Europe/Berlin"},
        {"location": None},
        {"online": True},
    ],
)
def test_an_edit_of_what_people_plan_by_is_material_and_numbered(change: dict[str, Any]) -> None:
    after = event().changed(NOW, facts=replace(FACTS, **change))

    assert Material.of(after.facts) != WAS
    assert after.sequence == 1
    assert after.changed(NOW, facts=FACTS).sequence == 2


@pytest.mark.parametrize(
    "change",
    [
        {"description": "More"},
        {"capacity": 5},
        {"tags": ("new",)},
        {"price": "5.00"},
        {"language": "de"},
        {"country": "DE"},
        {"url": "https://example.org"},
        {"reminders": ()},
    ],
)
def test_an_edit_of_anything_else_is_not(change: dict[str, Any]) -> None:
    after = event().changed(NOW, facts=replace(FACTS, **change))

    assert Material.of(after.facts) == WAS
    assert after.sequence == 0


def test_the_link_matters_where_it_is_the_place() -> None:
    here, there = (replace(FACTS, online=True, url=f"https://example.org/{name}") for name in ("a", "b"))

    assert Material.of(here) != Material.of(there)
    assert event(here).changed(NOW, facts=there).sequence == 1


def test_edits_of_a_draft_are_not_numbered_for_nobody_has_seen_it() -> None:
    draft = event(status=EventStatus.DRAFT).changed(NOW, facts=replace(FACTS, title="Another"))

    assert draft.sequence == 0
    assert draft.changed(NOW, status=EventStatus.PUBLISHED).sequence == 0


def test_a_notice_stays_with_the_event_until_it_is_off() -> None:
    notice = Notice(id="n", before=WAS, opened_at=NOW, changed_at=NOW, due_at=NOW)

    assert event(notice=notice).changed(NOW, facts=replace(FACTS, capacity=3)).notice == notice
    for status in (EventStatus.CANCELLED, EventStatus.DELETED):
        assert event(notice=notice).changed(NOW, status=status).notice is None


@pytest.mark.parametrize(
    ("was", "becomes", "near"),
    [
        (timedelta(minutes=29), timedelta(days=1), True),
        (timedelta(days=1), timedelta(minutes=29), True),
        (timedelta(minutes=30), timedelta(days=1), False),
        (timedelta(minutes=-10), timedelta(days=1), True),
    ],
)
def test_nobody_waits_for_more_edits_when_people_may_be_on_their_way(
    was: timedelta, becomes: timedelta, *, near: bool
) -> None:
    assert is_near(replace(WAS, starts_at=NOW + was), replace(WAS, starts_at=NOW + becomes), NOW) is near


def test_it_concerns_whoever_may_have_seen_the_event_as_it_was() -> None:
    change = Change(id="n", before=WAS, after=replace(WAS, title="Another"), changed_at=NOW)

    assert change.concerns(NOW - timedelta(days=1))
    assert change.concerns(NOW + IN_FLIGHT - timedelta(milliseconds=1)), "its edit may have been committed that late"
    assert not change.concerns(NOW + IN_FLIGHT)


def test_a_silent_change_alone_is_not_told_by_a_notice_about_something_else() -> None:
    """A notice about the title waits; then the hall changes silently."""
    old = replace(WAS, title="Told")
    new = replace(old, location="Hall 2")

    before = silenced(WAS, old, new)

    assert before == replace(WAS, location="Hall 2")
    assert {name for name in ("title", "location") if getattr(before, name) != getattr(new, name)} == {"title"}


def test_what_is_told_anyway_is_told_as_it_is_after_a_silent_change() -> None:
    """The hall is announced to change; then a silent edit corrects the new hall's name."""
    old, new = replace(WAS, location="Hal 2"), replace(WAS, location="Hall 2")

    assert silenced(WAS, old, new) == WAS


BERLIN = replace(WAS, timezone="Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOKYO = START.replace(hour=15)
WHOLE = replace(
    WAS, timezone="Europe/Berlin", all_day=True, starts_at=START.replace(hour=22), ends_at=START.replace(hour=22) + DAY
)


@pytest.mark.parametrize(
    ("was", "change", "told"),
    [
        (BERLIN, {}, ()),
        (BERLIN, {"timezone": "Europe/Vienna"}, ()),
        (BERLIN, {"timezone": "Africa/Lagos"}, ("time",)),  # in July another hour
        (BERLIN, {"timezone": "Europe/London", "starts_at": START, "ends_at": START + HOUR}, ("time",)),
        (BERLIN, {"timezone": "Europe/London", "starts_at": START + HOUR, "ends_at": START + 2 * HOUR}, ("time",)),
        (WAS, {"timezone": "Etc/UTC"}, ()),
        (BERLIN, {"starts_at": START + timedelta(minutes=1)}, ("time",)),
        (BERLIN, {"starts_at": START + DAY, "ends_at": START + DAY + HOUR}, ("time",)),
        (BERLIN, {"ends_at": START + 2 * HOUR}, ("time",)),
        (BERLIN, {"ends_at_assumed": True}, ()),
        (BERLIN, {"all_day": True}, ("time",)),
        (WHOLE, {}, ()),
        (WHOLE, {"timezone": "Asia/Tokyo", "starts_at": TOKYO, "ends_at": TOKYO + DAY}, ()),
        (WHOLE, {"ends_at": WHOLE.ends_at + DAY}, ("time",)),
        (WHOLE, {"starts_at": WHOLE.starts_at - DAY}, ("time",)),
        (WHOLE, {"all_day": False}, ("time",)),
        (BERLIN, {"title": "Another", "location": None, "online": True}, ("title", "location", "online")),
        (replace(BERLIN, title="Caf\u00e9", location="\u00c5s"), {"title": "Cafe\u0301", "location": "A\u030as"}, ()),
        (replace(BERLIN, title="Caf\u00e9"), {"title": "Cafe"}, ("title",)),
        (BERLIN, {"url": "https://example.org"}, ()),
        (replace(BERLIN, online=True), {"url": "https://example.org"}, ("url",)),
    ],
)  # fmt: skip
def test_people_are_told_what_they_read_otherwise(was: Material, change: dict[str, Any], told: tuple[str, ...]) -> None:
    assert differences(was, replace(was, **change)) == told
    assert differences(replace(was, **change), was) == told
