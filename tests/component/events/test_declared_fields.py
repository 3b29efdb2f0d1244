"""A field of an event is one declaration: a process with one more of them writes, stores, answers and documents it."""

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from chalicelib.api.events import fields as api
from chalicelib.api.events.bodies import READ_ONLY, CreateEventIn, EventIn
from chalicelib.api.events.schemas import EventOut, EventSummaryOut
from chalicelib.domain.events.event_facts import FACTS, WRITTEN, EventFacts

ROOT = Path(__file__).resolve().parents[3]
NEWCOMER = """
import json
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.events import event_facts
from chalicelib.domain.events.facts import fact, facts_of

Known = event_facts.EventFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts(Known):
    dress_code: str | None = field(default=None, metadata=fact("dc", about="What to wear.", most=20, example="dark"))
    doors_minutes: int = field(default=30, metadata=fact("dm", about="When doors open.", least=0, most=90))
    doors_at: datetime | None = field(default=None, metadata=fact("da"))


event_facts.EventFacts = EventFacts
event_facts.FACTS = facts_of(EventFacts)
event_facts.WRITTEN = {name: one for name, one in event_facts.FACTS.items() if one.is_written}

from chalicelib.api.openapi import examples
from tests.support.builders import a_person
from tests.support.world import World

MORE = ("dress_code", "doors_minutes", "doors_at")
with World() as world:
    token = a_person(world).token
    made = world.an_event(token, dress_code="black tie", doors_at="2026-07-01T09:00:00+02:00")
    url = f"/events/{made['id']}"
    patched = world.patch(url, {"doors_minutes": 45}, token).json
    [listed] = world.get("/events").json["results"]
    items = {item["pk"]["S"]: item for item in world.db.snapshot_all("turnout-events")}
    card = items[f"event#{made['id']}"]["card"]["S"]
    replaced = world.send("PUT", url, {"title": "x", "starts_at": made["starts_at"]}, token=token).json
    refused = world.patch(url, {"doors_minutes": 91}, token)
    shown = [[answer[name] for name in MORE] for answer in (made, patched, listed, replaced)]
    stored = {name: value for name, value in json.loads(card).items() if name in {"dc", "dm", "da"}}
    request, summary = examples.CONTENT["EventRequest"], examples.CONTENT["EventSummary"]
    documented = [request["dress_code"], summary["dress_code"], summary["doors_minutes"]]
    print(json.dumps({"shown": shown, "stored": stored, "refused": refused.status, "documented": documented}))
"""


def test_a_field_that_is_declared_is_written_stored_answered_and_documented() -> None:
    ran = subprocess.run(  # a process of its own: the models are made of the declarations when they are imported
        [sys.executable, "-c", NEWCOMER], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    doors = "2026-07-01T07:00:00Z"
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["shown"] == [
        ["black tie", 30, doors],
        ["black tie", 45, doors],
        ["black tie", 45, doors],
        [None, 30, None],
    ]
    assert (found["stored"].keys(), found["stored"]["dm"]) == ({"dc", "dm", "da"}, 45)
    assert found["refused"] == 400
    assert found["documented"] == ["dark", "dark", 30]


def test_every_field_is_in_bodies_and_answers_and_has_a_name_of_its_own_on_the_card() -> None:
    assert FACTS.keys() == {one.name for one in fields(EventFacts)}
    assert (
        WRITTEN.keys()
        == EventIn.model_fields.keys() - {"notify", "shrink", "dry_run"}
        == CreateEventIn.model_fields.keys() - {"status", "dry_run"}
    )
    assert FACTS.keys() - {"description"} <= EventSummaryOut.model_fields.keys()
    assert FACTS.keys() <= EventOut.model_fields.keys()
    assert FACTS.keys() - WRITTEN.keys() <= READ_ONLY
    stored = [fact.stored for fact in FACTS.values() if fact.stored]
    assert len(set(stored)) == len(stored) == len(FACTS) - 2  # the description and the capacity stand elsewhere
    assert api.CHECKED.keys() | api.WORKED_OUT.keys() <= WRITTEN.keys()
