"""Another e-mail address for one's own account."""

from chalicelib.api.accounts.address_schemas import NewEmailIn, VerifyNewEmailIn
from chalicelib.api.accounts.schemas import AccountOut, DetailOut, account_out
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.domain import errors
from chalicelib.domain.shared.limits import CHANGE_LIFE, FRESH_LOGIN, span

resource = Resource("addresses")


@resource.post(
    "/auth/me/email",
    summary="Ask for another e-mail address",
    auth=Auth.USER,
    body=NewEmailIn,
    returns=DetailOut,
    status=202,
    raises=(errors.FreshLoginRequiredError, errors.PasswordWrongError, errors.TooManyRequestsError),
    description=f"Needs `password`, or a login of the last {span(FRESH_LOGIN)}. Mails a six-digit code to the new "
    "address, which together with a login of this account makes it the account's (`POST /auth/verify-new-email`). "
    f"Until then, and for {span(CHANGE_LIFE)} at most, nothing has changed. A new wish takes the place of the one "
    "before, and a new password ends it. The answer is the same for every address; the owner of a known one is told.",
)
def ask_for_new_email(call: Call) -> Reply:
    body: NewEmailIn = call.body
    call.container.accounts.address.ask(call.caller, body.email, body.password, call.client_network)
    detail = "If this address is free, a code is on its way to it."
    return Reply(DetailOut(detail=detail, email=body.email), status=202)


@resource.post(
    "/auth/verify-new-email",
    summary="Prove the new e-mail address",
    auth=Auth.USER,
    body=VerifyNewEmailIn,
    returns=AccountOut,
    raises=(errors.OtpInvalidError, errors.EmailTakenError, errors.TooManyRequestsError, errors.BusyError),
    description="The code is good for five minutes and three guesses, and only for the account that asked. The account "
    "keeps its id, its enrollments, its password and its logins; the old address is told, and is free. Keys to a new "
    "password that were mailed there are void. What a guest has enrolled with the new address stays that guest's, by "
    "the links in their mails.",
)
def verify_new_email(call: Call) -> Reply:
    body: VerifyNewEmailIn = call.body
    return Reply(account_out(call.container.accounts.address.prove(call.caller, body.otp, call.client_network)))
