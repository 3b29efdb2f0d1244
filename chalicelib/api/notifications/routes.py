"""What somebody wants to be sent: a link in the mail that works without a login, and the account's preferences."""

from urllib.parse import urlsplit

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.response import pages
from chalicelib.api.notifications.schemas import (
    READ_ONLY,
    PreferencesIn,
    PreferencesOut,
    UnsubscribedOut,
    muted,
    preferences_out,
)
from chalicelib.domain import errors
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.notifications.unsubscribe import Subscription

resource = Resource("mailboxes")
_VARY = {"Vary": "Accept"}


def _shown(call: Call, token: str, subscription: Subscription) -> Reply:
    """A page for browsers; programs, above all those of mailbox providers, get JSON."""
    if not call.shows_pages:
        out = UnsubscribedOut(category=subscription.category, unsubscribed=not subscription.is_wanted)
        return Reply(out, headers={"Content-Type": "application/json", **_VARY})
    language = pages.language_for(call.accept_language)
    link = f"{urlsplit(call.base_url).path}/unsubscribe/{token}"
    context = {"subscription": subscription, "link": link}
    return Reply(pages.render("unsubscribe.html", context, language), headers=pages.headers(language))


@resource.get(
    "/unsubscribe/{token}",
    summary="The page of an unsubscribe link",
    returns=UnsubscribedOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError,),
    description="Opening it changes nothing: programs that look at mails open every link. The page says whether such "
    "mails are sent, and has the button that changes it.",
)
def show_unsubscribe(call: Call, token: str) -> Reply:
    return _shown(call, token, call.container.notifications.preferences.subscription(token))


@resource.post(
    "/unsubscribe/{token}",
    summary="Unsubscribe",
    any_body=True,
    returns=UnsubscribedOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError, errors.BusyError),
    description="One click (RFC 8058), without a login: from one category of mails to one address. The body is not "
    "looked at; mailbox providers send `List-Unsubscribe=One-Click` as a form. Repeating it is the same.",
)
def unsubscribe(call: Call, token: str) -> Reply:
    return _shown(call, token, call.container.notifications.preferences.refuse(token))


@resource.post(
    "/unsubscribe/{token}/undo",
    summary="Subscribe again",
    any_body=True,
    returns=UnsubscribedOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError, errors.BusyError),
    description="What the button of the page does for whoever has unsubscribed: mails of this category are sent to "
    "this address again. The body is not looked at. Repeating it is the same.",
)
def subscribe_again(call: Call, token: str) -> Reply:
    return _shown(call, token, call.container.notifications.preferences.want_again(token))


@resource.get(
    "/auth/me/preferences",
    summary="Which mails one wants",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    returns=PreferencesOut,
    description="They belong to the account's address: what was unsubscribed by a link in a mail shows here.",
)
def show_preferences(call: Call) -> Reply:
    return Reply(preferences_out(call.container.notifications.preferences.show(call.caller)))


@resource.put(
    "/auth/me/preferences",
    summary="Choose which mails one wants",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=PreferencesIn,
    raw_patch=True,
    returns=PreferencesOut,
    description="What is left out goes back to true.",
)
def choose_preferences(call: Call) -> Reply:
    sent = {name: value for name, value in call.body.items() if name not in READ_ONLY}
    body = parsing.validate_object(PreferencesIn, sent)
    return Reply(preferences_out(call.container.notifications.preferences.choose(call.caller, muted(body))))
