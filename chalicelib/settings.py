"""Every setting of the service, read from the environment once; docs/settings.md is generated from here."""

import dataclasses
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr, quote
from typing import Any, Self

from chalicelib.domain.outbox.buckets import Buckets, BucketsError
from chalicelib.domain.outbox.queues import Content, QueueName
from chalicelib.domain.reference import currencies
from chalicelib.domain.shared.limits import (
    AUDIT_LIFE,
    MAX_BODY_BYTES,
    MAX_CAPACITY,
    MAX_FOR_OTHERS,
    MIN_PASSWORD,
    MIN_STRICT_PASSWORD,
)

_BASE = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*[^\s/?#\\])?")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
_ISSUER = re.compile(r"[0-9]{1,20}")
GENEROUS = "generous"
PRODUCTION = "production"
_BOUNDS = {
    "password_min_length": (MIN_PASSWORD, 64),
    "access_token_minutes": (1, 1440),
    "refresh_token_days": (1, 365),
    "reminder_speed": (1, 3600),
    "seats_for_others": (1, MAX_CAPACITY),
    "audit_days": (30, 3650),
    "mail_rate": (1, 10_000),
}


class SettingsError(Exception):
    """The environment does not make a valid configuration; the message names every variable that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of the environment, as documents describe it; `dataclasses.MISSING`: it is required."""

    env: str
    text: str
    default: Any = ""
    example: str = ""
    secret: bool = False


def setting(default: Any = dataclasses.MISSING, *, env: str, text: str, example: str = "", secret: bool = False) -> Any:
    """A dataclass field that is filled from `env`; without a default the variable is required."""
    variable = Variable(env=env, text=text, default=default, example=example, secret=secret)
    return field(default=default, metadata={"variable": variable}, repr=not secret)


def queue_setting(variables: Mapping[QueueName, Variable]) -> Any:
    """A dataclass field with an address for each queue whose variable is set."""
    return field(default_factory=dict, metadata={"variables": variables})


def variables_of(declared: Any) -> list[Variable]:
    """Every variable of a class of settings, in the order of its fields."""
    found: list[Variable] = []
    for declaration in dataclasses.fields(declared):
        several = declaration.metadata.get("variables")
        found += several.values() if several else [declaration.metadata["variable"]]
    return found


def _value(kind: Any, variable: Variable, text: str) -> Any:
    """The text as a value of the field's type. Raises `SettingsError`."""
    if kind is int:
        if not text.isdecimal():
            raise SettingsError(f"{variable.env} must be a whole number, not {text!r}")
        return int(text)
    if kind is float:
        if not _NUMBER.fullmatch(text):
            raise SettingsError(f"{variable.env} must be a number, not {text!r}")
        return float(text)
    return text


def _is_base(url: str) -> bool:
    """Whether paths of ours can follow it; an empty one is not set."""
    return not url or _BASE.fullmatch(url) is not None


def _are_proxies(text: str) -> bool:
    if not text:
        return True
    from chalicelib.domain.shared.networks import Proxies  # what has no requests need not import it

    try:
        Proxies.parse(text)
    except ValueError:
        return False
    return True


def _signs_passes() -> bool:
    """Whether the library is there, which most packages are made without; it is not imported by this."""
    return importlib.util.find_spec("cryptography") is not None


def _wrong_plan(text: str) -> str:
    try:
        Buckets.parse(text)
    except BucketsError as error:
        return str(error)
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One value a variable; lower layers receive the values they need, never this object."""

    table_prefix: str = setting(
        "turnout", env="TABLE_PREFIX", text="Tables are named `<prefix>-events`, `<prefix>-seats` and so on."
    )
    queue_urls: Mapping[QueueName, str] = queue_setting(
        {
            queue: Variable(
                env=queue.variable,
                text=f"SQS queue that hands on {queue.content} at once. Without it the next tick does.",
            )
            for queue in QueueName
            if queue.carries is not Content.REPORT
        }
    )
    dead_queue_urls: Mapping[QueueName, str] = queue_setting(
        {
            queue: Variable(
                env=queue.dead_variable,
                text=f"Dead letters of {queue.content}: SQS queue for what can never be handled. Without it SQS puts "
                "it there after its tries.",
            )
            for queue in QueueName
        }
    )
    mail_configuration_set: str = setting(
        "",
        env="MAIL_CONFIGURATION_SET",
        text="SES configuration set whose event destination reports bounces, complaints and deliveries. Empty: nobody "
        "reports them.",
    )
    key_ring: str = setting(
        "",
        env="KEY_RING",
        secret=True,
        text="Signing keys, newest first: `kid:base64` separated by commas, each at least 32 bytes. "
        "Every purpose derives its own key from them. What an older key signed, named or counted is good until that "
        "key is removed: add a new one at the end, put it in front when all processes have it (five minutes), and "
        "remove the old one when its links and calendar addresses may end. Either this or KEY_RING_PARAMETER is "
        "required to serve requests.",
        example="2026a:<output of openssl rand -base64 32>",
    )
    key_ring_parameter: str = setting(
        "",
        env="KEY_RING_PARAMETER",
        text="Name of the SSM SecureString that holds KEY_RING on AWS; read again every five minutes.",
        example="/turnout/prod/key-ring",
    )
    derived_keys_parameter: str = setting(
        "",
        env="DERIVED_KEYS_PARAMETER",
        text="Name of the SSM SecureString with the keys that this function needs and no others, as "
        "`make function-keys` writes it. Empty: KEY_RING_PARAMETER.",
        example="/turnout/prod/mail-keys",
    )
    keys_for: str = setting(
        "",
        env="KEYS_FOR",
        text="Whose keys are kept of the ring: `mail`, `feedback`, or empty for all that the API needs. The template "
        "sets it for each function.",
    )
    apple_wallet: str = setting(
        "",
        env="APPLE_WALLET",
        secret=True,
        text="For passes of Apple Wallet, in PEM one after the other: the private key of a pass type, without a "
        "password, its certificate, and that of Apple (WWDR) which has issued it. Either this or "
        "APPLE_WALLET_PARAMETER; empty: no such passes.",
    )
    apple_wallet_parameter: str = setting(
        "",
        env="APPLE_WALLET_PARAMETER",
        text="Name of the SSM SecureString that holds APPLE_WALLET on AWS; read again every five minutes.",
        example="/turnout/prod/apple-wallet",
    )
    google_wallet: str = setting(
        "",
        env="GOOGLE_WALLET",
        secret=True,
        text="For passes of Google Wallet: the JSON of a key of a service account that may make them. Either this or "
        "GOOGLE_WALLET_PARAMETER, together with GOOGLE_WALLET_ISSUER; empty: no such passes.",
    )
    google_wallet_parameter: str = setting(
        "",
        env="GOOGLE_WALLET_PARAMETER",
        text="Name of the SSM SecureString that holds GOOGLE_WALLET on AWS; read again every five minutes.",
        example="/turnout/prod/google-wallet",
    )
    google_wallet_issuer: str = setting(
        "",
        env="GOOGLE_WALLET_ISSUER",
        text="Number of the issuer in Google's Pay & Wallet Console for which the service account works.",
        example="3388000000012345678",
    )
    mail_from: str = setting(
        "Turnout <no-reply@turnout.example>",
        env="MAIL_FROM",
        text="Sender of every mail; its domain is verified in SES. Without a name it gets that of PRODUCT_NAME.",
    )
    mail_reply_to: str = setting(
        "",
        env="MAIL_REPLY_TO",
        text="Where answers to mails go. Empty: to the sender.",
        example="help@example.org",
    )
    mail_rate: int = setting(
        14,
        env="MAIL_RATE",
        text="Mails a second that may be sent, at most what SES takes from this account. Of a backlog each tick hands "
        "over what can be sent in half a minute, and of what is due now what can be sent in one.",
    )
    due_shards: str = setting(
        "4",
        env="DUE_SHARDS",
        text="Partitions of what is due in an hour: 500 rows a second for each. More from an hour on that begins after "
        "every function has the setting, and never fewer: `4, 16 from 2027-01-01T00`. The numbers before stay.",
        example="4, 16 from 2027-01-01T00",
    )
    product_name: str = setting("Turnout", env="PRODUCT_NAME", text="What mails and documents call the service.")
    public_url: str = setting(
        "",
        env="PUBLIC_URL",
        text="Where clients reach the API, without a trailing slash; https on Lambda. Empty: the domain name and stage "
        "of the gateway that a request came through, whatever its `Host` says. "
        "Its host also ends the ids of calendar entries, which must not change while people have entries.",
        example="https://api.example.org",
    )
    link_base_url: str = setting(
        "",
        env="LINK_BASE_URL",
        text="Where mailed links lead, https on Lambda: they open `LINK_BASE_URL/g/{token}`, for a page of one's own "
        "that calls the API with the token. Empty: PUBLIC_URL, that is the API's own page.",
        example="https://events.example.org",
    )
    api_url: str = setting(
        "",
        env="API_URL",
        text="The API as its gateway named it: where mailed links lead when neither LINK_BASE_URL nor PUBLIC_URL is "
        "set. The template sets it for the mail sender.",
    )
    cors_origins: str = setting(
        "*",
        env="CORS_ORIGINS",
        text="Origins that browsers may call from, such as `https://events.example.org`, separated by commas, or `*` "
        "(no cookies are used).",
    )
    trusted_proxies: str = setting(
        "",
        env="TRUSTED_PROXIES",
        text="Networks of a CDN or of proxies of one's own in front of the gateway, separated by commas. Of a request "
        "that comes from there the last address in `X-Forwarded-For` that is none of theirs is the client's, for "
        "limits and for what owners are told. Empty: the address that the gateway saw, whatever a header says.",
        example="203.0.113.0/24, 2001:db8:7::/48",
    )
    limits: str = setting(
        PRODUCTION,
        env="LIMITS",
        text="`production`, or `generous` for a laptop: no waiting between two verification mails. Refused on Lambda.",
    )
    currency: str = setting("EUR", env="CURRENCY", text="ISO 4217 currency of an event that names none.")
    password_min_length: int = setting(
        MIN_PASSWORD,
        env="PASSWORD_MIN_LENGTH",
        text="Shortest accepted password; the strict sign-up profile asks for at least "
        f"{MIN_STRICT_PASSWORD} (NIST SP 800-63B-4).",
    )
    sign_up_profile: str = setting(
        "compat",
        env="SIGN_UP_PROFILE",
        text="`compat`: a known address is told 409 `email_taken`. "
        "`strict`: the same 201 for every address, and a mail to the owner.",
    )
    reminder_speed: float = setting(
        1.0,
        env="REMINDER_SPEED",
        text="Development only: how many times sooner reminders and follow-ups are due, and nothing else. With 60 an "
        "hour of theirs takes a minute: a reminder of one hour is sent one minute before the start. Change notices "
        "wait five minutes all the same, unless the start is less than half an hour away. Refused on Lambda.",
    )
    access_token_minutes: int = setting(60, env="ACCESS_TOKEN_MINUTES", text="Life of an access token in minutes.")
    refresh_token_days: int = setting(7, env="REFRESH_TOKEN_DAYS", text="Life of a refresh token in days.")
    max_body_bytes: int = setting(
        MAX_BODY_BYTES, env="MAX_BODY_BYTES", text="Largest accepted request body; beyond it 413."
    )
    seats_for_others: int = setting(
        MAX_FOR_OTHERS,
        env="SEATS_FOR_OTHERS",
        text="Seats of one event, those that are waited for included, that one account may take for others: by their "
        "attendee records, or by handing a place on. Who is in charge of the event is free.",
    )
    audit_days: int = setting(
        AUDIT_LIFE.days,
        env="AUDIT_DAYS",
        text="Days for which what an admin did is kept. Entries that are there keep their end.",
    )
    log_level: str = setting("INFO", env="LOG_LEVEL", text="Python logging level of the service's own log lines.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read every setting; raises `SettingsError` that lists all wrong variables at once."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for declaration in dataclasses.fields(cls):
            if "variables" in declaration.metadata:
                variables = declaration.metadata["variables"]
                urls = {queue: environ.get(variable.env) for queue, variable in variables.items()}
                values[declaration.name] = {queue: url for queue, url in urls.items() if url}
            elif text := environ.get(declaration.metadata["variable"].env):
                try:
                    values[declaration.name] = _value(declaration.type, declaration.metadata["variable"], text)
                except SettingsError as error:
                    wrong.append(str(error))
        made = None if wrong else cls(**values)
        wrong += made.complaints() if made else []
        wrong += made.unfit_for_lambda() if made and environ.get("AWS_LAMBDA_FUNCTION_NAME") else []
        if wrong or made is None:
            raise SettingsError("; ".join(wrong))
        return made

    @property
    def shortest_password(self) -> int:
        """Where the password is the only factor, NIST SP 800-63B-4 asks for fifteen characters."""
        return (
            max(self.password_min_length, MIN_STRICT_PASSWORD)
            if self.sign_up_profile == "strict"
            else self.password_min_length
        )

    @property
    def keys_at(self) -> str:
        """The parameter of SSM that this function reads."""
        return self.derived_keys_parameter or self.key_ring_parameter

    @property
    def has_apple_wallet(self) -> bool:
        return bool(self.apple_wallet or self.apple_wallet_parameter)

    @property
    def has_google_wallet(self) -> bool:
        return bool(self.google_wallet or self.google_wallet_parameter)

    @property
    def sender(self) -> str:
        """MAIL_FROM with the name of the service in front, unless it has a name already."""
        name, address = parseaddr(self.mail_from)
        return self.mail_from if name else f'"{quote(self.product_name)}" <{address}>'

    @property
    def links_at(self) -> str:
        """What stands before the `/g/` of a mailed link."""
        return self.link_base_url or self.public_url or self.api_url

    @property
    def api_at(self) -> str:
        """The API itself, also where pages of one's own stand before it: programs of others are told this address."""
        return self.public_url or self.api_url or self.link_base_url

    def complaints(self) -> list[str]:
        """What is wrong with the values, one sentence each, naming the variable and the fix."""
        checks = (
            (self.limits in {GENEROUS, PRODUCTION}, f"LIMITS must be `generous` or `production`, not {self.limits!r}"),
            (
                self.sign_up_profile in {"compat", "strict"},
                f"SIGN_UP_PROFILE must be `compat` or `strict`, not {self.sign_up_profile!r}",
            ),
            (
                not self.has_google_wallet or _ISSUER.fullmatch(self.google_wallet_issuer) is not None,
                "GOOGLE_WALLET needs GOOGLE_WALLET_ISSUER, a number",
            ),
            (
                not (self.has_apple_wallet or self.has_google_wallet) or _signs_passes(),
                "APPLE_WALLET and GOOGLE_WALLET need `cryptography`, which is not installed: `make package WALLETS=on`",
            ),
            (currencies.digits(self.currency) is not None, "CURRENCY must be an ISO 4217 code such as EUR"),
            (
                self.cors_origins.strip() == "*"
                or all(_ORIGIN.fullmatch(origin.strip()) for origin in self.cors_origins.split(",")),
                "CORS_ORIGINS must be `*`, or origins in small letters without a path, such as https://events.example.org",
            ),
            (self.keys_for in {"", "mail", "feedback"}, "KEYS_FOR must be `mail`, `feedback` or empty"),
            (
                not self.mail_reply_to or "@" in self.mail_reply_to.strip("@"),
                f"MAIL_REPLY_TO must be an e-mail address, not {self.mail_reply_to!r}",
            ),
            (not (plan := _wrong_plan(self.due_shards)), f"DUE_SHARDS {plan}"),
            (
                _are_proxies(self.trusted_proxies),
                "TRUSTED_PROXIES must be networks such as 203.0.113.0/24, none wider than /8 (IPv6: /16)",
            ),
        )
        return [*(sentence for holds, sentence in checks if not holds), *self._out_of_bounds, *self._wrong_bases]

    @property
    def _out_of_bounds(self) -> list[str]:
        return [
            f"{field.upper()} must be between {least} and {most}"
            for field, (least, most) in _BOUNDS.items()
            if not least <= getattr(self, field) <= most
        ]

    @property
    def _wrong_bases(self) -> list[str]:
        return [
            f"{name} must be an address such as https://api.example.org, without a slash at its end"
            for name, url in self._bases
            if not _is_base(url)
        ]

    @property
    def _bases(self) -> tuple[tuple[str, str], ...]:
        """What addresses of ours begin with, by the variable."""
        return ("PUBLIC_URL", self.public_url), ("LINK_BASE_URL", self.link_base_url), ("API_URL", self.api_url)

    def unfit_for_lambda(self) -> list[str]:
        """What is good on a laptop only, one sentence each: a deployed function refuses to start with it."""
        checks = (
            (self.reminder_speed == 1.0, "REMINDER_SPEED is for development only: unset it on Lambda"),
            (self.limits == PRODUCTION, "LIMITS is for development only: unset it on Lambda, or set `production`"),
            *(
                (not url or url.startswith("https://"), f"{name} must begin with https:// on Lambda, not {url!r}")
                for name, url in self._bases
            ),
        )
        return [sentence for holds, sentence in checks if not holds]
