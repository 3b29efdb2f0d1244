"""Tickets: the code of a confirmed enrollment as a picture, to be shown at the entrance."""

from chalicelib.api.http import qr
from chalicelib.api.http.call import Call, Reply
from chalicelib.api.http.policies import Auth
from chalicelib.api.http.resource import Resource
from chalicelib.domain import errors
from chalicelib.domain.enrollments import EnrollmentStatus
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.enrollments.access import Action

resource = Resource("tickets")


@resource.get(
    "/enrollments/{enrollment_id}/ticket.svg",
    summary="The ticket of a confirmed enrollment as a QR code",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    links=True,
    produces=("image/svg+xml",),
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.NotConfirmedError),
    description="For the person, their keeper, the organizer, a manager and the bearer of the mailed link. The code "
    "names the enrollment and is signed; who cancels and enrols again gets another one.",
)
def show_ticket(call: Call, enrollment_id: str) -> Reply:
    enrollment = call.container.enrollments.own_list.show(call.viewer, enrollment_id, Action.SHOW_TICKET).enrollment
    if enrollment.status is not EnrollmentStatus.CONFIRMED:
        raise errors.NotConfirmedError
    picture = qr.svg(call.container.security.tickets.code(enrollment), "Ticket")
    return Reply(picture, etag=str(enrollment.generation), headers={"Content-Type": "image/svg+xml; charset=utf-8"})
