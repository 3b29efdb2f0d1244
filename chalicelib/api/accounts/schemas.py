"""Accounts on the wire."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from chalicelib.api.http.request.names import PersonName
from chalicelib.api.http.request.schemas import Body, Email, Line, Out, UtcTime
from chalicelib.domain.accounts.account import SELF_CHOSEN, Account, Role, fold_username
from chalicelib.domain.accounts.second_factor import DIGITS as FACTOR_DIGITS
from chalicelib.domain.reference.languages import parse as parse_language
from chalicelib.domain.shared.limits import (
    MAX_EMAIL,
    MAX_EMBED_ORIGINS,
    MAX_ORIGIN,
    MAX_PASSWORD,
    MAX_USERNAME,
    MIN_PASSWORD,
    MIN_STRICT_PASSWORD,
    OTP_DIGITS,
)
from chalicelib.services.accounts.session_factory import TokenPair

READ_ONLY = frozenset({"id", "email", "email_verified", "created_at"})
_SHORTEST_USERNAME = 3
_LONGEST_FACTOR_CODE = 40  # a recovery code, with blanks that somebody typed
_USERNAME_TEXT = f"{_SHORTEST_USERNAME} to {MAX_USERNAME} letters, digits or . _ + -"
_USERNAME = re.compile(rf"[\w.+-]{{{_SHORTEST_USERNAME},{MAX_USERNAME}}}")


def _username(value: str) -> str:
    if not _USERNAME.fullmatch(value) or len(fold_username(value)) > MAX_USERNAME:
        raise ValueError(f"must be {_USERNAME_TEXT}")
    return value


def _roles(value: object) -> object:
    """Roles fold case; one may be given as a text."""
    if isinstance(value, str):
        value = [value]
    return [role.casefold() if isinstance(role, str) else role for role in value] if isinstance(value, list) else value


def _self_chosen(value: list[str]) -> list[str]:
    if not value:
        raise ValueError("name at least one of seeker and facilitator")
    wrong = [role for role in value if role not in SELF_CHOSEN]
    if wrong:
        raise ValueError(f"{wrong[0]!r} cannot be chosen; choose seeker, facilitator or both")
    return sorted(set(value), key=lambda role: SELF_CHOSEN.index(Role(role)))


def _locale(value: str) -> str:
    tag = parse_language(value)
    if tag is None:
        raise ValueError("must be a BCP 47 language tag such as en or de-AT")
    return tag


def _otp(value: str) -> str:
    if not re.fullmatch(rf"\d{{{OTP_DIGITS}}}", value, re.ASCII):
        raise ValueError(f"must be the {OTP_DIGITS} digits of the mail")
    return value


def _factor_code(value: str) -> str:
    """Apps show their codes with a gap, which people type."""
    return "".join(value.split())


Username = Annotated[
    str,
    AfterValidator(_username),
    Field(
        description=_USERNAME_TEXT,
        json_schema_extra={"minLength": _SHORTEST_USERNAME, "maxLength": MAX_USERNAME},
    ),
]
Roles = Annotated[
    list[str],
    BeforeValidator(_roles),
    AfterValidator(_self_chosen),
    WithJsonSchema(
        {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(SELF_CHOSEN)}}, mode="validation"
    ),
]
Name = Annotated[PersonName, Field(max_length=100)]
Locale = Annotated[Line, AfterValidator(_locale), Field(max_length=35, examples=["en"])]
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1024)]
NewPassword = Annotated[
    Password,
    Field(
        description=f"At least {MIN_PASSWORD} characters (a deployment may want {MIN_STRICT_PASSWORD}), "
        "not among the most common, without your name.",
        json_schema_extra={"minLength": MIN_PASSWORD, "maxLength": MAX_PASSWORD},
    ),
]
Otp = Annotated[
    str, AfterValidator(_otp), Field(examples=["123456"], json_schema_extra={"pattern": rf"^\d{{{OTP_DIGITS}}}$"})
]


def _origins(value: list[str]) -> list[str]:
    from chalicelib.domain.events import embedding  # accounts are read far more often than sites are named

    return list(embedding.origins(value))


EmbedOn = Annotated[
    list[Annotated[str, Field(max_length=MAX_ORIGIN)]],
    AfterValidator(_origins),
    Field(
        description="Sites whose pages may show one's events within them (`/e/{event}/embed`): https origins, or `*` "
        "for every site. Default: none.",
        json_schema_extra={"maxItems": MAX_EMBED_ORIGINS},
        examples=[["https://example.org"]],
    ),
]
FactorCode = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_LONGEST_FACTOR_CODE,
        examples=["492039"],
        description=f"The {FACTOR_DIGITS} digits that the authenticator app shows, or a recovery code.",
    ),
    AfterValidator(_factor_code),
]
SignUpId = Annotated[str, Field(min_length=1, max_length=100)]


def _one_of(*names: str) -> ConfigDict:
    """Exactly one of the fields has to be sent."""
    return ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"title": f"by {name}", "required": [name], "properties": {name: {"type": "string"}}} for name in names
            ]
        }
    )


class SignUpIn(Body):
    email: Email
    password: NewPassword
    username: Username | None = None
    first_name: Name = ""
    last_name: Name = ""
    roles: Roles = Field(default_factory=lambda: [role.value for role in SELF_CHOSEN])
    locale: Locale | None = Field(None, description="Default: what `Accept-Language` likes best, else en.")


class SignedUpOut(Out):
    email: str
    username: str | None
    first_name: str
    last_name: str
    email_verified: bool
    signup_id: str = Field(description="Names this sign-up where its code is sent; keep it to whoever signed up.")


class VerifyIn(Body):
    """The code, and one of signup_id and password: the sign-up that it was mailed for."""

    model_config = _one_of("signup_id", "password")

    email: Email
    otp: Otp
    signup_id: SignUpId | None = None
    password: Password | None = None


class ResendIn(Body):
    email: Email
    signup_id: SignUpId | None = None


class ForgotIn(Body):
    email: Email


class ResetIn(Body):
    token: Annotated[str, Field(min_length=1, max_length=500, description="The key that was mailed.")]
    new_password: NewPassword


class LoginIn(Body):
    """One of email and username, and the password."""

    model_config = _one_of("email", "username")

    email: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL)] | None = None
    username: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL)] | None = None
    password: Password
    code: FactorCode | None = None


class RefreshIn(Body):
    refresh: Annotated[str, Field(min_length=1, max_length=500)]


class ChangePasswordIn(Body):
    old_password: Password
    new_password: NewPassword


class ProfileIn(Body):
    """The writable part of an account; read-only fields are accepted and ignored."""

    username: Username | None = None
    first_name: Name = ""
    last_name: Name = ""
    roles: Roles = Field(default_factory=lambda: [role.value for role in SELF_CHOSEN])
    locale: Locale = "en"
    embed_on: EmbedOn = Field(default_factory=list)


class AccountOut(Out):
    id: str
    email: str
    username: str | None
    first_name: str
    last_name: str
    roles: list[Role]
    email_verified: bool
    locale: str
    embed_on: list[str]
    created_at: UtcTime


class PairOut(Out):
    access: str
    refresh: str
    expires_in: int = Field(description="Seconds until the access token ends.")


class LoginOut(PairOut):
    user: AccountOut


class DetailOut(Out):
    detail: str
    email: str


def account_out(account: Account) -> AccountOut:
    return AccountOut(
        id=account.id,
        email=account.email,
        username=account.username,
        first_name=account.first_name,
        last_name=account.last_name,
        roles=list(account.roles),
        email_verified=account.email_verified,
        locale=account.locale,
        embed_on=list(account.embed_on),
        created_at=account.created_at,
    )


def pair_out(pair: TokenPair, seconds: int) -> PairOut:
    return PairOut(access=pair.access, refresh=pair.refresh, expires_in=seconds)
