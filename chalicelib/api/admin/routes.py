"""What admins see and do. No route makes anybody an admin: an operator does, with `make admin`."""

from chalicelib.api.admin.schemas import (
    READ_ONLY,
    AccessIn,
    ActOut,
    FiguresOut,
    LetterOut,
    RemovalIn,
    UserOut,
    UsersQuery,
    act_out,
    figures_out,
    letter_out,
    user_out,
)
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import ListQuery, PageOut
from chalicelib.api.http.response import paging
from chalicelib.domain import errors
from chalicelib.domain.accounts.audit import Reason
from chalicelib.services.admin.accounts import AccessRequest, RemovalRequest

resource = Resource("admin")
_ADMINS = (errors.NotFoundError, errors.FreshLoginRequiredError)
_LISTS = (*_ADMINS, errors.InvalidCursorError)


@resource.get(
    "/admin/users",
    summary="Accounts, or the one of an address, a username or an id",
    auth=Auth.ADMIN,
    query=UsersQuery,
    returns=PageOut[UserOut],
    raises=_LISTS,
    description="With `q` one account or none; without it all, those that were made last first. A page may be short. "
    "That somebody looked is in the trail.",
)
def list_users(call: Call) -> Reply:
    query: UsersQuery = call.query
    accounts = call.container.admin.accounts
    if query.q is not None:
        return Reply(paging.page_out(call, accounts.find(call.caller, query.q, call.request_id), user_out))
    page = accounts.page(call.caller, paging.read(call), query.page_size, call.request_id)
    return Reply(paging.page_out(call, page, user_out))


@resource.patch(
    "/admin/users/{user_id}",
    summary="Disable an account, or enable it again",
    auth=Auth.ADMIN,
    body=AccessIn,
    raw_patch=True,
    returns=UserOut,
    raises=(*_ADMINS, errors.OwnAccountError, errors.BusyError),
    description="RFC 7396. A disabled account cannot log in, and its logins, API keys, calendar address and the links "
    "in its mails are void from the next request on; logins, keys and calendar addresses of before stay void when it "
    "is enabled. Its owner is told by mail. An admin who is disabled is none any more, also when enabled again. What "
    "it has published stays.",
)
def set_access(call: Call, user_id: str) -> Reply:
    sent = {name: value for name, value in call.body.items() if name not in READ_ONLY}
    body = parsing.validate_object(AccessIn, parsing.merge(AccessIn, {}, sent))
    accounts = call.container.admin.accounts
    if body.disabled is None:
        return Reply(user_out(accounts.show(call.caller, user_id, call.request_id)))
    if body.reason is None:
        raise errors.InvalidRequestError(errors.FieldError("/reason", "required", "is required with disabled"))
    request = AccessRequest(
        user_id=user_id,
        disabled=body.disabled,
        reason=Reason(body.reason),
        reference=body.reference,
        request_id=call.request_id,
    )
    return Reply(user_out(accounts.set_access(call.caller, request)))


@resource.post(
    "/admin/users/{user_id}/second-factor/remove",
    summary="Remove somebody's second factor",
    auth=Auth.ADMIN,
    body=RemovalIn,
    returns=UserOut,
    raises=(*_ADMINS, errors.OwnAccountError, errors.BusyError),
    description="For whoever has lost the app and the recovery codes; who they are has to be known otherwise. Every "
    "login and API key of the account ends, an admin is none any more, and its owner is told by mail.",
)
def remove_second_factor_of(call: Call, user_id: str) -> Reply:
    body: RemovalIn = call.body
    request = RemovalRequest(
        user_id=user_id, reason=Reason(body.reason), reference=body.reference, request_id=call.request_id
    )
    return Reply(user_out(call.container.admin.accounts.remove_second_factor(call.caller, request)))


@resource.get(
    "/admin/dead-letters",
    summary="Mails and jobs that failed for good",
    auth=Auth.ADMIN,
    query=ListQuery,
    returns=PageOut[LetterOut],
    raises=_LISTS,
    description="The last ones first, for 90 days, with the reason; those that were tried again say when.",
)
def list_dead_letters(call: Call) -> Reply:
    query: ListQuery = call.query
    page = call.container.admin.letters.page(paging.read(call), query.page_size)
    return Reply(paging.page_out(call, page, letter_out))


@resource.post(
    "/admin/dead-letters/{letter_id}/redrive",
    summary="Try a dead letter again",
    auth=Auth.ADMIN,
    returns=LetterOut,
    status=202,
    raises=(*_ADMINS, errors.BusyError),
    description="Once: one that was redriven is answered as it is. What fails again becomes a letter of its own.",
)
def redrive_dead_letter(call: Call, letter_id: str) -> Reply:
    letter = call.container.admin.letters.redrive(call.caller, letter_id, call.request_id)
    return Reply(letter_out(letter), status=202)


@resource.get(
    "/admin/figures",
    summary="How much there is",
    auth=Auth.ADMIN,
    returns=FiguresOut,
    raises=_ADMINS,
    description="From what is counted anyway, at a bounded cost: seconds old; enrollments, those of the next 100 "
    "events, up to some minutes old for events whose seats are sold in several shards.",
)
def show_figures(call: Call) -> Reply:
    return Reply(figures_out(call.container.admin.figures.now()))


@resource.get(
    "/admin/audit",
    summary="What admins did",
    auth=Auth.ADMIN,
    query=ListQuery,
    returns=PageOut[ActOut],
    raises=_LISTS,
    description="The last acts first, by any route, in ids and words of closed lists. `count` is what this page has.",
)
def list_acts(call: Call) -> Reply:
    query: ListQuery = call.query
    page = call.container.admin.trail.page(paging.read(call), query.page_size)
    return Reply(paging.page_out(call, page, act_out))
