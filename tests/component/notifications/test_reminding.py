"""Reminders: everybody who is confirmed gets the one of the final start, once, whatever happened before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.outbox.entry import COOLED, JOB_LEASE, OutboxEntry, OutboxKey
from chalicelib.services.background.jobs import Jobs, Progress
from chalicelib.services.notifications.fan_out import PAGE
from chalicelib.services.notifications.mails.reminder_emails import ReminderEmails
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, people
from tests.support.ticking import ticks
from tests.support.world import SETTINGS, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def world() -> Iterator[World]:
    with World(replace(SETTINGS, access_token_minutes=1440)) as made:
        yield made


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    """In three hours, with a reminder one hour before."""
    return soon(world, olga, 3 * HOUR)


def soon(world: World, olga: Person, ahead: timedelta, **fields: Any) -> dict[str, Any]:
    fields = {"follow_ups": [], "capacity": 100, **fields}
    return world.an_event(olga.token, starts_at=text(world.clock() + ahead), **fields)


def text(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def until(world: World, at: str, before: timedelta) -> None:
    """Jump near to a moment and then go minute by minute up to it."""
    target = datetime.fromisoformat(at) - before
    if target - world.clock() > 30 * MINUTE:
        world.clock.now = target - 30 * MINUTE
    while world.clock() < target:
        ticks(world, 1)


def subjects(world: World, person: Person) -> list[str]:
    return [message.subject for message in world.mailer.to(person.email)]


def reminders(world: World, person: Person) -> int:
    return sum(subject.startswith("Reminder") for subject in subjects(world, person))


def states(world: World, kind: str) -> list[tuple[str, str]]:
    return [(row["state"], row.get("detail", "")) for row in due_rows(world, kind)]


def move(world: World, event: dict[str, Any], olga: Person, ahead: timedelta) -> dict[str, Any]:
    start = world.clock() + ahead
    body = {"starts_at": text(start), "ends_at": text(start + HOUR), "notify": False}
    answer = world.patch(f"/events/{event['id']}", body, olga.token)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def job_of(world: World) -> OutboxEntry:
    [row] = [row for row in due_rows(world, "job_remind") if row["state"] == "waiting"]
    found = world.container.store.outbox.get(OutboxKey(row["pk"], row["sk"]))
    assert found is not None
    return found


# At its time


def test_everybody_confirmed_is_reminded_at_its_time_and_once(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    enrolled(world, event, ada)
    enrolled(world, event, olga)
    world.work()

    until(world, event["starts_at"], HOUR + MINUTE)
    assert reminders(world, ada) == 0
    ticks(world, 1)
    assert (reminders(world, ada), reminders(world, olga)) == (1, 1)

    ticks(world, 70)
    assert (reminders(world, ada), reminders(world, olga)) == (1, 1)


def test_the_mail_names_the_event_and_whose_it_is(world: World, event: dict[str, Any], ada: Person) -> None:
    enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR)

    [mail] = [one for one in world.mailer.to(ada.email) if one.subject.startswith("Reminder")]
    assert "Python Workshop" in mail.subject
    assert "Olga Organizer" in mail.text
    assert "/unsubscribe/" in mail.text


def test_every_reminder_of_the_event_comes_at_its_own_time(world: World, olga: Person, ada: Person) -> None:
    event = soon(world, olga, 5 * HOUR, reminders=["-PT4H", "-PT1H", "END:-PT10M"])
    enrolled(world, event, ada)
    world.work()

    until(world, event["starts_at"], 4 * HOUR)
    assert reminders(world, ada) == 1
    until(world, event["starts_at"], HOUR)
    assert reminders(world, ada) == 2
    until(world, event["ends_at"], 10 * MINUTE)
    assert reminders(world, ada) == 3


@pytest.mark.parametrize("options", [{"confirm": False}, {"waitlist": True}])
def test_who_has_no_place_is_not_reminded(world: World, olga: Person, ada: Person, options: dict[str, Any]) -> None:
    event = soon(world, olga, 3 * HOUR, capacity=1, hold_minutes=300)
    if "waitlist" in options:
        enrolled(world, event, olga)
    assert world.post(f"/events/{event['id']}/enrollments", options, ada.token).status == 201

    until(world, event["starts_at"], timedelta(0))

    assert reminders(world, ada) == 0


def test_an_event_without_reminders_reminds_nobody(world: World, olga: Person, ada: Person) -> None:
    event = soon(world, olga, 3 * HOUR, reminders=[])
    enrolled(world, event, ada)

    until(world, event["starts_at"], timedelta(0))

    assert due_rows(world, "job_remind") == []
    assert reminders(world, ada) == 0


def test_who_cancelled_is_not_reminded(world: World, event: dict[str, Any], ada: Person) -> None:
    mine = enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR + 2 * MINUTE)  # fanned out, not due yet
    assert world.delete(f"/enrollments/{mine['id']}", ada.token).status == 204

    until(world, event["starts_at"], timedelta(0))

    assert reminders(world, ada) == 0
    assert states(world, "reminder") == [("skipped", "the enrollment is cancelled now")]


def test_who_enrolled_again_gets_the_reminder_of_the_new_enrollment(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    mine = enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR + 2 * MINUTE)
    world.delete(f"/enrollments/{mine['id']}", ada.token)
    enrolled(world, event, ada)
    world.work()

    until(world, event["starts_at"], timedelta(0))

    assert reminders(world, ada) == 1
    assert sorted(states(world, "reminder"))[1] == ("skipped", "enrolled again since")


# Late enrolment


@pytest.mark.parametrize("before", [HOUR + 11 * MINUTE, HOUR + 5 * MINUTE, HOUR])
def test_who_enrols_late_still_gets_one_reminder(
    world: World, event: dict[str, Any], ada: Person, before: timedelta
) -> None:
    until(world, event["starts_at"], before)
    enrolled(world, event, ada)
    world.work()

    until(world, event["starts_at"], timedelta(0))

    assert reminders(world, ada) == 1
    assert subjects(world, ada)[0].startswith("Confirmed")


@pytest.mark.parametrize("before", [HOUR - MINUTE, 59 * MINUTE, 10 * MINUTE])
def test_a_reminder_whose_time_was_before_the_place_is_not_sent(
    world: World, event: dict[str, Any], ada: Person, before: timedelta
) -> None:
    until(world, event["starts_at"], before)
    enrolled(world, event, ada)
    world.work()

    until(world, event["starts_at"], timedelta(0))

    assert reminders(world, ada) == 0
    assert subjects(world, ada)[0].startswith("Confirmed")


def test_a_move_does_not_remind_of_what_lies_before_the_place(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    early = a_person(world)
    enrolled(world, event, early)
    until(world, event["starts_at"], 2 * HOUR)
    enrolled(world, event, ada)
    move(world, event, olga, 30 * MINUTE)  # one hour before the new start was half an hour ago

    ticks(world, 20)

    assert (reminders(world, early), reminders(world, ada)) == (1, 0)


def test_a_late_confirmation_whose_push_was_lost_still_brings_the_reminder(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    until(world, event["starts_at"], HOUR + 5 * MINUTE)
    world.queue.lossy = True
    enrolled(world, event, ada)
    world.queue.lossy = False

    ticks(world, 10)

    assert reminders(world, ada) == 1


def test_sending_a_confirmation_again_reminds_nobody_again(world: World, event: dict[str, Any], ada: Person) -> None:
    until(world, event["starts_at"], HOUR + 5 * MINUTE)
    mine = enrolled(world, event, ada)
    ticks(world, 3)
    assert world.post(f"/enrollments/{mine['id']}/resend", None, ada.token).status == 202
    ticks(world, 10)

    assert [subject.split(":")[0] for subject in subjects(world, ada)].count("Confirmed") == 2
    assert reminders(world, ada) == 1


# Moves


def test_a_moved_event_reminds_of_the_new_start_only(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    later = move(world, event, olga, 9 * HOUR)

    until(world, event["starts_at"], timedelta(0))
    assert reminders(world, ada) == 0
    until(world, later["starts_at"], HOUR)
    assert reminders(world, ada) == 1
    assert len(states(world, "reminder")) == 1


def test_what_was_fanned_out_for_a_start_that_is_no_more_is_not_sent(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR + 2 * MINUTE)
    later = move(world, event, olga, 9 * HOUR)

    until(world, event["starts_at"], timedelta(0))
    assert states(world, "reminder") == [("skipped", "the event was moved")]
    until(world, later["starts_at"], timedelta(0))
    assert reminders(world, ada) == 1


def test_an_event_moved_to_within_the_hour_reminds_at_once(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    world.clock.advance(30 * MINUTE)
    move(world, event, olga, 40 * MINUTE)

    ticks(world, 8)

    assert reminders(world, ada) == 1


def test_a_reminder_that_was_sent_does_not_keep_the_next_start_from_its_own(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    until(world, event["starts_at"], 50 * MINUTE)
    assert reminders(world, ada) == 1
    later = move(world, event, olga, 9 * HOUR)

    until(world, later["starts_at"], timedelta(0))

    assert reminders(world, ada) == 2


def test_a_cancelled_event_reminds_nobody(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR + 2 * MINUTE)
    cancelled(world, event, olga)

    until(world, event["starts_at"], timedelta(0))

    assert reminders(world, ada) == 0


def test_the_rows_of_a_cancelled_event_are_gone_with_its_transaction(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    assert len(due_rows(world, "job_remind")) == 1

    cancelled(world, event, olga)

    assert due_rows(world, "job_remind") == []


def test_a_reminder_that_the_organizer_takes_back_is_not_sent(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR + 2 * MINUTE)
    assert world.patch(f"/events/{event['id']}", {"reminders": ["-PT5M"]}, olga.token).status == 200

    until(world, event["starts_at"], 30 * MINUTE)
    assert states(world, "reminder") == [("skipped", "the organizer has taken it back")]
    until(world, event["starts_at"], timedelta(0))
    assert reminders(world, ada) == 1


# A schedule that was down


def test_six_hours_without_a_tick_are_caught_up_and_what_is_useless_is_skipped(
    world: World, olga: Person, ada: Person
) -> None:
    event = soon(world, olga, 7 * HOUR, reminders=["-PT6H", "-PT5H", "-PT1H"])
    enrolled(world, event, ada)
    world.work()
    world.tick()

    world.clock.advance(6 * HOUR + 30 * MINUTE)
    ticks(world, 10)

    assert reminders(world, ada) == 1, "the last one"
    reasons = [detail for _, detail in states(world, "job_remind")]
    assert reasons.count("overtaken by a later reminder") == 2


def test_a_reminder_whose_event_has_begun_is_skipped_with_the_reason(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    world.tick()

    world.clock.advance(3 * HOUR + MINUTE)
    ticks(world, 3)

    assert reminders(world, ada) == 0
    assert states(world, "job_remind") == [("skipped", "missed: what it reminds of has come")]


def test_a_fan_out_that_was_late_stays_unfinished_until_no_tick_can_miss_what_it_wrote(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    world.tick()
    world.clock.advance(2 * HOUR + 30 * MINUTE)
    job = job_of(world)

    assert world.container.background.jobs.run(job.key) is Progress.MORE

    [row] = due_rows(world, "job_remind")
    assert (row["state"], row["cursor"]) == ("claimed", COOLED)
    assert world.container.background.jobs.run(job.key) is Progress.NOTHING, "not before two minutes have passed"
    world.clock.advance(2 * MINUTE)
    assert world.container.background.jobs.run(job.key) is Progress.DONE
    world.work()
    assert reminders(world, ada) == 1


# Pages and crashes


class Crash(Exception):  # noqa: N818 - the process is gone
    pass


def jobs_with(world: World, **ports: Any) -> Jobs:
    return Jobs(replace(world.container.background.jobs._ports, **ports))


def crowd(world: World, event: dict[str, Any], number: int) -> list[Person]:
    everybody = people(world, number)
    for person in everybody:
        enrolled(world, event, person)
    world.work()
    world.mailer.sent.clear()
    return everybody


def test_a_fan_out_of_several_pages_reminds_everybody_once(world: World, event: dict[str, Any]) -> None:
    everybody = crowd(world, event, 2 * PAGE + 3)

    until(world, event["starts_at"], HOUR)

    assert sorted(mail.to for mail in world.mailer.sent) == sorted(person.email for person in everybody)


def test_a_fan_out_that_crashes_in_any_page_goes_on_from_there(world: World, event: dict[str, Any]) -> None:
    everybody = crowd(world, event, 2 * PAGE + 3)
    job = job_of(world)
    until(world, event["starts_at"], HOUR + 11 * MINUTE)
    world.clock.advance(MINUTE)
    put = world.container.store.outbox.put_absent

    class Dying:
        def __init__(self) -> None:
            self.calls = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(world.container.store.outbox, name)

        def put_absent(self, entries: Sequence[OutboxEntry]) -> None:
            self.calls += 1
            put(entries[: PAGE // 2] if self.calls == 2 else entries)
            if self.calls == 2:
                raise Crash

    due = Dying()
    reminding = world.container.background.jobs._ports.reminders
    dying = replace(reminding, fan_out=replace(reminding.fan_out, outbox=due))
    with pytest.raises(Crash):
        jobs_with(world, reminders=dying).run(job.key)

    world.clock.advance(JOB_LEASE)
    assert world.container.background.jobs.run(job.key) is Progress.DONE
    until(world, event["starts_at"], HOUR)

    assert sorted(mail.to for mail in world.mailer.sent) == sorted(person.email for person in everybody)


def test_a_message_that_comes_twice_writes_nothing_twice(world: World, event: dict[str, Any], ada: Person) -> None:
    enrolled(world, event, ada)
    world.work()
    job = job_of(world)
    until(world, event["starts_at"], HOUR + 10 * MINUTE)
    before = len(due_rows(world, "reminder"))

    world.container.background.jobs.run(job.key)
    world.container.background.jobs.run(job.key)

    assert (before, len(due_rows(world, "reminder"))) == (1, 1)


def test_sender_and_fan_out_write_the_very_same_row(world: World, event: dict[str, Any], ada: Person) -> None:
    until(world, event["starts_at"], HOUR + 11 * MINUTE)
    enrolled(world, event, ada)
    world.work()
    assert len(due_rows(world, "reminder")) == 1

    ticks(world, 3)

    assert [state for state, _ in states(world, "job_remind")] == ["done"]
    assert len(due_rows(world, "reminder")) == 1


# What one costs


def test_a_reminder_is_decided_on_the_present_facts_when_a_replica_says_no(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    """Not sending is decided on consistent reads: a replica that lags must not swallow a reminder."""
    enrolled(world, event, ada)
    until(world, event["starts_at"], HOUR + 2 * MINUTE)
    by_key = world.container.store.enrollments.by_key
    asked: list[bool] = []

    class Lagging:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.container.store.enrollments, name)

        def by_key(self, key: EnrollmentKey, *, consistent: bool = True) -> Any:
            asked.append(consistent)
            return by_key(key) if consistent else None

    [writer] = (one for one in world.container.notifications.deliver._ports.writers if isinstance(one, ReminderEmails))
    writer._ports = replace(writer._ports, enrollments=Lagging())
    until(world, event["starts_at"], HOUR)

    assert reminders(world, ada) == 1
    assert asked == [False, True]


def test_the_second_reminder_of_an_event_takes_a_read_and_a_half_and_two_writes(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    """Claim and mark; the enrollment, the account and the mailbox from replicas, the event from a moment ago."""
    enrolled(world, event, ada)
    enrolled(world, event, olga)
    world.work()
    until(world, event["starts_at"], HOUR + MINUTE)
    world.clock.advance(MINUTE)
    first, second = (OutboxKey(row["pk"], row["sk"]) for row in due_rows(world, "reminder"))
    world.container.notifications.deliver(first)

    with world.db.meter() as meter:
        world.container.notifications.deliver(second)

    assert (meter.reads, meter.writes) == (1.5, 2)
    assert reminders(world, ada) == reminders(world, olga) == 1
