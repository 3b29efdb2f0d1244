"""Tickets: the code of a confirmed enrollment as a picture, to be shown at the entrance."""

from chalicelib.api.checkin import ticket_picture
from chalicelib.api.http import pages
from chalicelib.api.http.call import Call, Reply, digest
from chalicelib.api.http.policies import Auth
from chalicelib.api.http.resource import Resource
from chalicelib.domain import errors
from chalicelib.domain.enrollments import EnrollmentStatus
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.enrollments.access import Action

resource = Resource("tickets")
_VARY = {"Vary": "Accept-Language"}


@resource.get(
    "/enrollments/{enrollment_id}/ticket.svg",
    summary="The ticket of a confirmed enrollment as a QR code",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    links=True,
    produces=("image/svg+xml",),
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.NotConfirmedError),
    description="For the person, their keeper, the organizer, a manager and the bearer of the mailed link. The picture "
    "has the event, the person, when and where below the code, in the language of the reader, else in that of the "
    "event. The code names the enrollment and is signed; who cancels and enrols again gets another one.",
    reads_language=True,
)
def show_ticket(call: Call, enrollment_id: str) -> Reply:
    view = call.container.enrollments.own_list.show(call.viewer, enrollment_id, Action.SHOW_TICKET)
    if view.enrollment.status is not EnrollmentStatus.CONFIRMED:
        raise errors.NotConfirmedError
    language = pages.language_for(call.accept_language, view.event.facts.language)
    picture = ticket_picture.picture(call.container.security.tickets.code(view.enrollment), view, language)
    headers = {"Content-Type": "image/svg+xml; charset=utf-8", "Content-Language": language.tag, **_VARY}
    return Reply(picture, etag=digest(picture), headers=headers)
