"""API keys: what programs, and whoever works at a door, call with instead of a login."""

from chalicelib.api.checkin.key_schemas import (
    ApiKeyIn,
    ApiKeysOut,
    NewApiKeyOut,
    api_key_out,
    new_api_key_out,
    scope_faults,
)
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import KeyScope
from chalicelib.domain.shared.limits import FRESH_LOGIN, MAX_API_KEYS, span
from chalicelib.domain.shared.times import localise
from chalicelib.services.accounts.api_keys import KeyRequest

resource = Resource("api keys")


@resource.get(
    "/auth/api-keys",
    summary="One's own API keys",
    auth=Auth.USER,
    returns=ApiKeysOut,
    description="Every key that is good now, the newest first. Its text is shown when it is made, and never again.",
)
def list_api_keys(call: Call) -> Reply:
    shown = [api_key_out(one) for one in call.container.accounts.api_keys.show(call.caller)]
    return Reply(ApiKeysOut(count=len(shown), results=shown))


@resource.post(
    "/auth/api-keys",
    summary="Make an API key",
    auth=Auth.USER,
    body=ApiKeyIn,
    returns=NewApiKeyOut,
    status=201,
    raises=(
        errors.FreshLoginRequiredError,
        errors.PasswordWrongError,
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.ApiKeysFullError,
        errors.TooManyRequestsError,
        errors.BusyError,
    ),
    description=f"Needs `password`, or a login of the last {span(FRESH_LOGIN)}. `secret` is shown in this answer only, "
    "and kept as a hash; if the answer is lost, revoke the key and make another one. At most "
    f"{MAX_API_KEYS} are good at the same time. A key ends with a new password, with its account, when it is revoked "
    "and at `expires_at`; changed roles count for it as for a login, but for the role of an admin, which no key has.",
)
def create_api_key(call: Call) -> Reply:
    body: ApiKeyIn = call.body
    faults = scope_faults(body)
    if faults:
        raise errors.InvalidRequestError(*faults)
    request = KeyRequest(
        label=body.name,
        scope=body.scope,
        event_id=body.event_id,
        expires_at=localise(body.expires_at, "UTC") if body.expires_at else None,
        password=body.password,
        network=call.client_network,
    )
    is_for_door = body.scope is KeyScope.CHECK_IN
    keys = call.container.checkin.door_keys if is_for_door else call.container.accounts.api_keys
    return Reply(new_api_key_out(*keys.create(call.caller, request), body.check_in_page), status=201)


@resource.delete(
    "/auth/api-keys/{key_id}",
    summary="Revoke an API key",
    auth=Auth.USER,
    status=204,
    raises=(errors.NotFoundError,),
    description="It is not good from the next request on.",
)
def revoke_api_key(call: Call, key_id: str) -> Reply:
    call.container.accounts.api_keys.revoke(call.caller, key_id)
    return Reply(status=204)
