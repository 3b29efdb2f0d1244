"""Events as they are answered: the summary in lists, the whole in detail, the figures."""

import zlib
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, create_model

from chalicelib.api.events import fields
from chalicelib.api.http.request.schemas import Out, UtcTime
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.events.event_facts import FACTS
from chalicelib.domain.events.slugs import page_path, slug
from chalicelib.domain.seats import Seats
from chalicelib.services.events.change import NO_EVENT, EventView


class OrganizerOut(Out):
    id: str
    name: str


def _facts_of_summary() -> dict[str, tuple[Any, Any]]:
    """The facts in their order, with the id before them and the status between."""
    found: dict[str, tuple[Any, Any]] = {"id": (str, ...)}
    for name, fact in FACTS.items():
        if name != "description":
            found[name] = fields.answer_field(fact)
        if name == "tags":
            found["status"] = (Literal["draft", "published", "cancelled"], ...)
    found["enrollment_closes_at"] = (UtcTime, ...)  # the start, where none was given
    return found


if TYPE_CHECKING:
    _Facts = Out
else:
    _Facts = create_model("EventSummaryFacts", __base__=Out, **_facts_of_summary())


class EventSummaryOut(_Facts):
    """An event in a list: everything but the description."""

    organizer: OrganizerOut
    attendees_count: int = Field(description="Seats of confirmed, held and offered places.")
    available_spots: int | None = Field(description="null when unlimited.")
    waitlist_count: int = Field(description="Enrollments that wait, each of one or more people.")
    is_full: bool = Field(description="Nobody new gets a seat: none is free, or the free ones are the waitlist's.")
    is_past: bool
    is_upcoming: bool
    is_active: bool
    slug: str = Field(description="Words of the title for an address; changes with the title, identifies nothing.")
    html_url: str | None = Field(description="The page of the event for people; null of a draft, which has none.")
    version: int
    created_at: UtcTime
    updated_at: UtcTime


class EventOut(EventSummaryOut):
    description: str
    description_html: str = Field(
        description="The same as HTML: of Markdown its paragraphs, headings, lists, bold, italic, code, and links to "
        "http and https. Safe to show: of the organizer it has text and addresses only."
    )


class WaitingInVainOut(Out):
    """Somebody who waited, gets no seat any more, and is told so by mail."""

    id: str = Field(description="Of the enrollment.")
    name: str
    party_size: int


class WouldOut(Out):
    """What the request would lead to."""

    seats_above_capacity: int = Field(
        description="With `shrink`: how many of the seats that are taken are more than the capacity. Nobody loses one."
    )
    mail_about: list[str] = Field(description="The fields of whose change people would be mailed.")
    mail_to: int = Field(description="How many enrollments that mail would be for.")


class EditedEventOut(EventOut):
    """An event after an edit."""

    waiting_in_vain: list[WaitingInVainOut] | None = Field(
        None,
        description="Only where there are any: whom the edit leaves without a turn to wait for, because it closes the "
        "waitlist or the event is smaller than their party now. They are told by mail and passed. Of the first 100 "
        "who wait.",
    )
    would: WouldOut | None = Field(None, description="Only of a dry run: what the request would lead to.")


class CountsOut(Out):
    """The event's enrollments by status; how many people are checked in; of how many enrollments nobody came, or nobody
    could be told because a mail came back.
    """

    pending: int
    confirmed: int
    waitlisted: int
    offered: int
    cancelled: int
    expired: int
    checked_in: int
    no_show: int
    bounced: int


class OwnEventOut(EventSummaryOut):
    counts: CountsOut


class CapacityOut(Out):
    capacity: int | None
    attendees_count: int
    available_spots: int | None
    waitlist_count: int


def capacity_out(seats: Seats) -> CapacityOut:
    return CapacityOut(
        capacity=seats.limit,
        attendees_count=seats.taken,
        available_spots=seats.available,
        waitlist_count=seats.waiting,
    )


def event_fields(view: EventView, now: datetime, base_url: str) -> dict[str, Any]:
    """Everything of a summary, by name; `base_url` is where clients reach us."""
    event, seats = view.event, view.seats
    facts = event.facts
    has_page = event.status is not EventStatus.DRAFT and event.id != NO_EVENT
    return {
        "id": event.id,
        **{name: getattr(facts, name) for name in FACTS if name != "description"},
        "capacity": seats.limit,
        "status": event.status.value,
        "enrollment_closes_at": facts.closes_at,
        "organizer": OrganizerOut(id=event.organizer_id, name=seats.organizer_name),
        "attendees_count": seats.taken,
        "available_spots": seats.available,
        "waitlist_count": seats.waiting,
        "is_full": seats.is_full,
        "is_past": event.is_past(now),
        "is_upcoming": event.is_upcoming(now),
        "is_active": event.status.value == "published",
        "slug": slug(facts.title),
        "html_url": base_url + page_path(event.id, facts.title) if has_page else None,
        "version": view.version,
        "created_at": event.created_at,
        "updated_at": event.updated_at,
    }


def summary_out(view: EventView, now: datetime, base_url: str) -> EventSummaryOut:
    return EventSummaryOut(**event_fields(view, now, base_url))


def event_out(view: EventView, now: datetime, base_url: str) -> EventOut:
    return EventOut(**_described(view), **event_fields(view, now, base_url))


def _described(view: EventView) -> dict[str, str]:
    from chalicelib.api.events.rich_text import html_of  # lists have no descriptions

    description = view.event.facts.description
    return {"description": description, "description_html": html_of(description)}


def edited_out(view: EventView, now: datetime, base_url: str) -> EventOut:
    """Like `event_out`, and whom the edit concerns."""
    if not view.in_vain and view.would is None:
        return event_out(view, now, base_url)
    concerned = [
        WaitingInVainOut(id=one.enrollment_id, name=one.name, party_size=one.party_size) for one in view.in_vain
    ]
    would = asdict(view.would) if view.would else None
    return EditedEventOut(
        **_described(view), waiting_in_vain=concerned, would=would, **event_fields(view, now, base_url)
    )


def own_event_out(view: EventView, now: datetime, base_url: str) -> OwnEventOut:
    counts = CountsOut(**{name: view.seats.counts.get(name, 0) for name in CountsOut.model_fields})
    return OwnEventOut(counts=counts, **event_fields(view, now, base_url))


def etag(view: EventView, shown: EventOut) -> str:
    """`<version>.<counts>.<checksum>`: If-None-Match compares all of it, If-Match the part before the first dot.

    Time and the organizer's name change the answer, and neither the version nor the counts.
    """
    seats = view.seats
    waiting = f"-{seats.waiting}" if seats.waiting else ""
    return f"{view.version}.{seats.taken}{waiting}.{zlib.crc32(shown.model_dump_json().encode()):08x}"
