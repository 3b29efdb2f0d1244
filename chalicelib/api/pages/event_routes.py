"""The page of an event, the form in which a guest asks for a place, and what follows when it was sent."""

from chalicelib.api.enrollments.refusals import NOT_OPEN
from chalicelib.api.events.rich_text import html_of, plain
from chalicelib.api.http.endpoints.policies import Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import reading
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.response import pages, problems
from chalicelib.api.pages import frame, guest_form, readers_zone, shown_event
from chalicelib.api.pages.frame import Frame, PageQuery
from chalicelib.api.pages.guest_form import GuestFormValues, GuestIn
from chalicelib.domain import errors
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.shared import ids
from chalicelib.mail.languages import Language
from chalicelib.services.enrollments.guests.guests import GuestRequest
from chalicelib.services.events.change import EventView
from chalicelib.services.shared.outcomes import TryAgainError

resource = Resource("event pages")
_HTML = ("text/html",)


def _viewed(call: Call, event: str) -> EventView:
    """The event that the address names; what follows the id is for people."""
    return call.container.events.publisher.show(event[: ids.LENGTH], None)


def _is_canonical(view: EventView, event: str) -> bool:
    return shown_event.path_of(view.event) == f"/e/{event}"


def _moved(made: Frame, view: EventView, after: str = "") -> Reply:
    return Reply(status=301, headers={"Location": made.href(shown_event.path_of(view.event) + after)})


@resource.get(
    "/e/{event}",
    summary="The page of an event",
    query=PageQuery,
    is_lenient=True,
    produces=_HTML,
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    moves=True,
    raises=(errors.NotFoundError,),
    description="`event` is the id of the event, a hyphen and its `slug`; with another slug or none, 301 leads to the "
    "address with the present one. It has the form in which guests enrol, and needs no script.",
)
def show_event_page(call: Call, event: str) -> Reply:
    view = _viewed(call, event)
    made = Frame.of(call, view.event.facts.language)
    if not _is_canonical(view, event):
        return _moved(made, view)
    return _page(call, made, view, GuestFormValues())


def _page(call: Call, made: Frame, view: EventView, typed: GuestFormValues, refused: str = "") -> Reply:
    event, now = view.event, call.container.clock()
    path = shown_event.path_of(event)
    url = made.absolute(path)
    has_page = event.is_listed or call.container.search.organizers.is_known(event.organizer_id)
    organizer = f"/o/{event.organizer_id}" if has_page else ""
    state, picture = shown_event.enrolling(view, now), shown_event.picture_of(view, made)
    context = {
        "event": event,
        "seats": view.seats,
        "place": shown_event.place_of(event.facts),
        "map": shown_event.map_link(event.facts),
        "nearby": _nearby(made, event.facts),
        "description": pages.markup(html_of(event.facts.description)),
        "summary": plain(event.facts.description, shown_event.SHORT) or made.language.when(event.facts),
        "google": shown_event.google_link(event, url),
        "outlook": shown_event.outlook_link(event, url),
        "ics": f"{made.prefix}/events/{event.id}/calendar.ics",
        "organizer": made.href(organizer) if organizer else "",
        "picture": picture,
        "zones": readers_zone.zone_choice(event.facts, made),
        "offsets": made.language.offsets,
        "oembed": made.absolute("/oembed", url=url),
        "json_ld": pages.markup(
            shown_event.json_ld(view, url, made.absolute(organizer) if organizer else "", picture.url, now)
        ),
        "state": state,
        "reason": _reason(state.refusal, event, made.language) if state.refusal else "",
        "typed": typed,
        "refused": refused,
        "action": made.href(path),
        "over": event.is_past(now),
        "is_hidden": event.facts.unlisted,
    }
    reply = made.reply("site_event.html", path, context)
    if event.facts.cover_url:
        reply.headers["Content-Security-Policy"] = frame.POLICY_WITH_PICTURES
    if event.facts.unlisted:
        reply.headers["X-Robots-Tag"] = "noindex"
    return reply


def _nearby(made: Frame, facts: EventFacts) -> str:
    """The way to what else is close by."""
    near = shown_event.nearby(facts)
    return made.href("/search", near=near) if near else ""


def _reason(code: str, event: Event, language: Language) -> str:
    """Why nobody enrols now; of what is still to come also when."""
    if code == errors.EnrollmentNotOpenError.code and event.facts.enrollment_opens_at:
        return language.say("page.state.opens", at=language.moment_of(event.facts.enrollment_opens_at, event.facts))
    return pages.refused(code, language)


@resource.post(
    "/e/{event}",
    summary="Send the form of an event's page",
    query=PageQuery,
    is_lenient=True,
    body=GuestIn,
    form=True,
    produces=_HTML,
    refusal_page=frame.refusal,
    raises=(errors.NotFoundError, errors.UnauthenticatedError, *NOT_OPEN),
    description="A guest asks for a place, under the rules of `POST /events/{event_id}/enrollments` without a token. "
    "Done, 303 leads to a page that says to look into one's mailbox, whether or not a mail is sent. Otherwise the "
    "answer is the page of the event with what was typed, and what is wrong beside its field.",
)
def send_event_form(call: Call, event: str) -> Reply:
    view = _viewed(call, event)
    made = Frame.of(call, view.event.facts.language)
    try:
        _ask(call, made, view.event)
    except (errors.TurnoutError, TryAgainError) as refused:
        if not call.shows_pages:
            raise
        return _refused(call, made, view, errors.BusyError() if isinstance(refused, TryAgainError) else refused)
    return Reply(status=303, headers={"Location": made.href(f"{shown_event.path_of(view.event)}/mailed")})


def _ask(call: Call, made: Frame, event: Event) -> None:
    """What `POST /events/{event_id}/enrollments` does for a guest, with what was typed."""
    body = guest_form.checked(call.body)
    request = GuestRequest(
        event_id=event.id,
        request_id=call.request_id,
        name=body.name or "",
        email=body.email or "",
        network=call.client_network,
        locale=made.chosen or reading.best(call.accept_language),
        party_size=body.party_size,
    )
    call.container.enrollments.enrol_guest(request, None)


def _refused(call: Call, made: Frame, view: EventView, refused: errors.TurnoutError) -> Reply:
    """The page once more: faults beside their fields, or the reason above the form and when to try again."""
    status, _, headers = problems.of_error(refused, call.request_id)
    form = guest_form.typed(call.body)
    if isinstance(refused, errors.InvalidRequestError):
        reply = _page(call, made, view, form.with_faults_of(refused))
    else:
        reply = _page(call, made, view, form, _reason(refused.code, view.event, made.language))
    reply.status = status
    reply.headers |= {**headers, "Vary": "Accept, Accept-Language"}
    return reply


@resource.get(
    "/e/{event}/mailed",
    summary="The page after the form of an event",
    query=PageQuery,
    is_lenient=True,
    produces=_HTML,
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    moves=True,
    raises=(errors.NotFoundError,),
    description="It says to look into one's mailbox, and nothing about anybody.",
)
def show_mailed(call: Call, event: str) -> Reply:
    view = _viewed(call, event)
    made = Frame.of(call, view.event.facts.language)
    if not _is_canonical(view, event):
        return _moved(made, view, "/mailed")
    path = shown_event.path_of(view.event)
    context = {"event": view.event, "back": made.href(path), "is_hidden": True}
    return made.reply("site_mailed.html", f"{path}/mailed", context)
