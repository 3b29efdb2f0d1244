"""Accounts: sign-up, the proof of the address, sessions, and one's own profile."""

from typing import Any

from chalicelib.api.accounts.schemas import (
    READ_ONLY,
    AccountOut,
    ChangePasswordIn,
    DetailOut,
    ForgotIn,
    LoginIn,
    LoginOut,
    PairOut,
    ProfileIn,
    RefreshIn,
    ResendIn,
    ResetIn,
    SignedUpOut,
    SignUpIn,
    VerifyIn,
    account_out,
    pair_out,
)
from chalicelib.api.http import parsing, reading
from chalicelib.api.http.call import Call, Reply
from chalicelib.api.http.policies import Auth
from chalicelib.api.http.resource import Resource
from chalicelib.domain import errors, languages
from chalicelib.domain.accounts import Account, Role
from chalicelib.domain.limits import RESET_LIFE, SESSION_LIFE, SIGN_UP_LIFE, span
from chalicelib.services.accounts.profile import Profile
from chalicelib.services.accounts.sign_up import SignUpRequest
from chalicelib.services.accounts.verification import VerifyRequest

resource = Resource("accounts")


def _seconds(call: Call) -> int:
    return call.container.settings.access_token_minutes * 60


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


@resource.post(
    "/auth/login",
    summary="Log in",
    body=LoginIn,
    returns=LoginOut,
    raises=(errors.CredentialsWrongError, errors.EmailNotVerifiedError, errors.TooManyRequestsError),
    description="By e-mail address or username; before the address is proven, by the address. Whoever fails waits "
    "longer and longer, and keeps out nobody but their own network.",
)
def log_in(call: Call) -> Reply:
    body: LoginIn = call.body
    if (body.email is None) is (body.username is None):
        raise errors.InvalidRequestError(
            errors.FieldError("/email", "required", "send either email or username, not both")
        )
    account, pair = call.container.accounts.sessions.sign_in(
        email=body.email, username=body.username, password=body.password, network=call.client_network
    )
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


@resource.get("/auth/me", summary="One's own account", auth=Auth.USER, returns=AccountOut)
def show_me(call: Call) -> Reply:
    return Reply(account_out(call.container.accounts.profile.show(call.caller)))


@resource.put(
    "/auth/me",
    summary="Replace one's profile",
    auth=Auth.USER,
    body=ProfileIn,
    raw_patch=True,
    returns=AccountOut,
    raises=(errors.UsernameTakenError,),
)
def replace_me(call: Call) -> Reply:
    return _write(call, _sent(call))


@resource.patch(
    "/auth/me",
    summary="Change one's profile",
    auth=Auth.USER,
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
    )
    return Reply(account_out(call.container.accounts.profile.update(call.caller, profile)))
