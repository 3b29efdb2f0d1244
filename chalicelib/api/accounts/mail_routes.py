"""Accounts, by whoever reads the mail: sign-up, the proof of the address, a forgotten password."""

from chalicelib.api.accounts.schemas import (
    DetailOut,
    ForgotIn,
    ResendIn,
    ResetIn,
    SignedUpOut,
    SignUpIn,
    VerifyIn,
)
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import reading
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Role
from chalicelib.domain.reference import languages
from chalicelib.domain.shared.limits import RESET_LIFE, SIGN_UP_LIFE, span
from chalicelib.services.accounts.sign_up import SignUpRequest
from chalicelib.services.accounts.verification import VerifyRequest

resource = Resource("registration")


def _locale(accept_language: str) -> str:
    """What mails can be written in, else what is liked best: it stays theirs until there is that language, too."""
    return reading.best(accept_language) or languages.preferred(accept_language) or "en"


@resource.post(
    "/auth/signup",
    reads_language=True,
    summary="Sign up",
    body=SignUpIn,
    returns=SignedUpOut,
    status=201,
    raises=(errors.EmailTakenError, errors.UsernameTakenError, errors.TooManyRequestsError),
    description="Mails a six-digit code, which together with `signup_id` or the password makes it an account. Until "
    "then it has neither the address nor the username: several sign-ups of one address live side by side for "
    f"{span(SIGN_UP_LIFE)}, and whoever proves the address gets their own. Roles fold case; without any, both are "
    "given. Mails are in the language of `locale`, by default that of `Accept-Language`.",
)
def sign_up(call: Call) -> Reply:
    body: SignUpIn = call.body
    made = call.container.accounts.registration.sign_up(
        SignUpRequest(
            network=call.client_network,
            email=body.email,
            password=body.password,
            username=body.username,
            first_name=body.first_name,
            last_name=body.last_name,
            roles=tuple(Role(role) for role in body.roles),
            locale=body.locale or _locale(call.accept_language),
        )
    )
    out = SignedUpOut(
        email=made.sign_up.email,
        username=made.sign_up.username,
        first_name=made.sign_up.first_name,
        last_name=made.sign_up.last_name,
        email_verified=False,
        signup_id=made.secret,
    )
    return Reply(out, status=201)


@resource.post(
    "/auth/verify-email",
    summary="Prove the e-mail address",
    body=VerifyIn,
    returns=DetailOut,
    raises=(errors.OtpInvalidError, errors.TooManyRequestsError),
    description="A code is good for five minutes and three guesses, right or wrong, and only for the sign-up that it "
    "was mailed for: name it by the `signup_id` that it answered, or by its password. It becomes the account, and the "
    "other sign-ups of the address end. A username that somebody else has meanwhile is not given; the answer says so.",
)
def verify_email(call: Call) -> Reply:
    body: VerifyIn = call.body
    if (body.signup_id is None) is (body.password is None):
        raise errors.InvalidRequestError(
            errors.FieldError(
                "/signup_id", "required", "send either the signup_id that the sign-up answered or its password"
            )
        )
    verified = call.container.accounts.verification.verify(
        VerifyRequest(
            email=body.email,
            code=body.otp,
            network=call.client_network,
            secret=body.signup_id,
            password=body.password,
        )
    )
    detail = "The e-mail address is verified; you can log in."
    if verified.username_lost:
        detail += " Somebody else took the username meanwhile: choose another one with PATCH /auth/me."
    return Reply(DetailOut(detail=detail, email=verified.account.email))


@resource.post(
    "/auth/resend-otp",
    summary="Send another code",
    body=ResendIn,
    returns=DetailOut,
    status=202,
    description="For the sign-up that `signup_id` names, else for the newest that was made from the caller's network: "
    "nobody else's code is replaced. The answer is the same for every address. At most one mail a minute and five a "
    "day.",
)
def resend_otp(call: Call) -> Reply:
    body: ResendIn = call.body
    call.container.accounts.verification.resend(body.email, call.client_network, body.signup_id)
    detail = "If this address has an unverified account, a new code is on its way."
    return Reply(DetailOut(detail=detail, email=body.email), status=202)


@resource.post(
    "/auth/forgot-password",
    summary="Ask for a new password",
    body=ForgotIn,
    returns=DetailOut,
    status=202,
    description="Mails a key to the address if it has a proven account. The answer is the same for every address. At "
    "most one mail a minute and five a day.",
)
def forgot_password(call: Call) -> Reply:
    body: ForgotIn = call.body
    call.container.accounts.password_reset.forgot(body.email, call.client_network)
    detail = "If this address has an account, a key to a new password is on its way."
    return Reply(DetailOut(detail=detail, email=body.email), status=202)


@resource.post(
    "/auth/reset-password",
    summary="Choose a new password",
    body=ResetIn,
    returns=DetailOut,
    raises=(errors.ResetInvalidError,),
    description=f"With the mailed key, which is good once and for {span(RESET_LIFE)}. Every login ends.",
)
def reset_password(call: Call) -> Reply:
    body: ResetIn = call.body
    account = call.container.accounts.password_reset.reset(body.token, body.new_password, call.client_network)
    return Reply(DetailOut(detail="The password is changed; you can log in.", email=account.email))
