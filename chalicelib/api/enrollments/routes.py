"""Enrolling: a seat taken, shown, given back."""

import zlib
from dataclasses import replace

from chalicelib.api.accounts.schemas import DetailOut
from chalicelib.api.enrollments.refusals import NOT_OPEN
from chalicelib.api.enrollments.schemas import (
    CancelIn,
    EnrolIn,
    EnrollmentOut,
    OwnQuery,
    RosterQuery,
    enrollment_out,
    person_faults,
    roster_filter,
    statuses_of,
)
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import reading
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import PageOut
from chalicelib.api.http.response import paging
from chalicelib.domain import errors
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.enrollments.guests.guests import GuestRequest
from chalicelib.services.enrollments.lists.own_list import MineFilter
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.enrollments.view import EnrollmentView

resource = Resource("enrollments")
_MAILED = "A mail is on its way. Its link shows the enrollment, and confirms it."


def _shown(call: Call, view: EnrollmentView, status: int = 200) -> Reply:
    reply = Reply(enrollment_out(view), status=status, etag=str(view.enrollment.version))
    if status == 201:  # noqa: PLR2004 - HTTP's own number
        reply.headers["Location"] = f"{call.base_url}/enrollments/{view.id}"
    return reply


_ENROLLING = (
    "Needs the role seeker; the organizer enrols others without it. A seat is taken or not: never more "
    "than the capacity, never twice. 201 whatever the status: confirmed, pending with `confirm: false`, waitlisted "
    "with `waitlist: true` when the event is full.\n\n"
    "Without a token, with `name` and `email`: a guest. The answer is always the same 202, whether the address is new, "
    "known or enrolled, and whether a seat was free; a mail brings a link, at most once an hour, that confirms; its "
    "language is that of the person, of somebody new that of `Accept-Language`. Until "
    "then a seat is kept, for `guest_hold_minutes`, if one was free (unproven guests keep about a tenth of the seats). "
    "The link opened later, or at a full event, gives a free seat or a place in the waitlist; so `confirm` and "
    "`waitlist` change nothing here. An event with `guests_allowed: false` answers 401."
)
_CANCELLED = (
    errors.NotFoundError,
    errors.ForbiddenError,
    errors.FreshLoginRequiredError,
    errors.EventStartedError,
    errors.CheckedInError,
    errors.PreconditionFailedError,
    errors.BusyError,
)


@resource.post(
    "/events/{event_id}/enrollments",
    summary="Enrol oneself, or an attendee",
    auth=Auth.GUEST,
    keys=KeyUse.CHANGE,
    reads_language=True,
    body=EnrolIn,
    returns=EnrollmentOut,
    accepts=DetailOut,
    status=201,
    keyed=True,
    raises=(
        errors.NotFoundError,
        errors.EmailNotVerifiedError,
        errors.RoleRequiredError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.EventFullError,
        errors.WaitlistOffError,
        errors.AlreadyEnrolledError,
        errors.TooManyForOthersError,
        *NOT_OPEN,
        errors.BusyError,
    ),
    description=_ENROLLING,
)
def enrol_in_event(call: Call, event_id: str) -> Reply:
    body: EnrolIn = call.body
    faults = person_faults(body)
    if faults:
        raise errors.InvalidRequestError(*faults)
    if not call.is_signed_in:
        return _asked_by_guest(call, event_id)
    request = EnrolmentRequest(event_id=event_id, request_id=call.request_id, **body.model_dump())
    idempotency = call.idempotency(lambda made: _shown(call, made, 201))
    return _shown(call, call.container.enrollments.enrol(call.signed, request, idempotency=idempotency), 201)


def _asked_by_guest(call: Call, event_id: str) -> Reply:
    body: EnrolIn = call.body
    if body.name is None or body.email is None:
        raise errors.UnauthenticatedError("Sign in to enrol, or send name and email to enrol as a guest.")
    request = GuestRequest(
        event_id=event_id,
        request_id=call.request_id,
        name=body.name,
        email=body.email,
        network=call.client_network,
        locale=reading.best(call.accept_language),
        party_size=body.party_size,
    )
    reply = Reply(DetailOut(detail=_MAILED, email=body.email), status=202)
    call.container.enrollments.enrol_guest(request, call.idempotency(lambda _: reply))
    return reply


@resource.get(
    "/events/{event_id}/enrollments",
    summary="Who is enrolled, for the organizer and the team",
    auth=Auth.USER,
    keys=KeyUse.LOOK_AT_DOOR,
    query=RosterQuery,
    returns=PageOut[EnrollmentOut],
    raises=(
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.InvalidCursorError,
        errors.TooManyToSortError,
    ),
    description="With `q` a page looks at 200 people at most, with any other filter at about 2,000: it may be short, "
    "even empty.",
)
def list_enrollments_of_event(call: Call, event_id: str) -> Reply:
    query: RosterQuery = call.query
    wanted = roster_filter(query)
    cursor = paging.read(call)
    if query.ordering is None:
        page = call.container.enrollments.roster.of_event(call.caller, event_id, wanted, cursor, query.page_size)
    else:
        people = call.container.people.sorted_roster
        page = people.of_event(call.caller, event_id, wanted, query.ordering, cursor, query.page_size)
    page = replace(page, items=call.container.notifications.mail_states.beside(page.items))
    return Reply(paging.page_out(call, page, enrollment_out))


@resource.get(
    "/me/enrollments",
    summary="One's own enrollments",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=OwnQuery,
    returns=PageOut[EnrollmentOut],
    raises=(errors.InvalidCursorError,),
    description="In the order of enrolling. A new enrollment may take a moment to appear here; by its id it is there "
    "at once. With `when`, and with `event` beside `made_by`, a page may be short.",
)
def list_my_enrollments(call: Call) -> Reply:
    query: OwnQuery = call.query
    wanted = MineFilter(
        when=query.when,
        statuses=statuses_of(query.status),
        event_id=query.event,
        made=query.made_by is not None,
    )
    page = call.container.enrollments.own_list.mine(call.caller, wanted, paging.read(call), query.page_size)
    return Reply(paging.page_out(call, page, enrollment_out))


@resource.get(
    "/enrollments/{enrollment_id}",
    summary="One enrollment",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    links=True,
    returns=EnrollmentOut,
    raises=(errors.NotFoundError, errors.FreshLoginRequiredError),
    description="Its ETag changes with everything that is shown; for `If-Match` only the version counts.",
)
def show_enrollment(call: Call, enrollment_id: str) -> Reply:
    [view] = call.container.notifications.mail_states.beside(
        [call.container.enrollments.own_list.show(call.viewer, enrollment_id)]
    )
    reply = _shown(call, view)
    # Time, the place in line, the person's name, the event and the mail change the answer, and not the version.
    reply.etag = f"{reply.etag}.{zlib.crc32(enrollment_out(view).model_dump_json().encode()):08x}"
    return reply


@resource.post(
    "/enrollments/{enrollment_id}/confirm",
    summary="Confirm a hold, or accept an offer",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    links=True,
    returns=EnrollmentOut,
    keyed=True,
    conditional=True,
    raises=(
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.HoldExpiredError,
        errors.OfferExpiredError,
        errors.NothingToConfirmError,
        errors.EventCancelledError,
        errors.EventPastError,
        errors.PreconditionFailedError,
        errors.BusyError,
    ),
    description="By the holder, their keeper or the organizer. A confirmed one is answered as it is. Whom others "
    "enrolled by their address agrees by it to be known at this event, also where the place is confirmed already.",
)
def confirm_enrollment(call: Call, enrollment_id: str) -> Reply:
    command = ChangeRequest(enrollment_id=enrollment_id, request_id=call.request_id, if_match=call.if_match)
    idempotency = call.idempotency(lambda view: _shown(call, view))
    return _shown(call, call.container.enrollments.confirm(call.bearer, command, idempotency))


@resource.post(
    "/enrollments/{enrollment_id}/cancel",
    summary="Cancel an enrollment",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    links=True,
    body=CancelIn,
    returns=EnrollmentOut,
    keyed=True,
    conditional=True,
    raises=_CANCELLED,
    description="Also leaves the waitlist and declines an offer; the seat goes to whoever is next. By the person and "
    "their keeper until the start and while nobody is checked in, by the organizer always. A cancelled one is "
    "answered as it is.",
)
def cancel_enrollment(call: Call, enrollment_id: str) -> Reply:
    body: CancelIn = call.body
    command = CancelRequest(
        enrollment_id=enrollment_id,
        request_id=call.request_id,
        if_match=call.if_match,
        note=body.note,
        hand_over=body.hand_over,
    )
    idempotency = call.idempotency(lambda view: _shown(call, view))
    return _shown(call, call.container.enrollments.cancel(call.bearer, command, idempotency))


@resource.delete(
    "/enrollments/{enrollment_id}",
    summary="Cancel an enrollment",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    links=True,
    status=204,
    conditional=True,
    raises=_CANCELLED,
    description="As POST /enrollments/{enrollment_id}/cancel without a note, answered without a body. It can still be "
    "read, as cancelled.",
)
def delete_enrollment(call: Call, enrollment_id: str) -> Reply:
    command = CancelRequest(enrollment_id=enrollment_id, request_id=call.request_id, if_match=call.if_match)
    call.container.enrollments.cancel(call.bearer, command, None)
    return Reply(status=204)
