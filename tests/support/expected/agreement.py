"""Whether the tables agree with themselves: seats, counts, waitlists and deadlines are what the enrollment rows say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.enrollments.enrollment import TEMPORARY, Enrollment, EnrollmentStatus
from chalicelib.domain.seats import COUNTED, SeatMode, Shard, guest_share
from chalicelib.store.items.enrollments import enrollment_from, hold_from, waiting_from
from chalicelib.store.items.events import to_seats, to_shard

Raw = Mapping[str, Any]


def disagreements(seats: Iterable[Raw], enrollments: Iterable[Raw]) -> list[str]:
    """Every contradiction within the seat table and the enrollment table, both read at rest, event by event."""
    shards, parts = _by_event(seats), _by_event(enrollments)
    found = []
    for event_id, raws in sorted(shards.items()):
        found += [f"{event_id}: {text}" for text in _event_faults(raws, parts.get(event_id, []))]
    return found


def rows_of(enrollments: Iterable[Raw]) -> list[Enrollment]:
    """The enrollment rows among the items of the table; the others are places, deadlines and tickets."""
    return [enrollment_from(dict(raw)) for raw in enrollments if raw["pk"]["S"].rsplit("#", 1)[1].isdigit()]


def _by_event(raws: Iterable[Raw]) -> dict[str, list[Raw]]:
    found: dict[str, list[Raw]] = defaultdict(list)
    for raw in sorted(raws, key=lambda one: (one["pk"]["S"], one.get("sk", {"S": ""})["S"])):
        found[raw["pk"]["S"].split("#", 1)[0]].append(raw)
    return found


def _event_faults(seats: list[Raw], items: list[Raw]) -> list[str]:
    header, shards = to_seats(dict(seats[0])), [to_shard(dict(raw)) for raw in seats]
    rows = rows_of(items)
    return [
        *_shard_faults(header.shards, shards),
        *_sum_faults(header.capacity, shards, rows),
        *_list_faults(items, rows),
    ]


def _shard_faults(number: int, shards: list[Shard]) -> list[str]:
    wrong = {
        f"{len(shards)} shards, the header says {number}": len(shards) != number,
        "a shard below zero": any(shard.free < 0 for shard in shards[shards[0].mode is not SeatMode.OPEN :]),
        "shards of different modes": len({shard.mode for shard in shards}) > 1,
        "seats outside of the pool of a fenced event": (
            shards[0].mode is SeatMode.FENCED and any(shard.free for shard in shards[1:])
        ),
    }
    return [text for text, is_wrong in wrong.items() if is_wrong]


def _sum_faults(capacity: int, shards: list[Shard], rows: list[Enrollment]) -> list[str]:
    free, taken = sum(shard.free for shard in shards), sum(row.seats for row in rows)
    found = [] if free + taken == capacity else [f"{free} free and {taken} taken are not {capacity}"]
    room, unproven = sum(shard.guest_free for shard in shards), sum(row.seats for row in rows if row.unproven)
    if room + unproven != guest_share(capacity):
        found.append(f"room for {room} and {unproven} unproven guests, not {guest_share(capacity)}")
    counts = Counter(row.status.value for row in rows)
    counts["checked_in"] = sum(row.counted_in for row in rows)
    counts["no_show"] = sum(row.is_no_show for row in rows)
    counts["bounced"] = sum(row.is_live and row.bounced_at is not None for row in rows)
    for name in COUNTED:
        said = sum(shard.counts.get(name, 0) for shard in shards)
        if said != counts[name]:
            found.append(f"{said} {name} counted, {counts[name]} rows")
    if shards[0].mode is SeatMode.OPEN and counts["waitlisted"]:
        found.append("somebody waits beside an open door")
    return found


def _list_faults(items: list[Raw], rows: list[Enrollment]) -> list[str]:
    queue = [waiting_from(dict(raw)) for raw in items if raw["pk"]["S"].endswith("#W")]
    waiting = sorted(
        (row for row in rows if row.status is EnrollmentStatus.WAITLISTED), key=lambda row: row.waitlist_number or 0
    )
    found = [] if queue == waiting else ["the waitlist is not what the rows say"]
    holds = [hold_from(dict(raw)) for raw in items if raw["pk"]["S"].endswith("#H")]
    named = {(one.key.id, one.expires_at, one.seats) for one in holds}
    if named != {(row.key.id, row.expires_at, row.seats) for row in rows if row.status in TEMPORARY}:
        found.append("the deadlines are not what the rows say")
    return found
