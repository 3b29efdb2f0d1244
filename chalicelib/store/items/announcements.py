"""Change notices and organizers' messages, to items and back."""

import json
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.domain.events.event_changes import Change, Material, Notice, NoticeState
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AnnouncementItem, EventItem
from chalicelib.store.dynamo.text import at_millis, compact, millis

_BETWEEN = "/"


def state_text(notice_id: str, state: NoticeState) -> str:
    """What tells whether a notice is still as it was read."""
    return f"{notice_id}{_BETWEEN}{state}"


def notice_state(notice: Notice | None) -> str | None:
    return state_text(notice.id, notice.state) if notice else None


def same_notice(notice: Notice | None) -> Condition:
    """Nobody has opened, decided or ended a notice since the event was read."""
    if notice is None:
        return EventItem.notice_state.does_not_exist()
    return EventItem.notice_state == notice_state(notice)


def notice_text(notice: Notice | None) -> str | None:
    if notice is None:
        return None
    return compact(
        {
            "b": _facts(notice.before),
            "o": millis(notice.opened_at),
            "c": millis(notice.changed_at),
            "d": millis(notice.due_at),
        }
    )


def notice_from(state: str | None, text: str | None) -> Notice | None:
    if state is None or text is None:
        return None
    notice_id, _, name = state.partition(_BETWEEN)
    small: dict[str, Any] = json.loads(text)
    return Notice(
        id=notice_id,
        before=_material(small["b"]),
        opened_at=at_millis(small["o"]),
        changed_at=at_millis(small["c"]),
        due_at=at_millis(small["d"]),
        state=NoticeState(name),
    )


def change_item(event_id: str, change: Change) -> AnnouncementItem:
    content = {"b": _facts(change.before), "a": _facts(change.after), "c": millis(change.changed_at)}
    pk, sk = keys.change(event_id, change.id)
    return AnnouncementItem(pk, sk, content=compact(content))


def to_change(item: AnnouncementItem) -> Change:
    content = json.loads(item.content)
    return Change(
        id=keys.announced_id(item.sk),
        before=_material(content["b"]),
        after=_material(content["a"]),
        changed_at=at_millis(content["c"]),
    )


def message_item(message: OrganizerMessage) -> AnnouncementItem:
    content = {
        "g": message.segment.value,
        "s": message.subject,
        "b": message.body,
        "n": message.recipients,
        "c": millis(message.created_at),
    }
    pk, sk = keys.message(message.event_id, message.id)
    return AnnouncementItem(pk, sk, content=compact(content))


def to_message(event_id: str, item: AnnouncementItem) -> OrganizerMessage:
    content = json.loads(item.content)
    return OrganizerMessage(
        id=keys.announced_id(item.sk),
        event_id=event_id,
        segment=Segment(content["g"]),
        subject=content["s"],
        body=content["b"],
        recipients=content["n"],
        created_at=at_millis(content["c"]),
    )


def _facts(material: Material) -> dict[str, Any]:
    small = {
        "t": material.title,
        "s": millis(material.starts_at),
        "e": millis(material.ends_at),
        "tz": material.timezone,
        "lo": material.location,
        "on": material.online,
        "u": material.url,
        "ad": material.all_day,
        "ea": material.ends_at_assumed,
    }
    return {name: value for name, value in small.items() if value not in (None, False)}


def _material(small: dict[str, Any]) -> Material:
    return Material(
        title=small["t"],
        starts_at=at_millis(small["s"]),
        ends_at=at_millis(small["e"]),
        timezone=small["tz"],
        location=small.get("lo"),
        online=small.get("on", False),
        url=small.get("u"),
        all_day=small.get("ad", False),
        ends_at_assumed=small.get("ea", False),
    )
