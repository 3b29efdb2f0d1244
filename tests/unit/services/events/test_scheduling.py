"""What becomes due because of an event's times: it is written with the event, moves with it, and ends with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.notifications.reminders import Pace
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.services.events.schedule import ScheduleChange, reschedule

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PACE = Pace()


def an_event(status: EventStatus = EventStatus.PUBLISHED, **fields: Any) -> Event:
    start = fields.pop("starts_at", START)
    facts = {"title": "Workshop", "starts_at": start, "ends_at": start + 8 * HOUR, "reminders": ("-P1D", "-PT1H")}
    return Event(
        id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
        organizer_id="01ARZ3NDEKTSV4RRFFQ69G5FAW",
        facts=EventFacts(**(facts | fields)),
        status=status,
        buckets=1,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )


def edited(event: Event, now: datetime, **fields: Any) -> Event:
    return event.changed(now, facts=replace(event.facts, **fields))


def moved(event: Event, now: datetime, start: datetime) -> Event:
    return edited(event, now, starts_at=start, ends_at=start + 8 * HOUR)


def due_at(schedule: ScheduleChange) -> dict[str, datetime]:
    return {job.about["reminder"]: job.at for job in schedule.jobs if job.kind is OutboxKind.REMIND}


def test_a_published_event_has_a_row_for_every_reminder_ten_minutes_before_its_time() -> None:
    event = an_event(reminders=("-P1D", "-PT1H", "END:-PT30M"))

    schedule = reschedule(None, event, NOW, PACE)

    assert due_at(schedule) == {
        "-P1D": START - DAY - 10 * MINUTE,
        "-PT1H": START - HOUR - 10 * MINUTE,
        "END:-PT30M": START + 8 * HOUR - 40 * MINUTE,
    }
    assert schedule.dropped == []


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED, EventStatus.DELETED])
def test_only_published_events_remind(status: EventStatus) -> None:
    assert due_at(reschedule(None, an_event(status), NOW, PACE)) == {}


def test_publishing_a_draft_schedules_its_reminders() -> None:
    draft = an_event(EventStatus.DRAFT)

    schedule = reschedule(draft, draft.changed(NOW, status=EventStatus.PUBLISHED), NOW, PACE)

    assert set(due_at(schedule)) == {"-P1D", "-PT1H"}


def test_an_edit_of_anything_else_writes_and_drops_nothing() -> None:
    event = an_event(no_show_release_minutes=30)

    assert reschedule(event, edited(event, NOW, title="Other"), NOW, PACE) == ScheduleChange([], [])


def test_a_move_drops_the_rows_of_the_old_start_and_writes_those_of_the_new_one() -> None:
    event = an_event(no_show_release_minutes=30)
    old = reschedule(None, event, NOW, PACE)
    later = moved(event, NOW + HOUR, START + DAY)

    schedule = reschedule(event, later, NOW + HOUR, PACE)

    assert set(schedule.dropped) == {job.key for job in old.jobs}
    assert due_at(schedule) == {"-P1D": START - 10 * MINUTE, "-PT1H": START + DAY - HOUR - 10 * MINUTE}
    assert len(schedule.jobs) == 3, "and the row of the no-shows"


def test_moving_back_and_forth_leaves_the_rows_of_the_last_start_only() -> None:
    event = an_event()
    left = {job.key: job for job in reschedule(None, event, NOW, PACE).jobs}
    starts = [START + DAY, START, START - DAY, START + 2 * DAY, START]

    for number, start in enumerate(starts, 1):
        now = NOW + number * HOUR
        after = moved(event, now, start)
        schedule = reschedule(event, after, now, PACE)
        left = {key: job for key, job in left.items() if key not in schedule.dropped}
        left |= {job.key: job for job in schedule.jobs}
        event = after

    assert {job.at for job in left.values()} == {START - DAY - 10 * MINUTE, START - HOUR - 10 * MINUTE}
    assert {job.about["start"] for job in left.values()} == {f"2026-07-01T09:00:00.000Z/{stamp_of(event)}"}


def stamp_of(event: Event) -> str:
    assert event.start_moved_at is not None
    return event.start_moved_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.DELETED])
def test_closing_drops_everything_that_is_still_to_come(status: EventStatus) -> None:
    event = an_event(no_show_release_minutes=30)
    old = reschedule(None, event, NOW, PACE)

    schedule = reschedule(event, event.changed(NOW, status=status), NOW, PACE)

    assert schedule.jobs == []
    assert set(schedule.dropped) == {job.key for job in old.jobs}


def test_moving_the_end_moves_its_reminders_only() -> None:
    event = an_event(reminders=("-PT1H", "END:-PT1H"))

    schedule = reschedule(event, edited(event, NOW, ends_at=START + 9 * HOUR), NOW, PACE)

    assert due_at(schedule) == {"END:-PT1H": START + 8 * HOUR - 10 * MINUTE}
    assert len(schedule.dropped) == 1


def test_another_set_of_reminders_drops_and_adds_what_differs() -> None:
    event = an_event()

    schedule = reschedule(event, edited(event, NOW, reminders=("-PT1H", "-PT2H")), NOW, PACE)

    assert set(due_at(schedule)) == {"-PT2H"}
    assert [key.place.split(".")[-2] for key in schedule.dropped], "the row of the day before"
    assert len(schedule.dropped) == 1


def test_a_reminder_that_is_added_after_its_time_is_not_sent_for_that() -> None:
    event, now = an_event(reminders=("-PT1H",)), START - 2 * HOUR

    assert due_at(reschedule(event, edited(event, now, reminders=("-PT1H", "-P1D")), now, PACE)) == {}


def test_an_event_moved_so_near_that_the_time_of_a_reminder_is_over_reminds_as_soon_as_it_may() -> None:
    event, now = an_event(), START - 3 * DAY

    schedule = reschedule(event, moved(event, now, now + 30 * MINUTE), now, PACE)

    assert due_at(schedule) == {"-PT1H": now + 2 * MINUTE}, "the day's one is overtaken by it"


def test_a_reminder_due_in_less_than_its_lead_is_fanned_out_no_earlier_than_two_minutes_from_now() -> None:
    event, now = an_event(reminders=("-PT1H",)), START - 3 * DAY

    schedule = reschedule(event, moved(event, now, now + HOUR + 5 * MINUTE), now, PACE)

    assert due_at(schedule) == {"-PT1H": now + 2 * MINUTE}


@pytest.mark.parametrize("ahead", [timedelta(0), MINUTE, 2 * MINUTE])
def test_nobody_is_reminded_of_an_event_that_will_have_begun(ahead: timedelta) -> None:
    event, now = an_event(), START - 3 * DAY

    assert due_at(reschedule(event, moved(event, now, now + ahead), now, PACE)) == {}


def test_no_row_is_due_where_a_tick_may_have_passed() -> None:
    event = an_event(reminders=tuple(f"-PT{hours}H" for hours in range(1, 11)))
    for minutes in range(0, 700, 7):
        now = NOW + minutes * MINUTE
        schedule = reschedule(event, moved(event, now, NOW + 11 * HOUR), now, PACE)
        assert all(job.at >= now + 2 * MINUTE for job in schedule.jobs)


def test_a_row_that_may_be_running_already_is_left_to_its_own_look_at_the_event() -> None:
    event, now = an_event(reminders=("-PT1H",)), START - HOUR - 5 * MINUTE

    schedule = reschedule(event, moved(event, now, START + DAY), now, PACE)

    assert schedule.dropped == []


def test_the_row_names_the_event_the_reminder_and_the_version_of_the_start() -> None:
    [job] = reschedule(None, an_event(reminders=("-PT1H",)), NOW, PACE).jobs

    assert job.about == {
        "event": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "reminder": "-PT1H",
        "start": "2026-07-01T09:00:00.000Z",
    }
    assert job.recipient_id == "01ARZ3NDEKTSV4RRFFQ69G5FAW"


def test_a_faster_pace_shortens_reminder_lead_and_net() -> None:
    fast, now = Pace(60), START - 3 * MINUTE

    [job] = reschedule(None, an_event(reminders=("-PT1H",)), now, fast).jobs

    assert job.at == START - MINUTE - timedelta(seconds=10)
