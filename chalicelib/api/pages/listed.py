"""Lists of events as pages: what is asked becomes the query of the API's list, and is found in the same way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.api.events.query import EventQuery, View, filter_of
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call
from chalicelib.api.http.response import paging
from chalicelib.api.pages.shown_event import path_of, place_of
from chalicelib.domain.search.event_order import Ordering
from chalicelib.mail.languages import Language
from chalicelib.services.events.change import EventView
from chalicelib.services.shared.paging import Cursor, Page

_DECEMBER = 12
_DIGIT = re.compile(r"\d")
_STATE = re.compile(r"[A-Z]{2,3}")


@dataclass(frozen=True, slots=True)
class Card:
    """One event of a list. `state` is the name of a text that says what is the matter with it; most have none."""

    path: str
    view: EventView
    place: str
    state: str = ""


def found(call: Call, view: View, asked: Mapping[str, str | None]) -> Page[EventView]:
    """One page of it from the cursor on. Raises `InvalidRequestError` for what the API's list refuses, too."""
    query = parsing.parse_query(EventQuery, {name: [value] for name, value in asked.items() if value})
    return call.container.search.finder.find(
        filter_of(query, view), Ordering(query.ordering), paging.read(call), query.page_size
    )


def shown(call: Call, page: Page[EventView]) -> dict[str, Any]:
    """What every list hands to its template."""
    now = call.container.clock()
    return {
        "cards": [_card(view, now) for view in page.items],
        "next": _link(call, page.next),
        "previous": _link(call, page.previous),
    }


def _link(call: Call, cursor: Cursor | None) -> str | None:
    """Within the site: below the path that a stage or a proxy puts before ours."""
    link = paging.link(call, cursor)
    return None if link is None else urlsplit(call.base_url).path + link.removeprefix(call.base_url)


def _card(view: EventView, now: datetime) -> Card:
    event = view.event
    state = ""
    if event.status.value == "cancelled":
        state = "off"
    elif event.is_past(now):
        state = "over"
    elif view.seats.is_full:
        state = "full"
    return Card(path_of(event), view, place_of(event.facts), state)


def town_of(place: str) -> str:
    """What finds neighbours, too: what stands behind the last comma, without what has digits.

    Of a state like FL or DC what stands before it; "" for what no search would take.
    """
    parts = [" ".join(word for word in part.split() if not _DIGIT.search(word)) for part in place.split(",")]
    towns = [part for part in parts if any(character.isalnum() for character in part)]
    if len(towns) > 1 and _STATE.fullmatch(towns[-1]):
        towns.pop()
    return towns[-1] if towns else ""


def name_of(month: str, language: Language) -> str:
    """`2026-07` as people say it."""
    return f"{language.say('time.months').split()[int(month[5:]) - 1]} {month[:4]}"


def beside(month: str) -> tuple[str, str]:
    """The month before and the one after."""
    year, number = int(month[:4]), int(month[5:])
    before = (year, number - 1) if number > 1 else (year - 1, _DECEMBER)
    after = (year, number + 1) if number < _DECEMBER else (year + 1, 1)
    return f"{before[0]:04}-{before[1]:02}", f"{after[0]:04}-{after[1]:02}"


def coming(month: str, number: int) -> list[str]:
    """So many months from that one on."""
    months = [month]
    while len(months) < number:
        months.append(beside(months[-1])[1])
    return months
