"""Lists of enrollments: of an event, of a person, and of who made them for others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.services.seats.enrollment_store import EnrollmentFilter
from tests.integration.store.stories import NOW, a_row, an_id, enrol, leave, published
from tests.support.world import World


@pytest.mark.parametrize("forward", [True, False])
def test_rows_are_read_in_slices_that_fit_together(world: World, *, forward: bool) -> None:
    event = published(world, [9])
    rows = sorted((a_row(event) for _ in range(5)), key=lambda row: row.key.attendee_id, reverse=not forward)
    for row in rows:
        enrol(world, row)
    leave(world, rows[1])

    found, start = [], None
    while True:
        part = world.container.store.enrollments.of_event(
            event.id,
            0,
            start=start,
            forward=forward,
            limit=2,
            keep=EnrollmentFilter(statuses=(EnrollmentStatus.CONFIRMED,)),
        )
        found += [row for _, row in part.items]
        start = part.end
        if start is None:
            break

    assert found == [rows[0], *rows[2:]]


def test_the_enrollments_of_a_person_are_in_the_order_of_enrolling(world: World) -> None:
    person, rows = an_id(), []
    for minute in (2, 0, 1):
        row = a_row(published(world, [1]), at=NOW + timedelta(minutes=minute))
        rows.append(enrol(world, replace(row, key=replace(row.key, attendee_id=person))))

    part = world.container.store.enrollments.of_attendee(person, start=None, forward=True, limit=9, statuses=())

    assert [row for _, row in part.items] == sorted(rows, key=lambda row: row.enrolled_at)
    assert world.container.store.enrollments.count_of_attendee(person, ()) == (3, True)
    assert world.container.store.enrollments.count_of_attendee(person, (EnrollmentStatus.CANCELLED,)) == (0, True)


def test_what_somebody_made_for_others_is_a_list_of_its_own(world: World) -> None:
    event, maker = published(world, [9]), an_id()
    first, second = (enrol(world, a_row(event, made_by=maker, at=NOW + timedelta(minutes=minute))) for minute in (0, 1))
    enrol(world, a_row(event))
    enrol(world, a_row(event, made_by=an_id()))
    gone = leave(world, second)

    made = world.container.store.enrollments.made_by(maker, start=None, forward=False, limit=9, statuses=())
    live = (EnrollmentStatus.CONFIRMED,)

    assert [row for _, row in made.items] == [gone, first]
    assert world.container.store.enrollments.count_made_by(maker, ()) == (2, True)
    assert world.container.store.enrollments.count_made_by(maker, live) == (1, True)
    assert (
        world.container.store.enrollments.of_attendee(maker, start=None, forward=True, limit=9, statuses=()).items == []
    )
    part = world.container.store.enrollments.made_by(maker, start=None, forward=True, limit=1, statuses=live)
    assert [row for _, row in part.items] == [first]


def test_several_rows_are_found_by_their_ids_whether_or_not_all_are_there(world: World) -> None:
    event = published(world, [2])
    row, absent = enrol(world, a_row(event)), a_row(event)

    assert world.container.store.enrollments.by_keys([row.key, absent.key]) == {row.key.id: row}
