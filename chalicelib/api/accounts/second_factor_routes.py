"""The second factor of one's own account: an authenticator app, asked for at every login."""

from chalicelib.api.accounts.second_factor_schemas import (
    FactorOnOut,
    FactorOut,
    NewFactorIn,
    NewFactorOut,
    RemoveFactorIn,
    TurnOnFactorIn,
    factor_out,
)
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.domain import errors
from chalicelib.domain.shared.limits import FRESH_LOGIN, SECOND_FACTOR_KEY_LIFE, span

resource = Resource("second factor")


@resource.get(
    "/auth/second-factor",
    summary="Whether one's account has a second factor",
    auth=Auth.USER,
    returns=FactorOut,
    description="Since when, and how many recovery codes are left.",
)
def show_second_factor(call: Call) -> Reply:
    return Reply(factor_out(call.container.accounts.second_factor.show(call.caller)))


@resource.post(
    "/auth/second-factor",
    summary="Set up a second factor",
    auth=Auth.USER,
    body=NewFactorIn,
    returns=NewFactorOut,
    raises=(
        errors.FreshLoginRequiredError,
        errors.PasswordWrongError,
        errors.TooManyRequestsError,
        errors.SecondFactorOnError,
    ),
    description=f"Needs `password`, or a login of the last {span(FRESH_LOGIN)}. Answers a secret for an authenticator "
    "app (RFC 6238: six digits, 30 seconds, SHA-1). Nothing has changed until the first code of the app is sent to "
    f"`POST /auth/second-factor/confirm`, within {span(SECOND_FACTOR_KEY_LIFE)}.",
)
def set_up_second_factor(call: Call) -> Reply:
    body: NewFactorIn = call.body
    proposed = call.container.accounts.second_factor.propose(call.caller, body.password, call.client_network)
    return Reply(
        NewFactorOut(secret=proposed.secret, address=proposed.address, key=proposed.key, expires_at=proposed.expires_at)
    )


@resource.post(
    "/auth/second-factor/confirm",
    summary="Turn the second factor on",
    auth=Auth.USER,
    body=TurnOnFactorIn,
    returns=FactorOnOut,
    raises=(
        errors.SecondFactorKeyInvalidError,
        errors.SecondFactorWrongError,
        errors.SecondFactorOnError,
        errors.BusyError,
    ),
    description="From now on a login needs `code` beside the password. Answers the recovery codes, once. Logins that "
    "there are stay (`DELETE /auth/sessions` ends the others), and so do API keys. The owner is mailed.",
)
def turn_on_second_factor(call: Call) -> Reply:
    body: TurnOnFactorIn = call.body
    own = call.container.accounts.second_factor
    factor, recovery = own.turn_on(call.caller, body.key, body.code, call.client_network)
    return Reply(FactorOnOut(recovery_codes=recovery, **factor_out(factor).model_dump()))


@resource.post(
    "/auth/second-factor/remove",
    summary="Remove the second factor",
    auth=Auth.USER,
    body=RemoveFactorIn,
    status=204,
    raises=(
        errors.PasswordWrongError,
        errors.SecondFactorWrongError,
        errors.SecondFactorOffError,
        errors.TooManyRequestsError,
        errors.BusyError,
    ),
    description="Needs the password and a code, however fresh the login is. The owner is mailed. Whoever has lost the "
    "app and the recovery codes asks an admin (`POST /admin/users/{user_id}/second-factor/remove`).",
)
def remove_second_factor(call: Call) -> Reply:
    body: RemoveFactorIn = call.body
    call.container.accounts.second_factor.turn_off(call.caller, body.password, body.code, call.client_network)
    return Reply(status=204)
