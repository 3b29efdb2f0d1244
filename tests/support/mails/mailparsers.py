"""Mails read back by two programs that are not their maker's: Python's own parser, and one in Rust."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from fast_mail_parser import parse_email

_WRITTEN_IN_SEVERAL_WAYS = {"Content-Type", "From"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a reader gets, line breaks as texts have them; `parts` are the other ones: type, name and content."""

    subject: str
    sender: tuple[str, str]
    headers: dict[str, str]
    text: str
    html: str
    parts: list[tuple[str, str, bytes]]

    @property
    def calendar(self) -> str:
        """The object that calendars act upon."""
        [content] = [content for kind, _, content in self.parts if kind == "text/calendar"]
        return content.decode()


def read_mail(raw: bytes) -> Letter:
    """The mail as both read it."""
    letter, other = by_python(raw), by_rust(raw)
    assert letter == other
    return letter


def by_python(raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    texts, parts = {}, []
    for part in message.walk():
        assert part.defects == []
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"}:
            texts[kind] = _lines(part.get_content())
        elif not part.is_multipart():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            parts.append((kind, part.get_filename() or "", content))
    headers = {name: str(value) for name, value in message.items() if name not in _WRITTEN_IN_SEVERAL_WAYS}
    subject, text, html = str(message["Subject"]), texts["text/plain"], texts["text/html"]
    sender = parseaddr(str(message["From"]))
    return Letter(subject=subject, sender=sender, headers=headers, text=text, html=html, parts=parts)


def by_rust(raw: bytes) -> Letter:
    message = parse_email(raw)
    assert message.warnings == []
    [text], [html] = message.text_plain, message.text_html
    parts = [(part.mimetype, part.filename, bytes(part.content)) for part in message.attachments]
    headers = {name: value for name, [value] in message.headers.items() if name not in _WRITTEN_IN_SEVERAL_WAYS}
    sender = parseaddr(message.headers["From"][0])
    text, html = _lines(text), _lines(html)
    return Letter(subject=message.subject, sender=sender, headers=headers, text=text, html=html, parts=parts)


def _lines(text: str) -> str:
    """What a part ends with belongs to what stands between parts, to some."""
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"
