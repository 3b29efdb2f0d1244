"""Who one is, and what one may."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from chalicelib.domain.errors.problem import ConflictError, NextStep, Problem, TurnoutError
from chalicelib.domain.shared.limits import (
    FRESH_LOGIN,
    MAX_API_KEYS,
    OTP_GUESSES,
    OTP_LIFE,
    RESET_LIFE,
    SECOND_FACTOR_KEY_LIFE,
    span,
)


class OldPasswordWrongError(TurnoutError):
    problem = Problem(
        code="old_password_wrong",
        status=HTTPStatus.BAD_REQUEST,
        title="Wrong password",
        detail="The old password is wrong.",
        when="`old_password` is not the present password.",
        then="Ask for it again.",
    )


class PasswordWrongError(TurnoutError):
    problem = Problem(
        code="password_wrong",
        status=HTTPStatus.BAD_REQUEST,
        title="Wrong password",
        detail="The password is wrong.",
        when="Something that asks a signed-in caller for the password once more was sent another one.",
        then="Ask for it again.",
    )


class FreshLoginRequiredError(TurnoutError):
    """Signed in, but the password was asked for too long ago for something like this."""

    problem = Problem(
        code="fresh_login_required",
        status=HTTPStatus.FORBIDDEN,
        title="Fresh login required",
        detail=f"This needs a login of the last {span(FRESH_LOGIN)}; log in again.",
        when=(
            f"What could take an account away from its owner, and what an admin does as one, needs the password within "
            f"{span(FRESH_LOGIN)}, and the login is older; refreshing makes it no younger."
        ),
        then="Log in again and repeat it with the new token; or send `password`, where the body has it and the account "
        "has no second factor.",
        next_step=NextStep("login", "POST", "/auth/login"),
    )


class SecondFactorRequiredError(TurnoutError):
    """The password is right, and the account asks for more than that."""

    problem = Problem(
        code="second_factor_required",
        status=HTTPStatus.UNAUTHORIZED,
        title="Code required",
        detail="Send the code of your authenticator app as well.",
        when="The password is right, the account has a second factor, and the login has no `code`.",
        then="Ask for the code of the app, or a recovery code, and log in again with `code` beside the password.",
    )


class SecondFactorWrongError(TurnoutError):
    """Wrong, over or used: the answer never tells which."""

    problem = Problem(
        code="second_factor_wrong",
        status=HTTPStatus.UNAUTHORIZED,
        title="Wrong code",
        detail="The code is wrong, used or over.",
        when="The code of the app, or the recovery code, is wrong or was used, or the code is older than a minute.",
        then="Wait for the next code of the app and try again; each is good once. Check the time of the device.",
    )


class SecondFactorKeyInvalidError(TurnoutError):
    """Wrong, of somebody else, or over: the answer never tells which."""

    problem = Problem(
        code="second_factor_key_invalid",
        status=HTTPStatus.BAD_REQUEST,
        title="Invalid key",
        detail="The key is wrong or over; begin again.",
        when=f"The key to a new second factor is wrong, older than {span(SECOND_FACTOR_KEY_LIFE)}, of another account, "
        "or the password has changed.",
        then="Begin again with `POST /auth/second-factor`.",
    )


class SecondFactorOnError(ConflictError):
    """A second one would silently replace the first."""

    problem = Problem(
        code="second_factor_on",
        status=HTTPStatus.CONFLICT,
        title="Second factor is on",
        detail="The account has a second factor already.",
        when="A second factor is to be set up, and there is one.",
        then="Remove it with `POST /auth/second-factor/remove`, then begin again.",
    )


class SecondFactorOffError(ConflictError):
    """There is nothing to remove."""

    problem = Problem(
        code="second_factor_off",
        status=HTTPStatus.CONFLICT,
        title="No second factor",
        detail="The account has no second factor.",
        when="The second factor is to be removed, and there is none.",
        then="Nothing: it is off.",
    )


class OwnAccountError(ConflictError):
    """An admin is left who can undo what was done, whatever admins do to each other."""

    problem = Problem(
        code="own_account",
        status=HTTPStatus.CONFLICT,
        title="Own account",
        detail="Nobody disables or enables their own account.",
        when="An admin names their own account, or wants it erased.",
        then="Ask another admin, or an operator.",
    )


class OtpInvalidError(TurnoutError):
    """Wrong, expired, used or exhausted: the answer never tells which."""

    problem = Problem(
        code="otp_invalid",
        status=HTTPStatus.BAD_REQUEST,
        title="Invalid code",
        detail="The code is wrong, already used or expired; ask for a new one.",
        when=(
            f"The code is wrong, used, older than {span(OTP_LIFE)}, was guessed {OTP_GUESSES} times, or was mailed for "
            "another sign-up than `signup_id` or `password` names. Of a new address also: the password was changed, or "
            "another address was asked for, since."
        ),
        then="Ask for a new one with `POST /auth/resend-otp`, of a new address with `POST /auth/me/email`.",
        next_step=NextStep("resend_otp", "POST", "/auth/resend-otp"),
    )


class ResetInvalidError(TurnoutError):
    """Wrong, used or over: the answer never tells which."""

    problem = Problem(
        code="reset_invalid",
        status=HTTPStatus.BAD_REQUEST,
        title="Invalid key",
        detail="The key is wrong, already used or expired; ask for a new one.",
        when=f"The mailed key to a new password is wrong, older than {span(RESET_LIFE)}, or the password has changed.",
        then="Ask for a new one with `POST /auth/forgot-password`.",
        next_step=NextStep("forgot_password", "POST", "/auth/forgot-password"),
    )


class UnauthenticatedError(TurnoutError):
    """Credentials are missing or no longer good."""

    problem = Problem(
        code="unauthenticated",
        status=HTTPStatus.UNAUTHORIZED,
        title="Not signed in",
        detail="Send a valid access token as a bearer token.",
        when=(
            "The access token or API key is missing, expired, or was ended; also on public reads when a bad one is "
            "sent. Enrolling without one: `name` and `email` are missing, or the event takes no guests."
        ),
        then="Refresh it with `POST /auth/refresh`, else log in again; an API key has to be made anew.",
        next_step=NextStep("login", "POST", "/auth/login"),
    )


class CredentialsWrongError(TurnoutError):
    """Sign-in or refresh was refused; the answer never tells whether the account exists."""

    problem = Problem(
        code="credentials_wrong",
        status=HTTPStatus.UNAUTHORIZED,
        title="Wrong credentials",
        detail="These credentials are not valid.",
        when=(
            "Login: no such account or another password. Refresh: the token was used, is over, or its login has ended."
        ),
        then="Ask for the password again; after a refused refresh, log in.",
    )


class EmailNotVerifiedError(TurnoutError):
    problem = Problem(
        code="email_not_verified",
        status=HTTPStatus.FORBIDDEN,
        title="E-mail not verified",
        detail="Verify the e-mail address first.",
        when=(
            "The password is right and the address is not proven yet, or an account without a proven address wants "
            "more."
        ),
        then="Send the mailed code with the same password to `POST /auth/verify-email`.",
        next_step=NextStep("verify_email", "POST", "/auth/verify-email"),
    )


class ForbiddenError(TurnoutError):
    """A known caller may see the object and not do this."""

    problem = Problem(
        code="forbidden",
        status=HTTPStatus.FORBIDDEN,
        title="Not allowed",
        detail="This account may not do this.",
        when="The thing is visible, and belongs to somebody else.",
        then="Nothing; only its owner may do this.",
    )


class RoleRequiredError(ForbiddenError):
    problem = Problem(
        code="role_required",
        status=HTTPStatus.FORBIDDEN,
        title="Role required",
        detail="The account lacks a role for this.",
        when="Enrolling needs the role seeker, publishing the role facilitator.",
        then="Add the role with `PATCH /auth/me`.",
        next_step=NextStep("add_role", "PATCH", "/auth/me"),
    )

    def __init__(self, role: str) -> None:
        super().__init__(f"This needs the role {role!r}; add it with PATCH /auth/me.")
        self.role = role


class OrganizesEventsError(ConflictError):
    problem = Problem(
        code="organizes_events",
        status=HTTPStatus.CONFLICT,
        title="Events to come",
        detail="This account has published events that are not over.",
        when="An account is to be erased while a published event of it is not over.",
        then="Cancel or delete these events (`GET /me/events`), or wait until they are over.",
        next_step=NextStep("list_own_events", "GET", "/me/events"),
    )

    def __init__(self, number: int) -> None:
        super().__init__(f"This account has {number} published events that are not over; cancel or delete them first.")
        self.number = number


class ScopeMissingError(ForbiddenError):
    """The API key is good, and not for this, whatever its account may do."""

    problem = Problem(
        code="scope_missing",
        status=HTTPStatus.FORBIDDEN,
        title="Scope missing",
        detail="The API key does not reach this.",
        when=(
            "An API key was sent where its scope does not reach. `scopes` are those that would do; none are named "
            "where only a login will, as for everything that is about the account itself."
        ),
        then="Use a key with one of these scopes, or log in.",
        example={"scopes": ["write"]},
    )

    def __init__(self, scopes: Sequence[str]) -> None:
        named = " or ".join(scopes)
        needed = f"a key with the scope {named}, or a login" if scopes else "a login, and takes no API key"
        super().__init__(f"This needs {needed}.")
        self.scopes = list(scopes)

    def members(self) -> dict[str, Any]:
        return {"scopes": self.scopes}


class ApiKeysFullError(ConflictError):
    problem = Problem(
        code="api_keys_full",
        status=HTTPStatus.CONFLICT,
        title="Too many API keys",
        detail=f"The account has {MAX_API_KEYS} API keys.",
        when=f"One more API key than {MAX_API_KEYS} that are good at the same time.",
        then="Revoke one that is not used any more with `DELETE /auth/api-keys/{key_id}`.",
        next_step=NextStep("list_api_keys", "GET", "/auth/api-keys"),
    )


class EmailTakenError(ConflictError):
    problem = Problem(
        code="email_taken",
        status=HTTPStatus.CONFLICT,
        title="E-mail taken",
        detail="This e-mail address has an account.",
        when=(
            "The address has a proven account: at sign-up, or when the code of a new address is sent. Of an attendee "
            "record: another record that one keeps has it."
        ),
        then="Log in; or change the record that there is.",
    )


class UsernameTakenError(ConflictError):
    problem = Problem(
        code="username_taken",
        status=HTTPStatus.CONFLICT,
        title="Username taken",
        detail="Somebody else has this username.",
        when="Somebody else has the username, in whatever case.",
        then="Choose another one.",
    )
