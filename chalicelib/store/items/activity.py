"""Entries of what happened to an event and its people, and figures of days, to items and back."""

import json
from typing import Any

from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.enrollments.activity import EventEntry, EventStep, PersonEntry
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.enrollments.team_activity import KeyEntry, KeyStep, TeamEntry, TeamStep
from chalicelib.domain.shared.times import unstamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Raw
from chalicelib.store.dynamo.tables import ActivityItem
from chalicelib.store.dynamo.text import compact, millis, time_of
from chalicelib.store.items.enrollments import status_code, status_from, trail_from, trail_text


def person_item(entry: PersonEntry) -> ActivityItem:
    small = {
        "t": trail_text(entry.transitions),
        "w": status_code(entry.was),
        "n": entry.party_size,
        "k": entry.capacity,
        "p": entry.people,
        "c": millis(entry.came_at),
    }
    kept = compact({name: value for name, value in small.items() if value})
    return ActivityItem(*keys.activity_of_person(entry.key, entry.at, entry.version), entry=kept)


def event_item(entry: EventEntry) -> ActivityItem:
    small = {"e": entry.step.value, "a": entry.actor, "f": entry.changed, "k": entry.capacity}
    kept = compact({name: value for name, value in small.items() if value})
    return ActivityItem(*keys.activity_of_event(entry.event_id, entry.at, entry.version), entry=kept)


def person_from(raw: Raw) -> PersonEntry:
    event_id, bucket = raw["pk"]["S"].split("#L")
    at, person_id, version = raw["sk"]["S"].split("#")
    small: dict[str, Any] = json.loads(raw["entry"]["S"])
    return PersonEntry(
        key=EnrollmentKey(event_id, int(bucket), person_id),
        at=unstamp(at),
        version=int(version),
        transitions=trail_from(small["t"]),
        was=status_from(small.get("w")),
        party_size=small["n"],
        capacity=tuple(small["k"]) if "k" in small else None,
        people=small.get("p", 0),
        came_at=time_of(small.get("c")),
    )


def event_from(raw: Raw) -> EventEntry:
    at, version = raw["sk"]["S"].split("#")
    small: dict[str, Any] = json.loads(raw["entry"]["S"])
    was, becomes = small.get("k", (None, None))
    return EventEntry(
        event_id=raw["pk"]["S"].split("#L")[0],
        at=unstamp(at),
        version=int(version),
        step=EventStep(small["e"]),
        actor=small["a"],
        changed=tuple(small.get("f", ())),
        capacity=(was, becomes) if "k" in small else None,
    )


def team_item(entry: TeamEntry) -> ActivityItem:
    small = {"s": entry.step.value, "a": entry.actor, "r": entry.role.value, "w": entry.was, "u": entry.user_id}
    kept = compact({name: value for name, value in small.items() if value})
    return ActivityItem(*keys.activity_of_member(entry.scope, entry.at, entry.version, entry.member_id), entry=kept)


def door_key_item(entry: KeyEntry) -> ActivityItem:
    key = keys.activity_of_door_key(entry.event_id, entry.at, entry.step.value, entry.key_id)
    return ActivityItem(*key, entry=compact({"a": entry.actor}))


def team_or_key_from(raw: Raw) -> TeamEntry | KeyEntry:
    scope = raw["pk"]["S"].split("#L")[0]
    at, what, entry_id = raw["sk"]["S"].split("#")
    small: dict[str, Any] = json.loads(raw["entry"]["S"])
    if not what.isdigit():
        return KeyEntry(event_id=scope, at=unstamp(at), step=KeyStep(what), actor=small["a"], key_id=entry_id)
    return TeamEntry(
        scope=scope,
        at=unstamp(at),
        version=int(what),
        step=TeamStep(small["s"]),
        actor=small["a"],
        member_id=entry_id,
        role=TeamRole(small["r"]),
        was=TeamRole(small["w"]) if "w" in small else None,
        user_id=small.get("u"),
    )
