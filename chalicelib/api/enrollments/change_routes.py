"""What is done to one enrollment after it was made, and the question whether one can be made."""

from collections.abc import Callable
from typing import Any

from chalicelib.api.enrollments.change_schemas import (
    EditEnrollmentIn,
    EligibilityOut,
    EligibilityQuery,
    NextStepOut,
    OwnEnrollmentOut,
    ResentOut,
    TransferIn,
    WaitlistOut,
    as_replaced,
    person_faults,
    status_faults,
    to_facts,
    writable,
)
from chalicelib.api.enrollments.refusals import NOT_OPEN
from chalicelib.api.enrollments.schemas import EnrollmentOut, enrollment_out
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.response import problems
from chalicelib.domain import errors
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.enrollments.changes.edit import EnrollmentFacts, Present
from chalicelib.services.enrollments.changes.transfer import TransferRequest
from chalicelib.services.enrollments.eligibility import Eligible
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.enrollments.view import EnrollmentView

resource = Resource("changes")

_THEIRS = (errors.NotFoundError, errors.FreshLoginRequiredError, errors.PreconditionFailedError, errors.BusyError)
_GONE = (errors.EventCancelledError, errors.EventPastError)
_EDITED = (
    *_THEIRS,
    *NOT_OPEN,
    errors.ForbiddenError,
    errors.EventFullError,
    errors.TooManyForOthersError,
    errors.EnrollmentOverError,
    errors.CheckedInError,
    errors.WaitingPartyError,
)


def _shown(call: Call, view: EnrollmentView, status: int = 200) -> Reply:
    reply = Reply(enrollment_out(view), status=status, etag=str(view.enrollment.version))
    if status == 201:  # noqa: PLR2004 - HTTP's own number
        reply.headers["Location"] = f"{call.base_url}/enrollments/{view.id}"
    return reply


@resource.get(
    "/events/{event_id}/eligibility",
    summary="Whether one can enrol now, and what would come of it",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    query=EligibilityQuery,
    returns=EligibilityOut,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError,),
    description="The checks of `POST /events/{event_id}/enrollments` without enrolling: `code` is what it would answer "
    "now. Without a token it tells of the event only.",
)
def show_eligibility(call: Call, event_id: str) -> Reply:
    query: EligibilityQuery = call.query
    found = call.container.enrollments.eligibility.check(call.principal, event_id, query.party_size)
    return Reply(_eligibility_out(found, call.request_id))


def _eligibility_out(found: Eligible, request_id: str) -> EligibilityOut:
    """A refusal says here what it says as a problem."""
    said: dict[str, Any] = problems.of_error(found.refusal, request_id)[1] if found.refusal else {}
    step = said.get("next_step")
    if found.refusal is None and found.as_guest:
        step = {"action": "enrol_as_guest", "method": "POST", "href": f"/events/{found.event.id}/enrollments"}
    enrollment, facts = found.enrollment, found.event.facts
    return EligibilityOut(
        can_enrol=found.can_enrol,
        would=found.would.value if found.would else None,
        code=said.get("code"),
        detail=_sentence(said),
        next_step=NextStepOut(**step) if step else None,
        opens_at=facts.enrollment_opens_at,
        closes_at=facts.closes_at,
        party_max=facts.largest_party,
        waitlist=WaitlistOut(mode=facts.waitlist_mode.value, count=found.waiting),
        available_spots=found.available,
        enrollment=OwnEnrollmentOut(id=found.enrollment_id, status=enrollment.status, expires_at=enrollment.expires_at)
        if enrollment and found.enrollment_id
        else None,
    )


def _sentence(said: dict[str, Any]) -> str:
    faults = said.get("errors")
    if faults:
        return f"party_size {faults[0]['message']}."
    return str(said.get("detail", "A seat is free."))


@resource.post(
    "/enrollments/{enrollment_id}/promote",
    summary="Seat somebody of the waitlist out of turn",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    returns=EnrollmentOut,
    keyed=True,
    conditional=True,
    raises=(
        *_THEIRS,
        *_GONE,
        errors.ForbiddenError,
        errors.NotWaitlistedError,
        errors.WaitlistOffError,
        errors.EventFullError,
    ),
    description="By the organizer only: the one way past a waitlist, and the enrollment's history says who took it. "
    "Needs free seats that nobody before fits; the place is confirmed at once, also where the waitlist makes offers. "
    "A confirmed one is answered as it is.",
)
def promote_enrollment(call: Call, enrollment_id: str) -> Reply:
    command = ChangeRequest(enrollment_id=enrollment_id, request_id=call.request_id, if_match=call.if_match)
    idempotency = call.idempotency(lambda view: _shown(call, view))
    return _shown(call, call.container.enrollments.promote(call.signed, command, idempotency))


@resource.post(
    "/enrollments/{enrollment_id}/transfer",
    summary="Hand a confirmed place on to another person",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    body=TransferIn,
    returns=EnrollmentOut,
    status=201,
    keyed=True,
    conditional=True,
    raises=(
        *_THEIRS,
        *_GONE,
        errors.ForbiddenError,
        errors.EventStartedError,
        errors.NotConfirmedError,
        errors.CheckedInError,
        errors.AlreadyEnrolledError,
        errors.TooManyForOthersError,
    ),
    description="By the person and their keeper until the start, by the organizer always. The old enrollment is "
    "cancelled and the new one, with its own id, confirmed in one step: nobody else can get the seat in between. Both "
    "are told by mail. Handing on to the same person again answers the same enrollment.",
)
def transfer_enrollment(call: Call, enrollment_id: str) -> Reply:
    body: TransferIn = call.body
    faults = person_faults(body)
    if faults:
        raise errors.InvalidRequestError(*faults)
    command = TransferRequest(
        enrollment_id=enrollment_id,
        request_id=call.request_id,
        if_match=call.if_match,
        network=call.client_network,
        **body.model_dump(),
    )
    idempotency = call.idempotency(lambda view: _shown(call, view, 201))
    return _shown(call, call.container.enrollments.transfer(call.signed, command, idempotency), 201)


@resource.put(
    "/enrollments/{enrollment_id}",
    summary="Replace what can be changed of an enrollment",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    body=EditEnrollmentIn,
    raw_patch=True,
    returns=EnrollmentOut,
    conditional=True,
    raises=_EDITED,
    description="Its note and the name of its attendee (the organizer; who enrolled somebody else corrects the name, "
    "too), and its party_size. Omitted fields go back to their default, except what is not the caller's to write; "
    "read-only fields are ignored, and so is the name that is shown already.",
)
def replace_enrollment(call: Call, enrollment_id: str) -> Reply:
    return _edited(call, enrollment_id, lambda present: as_replaced(call.body, present))


@resource.patch(
    "/enrollments/{enrollment_id}",
    summary="Change an enrollment",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    body=EditEnrollmentIn,
    raw_patch=True,
    returns=EnrollmentOut,
    conditional=True,
    raises=_EDITED,
    description="RFC 7396: null clears. Its note and the name of its attendee (the organizer; who enrolled somebody "
    "else corrects the name, too), and its party_size. A name that was corrected goes before what anybody else says.",
)
def change_enrollment(call: Call, enrollment_id: str) -> Reply:
    return _edited(
        call, enrollment_id, lambda present: parsing.merge(EditEnrollmentIn, writable(present.enrollment), call.body)
    )


def _edited(call: Call, enrollment_id: str, document: Callable[[Present], dict[str, Any]]) -> Reply:
    """Both verbs end in one: the whole document, validated as if it had been sent."""

    def rewrite(present: Present) -> EnrollmentFacts:
        faults = status_faults(call.body, present.enrollment)
        if faults:
            raise errors.InvalidRequestError(*faults)
        return to_facts(parsing.validate_object(EditEnrollmentIn, document(present)), present)

    wanted = ChangeRequest(enrollment_id=enrollment_id, request_id=call.request_id, if_match=call.if_match)
    return _shown(call, call.container.enrollments.edit(call.signed, wanted, rewrite))


@resource.post(
    "/enrollments/{enrollment_id}/resend",
    summary="Send the mail about an enrollment again",
    auth=Auth.DEFERRED,
    keys=KeyUse.CHANGE,
    links=True,
    returns=ResentOut,
    status=202,
    keyed=True,
    conditional=True,
    raises=(
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.EnrollmentOverError,
        *_GONE,
    ),
    description="Says what is true when it is sent. At most once in ten minutes for one enrollment, then 429.",
)
def resend_mail(call: Call, enrollment_id: str) -> Reply:
    reply = Reply(ResentOut(detail="The mail is on its way."), status=202)
    command = ChangeRequest(enrollment_id=enrollment_id, request_id=call.request_id, if_match=call.if_match)
    call.container.enrollments.resend(call.bearer, command, call.idempotency(lambda _: reply))
    return reply
