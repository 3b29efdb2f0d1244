"""The ticket behind a mailed link, for the wallets of phones, where the operator has certificates."""

from chalicelib.api.enrollments.link_routes import bearer
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.response import pages
from chalicelib.api.wallets import apple, google
from chalicelib.domain import errors
from chalicelib.mail.languages import Language
from chalicelib.services.checkin.wallet_ticket import WalletTicket, wallet_ticket

resource = Resource("wallets")
# The address is a credential, and so is what it answers.
_UNTOLD = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Vary": "Accept-Language"}


def _ticket(call: Call, token: str, *, is_offered: bool) -> WalletTicket:
    if not is_offered:
        raise errors.NotFoundError
    linked = call.container.enrollments.by_link.show(bearer(call, token))
    return wallet_ticket(call.container.security.tickets, linked)


def _language(call: Call, ticket: WalletTicket) -> Language:
    return pages.language_for(call.accept_language, ticket.event.facts.language)


@resource.get(
    "/g/{token}/ticket.pkpass",
    summary="The ticket for Apple Wallet",
    produces=(apple.MEDIA,),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError, errors.NotConfirmedError),
    description="A signed pass: event, time, place, party and the code, no name, in a language of `Accept-Language`. "
    "Of an enrollment or an event that was cancelled it is void, and replaces the one in the wallet. 404 where the "
    "operator has no certificate of Apple.",
)
def show_apple_pass(call: Call, token: str) -> Reply:
    ticket = _ticket(call, token, is_offered=call.container.settings.has_apple_wallet)
    language = _language(call, ticket)
    product = call.container.settings.product_name
    content = apple.packed(ticket, language, product, call.container.security.apple_wallet())
    headers = {"Content-Disposition": 'attachment; filename="ticket.pkpass"', "Content-Language": language.tag}
    return Reply(content, headers={**_UNTOLD, **headers})


@resource.get(
    "/g/{token}/google-wallet",
    summary="The ticket for Google Wallet",
    status=303,
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError, errors.NotConfirmedError),
    description="303 to the page of Google that keeps the ticket, whose address says what it is: event, time, place, "
    "party and the code, no name. 404 where the operator has no service account of Google.",
)
def save_to_google_wallet(call: Call, token: str) -> Reply:
    settings = call.container.settings
    ticket = _ticket(call, token, is_offered=settings.has_google_wallet)
    if ticket.is_void:
        raise errors.NotConfirmedError
    link = google.save_link(
        ticket,
        _language(call, ticket),
        settings.product_name,
        settings.google_wallet_issuer,
        call.container.security.google_wallet(),
        call.container.clock(),
    )
    return Reply(status=303, headers={**_UNTOLD, "Location": link})
