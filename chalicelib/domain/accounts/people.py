"""People: everybody who can be enrolled, with or without an account, and what is kept about them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.shared.folding import fold

ERASED_NAME = "Erased"  # what is left of the name in a record that somebody else keeps
_WORD = re.compile(r"[^\W_]+")
# Inside of the brackets of a regular expression, in Python as in ECMA. Control characters, line and paragraph
# separators, embeddings, overrides and isolates of writing direction, the byte order mark, annotations. Joiners and
# direction marks may stand in a name, which Persian, Hindi or Hebrew need, but do not make one.
UNPRINTABLE = r"\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
BLANK = r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u2800\u3164\ufe00-\ufe0f\uffa0"
_UNPRINTABLE = re.compile(rf"[{UNPRINTABLE}\ud800-\udfff\U000e0000-\U000e007f]")
_VISIBLE = re.compile(f"[^{UNPRINTABLE}{BLANK}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who an enrollment is about. An account is a person with the same id; a guest becomes one; others are kept."""

    id: str
    name: str  # as others may see it; empty when none is known, never a part of the address
    email: str | None = None
    locale: str | None = None  # None: nobody has said what they read
    kept_by: str | None = None  # the user who keeps the record; None for accounts and guests
    recorded_at: datetime | None = None  # when that record was last changed
    has_account: bool = False  # one whose address is proven: anybody else can do nothing but use the links in mails
    has_own_name: bool = False  # the name is their own word, or their keeper's: it goes before what others called them


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeFacts:
    """What a keeper writes down about somebody."""

    first_name: str
    last_name: str = ""
    email: str | None = None
    phone: str | None = None
    date_of_birth: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """An attendee record. `kept_by` None is a user's own: its names and address are those of the account."""

    id: str
    facts: AttendeeFacts
    kept_by: str | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def name(self) -> str:
        return full_name(self.facts.first_name, self.facts.last_name)


def unprintable_in(name: str) -> str | None:
    """The first character that cannot stand in a name: it shows nothing, or makes what follows look like another."""
    found = _UNPRINTABLE.search(name)
    return found[0] if found else None


def is_blank(name: str) -> bool:
    """Whether a name has nothing that can be seen."""
    return _VISIBLE.search(name) is None


def legible(name: str) -> str:
    """A name as it may be shown, also one from before such characters were refused."""
    return _UNPRINTABLE.sub("", name) if _UNPRINTABLE.search(name) else name


def full_name(first_name: str, last_name: str) -> str:
    return " ".join(part for part in (first_name, last_name) if part)


def folded(text: str) -> str:
    """The text without case and accents, for finding somebody."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    ).casefold()


def words(text: str) -> tuple[str, ...]:
    """The words of a name without case and accents."""
    return tuple(_WORD.findall(folded(text)))


def findable_words(name: str) -> tuple[str, ...]:
    """By which words a name is found: those of it, and as people without its keys write them (Łukasz by lukasz)."""
    return tuple(dict.fromkeys([*words(name), *_WORD.findall(fold(name))]))
