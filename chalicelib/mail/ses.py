"""SES: one raw message a call, without the SDK's retries (a repeated call is a second mail)."""

import functools
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.services.signals import Message, SendLaterError, SendRefusedError

_REFUSED = {"MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException", "NotFoundException"}


def to_mime(message: Message, sender: str) -> bytes:
    """Text and HTML as alternatives, UTF-8; header injection is refused by the standard library's policy."""
    mime = EmailMessage()
    name, address = parseaddr(sender)
    user, _, domain = address.rpartition("@")
    mime["From"] = Address(name, user, domain)
    to_user, _, to_domain = on_the_wire(message.to).rpartition("@")
    mime["To"] = Address("", to_user, to_domain)
    mime["Subject"] = message.subject
    for header, value in message.headers.items():
        mime[header] = value
    mime.set_content(message.text)
    mime.add_alternative(message.html, subtype="html")
    return mime.as_bytes()


def on_the_wire(address: str) -> str:
    """The domain as SES wants it: in ASCII (IDNA 2008), `xn--bcher-kva.example` for `bücher.example`."""
    if address.isascii():
        return address
    import idna  # few addresses need it

    user, _, domain = address.rpartition("@")
    return f"{user}@{idna.encode(domain, uts46=True).decode()}"


class SesMailer:
    def __init__(self, sender: str) -> None:
        self._sender = sender

    @functools.cached_property
    def _client(self) -> Any:
        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        return botocore.session.get_session().create_client("sesv2", config=config)

    def send(self, message: Message) -> str:
        """Raises `SendRefusedError` for what SES will never take, `SendLaterError` for everything that may pass."""
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [on_the_wire(message.to)]},
                Content={"Raw": {"Data": to_mime(message, self._sender)}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _REFUSED:
                raise SendRefusedError(code) from error
            raise SendLaterError(code) from error
        except BotoCoreError as error:
            raise SendLaterError(type(error).__name__) from error
        return str(answer["MessageId"])
