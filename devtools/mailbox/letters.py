"""A mail as its reader sees it: parsed from the raw message, however broken that is."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import formatdate
from typing import Any


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """Header fields that occur several times are joined by line breaks."""

    text: str
    html: str
    headers: dict[str, str]
    attachments: list[Attachment]


def parse(raw: bytes) -> Content:
    """Never raises: what cannot be decoded is shown as well as it can be."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError(type(message))
    texts: dict[str, str] = {}
    attachments: list[Attachment] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and kind not in texts and part.get_content_disposition() != "attachment":
            texts[kind] = _text(part)
        else:
            attachments.append(_attachment(part, len(attachments)))
    return Content(texts.get("text/plain", ""), texts.get("text/html", ""), _headers(raw), attachments)


def dated(raw: bytes, sent_at: float, name: str) -> bytes:
    """The message as it goes on from SES, which adds when it was sent and an id where they are missing."""
    there = {header.lower() for header in email.message_from_bytes(raw, policy=email.policy.compat32)}
    end = b"\r\n" if b"\r\n" in raw.partition(b"\n")[0] + b"\n" else b"\n"
    added = {"Date": formatdate(sent_at), "Message-ID": f"<{name}@email.amazonses.com>"}
    lines = [f"{header}: {value}".encode() + end for header, value in added.items() if header.lower() not in there]
    return b"".join(lines) + raw


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """What a mail is made of, without a calendar entry that stands beside the text: programs read that one."""
    calendars = {id(part) for whole in message.walk() for part in _alternatives(whole) if _is_calendar(part)}
    for part in message.walk():
        if not part.is_multipart() and isinstance(part, EmailMessage) and id(part) not in calendars:
            yield part


def _alternatives(part: Message) -> list[Message]:
    parts = part.get_payload() if part.get_content_type() == "multipart/alternative" else None
    return [child for child in parts if isinstance(child, Message)] if isinstance(parts, list) else []


def _is_calendar(part: Message) -> bool:
    return part.get_content_type() == "text/calendar" and part.get("Content-Disposition") is None


def _text(part: EmailMessage) -> str:
    try:
        content: Any = part.get_content()
    except (LookupError, UnicodeError, ValueError):
        content = _bytes(part)
    return content if isinstance(content, str) else bytes(content).decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attachment(part: EmailMessage, number: int) -> Attachment:
    try:
        name = part.get_filename()
    except (LookupError, UnicodeError, ValueError):
        name = None
    return Attachment(str(name or f"attachment-{number + 1}"), part.get_content_type(), _bytes(part))


def _headers(raw: bytes) -> dict[str, str]:
    # The older policy keeps every field as it came; the newer one refuses some malformed ones while they are read.
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    headers: dict[str, str] = {}
    for name, value in message.items():
        shown = _decoded(name, str(value))
        headers[name] = f"{headers[name]}\n{shown}" if name in headers else shown
    return headers


def _decoded(name: str, value: str) -> str:
    folded = value.replace("\r\n", "\n")
    try:
        return str(email.policy.default.header_factory(name, "".join(folded.split("\n")).strip()))
    except (LookupError, UnicodeError, ValueError, IndexError, AttributeError, TypeError):
        return folded.encode("utf-8", "replace").decode()
