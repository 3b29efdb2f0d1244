"""The calendar with its figures, and the table of what is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.outbox.entry import OutboxKey, OutboxState, Outcome
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.shared.times import stamp
from chalicelib.services.shared.ports import Mark
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import OutboxItem, WatermarkItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.outbox.outbox import put_entry
from tests.integration.store.stories import HOUR, NOW, an_event, an_id, an_intent
from tests.support.marks import both
from tests.support.world import World

JULY = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)


def add(world: World, event: Event) -> Event:
    world.container.store.events.add(event, [5], "Olga", None)
    return event


def change(world: World, before: Event, after: Event) -> Event:
    seats = world.container.store.seats.header(before.id)
    assert seats is not None
    world.container.store.events.replace(before, after, seats=seats)
    return after


def moved(event: Event, starts_at: datetime) -> Event:
    return event.changed(NOW, facts=replace(event.facts, starts_at=starts_at, ends_at=starts_at + HOUR))


def month(world: World, name: str, status: EventStatus = EventStatus.PUBLISHED) -> list[str]:
    part = world.container.store.event_lists.month(name, start=None, forward=True, limit=50, status=status)
    return [event.id for _, event in part.items]


def test_events_are_listed_by_month_and_counted(world: World) -> None:
    late, early, next_month = (
        add(world, an_event(starts_at=at)) for at in (JULY + HOUR, JULY, JULY + timedelta(days=20))
    )
    add(world, an_event(starts_at=JULY, status=EventStatus.DRAFT))

    assert month(world, "2026-07") == [early.id, late.id]
    assert month(world, "2026-08") == [next_month.id]
    assert world.container.store.event_lists.published_by_month().by_month == {"2026-07": 2, "2026-08": 1}


def test_a_moved_event_moves_its_row_and_its_figures(world: World) -> None:
    event = add(world, an_event(starts_at=JULY))

    change(world, event, moved(event, JULY + timedelta(days=31)))

    assert (month(world, "2026-07"), month(world, "2026-08")) == ([], [event.id])
    assert world.container.store.event_lists.published_by_month().months() == ["2026-08"]


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.DELETED])
def test_an_event_that_is_off_leaves_the_list_and_its_figures(world: World, status: EventStatus) -> None:
    owner = an_id()
    event = add(world, an_event(owner, starts_at=JULY))
    kept = add(world, an_event(owner, starts_at=JULY + HOUR))

    change(world, event, event.changed(NOW, status=status))

    assert month(world, "2026-07") == [kept.id]
    assert world.container.store.event_lists.published_by_month().total == 1
    assert month(world, "2026-07", EventStatus.CANCELLED) == ([event.id] if status is EventStatus.CANCELLED else [])
    own = world.container.store.event_lists.of_organizer(owner, start=None, forward=True, limit=9)
    expected = [event.id, kept.id] if status is EventStatus.CANCELLED else [kept.id]
    assert [one.id for _, one in own.items] == expected
    assert world.container.store.event_lists.count_of_organizer(owner) == len(expected)


@pytest.mark.parametrize("forward", [True, False])
def test_slices_of_a_month_fit_together(world: World, *, forward: bool) -> None:
    events = [add(world, an_event(starts_at=JULY + HOUR * number)) for number in range(5)]
    wanted = [event.id for event in (events if forward else events[::-1])]

    found, start = [], None
    while True:
        part = world.container.store.event_lists.month(
            "2026-07", start=start, forward=forward, limit=2, status=EventStatus.PUBLISHED
        )
        found += [event.id for _, event in part.items]
        start = part.end
        if start is None:
            break

    assert found == wanted


def test_seats_and_counts_come_in_one_read(world: World) -> None:
    event = add(world, an_event(starts_at=JULY))

    ids, statuses = [event.id, an_id()], [EventStatus.PUBLISHED]
    seats, counts, units = world.container.store.event_lists.seats_and_counts(ids, ListKind.STARTS, statuses)

    assert list(seats) == [event.id]
    assert (seats[event.id].free, counts[EventStatus.PUBLISHED].total, units) == (5, 1, 1.5)


def write(world: World, minutes: int = 0) -> tuple[str, str]:
    intent = an_intent(at=NOW + timedelta(minutes=minutes))
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "mail", intent)
    transaction.commit()
    return intent.key.bucket, intent.key.place


def test_an_intent_is_claimed_by_one_and_again_when_its_lease_is_over(world: World) -> None:
    due, intent = world.container.store.outbox, an_intent()
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "mail", intent)
    transaction.commit()

    first = due.claim(intent.key, NOW, NOW + HOUR, "a")
    assert first is not None
    assert (first.state, first.claims, first.tries) == (OutboxState.CLAIMED, 1, 1)
    assert due.claim(intent.key, NOW, NOW + HOUR, "b") is None
    assert due.claim(intent.key, NOW + HOUR - timedelta(seconds=1), NOW + 2 * HOUR, "b") is None
    second = due.claim(intent.key, NOW + HOUR, NOW + 2 * HOUR, "b")
    assert second is not None
    due.finish(first, Outcome(OutboxState.DONE, "late"), NOW)
    due.finish(second, Outcome(OutboxState.SKIPPED, "reason"), NOW)

    found = due.get(intent.key)
    assert found is not None
    assert found.state is OutboxState.SKIPPED
    assert due.claim(intent.key, NOW + 9 * HOUR, NOW + 10 * HOUR, "c") is None


def test_a_claim_whose_answer_was_lost_is_known_again_by_its_holder(world: World) -> None:
    due, intent = world.container.store.outbox, an_intent()
    due.put_absent([intent])

    first = due.claim(intent.key, NOW, NOW + HOUR, "a")
    again = due.claim(intent.key, NOW, NOW + HOUR, "a")

    assert first is not None
    assert again == first


def test_what_is_finished_or_never_was_is_not_taken(world: World) -> None:
    due, intent = world.container.store.outbox, an_intent()
    assert due.claim(intent.key, NOW, NOW + HOUR, "a") is None
    assert due.get(intent.key) is None, "nothing came into being"
    due.put_absent([intent])
    held = due.claim(intent.key, NOW, NOW + HOUR, "a")
    assert held is not None
    due.finish(held, Outcome(OutboxState.DONE, "sent"), NOW)

    assert due.claim(intent.key, NOW, NOW + HOUR, "a") is None


def test_a_row_that_is_there_stays_as_it_is(world: World) -> None:
    due, intent = world.container.store.outbox, an_intent()
    due.put_absent([intent])
    held = due.claim(intent.key, NOW, NOW + HOUR, "a")
    assert held is not None

    due.put_absent([intent, intent])

    assert due.get(intent.key) == held


def test_who_held_a_row_that_was_dropped_and_written_again_holds_nothing(world: World) -> None:
    due, intent = world.container.store.outbox, an_intent()
    due.put_absent([intent])
    old = due.claim(intent.key, NOW, NOW + HOUR, "a")
    assert old is not None
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "job", intent)
    transaction.commit()
    new = due.claim(intent.key, NOW, NOW + HOUR, "b")
    assert new is not None
    assert new.claims == old.claims

    assert due.advance(old, "9|", NOW + HOUR) is None
    due.finish(old, Outcome(OutboxState.DONE, "late"), NOW)

    assert due.get(intent.key) == new


def test_a_row_is_kept_for_three_months_after_it_was_due(world: World) -> None:
    intent = replace(an_intent(), created_at=NOW - timedelta(days=3650))
    world.container.store.outbox.put_absent([intent])

    item = world.container.store.dynamo.get(OutboxItem, (intent.key.bucket, intent.key.place))
    assert item is not None
    assert item.expires == int((intent.at + timedelta(days=90)).timestamp())


def test_progress_is_kept_by_its_holder_only(world: World) -> None:
    due, intent = world.container.store.outbox, an_intent()
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "job", intent)
    transaction.commit()
    held = due.claim(intent.key, NOW, NOW + HOUR, "a")
    assert held is not None

    advanced = due.advance(held, "2|place", NOW + HOUR)
    assert advanced is not None
    assert (advanced.cursor, advanced.tries) == ("2|place", 0)
    due.release(advanced, NOW)
    again = due.claim(intent.key, NOW, NOW + HOUR, "b")

    assert again is not None
    assert (again.cursor, again.tries) == ("2|place", 1)
    assert due.advance(advanced, "3|", NOW + HOUR) is None


def test_unfinished_rows_of_a_bucket_are_found_in_their_window(world: World) -> None:
    due = world.container.store.outbox
    places = [write(world, minutes) for minutes in range(0, 40, 10)]
    by_bucket = {bucket: [place for one, place in places if one == bucket] for bucket, _ in places}

    swept = {bucket: due.unfinished(bucket, after="!", until="~", limit=9) for bucket in by_bucket}
    found = {bucket: [row.key.place for row in one.rows] for bucket, one in swept.items()}

    assert [one.looked for one in swept.values()] == [len(places) for places in by_bucket.values()]
    assert found == by_bucket
    bucket, place = places[0]
    assert [row.key.place for row in due.unfinished(bucket, after="!", until=place[:-1], limit=9).rows] == []


def test_a_bucket_is_read_in_pages(world: World) -> None:
    due, bucket = world.container.store.outbox, "2026-06-01T10#0"
    rows = [replace(an_intent(), key=OutboxKey(bucket, f"2026-06-01T10:00:00.00{number}Z#id")) for number in range(5)]
    due.put_absent(rows)
    held = due.claim(rows[0].key, NOW, NOW + HOUR, "a")
    assert held is not None
    due.finish(held, Outcome(OutboxState.DONE, "sent"), NOW)

    first = due.unfinished(bucket, after="!", until="~", limit=3)
    rest = due.unfinished(bucket, after=f"{first.stopped}!", until="~", limit=3)

    assert [row.key for row in first.rows] == [row.key for row in rows[1:3]], "finished rows count as looked at"
    assert (first.looked, first.stopped) == (3, rows[2].key.place)
    assert [row.key for row in rest.rows] == [row.key for row in rows[3:]]
    assert (rest.looked, rest.stopped) == (2, "")


def test_the_watermarks_are_kept(world: World) -> None:
    outbox = world.container.store.outbox
    assert outbox.watermarks() == {}
    marks = {
        QueueName.MAIL: Mark(NOW, cursor="2026-06-01T10:00:00.000Z#x", oldest=NOW - HOUR),
        QueueName.JOBS: Mark(NOW + HOUR),
    }

    outbox.set_watermarks(marks)

    assert outbox.watermarks() == marks


def test_a_watermark_of_an_earlier_version_counts_for_both_lanes(world: World) -> None:
    pk, sk = keys.WATERMARK
    world.container.store.dynamo.put(WatermarkItem(pk, sk, at=stamp(NOW)))

    assert world.container.store.outbox.watermarks() == both(NOW)
