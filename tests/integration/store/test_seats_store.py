"""Events, seats and enrollments in the tables: each transaction is all or nothing, and says why it was refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.mail import DueKind
from chalicelib.domain.seats import SeatMode
from chalicelib.services.signals import (
    AnsweredBeforeError,
    Remember,
    RowExistsError,
    SeatRefusedError,
    StaleError,
    StoredAnswer,
)
from tests.integration.store.stories import HOUR, NOW, a_row, an_event, an_id, an_intent, left
from tests.support.world import World

ANSWER = Remember("digest", StoredAnswer("body", 201, '{"id":"x"}', {"ETag": '"1"'}))


def enrol(
    world: World, row: Enrollment, *, shard: int = 0, before: Enrollment | None = None, remember: Remember | None = None
) -> None:
    world.container.enrollments.enrol(
        row, shard=shard, before=before, intent=an_intent(DueKind.ENROLLMENT_CONFIRMED), remember=remember
    )


def leave(world: World, row: Enrollment, *, shard: int = 0) -> Enrollment:
    after = left(row)
    intent = an_intent(DueKind.ENROLLMENT_CANCELLED)
    world.container.enrollments.cancel(row, after, shard=shard, intent=intent, remember=None)
    return after


def free(world: World, event: Event, shards: int = 1) -> list[int]:
    return [shard.free for shard in world.container.seats.shards(event.id, shards)]


def published(world: World, seats: list[int], **fields: object) -> Event:
    event = an_event(**fields)  # type: ignore[arg-type]
    event = replace(event, facts=replace(event.facts, capacity=sum(seats)))
    world.container.events.add(event, seats, "Olga", None)
    return event


def test_an_event_comes_back_with_its_seats(world: World) -> None:
    event = published(world, [2, 1])

    found = world.container.events.get(event.id, consistent=True)

    assert found is not None
    assert found[0] == event
    seats = found[1]
    assert (seats.capacity, seats.shards, seats.free, seats.organizer_name) == (3, 2, 3, "Olga")
    assert world.container.events.get(an_id()) is None


def test_a_seat_a_row_and_a_mail_are_written_together(world: World) -> None:
    event = published(world, [2])
    row = a_row(event)

    enrol(world, row)

    assert free(world, event) == [1]
    assert world.container.enrollments.get(row.key) == row


def test_when_the_seat_is_refused_nothing_is_written(world: World) -> None:
    event = published(world, [0, 1])
    row = a_row(event)

    with pytest.raises(SeatRefusedError) as refused:
        enrol(world, row)

    assert refused.value.shard is not None
    assert (refused.value.shard.free, refused.value.shard.mode) == (0, SeatMode.OPEN)
    assert world.container.enrollments.get(row.key) is None
    assert free(world, event, 2) == [0, 1]


def test_when_the_row_is_there_no_seat_is_taken_and_the_row_is_told(world: World) -> None:
    event = published(world, [5])
    row = a_row(event)
    enrol(world, row)

    with pytest.raises(RowExistsError) as refused:
        enrol(world, replace(row, attempt_id="another"))

    assert refused.value.row == row
    assert free(world, event) == [4]


def test_somebody_who_is_enrolled_in_a_full_event_is_told_of_the_row(world: World) -> None:
    event = published(world, [1])
    row = a_row(event)
    enrol(world, row)

    with pytest.raises(RowExistsError):
        enrol(world, row)


@pytest.mark.parametrize(
    ("opens", "closes"), [(NOW + HOUR, NOW + 2 * HOUR), (None, NOW)], ids=["not open yet", "closed"]
)
def test_a_seat_outside_of_its_window_is_refused(world: World, opens: object, closes: object) -> None:
    event = an_event()
    facts = replace(event.facts, enrollment_opens_at=opens, enrollment_closes_at=closes)  # type: ignore[arg-type]
    event = replace(event, facts=facts)
    world.container.events.add(event, [3], "Olga", None)

    with pytest.raises(SeatRefusedError):
        enrol(world, a_row(event))

    assert free(world, event) == [3]


def test_a_seat_given_back_may_go_to_any_shard(world: World) -> None:
    event = published(world, [1, 0])
    row = a_row(event)
    enrol(world, row)

    after = leave(world, row, shard=1)

    assert free(world, event, 2) == [0, 1]
    assert world.container.enrollments.get(row.key) == after
    with pytest.raises(StaleError):
        leave(world, row)
    assert free(world, event, 2) == [0, 1]


def test_coming_back_overwrites_the_dead_row_that_was_read_and_no_other(world: World) -> None:
    event = published(world, [3])
    row = a_row(event)
    enrol(world, row)
    dead = leave(world, row)
    back = a_row(event, before=dead, attempt="second")

    enrol(world, back, before=dead)
    with pytest.raises(RowExistsError):
        enrol(world, a_row(event, before=dead, attempt="third"), before=dead)

    found = world.container.enrollments.get(row.key)
    assert found is not None
    assert (found.generation, found.status, found.attempt_id) == (2, EnrollmentStatus.CONFIRMED, "second")
    assert free(world, event) == [2]


def test_an_answer_is_kept_with_what_it_reports_and_given_to_its_twin(world: World) -> None:
    event = published(world, [3])
    enrol(world, a_row(event), remember=ANSWER)

    with pytest.raises(AnsweredBeforeError) as answered:
        enrol(world, a_row(event), remember=ANSWER)

    assert answered.value.answer == ANSWER.answer
    assert world.container.answers.find("digest") == ANSWER.answer
    assert free(world, event) == [2]
    world.clock.advance(timedelta(hours=24))
    assert world.container.answers.find("digest") is None
    enrol(world, a_row(event, at=world.clock()), remember=ANSWER)


def test_one_read_tells_everything_about_an_enrolment(world: World) -> None:
    event = published(world, [3])
    row = a_row(event)
    enrol(world, row, remember=ANSWER)

    reads = world.container.enrollments.reads(
        Claims(an_id(), an_id()), event.id, row=row.key, with_seats=True, answer_key="digest", consistent_row=True
    )

    assert reads.session is None
    assert reads.event == replace(event, facts=replace(event.facts, capacity=None)), "its capacity is among the seats"
    assert reads.seats is not None
    assert (reads.seats.free, reads.row, reads.answer) == (2, row, ANSWER.answer)


def test_an_edit_under_a_stale_version_changes_nothing(world: World) -> None:
    event = published(world, [3])
    after = event.changed(NOW, status=EventStatus.CANCELLED)
    seats = world.container.seats.header(event.id)
    assert seats is not None
    world.container.events.replace(event, after, seats=seats, steps=[0])

    with pytest.raises(StaleError):
        world.container.events.replace(event, event.changed(NOW), seats=seats, steps=[2])

    assert free(world, event) == [3]
    found = world.container.events.get(event.id)
    assert found is not None
    assert found[0].status is EventStatus.CANCELLED


def test_closing_exactly_as_counted_fails_when_somebody_came_meanwhile(world: World) -> None:
    event = published(world, [2, 2])
    seats = world.container.seats.header(event.id)
    assert seats is not None
    counted = world.container.seats.shards(event.id, 2)
    enrol(world, a_row(event), shard=1)
    closed = event.changed(NOW, status=EventStatus.CANCELLED)

    with pytest.raises(StaleError):
        world.container.events.replace(event, closed, seats=seats, steps=[0, 0], exact=counted)
    world.container.events.replace(
        event, closed, seats=seats, steps=[0, 0], exact=world.container.seats.shards(event.id, 2)
    )

    assert {shard.mode for shard in world.container.seats.shards(event.id, 2)} == {SeatMode.CLOSED}
    with pytest.raises(SeatRefusedError):
        enrol(world, a_row(event))


def test_a_cut_fails_when_its_seats_were_taken_meanwhile(world: World) -> None:
    event = published(world, [1])
    seats = world.container.seats.header(event.id)
    assert seats is not None
    enrol(world, a_row(event))

    with pytest.raises(StaleError):
        world.container.events.replace(event, event.changed(NOW), seats=seats, steps=[-1])

    assert free(world, event) == [0]


def test_the_sum_of_the_shards_is_written_once_a_moment(world: World) -> None:
    event = published(world, [2, 2])
    enrol(world, a_row(event), shard=1)
    later, earlier = NOW + HOUR, NOW + HOUR / 2

    world.container.seats.roll_up(event.id, 2, later)
    enrol(world, a_row(event), shard=0)
    world.container.seats.roll_up(event.id, 2, earlier)

    header = world.container.seats.header(event.id)
    live = world.container.seats.live(event.id)
    assert header is not None
    assert live is not None
    assert (header.free, header.as_of, live.free) == (3, later, 2)


@pytest.mark.parametrize("forward", [True, False])
def test_rows_are_read_in_slices_that_fit_together(world: World, *, forward: bool) -> None:
    event = published(world, [9])
    rows = sorted((a_row(event) for _ in range(5)), key=lambda row: row.key.attendee_id, reverse=not forward)
    for row in rows:
        enrol(world, row)
    leave(world, rows[1])

    found, start = [], None
    while True:
        part = world.container.enrollments.of_event(
            event.id, 0, start=start, forward=forward, limit=2, status=EnrollmentStatus.CONFIRMED
        )
        found += [row for _, row in part.items]
        start = part.end
        if start is None:
            break

    assert found == [rows[0], *rows[2:]]


def test_the_enrollments_of_a_person_are_in_the_order_of_enrolling(world: World) -> None:
    person = a_row(published(world, [1])).key.attendee_id
    rows = []
    for minute in (2, 0, 1):
        event = published(world, [1])
        at = NOW + timedelta(minutes=minute)
        row = a_row(event, at=at)
        row = replace(row, key=replace(row.key, attendee_id=person))
        enrol(world, row)
        rows.append(row)

    part = world.container.enrollments.of_attendee(person, start=None, forward=True, limit=9, statuses=())

    assert [row for _, row in part.items] == sorted(rows, key=lambda row: row.enrolled_at)
    assert world.container.enrollments.count_of_attendee(person, ()) == (3, True)
    assert world.container.enrollments.count_of_attendee(person, (EnrollmentStatus.CANCELLED,)) == (0, True)
