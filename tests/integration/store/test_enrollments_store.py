"""Enrollment rows in the tables: each transaction is all or nothing, and says why it was refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import EnrollmentChange, EnrollmentStatus
from chalicelib.domain.seats import SeatMode
from chalicelib.services.seats.enrollment_store import EnrollmentExistsError, SeatRefusedError
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Remember, StoredAnswer
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import (
    HOUR,
    NOW,
    a_row,
    an_event,
    an_id,
    an_intent,
    enrol,
    free,
    leave,
    moved,
    must_agree,
    published,
    shards,
    table,
    write,
)
from tests.support.world import World

Status = EnrollmentStatus
ANSWER = Remember("digest", StoredAnswer("body", 201, '{"id":"x"}', {"ETag": '"1"'}))


def test_a_seat_a_row_and_a_mail_are_written_together(world: World) -> None:
    event = published(world, [2])

    row = enrol(world, a_row(event))

    assert free(world, event) == [1]
    assert shards(world, event)[0].counts["confirmed"] == 1
    assert world.container.store.enrollments.by_key(row.key) == row
    assert [item["kind"]["S"] for item in table(world, "due") if "kind" in item] == ["enrollment_confirmed"]


def test_when_the_seat_is_refused_nothing_is_written(world: World) -> None:
    event = published(world, [0, 1])
    row = a_row(event)

    with pytest.raises(SeatRefusedError) as refused:
        enrol(world, row, remember=ANSWER)

    assert refused.value.shard is not None
    assert (refused.value.shard.free, refused.value.shard.mode, refused.value.shard.shards) == (0, SeatMode.OPEN, 2)
    assert world.container.store.enrollments.by_key(row.key) is None
    assert world.container.store.answers.find("digest") is None
    assert free(world, event, 2) == [0, 1]
    assert [item for item in table(world, "due") if "kind" in item] == []


def test_a_shard_that_is_not_there_seats_nobody_and_is_not_made(world: World) -> None:
    event = published(world, [3])

    with pytest.raises(SeatRefusedError) as refused:
        enrol(world, a_row(event), shard=1)

    assert refused.value.shard is None
    assert len(table(world, "seats")) == 1


def test_a_party_is_seated_whole_or_not_at_all(world: World) -> None:
    event = published(world, [2])

    with pytest.raises(SeatRefusedError):
        enrol(world, a_row(event, party_size=3))
    enrol(world, a_row(event, party_size=2))

    assert free(world, event) == [0]
    must_agree(world)


def test_when_the_row_is_there_no_seat_is_taken_and_the_row_is_told(world: World) -> None:
    event = published(world, [5])
    row = enrol(world, a_row(event))

    with pytest.raises(EnrollmentExistsError) as refused:
        enrol(world, replace(row, attempt_id="another"))

    assert refused.value.enrollment == row
    assert free(world, event) == [4]


def test_somebody_who_is_enrolled_in_a_full_event_is_told_of_the_row(world: World) -> None:
    event = published(world, [1])
    row = enrol(world, a_row(event))

    with pytest.raises(EnrollmentExistsError):
        enrol(world, row)


@pytest.mark.parametrize(
    ("opens", "closes"), [(NOW + HOUR, NOW + 2 * HOUR), (None, NOW)], ids=["not open yet", "closed"]
)
def test_a_seat_outside_of_its_window_is_refused(world: World, opens: object, closes: object) -> None:
    event = an_event()
    facts = replace(event.facts, enrollment_opens_at=opens, enrollment_closes_at=closes)  # type: ignore[arg-type]
    event = replace(event, facts=facts)
    world.container.store.events.add(event, [3], "Olga", None)

    with pytest.raises(SeatRefusedError):
        enrol(world, a_row(event))

    assert free(world, event) == [3]


def test_the_window_opens_at_its_first_moment_and_is_open_until_its_last(world: World) -> None:
    event = an_event()
    facts = replace(event.facts, enrollment_opens_at=NOW, enrollment_closes_at=NOW + HOUR)
    event = replace(event, facts=facts)
    world.container.store.events.add(event, [3], "Olga", None)

    enrol(world, a_row(event, at=NOW))
    enrol(world, a_row(event, at=NOW + HOUR - timedelta(milliseconds=1)))

    assert free(world, event) == [1]


def test_unproven_guests_take_no_more_than_their_part_beside_free_seats(world: World) -> None:
    event = published(world, [10])
    guests = [a_row(event, Status.PENDING, expires_at=NOW + HOUR, unproven=True) for _ in range(6)]
    for row in guests[:5]:
        enrol(world, row, guest_free=-1, guest_room=True)

    with pytest.raises(SeatRefusedError) as refused:
        enrol(world, guests[5], guest_free=-1, guest_room=True)
    assert refused.value.shard is not None
    assert (refused.value.shard.free, refused.value.shard.guest_free) == (5, 0)

    write(world, moved(guests[0], Status.CONFIRMED), guest_free=1)  # the link was used: a seat like every other
    enrol(world, guests[5], guest_free=-1, guest_room=True)
    must_agree(world)


def test_a_seat_given_back_may_go_to_any_shard(world: World) -> None:
    event = published(world, [1, 0])
    row = enrol(world, a_row(event))

    after = leave(world, row, shard=1)

    assert free(world, event, 2) == [0, 1]
    assert world.container.store.enrollments.by_key(row.key) == after
    with pytest.raises(StaleError):
        leave(world, row)
    assert free(world, event, 2) == [0, 1]
    must_agree(world)


def test_a_seat_is_not_given_back_beside_a_waitlist_that_its_giver_has_not_seen(world: World) -> None:
    event = published(world, [1])
    row = enrol(world, a_row(event))
    enrol(world, a_row(event, Status.WAITLISTED, waitlist_number=1), becomes=SeatMode.FENCED)

    with pytest.raises(StaleError):
        leave(world, row, not_mode=SeatMode.FENCED)

    assert free(world, event) == [0]
    found = world.container.store.enrollments.by_key(row.key)
    assert found is not None
    assert found.status is Status.CONFIRMED


def test_coming_back_overwrites_the_dead_row_that_was_read_and_no_other(world: World) -> None:
    event = published(world, [3])
    row = enrol(world, a_row(event))
    dead = leave(world, row)
    back = a_row(event, before=dead, attempt="second")

    enrol(world, back, before=dead)
    with pytest.raises(EnrollmentExistsError):
        enrol(world, a_row(event, before=dead, attempt="third"), before=dead)

    found = world.container.store.enrollments.by_key(row.key)
    assert found is not None
    assert (found.generation, found.status, found.attempt_id) == (2, Status.CONFIRMED, "second")
    assert free(world, event) == [2]
    must_agree(world)


def test_an_answer_is_kept_with_what_it_reports_and_given_to_its_twin(world: World) -> None:
    event = published(world, [3])
    enrol(world, a_row(event), remember=ANSWER)

    with pytest.raises(AnsweredBeforeError) as answered:
        enrol(world, a_row(event), remember=ANSWER)

    assert answered.value.answer == ANSWER.answer
    assert world.container.store.answers.find("digest") == ANSWER.answer
    assert free(world, event) == [2]
    world.clock.advance(timedelta(hours=24))
    assert world.container.store.answers.find("digest") is None
    enrol(world, a_row(event, at=world.clock()), remember=ANSWER)


def test_the_twin_of_a_change_is_answered_even_when_the_row_has_moved_on(world: World) -> None:
    event = published(world, [3])
    row = enrol(world, a_row(event))
    write(world, moved(row, Status.CANCELLED), remember=ANSWER)

    with pytest.raises(AnsweredBeforeError) as answered:
        write(world, moved(row, Status.CANCELLED), remember=ANSWER)
    with pytest.raises(StaleError):
        write(world, moved(row, Status.CANCELLED))

    assert answered.value.answer == ANSWER.answer
    assert free(world, event) == [3]


def test_several_rows_change_together_or_not_at_all(world: World) -> None:
    """A transfer: the seat is never free in between."""
    event = published(world, [1])
    giver = enrol(world, a_row(event))
    taker = a_row(event)
    given = moved(giver, Status.CANCELLED)

    write(world, given, EnrollmentChange(None, taker))
    assert free(world, event) == [0]
    with pytest.raises(StaleError):
        write(world, given, EnrollmentChange(None, a_row(event)))

    rows = world.container.store.enrollments.by_keys([giver.key, taker.key])
    assert (rows[giver.key.id], rows[taker.key.id]) == (given.after, taker)
    assert len([one for one in table(world, "enrollments") if "status" in one]) == 2
    must_agree(world)


def test_a_mail_alone_is_remembered_with_its_answer(world: World) -> None:
    world.container.store.enrollments.write_outbox_only([an_intent(), an_intent()], remember=ANSWER)

    with pytest.raises(AnsweredBeforeError):
        world.container.store.enrollments.write_outbox_only([an_intent()], remember=ANSWER)

    assert len([one for one in table(world, "due") if "kind" in one]) == 2


def test_one_read_tells_everything_about_an_enrolment(world: World) -> None:
    event = published(world, [3])
    row = enrol(world, a_row(event), remember=ANSWER)

    reads = world.container.store.enrollments.read_for_request(
        Claims(an_id(), an_id()),
        event.id,
        enrollment=row.key,
        with_seats=True,
        answer_key="digest",
        consistent_enrollment=True,
    )

    assert reads.session is None
    assert reads.event == event, "its capacity, which is kept among the seats, is put back"
    assert reads.seats is not None
    assert (reads.seats.free, reads.enrollment, reads.answer) == (2, row, ANSWER.answer)


def test_a_row_and_its_event_and_seats_come_together_or_not_at_all(world: World) -> None:
    event = published(world, [3])
    row = enrol(world, a_row(event))

    found = world.container.store.enrollments.with_event(row.key)

    assert found is not None
    assert (found[0], found[1].id, found[2].free) == (row, event.id, 2)
    assert world.container.store.enrollments.with_event(a_row(event).key) is None


def test_all_shards_and_the_row_are_read_at_one_moment(world: World) -> None:
    event = published(world, [3, 2])
    row = enrol(world, a_row(event), shard=1)

    found, mine = world.container.store.enrollments.seats_and_enrollment(row.key, 2)
    more, nobodys = world.container.store.enrollments.seats_and_enrollment(a_row(event).key, 3)

    assert ([one.free for one in found], mine) == ([3, 1], row)
    assert ([one.free for one in more], nobodys) == ([3, 1], None)
