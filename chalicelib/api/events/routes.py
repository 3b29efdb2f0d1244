"""Events: published, found, edited, cancelled."""

from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.events.bodies import CreateEventIn, DuplicateEventIn, EventIn, to_facts, writable
from chalicelib.api.events.query import EventQuery, OwnEventQuery, View, filter_of
from chalicelib.api.events.schemas import (
    CapacityOut,
    EditedEventOut,
    EventOut,
    EventSummaryOut,
    OwnEventOut,
    capacity_out,
    edited_out,
    etag,
    event_out,
    own_event_out,
    summary_out,
)
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import PageOut, Query
from chalicelib.api.http.response import paging
from chalicelib.domain import errors
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.search.event_order import Ordering
from chalicelib.domain.shared.times import rfc3339
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.events.change import Change, EventView
from chalicelib.services.shared.paging import Page

resource = Resource("events")

_OWN = (
    errors.NotFoundError,
    errors.ForbiddenError,
    errors.FreshLoginRequiredError,
    errors.PreconditionFailedError,
)


class ConfirmQuery(Query):
    confirm: Annotated[str, Field(max_length=500, description="The value of a 409 confirmation_required.")] | None = (
        None
    )


def _shown(call: Call, view: EventView, status: int = 200) -> Reply:
    shown = event_out(view, call.container.clock(), call.base_url)
    reply = Reply(shown, status=status, etag=etag(view, shown))
    if status == 201:  # noqa: PLR2004 - HTTP's own number
        reply.headers["Location"] = f"{call.base_url}/events/{view.event.id}"
    return reply


@resource.post(
    "/events",
    summary="Create an event",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=CreateEventIn,
    returns=EventOut,
    status=201,
    keyed=True,
    raises=(errors.RoleRequiredError, errors.EmailNotVerifiedError),
    tries=EditedEventOut,
    description="Published at once, or a draft. Needs the role facilitator.",
)
def create_event(call: Call) -> Reply:
    body: CreateEventIn = call.body
    view = call.container.events.publisher.create(
        call.caller,
        to_facts(body, call.container.settings.currency),
        status=EventStatus(body.status),
        idempotency=call.idempotency(lambda made: _shown(call, made, 201)),
        dry_run=body.dry_run,
    )
    return _tried(call, view) if body.dry_run else _shown(call, view, 201)


def _tried(call: Call, view: EventView) -> Reply:
    """Without the tag of a version that nobody has written."""
    return Reply(edited_out(view, call.container.clock(), call.base_url))


def _found(call: Call, view: View, owner: str | None = None) -> Page[EventView]:
    query: OwnEventQuery = call.query
    wanted, order = filter_of(query, view, owner), Ordering(query.ordering)
    finder = call.container.search.finder
    if query.page is not None:
        return finder.find_numbered(wanted, order, query.page, query.page_size)
    return finder.find(wanted, order, paging.read(call), query.page_size)


def _listed(call: Call, view: View) -> Reply:
    page, now = _found(call, view), call.container.clock()
    return Reply(paging.page_out(call, page, lambda view: summary_out(view, now, call.base_url)))


_FINDING = (errors.InvalidCursorError, errors.TooManyToSortError)
_PAGES = "A page may be short, even empty, while next is set; the pages together are the list."


@resource.get(
    "/events",
    summary="All published events, past ones included, filtered and ordered",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    query=EventQuery,
    returns=PageOut[EventSummaryOut],
    cache=Cache.SHORT,
    raises=_FINDING,
    description=f"Without parameters in the order of their start. {_PAGES}",
)
def list_events(call: Call) -> Reply:
    return _listed(call, View.ALL)


@resource.get(
    "/events/upcoming",
    summary="Published events that have not started",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    query=EventQuery,
    returns=PageOut[EventSummaryOut],
    cache=Cache.SHORT,
    raises=_FINDING,
    description=_PAGES,
)
def list_upcoming_events(call: Call) -> Reply:
    return _listed(call, View.UPCOMING)


@resource.get(
    "/events/available",
    summary="Events one can enrol in now: upcoming, enrolling open, a free seat",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    query=EventQuery,
    returns=PageOut[EventSummaryOut],
    cache=Cache.SHORT,
    raises=_FINDING,
    description=_PAGES,
)
def list_available_events(call: Call) -> Reply:
    return _listed(call, View.AVAILABLE)


@resource.get(
    "/me/events",
    summary="One's own events, drafts included",
    description=f"A new event may take a moment to appear here; by its id and in /events it is there at once. {_PAGES}",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=OwnEventQuery,
    returns=PageOut[OwnEventOut],
    raises=_FINDING,
)
def list_my_events(call: Call) -> Reply:
    page, now = _found(call, View.MINE, call.caller.user_id), call.container.clock()
    return Reply(paging.page_out(call, page, lambda view: own_event_out(view, now, call.base_url)))


@resource.get(
    "/events/{event_id}",
    summary="One event",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK_AT_DOOR,
    returns=EventOut,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError,),
    description="A draft is 404 to everybody but its owner.",
)
def show_event(call: Call, event_id: str) -> Reply:
    return _shown(call, call.container.events.publisher.show(event_id, call.principal))


@resource.get(
    "/events/{event_id}/capacity",
    summary="The seats of an event as they are now",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK_AT_DOOR,
    returns=CapacityOut,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError,),
    description="Read anew for each request, where a list may be a moment old; `capacity` null is unlimited.",
)
def show_capacity(call: Call, event_id: str) -> Reply:
    return Reply(capacity_out(call.container.events.publisher.show_seats(event_id, call.principal)))


_NOTICE = (
    "Everybody enrolled is mailed what changed of title, times, place or link: one mail for all edits within five "
    "minutes, none when the event is as it was in the end, at once within half an hour of the start."
)


@resource.put(
    "/events/{event_id}",
    summary="Replace an event",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=EventIn,
    raw_patch=True,
    returns=EditedEventOut,
    tries=EditedEventOut,
    conditional=True,
    raises=(*_OWN, errors.CapacityBelowTakenError, errors.EventCancelledError),
    description=f"Omitted optional fields go back to their default; read-only fields are ignored. {_NOTICE}",
)
def replace_event(call: Call, event_id: str) -> Reply:
    return _edited(call, event_id, lambda present: _as_replaced(call.body, present))


@resource.patch(
    "/events/{event_id}",
    summary="Change an event",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=EventIn,
    raw_patch=True,
    returns=EditedEventOut,
    tries=EditedEventOut,
    conditional=True,
    raises=(*_OWN, errors.CapacityBelowTakenError, errors.EventCancelledError),
    description=f"RFC 7396: null clears. {_NOTICE}",
)
def change_event(call: Call, event_id: str) -> Reply:
    return _edited(
        call, event_id, lambda present: parsing.merge(EventIn, writable(present), _as_replaced(call.body, present))
    )


def _edited(call: Call, event_id: str, document: Any) -> Reply:
    """Both verbs end in one: the whole document, validated as if it had been sent."""

    def rewrite(present: Event) -> EventFacts:
        body = parsing.validate_object(EventIn, document(present))
        return to_facts(body, call.container.settings.currency)

    change = Change(event_id=event_id, request_id=call.request_id, if_match=call.if_match)
    notify = call.body.get("notify") is not False  # anything but a boolean is refused with the document
    shrink = call.body.get("shrink") is True
    dry_run = call.body.get("dry_run") is True
    edit = call.container.events.publisher.edit
    view = edit(call.caller, change, rewrite, notify=notify, shrink=shrink, dry_run=dry_run)
    if dry_run:
        return _tried(call, view)
    reply = _shown(call, view)
    # Its ETag is that of the event as others read it.
    reply.body = edited_out(view, call.container.clock(), call.base_url)
    return reply


def _as_replaced(sent: dict[str, Any], present: Event) -> dict[str, Any]:
    """What was sent, less what a client only sends back: assumed values stay assumed, the status stays what it is."""
    document = dict(sent)
    status = document.pop("status", present.status.value)
    if status != present.status.value:
        raise errors.InvalidRequestError(
            errors.FieldError("/status", "read_only", "changes through POST /events/{id}/publish and /cancel only")
        )
    facts = present.facts
    if facts.ends_at_assumed and document.get("ends_at") == rfc3339(facts.ends_at):
        del document["ends_at"]
    if facts.enrollment_closes_at is None and document.get("enrollment_closes_at") == rfc3339(facts.starts_at):
        del document["enrollment_closes_at"]
    return document


@resource.post(
    "/events/{event_id}/publish",
    summary="Publish a draft",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    returns=EventOut,
    keyed=True,
    conditional=True,
    raises=(*_OWN, errors.EventCancelledError, errors.EventPastError),
    description="From then on everybody finds it and can enrol. One that is published already stays as it is.",
)
def publish_event(call: Call, event_id: str) -> Reply:
    change = Change(event_id=event_id, request_id=call.request_id, if_match=call.if_match)
    idempotency = call.idempotency(lambda view: _shown(call, view))
    return _shown(call, call.container.events.publisher.publish(call.caller, change, idempotency))


@resource.post(
    "/events/{event_id}/duplicate",
    summary="Make a draft from an event",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=DuplicateEventIn,
    returns=EventOut,
    status=201,
    keyed=True,
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.RoleRequiredError, errors.EmailNotVerifiedError),
    description="For its organizer and its managers: a draft of the caller's own with all that describes the event, at "
    "another time. It is as long; enrolling opens and closes as long before the start, by the clocks of the place; "
    "reminders follow. People, seats taken, the waitlist, messages and the event's team stay where they are.",
)
def duplicate_event(call: Call, event_id: str) -> Reply:
    body: DuplicateEventIn = call.body
    view = call.container.events.publisher.duplicate(
        call.caller,
        event_id,
        body.starts_at,
        body.title,
        idempotency=call.idempotency(lambda made: _shown(call, made, 201)),
    )
    return _shown(call, view, 201)


@resource.post(
    "/events/{event_id}/cancel",
    summary="Cancel an event for good",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    query=ConfirmQuery,
    returns=EventOut,
    keyed=True,
    conditional=True,
    raises=(*_OWN, errors.ConfirmationRequiredError, errors.EventNotPublishedError, errors.EventPastError),
    description="Everybody enrolled is told. While people are enrolled the first request answers 409 with a preview.",
)
def cancel_event(call: Call, event_id: str) -> Reply:
    query: ConfirmQuery = call.query
    change = Change(event_id=event_id, request_id=call.request_id, if_match=call.if_match)
    idempotency = call.idempotency(lambda view: _shown(call, view))
    return _shown(call, call.container.events.cancellation.cancel(call.caller, change, query.confirm, idempotency))


@resource.delete(
    "/events/{event_id}",
    summary="Delete an event",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    query=ConfirmQuery,
    status=204,
    conditional=True,
    raises=(*_OWN, errors.ConfirmationRequiredError),
    description="Cancels live enrollments with a mail; they keep the event's title and start.",
)
def delete_event(call: Call, event_id: str) -> Reply:
    query: ConfirmQuery = call.query
    change = Change(event_id=event_id, request_id=call.request_id, if_match=call.if_match)
    call.container.events.cancellation.delete(call.caller, change, query.confirm)
    return Reply(status=204)
