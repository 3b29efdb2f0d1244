"""SES: one raw message a call, without the SDK's retries (a repeated call is a second mail)."""

import functools
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.mail import headers
from chalicelib.mail.addresses import on_the_wire
from chalicelib.services.notifications.contexts import Attachment
from chalicelib.services.notifications.ports import (
    RenderedEmail,
    SendingPausedError,
    SendLaterError,
    SendRefusedError,
    SetUpError,
)

# What SES says with these codes is about this message only in these words: an address that is none, a message that is
# too large or carries a virus. With the same codes it says that an identity is not verified, or who may be written to
# from the sandbox. Whatever is wrong with us or with SES, a mail waits until it is put right.
_ABOUT_MESSAGES = {"MessageRejected", "BadRequestException"}
_FINAL = re.compile(
    r"illegal address|missing (final|'?@)|domain (is missing|name|contains|ends|starts)|local (part|address)|"
    r"user ?name is missing|address (length|contains)|control or whitespace|virus|malware|"
    r"message (length|is too large|size)|header (is )?too long|duplicate header|illegal header|too many recipients",
    re.IGNORECASE,
)
_OURS = re.compile("not verified|not authori[sz]ed|sandbox|configuration set", re.IGNORECASE)  # it names them, too
_PAUSED = {"AccountSuspendedException", "SendingPausedException"}
# What no time puts right: an identity, a configuration set or a permission that is missing.
_SET_UP = _ABOUT_MESSAGES | {
    "AccessDenied",
    "AccessDeniedException",
    "ConfigurationSetDoesNotExistException",
    "InvalidClientTokenId",
    "MailFromDomainNotVerifiedException",
    "NotFoundException",
    "UnrecognizedClientException",
}


def to_mime(message: RenderedEmail, sender: str, reply_to: str = "") -> bytes:
    """Text and HTML as alternatives, UTF-8. Raises `ValueError` for a line break in a header.

    What calendars act upon stands there as an alternative too, and once more as a file for who wants to open it.
    """
    mime = EmailMessage(policy=headers.policy())
    mime.set_content(message.text)
    mime.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        if attachment.method:
            main, sub = attachment.content_type.split("/", 1)
            parameters = {"method": attachment.method, "charset": "utf-8"}
            mime.add_alternative(attachment.text.encode(), maintype=main, subtype=sub, params=parameters)
    for attachment in message.attachments:
        _attach(mime, attachment)
    _address(mime, message, sender, reply_to)
    return mime.as_bytes()


def _attach(mime: EmailMessage, attachment: Attachment) -> None:
    # A second part of the calendar's own type would be a second invitation to some programs.
    content_type = "application/ics" if attachment.method else attachment.content_type
    main, sub = content_type.split("/", 1)
    mime.add_attachment(attachment.text.encode(), maintype=main, subtype=sub)
    file = list(mime.iter_parts())[-1]
    del file["Content-Disposition"]
    file["Content-Disposition"] = headers.disposition(attachment.name)


def _address(mime: EmailMessage, message: RenderedEmail, sender: str, reply_to: str) -> None:
    """The headers of the whole, last: adding a part moves every `Content-` header that is there into the first part."""
    mime["From"] = sender
    user, _, domain = on_the_wire(message.to).rpartition("@")
    mime["To"] = str(Address("", user, domain))
    if reply_to:
        mime["Reply-To"] = reply_to
    mime["Subject"] = message.subject
    for name, value in message.headers.items():
        mime[name] = value


def _refusal(code: str, words: str) -> Exception:
    """The words themselves go nowhere: there are addresses in them."""
    if code in _PAUSED:
        return SendingPausedError(code)
    if code in _ABOUT_MESSAGES and _FINAL.search(words) and not _OURS.search(words):
        return SendRefusedError(code)
    return SetUpError(code) if code in _SET_UP else SendLaterError(code)


class SesMailer:
    """`configuration_set` makes SES report what becomes of a mail; the mail's tags are in the reports."""

    def __init__(self, sender: str, reply_to: str = "", configuration_set: str = "") -> None:
        self._sender = sender
        self._reply_to = reply_to
        self._reported = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    @functools.cached_property
    def _client(self) -> Any:
        import boto3  # the first mail of a process needs it

        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        return boto3.client("sesv2", config=config)

    def send(self, message: RenderedEmail) -> str:
        """Raises `SendRefusedError` for what SES will never take, `SendLaterError` for everything that may pass.

        `SendingPausedError` when SES takes nothing at all from this account, `SetUpError` when something is missing.
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
            raise _refusal(error.response["Error"]["Code"], error.response["Error"].get("Message", "")) from error
        except BotoCoreError as error:
            raise SendLaterError(type(error).__name__) from error
        return str(answer["MessageId"])
