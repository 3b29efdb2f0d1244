"""What a device at the door needs: the event with its figures, who may come, and a seat for who has none."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.moments import Moment
from chalicelib.api.http.request.names import FullName
from chalicelib.api.http.request.schemas import Body, CursorText, Email, Out, Query, UtcTime, decimal, whole
from chalicelib.api.http.response import paging
from chalicelib.domain import errors
from chalicelib.domain.shared.limits import DOOR_KEEPS, MAX_DOOR_PAGE, MAX_PARTY, WALK_INS_BEFORE, span
from chalicelib.domain.shared.times import localise
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.checkin.door_list import DoorEvent, DoorRow, DoorStatus
from chalicelib.services.checkin.walk_in import WalkInRequest

resource = Resource("door")
PeopleOfPage = Annotated[int, Field(ge=1, le=MAX_DOOR_PAGE), BeforeValidator(decimal)]


class DoorOut(Out):
    """An event and how many are in, over all devices."""

    id: str
    title: str
    status: Literal["draft", "published", "cancelled"]
    starts_at: UtcTime
    ends_at: UtcTime
    timezone: str
    attendees_count: int = Field(description="Seats of confirmed, held and offered places.")
    checked_in_people: int = Field(description="How many people are in.")
    party_max: int = Field(description="The most people that one enrollment may be for.")
    walk_ins_from: UtcTime | None = Field(
        description="From when on the door may enrol people who stand there; null: not at this event."
    )
    now: UtcTime = Field(description="The time of the service, by which a device knows how wrong its own clock is.")
    forget_at: UtcTime = Field(description=f"{span(DOOR_KEEPS)} after the end: a device forgets its list by then.")


class DoorPersonOut(Out):
    """One enrollment as the door needs it."""

    id: str = Field(description="The id of the enrollment. docs/tickets.md says how the code of a ticket names it.")
    name: str
    party_size: int
    checked_in_people: int = Field(description="How many of the party are in.")
    checked_in_at: UtcTime | None = Field(description="Since when the first of them is.")
    status: DoorStatus = Field(
        description="Only who is confirmed may be let in. held: a seat is kept or offered and nobody has said yes; "
        "cancelled: given back, lapsed, or given on because nobody had come."
    )
    generation: int = Field(description="That of the ticket that is good.")


class WalkInIn(Body):
    """Somebody who stands at the door."""

    name: FullName
    email: Email | None = Field(
        None, description="If they want to have it by mail; without it nothing is mailed, and only the name is kept."
    )
    party_size: Annotated[int, Field(ge=1, le=MAX_PARTY), BeforeValidator(whole)] = Field(
        1, description="So many people, all or none; the event's `party_max` is the limit."
    )


class DoorPageOut(Out):
    """One page of a list. It may be short, even empty; only `next: null` ends a walk."""

    next: str | None
    updated_after: UtcTime = Field(description="What to ask with for everything that changes from here on.")
    results: list[DoorPersonOut]


class DoorQuery(Query):
    updated_after: Moment | None = Field(
        None,
        description="The `updated_after` of the list that the device has: only who changed since then. A time without "
        "offset is UTC.",
        examples=["2030-06-01T08:58:00Z"],
    )
    page_size: PeopleOfPage = Field(MAX_DOOR_PAGE, description="How many people a page looks at.", examples=[1000])
    cursor: CursorText | None = None


@resource.get(
    "/events/{event_id}/door",
    summary="An event and how many are in",
    auth=Auth.USER,
    keys=KeyUse.LOOK_AT_DOOR,
    returns=DoorOut,
    raises=(errors.NotFoundError, errors.ForbiddenError),
    description="For the organizer and the team. It costs next to nothing: a device may ask every few seconds. Of a "
    "large event the figures may be a few minutes old.",
)
def show_door(call: Call, event_id: str) -> Reply:
    return Reply(_door_out(call.container.checkin.door_list.event(call.caller, event_id)))


@resource.get(
    "/events/{event_id}/door/people",
    summary="Who may come, for a device without a network",
    auth=Auth.USER,
    keys=KeyUse.LOOK_AT_DOOR,
    query=DoorQuery,
    returns=DoorPageOut,
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.InvalidCursorError),
    description="For the organizer and the team: everybody who is or was enrolled, in pages of up to "
    f"{MAX_DOOR_PAGE} people and in an order that means nothing, without addresses. Read it to its end, then ask with "
    "its `updated_after` for what has changed, again to the end, and so on: whoever does so misses no change, and "
    "gets some twice. A page looks at so many people whether they changed or not, and costs the same. Names that "
    "people change for themselves, and people who were erased, are known by reading the whole list again.",
)
def list_door_people(call: Call, event_id: str) -> Reply:
    query: DoorQuery = call.query
    since = localise(query.updated_after, "UTC") if query.updated_after else None
    page = call.container.checkin.door_list.page(call.caller, event_id, since, paging.read(call), query.page_size)
    rows = [_person_out(row) for row in page.rows]
    return Reply(DoorPageOut(next=paging.link(call, page.next), updated_after=page.updated_after, results=rows))


@resource.post(
    "/events/{event_id}/door/walk-ins",
    summary="Enrol somebody who stands at the door, and let them in",
    auth=Auth.USER,
    keys=KeyUse.WORK_AT_DOOR,
    body=WalkInIn,
    returns=DoorPersonOut,
    status=201,
    keyed=True,
    raises=(
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.WalkInsOffError,
        errors.WalkInsNotOpenError,
        errors.EventNotPublishedError,
        errors.EventCancelledError,
        errors.EventPastError,
        errors.EventFullError,
        errors.AlreadyEnrolledError,
        errors.BusyError,
    ),
    description="By door staff where the event has `walk_ins`, from "
    f"{span(WALK_INS_BEFORE)} before its start until its end; by the organizer and managers as they enrol anybody. "
    "A seat is taken or not, never more than the capacity, and nobody who waits is passed; whoever gets one is checked "
    "in with all of the party. Answered as the list of the door shows them. With an address they get the mail about "
    "their place; that it is enrolled already is told, and not as whom. Send an `Idempotency-Key`: without an address "
    "nothing else tells two people of one name from one request sent twice.",
)
def enrol_walk_in(call: Call, event_id: str) -> Reply:
    body: WalkInIn = call.body
    request = WalkInRequest(event_id=event_id, request_id=call.request_id, **body.model_dump())

    def reply(row: DoorRow) -> Reply:
        headers = {"Location": f"{call.base_url}/enrollments/{row.id}"}
        return Reply(_person_out(row), status=201, headers=headers)

    return reply(call.container.checkin.walk_in(call.caller, request, call.idempotency(reply)))


def _door_out(door: DoorEvent) -> DoorOut:
    facts = door.event.facts
    return DoorOut(
        id=door.event.id,
        title=facts.title,
        status=door.event.status.value,  # a deleted one is nobody's
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        timezone=facts.timezone,
        attendees_count=max(0, door.seats.taken),
        checked_in_people=max(0, door.seats.counts.get("checked_in", 0)),
        party_max=facts.largest_party,
        walk_ins_from=door.event.walk_ins_from,
        now=door.now,
        forget_at=door.forget_at,
    )


def _person_out(row: DoorRow) -> DoorPersonOut:
    enrollment = row.enrollment
    return DoorPersonOut(
        id=row.id,
        name=row.name,
        party_size=enrollment.party_size,
        checked_in_people=enrollment.people_in,
        checked_in_at=enrollment.checked_in_at,
        status=row.status,
        generation=enrollment.generation,
    )
