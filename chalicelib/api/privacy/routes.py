"""Everything that is kept about oneself: to have, and to have erased."""

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.response import paging
from chalicelib.api.privacy.schemas import ClosedOut, PersonalDataOut, PersonalDataQuery, exported_out
from chalicelib.domain import errors
from chalicelib.domain.shared.limits import ERASURE_GRACE, FRESH_LOGIN, span
from chalicelib.services.shared.paging import Cursor

resource = Resource("privacy")


@resource.get(
    "/auth/me/export",
    summary="Everything that is kept about oneself",
    auth=Auth.USER,
    query=PersonalDataQuery,
    returns=PersonalDataOut,
    raises=(errors.FreshLoginRequiredError, errors.InvalidCursorError),
    description=f"Needs a login of the last {span(FRESH_LOGIN)}. The account, its logins, API keys, addresses, "
    "preferences, enrollments with what happened to them and the last mail about each, those made for others, "
    "attendee records, events and messages, a page at a time: follow `next` until it is null. Nothing secret is in it, "
    "no password and no token, as digests neither.",
)
def export_me(call: Call) -> Reply:
    cursor = paging.read(call)
    page = call.container.privacy.export(call.caller, cursor.place if cursor else None)
    following = paging.link(call, Cursor(page.following)) if page.following else None
    items = [exported_out(one) for one in page.items]
    return Reply(PersonalDataOut(taken_at=page.taken_at, next=following, items=items))


@resource.delete(
    "/auth/me",
    summary="Have one's account erased",
    auth=Auth.USER,
    status=202,
    returns=ClosedOut,
    raises=(errors.FreshLoginRequiredError, errors.OwnAccountError, errors.OrganizesEventsError, errors.BusyError),
    description=f"Needs a login of the last {span(FRESH_LOGIN)}. Every login, every API key and every address of a "
    f"private calendar ends at once, and a mail says so. For {span(ERASURE_GRACE)} a login keeps the account as it "
    "was; its places at events are kept as long. After that it is gone: places to come are given to whoever is next, "
    "past enrollments name nobody, records that others keep with its address say nothing of it, drafts are deleted, "
    "and events that are over stay without the organizer's name. Nobody can undo that. 409 `organizes_events` while a "
    "published event of the account is not over, 409 `own_account` for an admin.",
)
def erase_me(call: Call) -> Reply:
    at = call.container.privacy.close(call.caller, call.client_network)
    detail = "Your account is closed. Log in before it is erased to keep it."
    return Reply(ClosedOut(detail=detail, erased_at=at), status=202)
