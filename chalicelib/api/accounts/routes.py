"""Accounts, by whoever knows the password: sessions, and one's own profile."""

from typing import Any

from chalicelib import observability
from chalicelib.api.accounts.schemas import (
    READ_ONLY,
    AccountOut,
    ChangePasswordIn,
    LoginIn,
    LoginOut,
    PairOut,
    ProfileIn,
    RefreshIn,
    account_out,
    pair_out,
)
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.scope import scope
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Account, Role
from chalicelib.domain.shared.limits import SESSION_LIFE, span
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.accounts.profile import Profile

resource = Resource("accounts")


def _seconds(call: Call) -> int:
    return call.container.settings.access_token_minutes * 60


@resource.post(
    "/auth/login",
    summary="Log in",
    body=LoginIn,
    returns=LoginOut,
    raises=(
        errors.CredentialsWrongError,
        errors.EmailNotVerifiedError,
        errors.SecondFactorRequiredError,
        errors.SecondFactorWrongError,
        errors.TooManyRequestsError,
    ),
    description="By e-mail address or username; before the address is proven, by the address. Whoever fails waits "
    "longer and longer, and keeps out nobody but their own network. Where the account has a second factor, `code` is "
    "its code; it is asked for when the password was right.",
)
def log_in(call: Call) -> Reply:
    body: LoginIn = call.body
    if (body.email is None) is (body.username is None):
        raise errors.InvalidRequestError(
            errors.FieldError("/email", "required", "send either email or username, not both")
        )
    account, pair = call.container.accounts.sessions.sign_in(
        email=body.email,
        username=body.username,
        password=body.password,
        code=body.code,
        network=call.client_network,
    )
    scope.get().user = observability.alias(account.id)
    fields = pair_out(pair, _seconds(call)).model_dump()
    return Reply(LoginOut(user=account_out(account), **fields))


@resource.post(
    "/auth/refresh",
    summary="Rotate the refresh token",
    body=RefreshIn,
    returns=PairOut,
    raises=(errors.CredentialsWrongError,),
    description="Each refresh token is good once. A retry within ten seconds gets the same successor; any later use of "
    f"an old one ends the login, which lives {span(SESSION_LIFE)} at most.",
)
def refresh_tokens(call: Call) -> Reply:
    body: RefreshIn = call.body
    return Reply(pair_out(call.container.accounts.sessions.refresh(body.refresh, call.client_network), _seconds(call)))


@resource.post(
    "/auth/logout",
    summary="Log out",
    auth=Auth.USER,
    status=204,
    description="Ends this login: its access and its refresh token, from the next request on.",
)
def log_out(call: Call) -> Reply:
    call.container.accounts.sessions.sign_out(call.caller)
    return Reply(status=204)


@resource.post(
    "/auth/change-password",
    summary="Change the password",
    auth=Auth.USER,
    body=ChangePasswordIn,
    returns=PairOut,
    raises=(errors.OldPasswordWrongError, errors.TooManyRequestsError),
    description="Answers a fresh pair of tokens; every other login ends.",
)
def change_password(call: Call) -> Reply:
    body: ChangePasswordIn = call.body
    pair = call.container.accounts.profile.change_password(
        call.caller,
        old_password=body.old_password,
        new_password=body.new_password,
        network=call.client_network,
    )
    return Reply(pair_out(pair, _seconds(call)))


@resource.get(
    "/auth/me",
    summary="One's own account",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    returns=AccountOut,
    description="Whose token or API key it is.",
)
def show_me(call: Call) -> Reply:
    return Reply(account_out(call.container.accounts.profile.show(call.caller)))


@resource.put(
    "/auth/me",
    summary="Replace one's profile",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=ProfileIn,
    raw_patch=True,
    returns=AccountOut,
    raises=(errors.UsernameTakenError,),
    description="What is left out goes back to its default; changed roles count from the next request.",
)
def replace_me(call: Call) -> Reply:
    return _write(call, _sent(call))


@resource.patch(
    "/auth/me",
    summary="Change one's profile",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=ProfileIn,
    raw_patch=True,
    returns=AccountOut,
    raises=(errors.UsernameTakenError,),
    description="RFC 7396: null clears. Roles are in force with the next request.",
)
def change_me(call: Call) -> Reply:
    present = _document(call.container.accounts.profile.show(call.caller))
    return _write(call, parsing.merge(ProfileIn, present, _sent(call)))


def _document(account: Account) -> dict[str, Any]:
    return {
        "username": account.username,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "roles": [role for role in account.roles if role is not Role.ADMIN],
        "locale": account.locale,
        "embed_on": list(account.embed_on),
    }


def _sent(call: Call) -> dict[str, Any]:
    sent = {name: value for name, value in call.body.items() if name not in READ_ONLY}
    if Role.ADMIN in call.caller.roles and isinstance(sent.get("roles"), list):
        sent["roles"] = [role for role in sent["roles"] if role != Role.ADMIN]  # read-only for them: it stays
    return sent


def _write(call: Call, document: dict[str, Any]) -> Reply:
    body = parsing.validate_object(ProfileIn, document)
    profile = Profile(
        username=body.username,
        first_name=body.first_name,
        last_name=body.last_name,
        roles=tuple(Role(role) for role in body.roles),
        locale=body.locale,
        embed_on=tuple(body.embed_on),
    )
    return Reply(account_out(call.container.accounts.profile.update(call.caller, profile)))
