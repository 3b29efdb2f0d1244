"""Tickets: the code of a confirmed enrollment as a picture, and the keys with which everybody can check it."""

import base64

from pydantic import Field

from chalicelib.api.checkin import ticket_picture
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply, digest
from chalicelib.api.http.request.schemas import Out
from chalicelib.api.http.response import pages
from chalicelib.domain import errors
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.checkin.ports import PublicKey
from chalicelib.services.enrollments.access import Action

resource = Resource("tickets")
_VARY = {"Vary": "Accept-Language"}


class TicketKeyOut(Out):
    """A public key as RFC 8037 writes it."""

    kty: str = Field(description="OKP.")
    crv: str = Field(description="Ed25519.")
    use: str = Field(description="sig.")
    kid: str = Field(description="The first three bytes of a code, in base64url.")
    x: str = Field(description="The key, in base64url.")


class TicketKeysOut(Out):
    """A JWK Set (RFC 7517). The first key signs now; the others have signed tickets, or will."""

    keys: list[TicketKeyOut]


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
    "event. The code names the event, the enrollment, its generation and the size of the party, no name, and is "
    "signed: `GET /tickets/key` has what checks it without a network. Who cancels and enrols again gets another one.",
    reads_language=True,
)
def show_ticket(call: Call, enrollment_id: str) -> Reply:
    view = call.container.enrollments.own_list.show(call.viewer, enrollment_id, Action.SHOW_TICKET)
    if view.enrollment.status is not EnrollmentStatus.CONFIRMED:
        raise errors.NotConfirmedError
    language = pages.language_for(call.accept_language, view.event.facts.language)
    picture = ticket_picture.picture(call.container.security.tickets.code(view.enrollment), view, language)
    # Of what the picture says, and not of the code, which is another one for each enrollment and each key.
    etag = f"{view.enrollment.generation}.{digest(ticket_picture.text(view, language))[:32]}"
    headers = {"Content-Type": "image/svg+xml; charset=utf-8", "Content-Language": language.tag, **_VARY}
    return Reply(picture, etag=etag, headers=headers)


@resource.get(
    "/tickets/key",
    summary="The public keys of tickets",
    cache=Cache.MINUTES,
    returns=TicketKeysOut,
    description="A JWK Set: Ed25519 keys with which anybody can check the code of a ticket without a network. A key is "
    "published before it signs, and as long as tickets that it signed are good.",
)
def list_ticket_keys(call: Call) -> Reply:
    keys = [_key_out(key) for key in call.container.security.tickets.keys]
    return Reply(TicketKeysOut(keys=keys))


def _key_out(key: PublicKey) -> TicketKeyOut:
    return TicketKeyOut(kty="OKP", crv="Ed25519", use="sig", kid=_encoded(key.kid), x=_encoded(key.raw))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
