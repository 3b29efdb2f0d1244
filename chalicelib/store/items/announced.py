"""The list of what the people of an event were told, to items and back."""

import json

from chalicelib.domain.notifications.announced import Announced, AnnouncedKind
from chalicelib.domain.notifications.messages import Segment
from chalicelib.domain.shared.times import unstamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AnnouncedItem
from chalicelib.store.dynamo.text import compact


def announced_item(announced: Announced) -> AnnouncedItem:
    card = {
        "n": announced.tallies,
        "g": announced.segment.value if announced.segment else None,
        "s": announced.subject,
        "by": announced.by,
        "m": announced.member_id,
        "f": announced.changed,
    }
    place = keys.announced_place(announced.at, announced.kind.value, announced.id)
    kept = compact({name: value for name, value in card.items() if value})
    return AnnouncedItem(keys.announced_list(announced.event_id), place, card=kept)


def to_announced(event_id: str, item: AnnouncedItem) -> Announced:
    at, kind, announced_id = item.sk.split("#")
    card = json.loads(item.card)
    return Announced(
        id=announced_id,
        event_id=event_id,
        kind=AnnouncedKind(kind),
        at=unstamp(at),
        tallies=card["n"],
        segment=Segment(card["g"]) if "g" in card else None,
        subject=card.get("s", ""),
        by=card.get("by", ""),
        member_id=card.get("m", ""),
        changed=tuple(card.get("f", ())),
    )
