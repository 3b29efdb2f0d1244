"""Header lines of a mail, encoded here: the standard library's structured headers parse the text that they are given.

`=?utf-8?q?Hi=0D=0AX-Evil:_yes?=` in a title would be read as an encoded word and written as a header of its own. So
what people wrote never reaches a parser: all but plain ASCII without `=?` becomes encoded words (RFC 2047).
"""

from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr, quote
from typing import Any, ClassVar, Literal, cast
from urllib.parse import quote as percent_encoded

# Of an encoded word and of a line with one in it, RFC 2047 section 2 allows 75 and 76 characters.
LONGEST_WORD = 75
# A longer run without a space would be folded before its first letter, and be read with a space in front.
_LONGEST_PLAIN = 60
# What the standard library makes of content types and encodings: none of these holds a text of people.
_STRUCTURE = ("content-type", "content-transfer-encoding", "mime-version")


class Verbatim(BaseHeader):
    """A value that is neither parsed nor altered, on one line however long it is. Line breaks were refused before."""

    max_count: ClassVar[Literal[1] | None] = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["decoded"], kwds["parse_tree"] = value, None

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class PlainText(Verbatim):
    """A text of people: kept as it is, written as ASCII or as encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {encoded(str(self), used=len(self.name) + 2, linesep=policy.linesep)}{policy.linesep}"


class Mailbox(Verbatim):
    """`Name <address>` or an address alone, as a setting has it."""

    def fold(self, *, policy: Policy) -> str:
        name, address = parseaddr(str(self))
        return f"{self.name}: {formatted(name, address, len(self.name) + 2, policy.linesep)}{policy.linesep}"


def policy() -> "EmailPolicy[EmailMessage]":
    """Seven bits on the way, so that no relay encodes anew what was signed. A line break raises `ValueError`."""
    registry = HeaderRegistry(default_class=cast("Any", Verbatim), use_default_map=False)
    known = cast("dict[str, type[BaseHeader]]", HeaderRegistry().registry)
    for name in _STRUCTURE:
        registry.map_to_type(name, known[name])
    registry.map_to_type("subject", PlainText)
    for name in ("from", "reply-to"):
        registry.map_to_type(name, Mailbox)
    return EmailPolicy(cte_type="7bit", header_factory=registry)


def encoded(text: str, used: int = 0, linesep: str = "\n") -> str:
    """Plain printable ASCII as it is, folded at its spaces; every other text as encoded words of UTF-8.

    `used` is how many characters stand before it on its first line.
    """
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    return Header(text, charset, maxlinelen=LONGEST_WORD, header_name="x" * max(used - 2, 0)).encode(linesep=linesep)


def formatted(name: str, address: str, used: int = 0, linesep: str = "\n") -> str:
    """A mailbox (RFC 5322 section 3.4): the name quoted where it is plain ASCII, else in encoded words."""
    if not name:
        return address
    shown = f'"{quote(name)}"' if _is_plain(name) else encoded(name, used, linesep)
    return f"{shown} <{address}>"


def disposition(name: str) -> str:
    """A file and its name (RFC 2183); a name that is not plain ASCII is percent-encoded (RFC 2231)."""
    if _is_plain(name):
        return f'attachment; filename="{quote(name)}"'
    return f"attachment; filename*=utf-8''{percent_encoded(name, safe='')}"


def _is_plain(text: str) -> bool:
    """Whether readers show these bytes as they are: no space that folding could lose, nothing for a decoder."""
    words = text.split()
    legible = text.isascii() and text.isprintable() and "=?" not in text
    return legible and text == " ".join(words) and all(len(word) <= _LONGEST_PLAIN for word in words)
