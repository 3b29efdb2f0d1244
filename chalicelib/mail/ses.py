"""SES: one raw message a call, without the SDK's retries (a repeated call is a second mail)."""

import functools
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.services.signals import Message, SendingPausedError, SendLaterError, SendRefusedError

# What is wrong with this message; everything else is wrong with us or with SES, and a mail waits until it is put right.
_REFUSED = {"MessageRejected", "BadRequestException"}
_PAUSED = {"AccountSuspendedException", "SendingPausedException"}


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header with an address of the web in it: the standard library would write a long one as encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> "EmailPolicy[EmailMessage]":
    """Seven bits on the way, so that no relay has to encode anew what was signed."""
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", _OneLine)
    return EmailPolicy(cte_type="7bit", header_factory=registry)


def to_mime(message: Message, sender: str, reply_to: str = "") -> bytes:
    """Text and HTML as alternatives, UTF-8; header injection is refused by the standard library's policy.

    What calendars act upon stands there as an alternative too, and once more as a file for who wants to open it.
    """
    mime = EmailMessage(policy=_policy())
    mime["From"] = _address(sender)
    user, _, domain = on_the_wire(message.to).rpartition("@")
    mime["To"] = Address("", user, domain)
    if reply_to:
        mime["Reply-To"] = _address(reply_to)
    mime["Subject"] = message.subject
    for header, value in message.headers.items():
        mime[header] = value
    mime.set_content(message.text)
    mime.add_alternative(message.html, subtype="html")
    for one in message.attachments:
        if one.method:
            main, sub = one.content_type.split("/", 1)
            parameters = {"method": one.method, "charset": "utf-8"}
            mime.add_alternative(one.text.encode(), maintype=main, subtype=sub, params=parameters)
    for one in message.attachments:
        # A second part of the calendar's own type would be a second invitation to some programs.
        main, sub = ("application", "ics") if one.method else one.content_type.split("/", 1)
        mime.add_attachment(one.text.encode(), maintype=main, subtype=sub, filename=one.name)
    return mime.as_bytes()


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def on_the_wire(address: str) -> str:
    """The domain as SES wants it: in ASCII (IDNA 2008), `xn--bcher-kva.example` for `bücher.example`."""
    if address.isascii():
        return address
    import idna  # few addresses need it

    user, _, domain = address.rpartition("@")
    return f"{user}@{idna.encode(domain, uts46=True).decode()}"


class SesMailer:
    """`configuration_set` makes SES report what becomes of a mail; the mail's tags are in the reports."""

    def __init__(self, sender: str, reply_to: str = "", configuration_set: str = "") -> None:
        self._sender = sender
        self._reply_to = reply_to
        self._reported = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    @functools.cached_property
    def _client(self) -> Any:
        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        return botocore.session.get_session().create_client("sesv2", config=config)

    def send(self, message: Message) -> str:
        """Raises `SendRefusedError` for what SES will never take, `SendLaterError` for everything that may pass.

        `SendingPausedError` when SES takes nothing at all from this account.
        """
        try:
            answer = self._client.send_email(
                FromEmailAddress=parseaddr(self._sender)[1],
                Destination={"ToAddresses": [on_the_wire(message.to)]},
                Content={"Raw": {"Data": to_mime(message, self._sender, self._reply_to)}},
                EmailTags=[{"Name": name, "Value": value} for name, value in message.tags.items()],
                **self._reported,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _REFUSED:
                raise SendRefusedError(code) from error
            if code in _PAUSED:
                raise SendingPausedError(code) from error
            raise SendLaterError(code) from error
        except BotoCoreError as error:
            raise SendLaterError(type(error).__name__) from error
        return str(answer["MessageId"])
