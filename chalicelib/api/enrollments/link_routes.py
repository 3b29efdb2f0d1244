"""Where mailed links lead: a page that changes nothing by being opened, and acts when a button is pressed."""

from typing import Any
from urllib.parse import urlsplit

from chalicelib.api.enrollments.link_schemas import GuestNameIn, LinkActionIn, LinkQuery
from chalicelib.api.enrollments.refusals import NOT_OPEN
from chalicelib.api.enrollments.schemas import EnrollmentOut, enrollment_out
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.credentials import bearer_of
from chalicelib.api.http.response import pages, qr
from chalicelib.domain import errors
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.slugs import page_path
from chalicelib.mail.languages import Language
from chalicelib.services.enrollments.access import LinkBearer
from chalicelib.services.enrollments.guests.by_link import Linked, LinkRequest
from chalicelib.services.enrollments.view import EnrollmentView

resource = Resource("links")
_JSON = {"Content-Type": "application/json", "Vary": "Accept"}
_REFUSALS_OF_BUTTONS = (
    errors.NotFoundError,
    errors.EventFullError,
    errors.AlreadyEnrolledError,
    errors.WaitlistOffError,
    errors.HoldExpiredError,
    errors.OfferExpiredError,
    errors.NothingToConfirmError,
    *NOT_OPEN,
    errors.CheckedInError,
    errors.BusyError,
)


def bearer(call: Call, token: str) -> LinkBearer:
    """Who opens a mailed link. Raises `NotFoundError` for one that was not made here, or is no longer good."""
    found = bearer_of(call.container, token)
    if found is None:
        raise errors.NotFoundError("This link is not complete, or no longer good.")
    return found


def _json(view: EnrollmentView) -> Reply:
    return Reply(enrollment_out(view), headers=dict(_JSON))


def _page(
    call: Call,
    token: str,
    linked: Linked,
    refused: errors.ConflictError | errors.InvalidRequestError | None = None,
    *,
    said: str | None = None,
) -> Reply:
    """The page; with `said`, a name that nobody can be called, the fault stands beside the field if there is one."""
    view, now, facts = linked.view, call.container.clock(), linked.event.facts
    language = pages.language_for(call.accept_language, facts.language)
    enrollment = view.enrollment if view else None
    refusal = linked.event.refuses(now)
    lapsed = enrollment is not None and enrollment.status is EnrollmentStatus.EXPIRED
    people = enrollment.party_size if enrollment and not lapsed else linked.party_size
    shows_ticket = enrollment is not None and enrollment.status is EnrollmentStatus.CONFIRMED
    shows_ticket = shows_ticket and not linked.event.refuses_seating(now)
    context = {
        "event": linked.event,
        "page": _address(call, linked.event),
        "over": linked.event.is_past(now),
        "enrollment": enrollment,
        **_names(linked, said, language),
        "position": view.position if view else None,
        "status": "" if enrollment is None else enrollment.status.value,
        "lapsed": lapsed,
        "organizer": linked.organizer,
        "actions": linked.actions,
        "refusal": _reason(refusal, linked.event, language) if refusal else "",
        "ticket": _ticket(call, enrollment, language) if enrollment and shows_ticket else "",
        "wallets": _wallets(call, token) if shows_ticket else {},
        "ticket_page": f"{_address_of(call, token)}/ticket",
        "party_size": linked.party_size,
        "people": people,
        "price": language.price(facts, people),
        "error": pages.refused(refused.code, language) if refused and not (said is not None and linked.name) else "",
    }
    answered = int(refused.problem.status) if refused else 200
    return Reply(pages.render("link.html", context, language), status=answered, headers=pages.headers(language))


def _names(linked: Linked, said: str | None, language: Language) -> dict[str, str]:
    """Of the enrolled person, of the bearer, and what stands in the field where a name is asked for."""
    return {
        "name": linked.view.name if linked.view else "",
        "own_name": linked.name,
        "said_name": linked.name if said is None else said.strip(),
        "name_fault": "" if said is None else language.say("page.field.name_fault"),
    }


def _ticket(call: Call, enrollment: Enrollment, language: Language) -> Any:
    code = call.container.security.tickets.code(enrollment)
    return pages.markup(qr.svg(code, language.say("page.ticket.title")))


def _address_of(call: Call, token: str) -> str:
    return f"{urlsplit(call.base_url).path}/g/{token}"


def _wallets(call: Call, token: str) -> dict[str, str]:
    """Where the ticket is for which wallet, as far as the operator can sign for it."""
    settings, here = call.container.settings, _address_of(call, token)
    found = {"apple": f"{here}/ticket.pkpass" if settings.has_apple_wallet else ""}
    found["google"] = f"{here}/google-wallet" if settings.has_google_wallet else ""
    return found if any(found.values()) else {}


def _address(call: Call, event: Event) -> str:
    """Where everybody finds the event; "" when it is not there any more."""
    return urlsplit(call.base_url).path + page_path(event.id, event.facts.title) if event.is_public else ""


def _reason(refusal: errors.ConflictError, event: Event, language: Language) -> str:
    """Why nobody enrols now; of what is still to come also when."""
    if isinstance(refusal, errors.EnrollmentNotOpenError) and event.facts.enrollment_opens_at:
        return language.say("page.state.opens", at=language.moment_of(event.facts.enrollment_opens_at, event.facts))
    return pages.refused(refusal.code, language)


@resource.get(
    "/g/{token}",
    summary="The page of a mailed link",
    query=LinkQuery,
    returns=EnrollmentOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError,),
    description="Opening it changes nothing. With `Accept: application/json` it is the enrollment; while there is none "
    "(a guest without a seat) that is 404, and the page shows the event.",
)
def show_link(call: Call, token: str) -> Reply:
    query: LinkQuery = call.query
    linked = call.container.enrollments.by_link.show(bearer(call, token), query.party_size)
    if not call.wants_json:
        return _page(call, token, linked)
    if linked.view is None:
        raise errors.NotFoundError
    return _json(linked.view)


def _shown_again(
    call: Call,
    token: str,
    opened_by: LinkBearer,
    party_size: int | None,
    refused: errors.ConflictError | errors.InvalidRequestError,
    *,
    said: str | None = None,
) -> Reply:
    """The page with what was refused beside it; a program gets the refusal itself."""
    if call.wants_json or not call.shows_pages:
        raise refused
    return _page(call, token, call.container.enrollments.by_link.show(opened_by, party_size), refused, said=said)


@resource.post(
    "/g/{token}",
    summary="Act on the enrollment of a mailed link",
    query=LinkQuery,
    body=LinkActionIn,
    form=True,
    keyed=True,
    returns=EnrollmentOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=_REFUSALS_OF_BUTTONS,
    description="What the buttons of the page send. `confirm` confirms a hold, accepts an offer, or, without either, "
    "enrols if a seat is free; `join` goes on the waitlist; `cancel` gives the place back. A browser is sent back to "
    "the page, or shown what is refused there; with `Accept: application/json` the answer is the enrollment. A form "
    "goes to the address of its page, so that `party_size` may stand there, too; that of the body counts.",
)
def follow_link(call: Call, token: str) -> Reply:
    opened_by, body = bearer(call, token), call.body
    party_size = body.party_size or call.query.party_size
    try:
        parsing.validate_object(GuestNameIn, {"name": body.name})
    except errors.InvalidRequestError as refused:
        return _shown_again(call, token, opened_by, party_size, refused, said=body.name)
    link_request = LinkRequest(action=body.action, request_id=call.request_id, party_size=party_size, name=body.name)
    try:
        view = call.container.enrollments.by_link.act(opened_by, link_request, call.idempotency(_json))
    except errors.ConflictError as refused:
        return _shown_again(call, token, opened_by, party_size, refused)
    if call.wants_json:
        return _json(view)
    return Reply(status=303, headers={"Location": _address_of(call, token), "Vary": "Accept"})


@resource.get(
    "/g/{token}/ticket",
    summary="The ticket of a mailed link, to print or to show",
    produces=("text/html",),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError, errors.NotConfirmedError, errors.EventCancelledError, errors.EventPastError),
    description="One page, of A4 or of a telephone: the code, the event, whose place it is, for how many people, when "
    "in the zone of the event, and where. Nothing else of the enrollment stands on it.",
)
def show_ticket_page(call: Call, token: str) -> Reply:
    linked = call.container.enrollments.by_link.show(bearer(call, token))
    view, event = linked.view, linked.event
    if view is None or view.enrollment.status is not EnrollmentStatus.CONFIRMED:
        raise errors.NotConfirmedError
    if refusal := event.refuses_seating(call.container.clock()):
        raise refusal
    language = pages.language_for(call.accept_language, event.facts.language)
    context = {
        "event": event,
        "name": view.name,
        "people": view.enrollment.party_size,
        "ticket": _ticket(call, view.enrollment, language),
        "link": _address_of(call, token),
    }
    return Reply(pages.render("ticket.html", context, language), headers=pages.headers(language))
