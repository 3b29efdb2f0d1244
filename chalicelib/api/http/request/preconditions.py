"""`If-Match` and `If-None-Match`, for every route (RFC 9110, section 13).

The dates of the other conditions compare with `Last-Modified`, which no answer has, so that they are ignored as the RFC
wants it; ranges are not served. What cannot be read is not met: a write is refused, and a read answered in full.
"""

import re
from dataclasses import dataclass

from chalicelib.api.http.request.scope import Scope
from chalicelib.domain.errors import PreconditionFailedError
from chalicelib.services.shared.preconditions import Precondition

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(_TAG)
_PLACE = "\0"  # of a tag, where only the form of the list counts; no header has this character
_LIST = re.compile(rf"(?:{_PLACE}?,)*{_PLACE}?")  # elements may be empty (RFC 9110, 5.6.1)
_BLANKS = str.maketrans("", "", " \t")


@dataclass(frozen=True, slots=True)
class EntityTags:
    """What one of the two fields says. `strong` and `weak` are the texts between the quotes."""

    is_any: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    is_readable: bool = True

    @property
    def strong_versions(self) -> frozenset[str]:
        """Of an ETag the part before the first dot is the version. A weak one is never strongly equal to any."""
        return frozenset(map(version_of, self.strong))

    @property
    def versions(self) -> frozenset[str]:
        return frozenset(map(version_of, self.strong | self.weak))


UNREADABLE = EntityTags(is_readable=False)


def version_of(tag: str) -> str:
    return tag.split(".", 1)[0]


def parse(field: str | None) -> EntityTags | None:
    """`*`, or a list of entity tags; None for a request without the field."""
    if field is None:
        return None
    if field.strip(" \t") == "*":
        return EntityTags(is_any=True)
    found = _TAGS.findall(field)
    if not found or not _LIST.fullmatch(_TAGS.sub(_PLACE, field).translate(_BLANKS)):
        return UNREADABLE
    weak = frozenset(tag[3:-1] for tag in found if tag.startswith("W/"))
    return EntityTags(strong=frozenset(tag[1:-1] for tag in found if not tag.startswith("W/")), weak=weak)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Both fields of a request, in the order in which they are looked at."""

    if_match: EntityTags | None
    if_none_match: EntityTags | None

    @classmethod
    def of(cls, here: Scope) -> "Conditions":
        return cls(parse(here.list_header("if-match")), parse(here.list_header("if-none-match")))

    def of_write(self) -> Precondition:
        """For the use case, which knows the version that is there. Both fields compare versions only."""
        one_of = None if self.if_match is None or self.if_match.is_any else self.if_match.strong_versions
        others = self.if_none_match
        if others is None:
            return Precondition(one_of=one_of)
        return Precondition(one_of=one_of, none_of=others.versions, absent=others.is_any or not others.is_readable)

    def stop_unversioned_write(self) -> None:
        """What has no ETag is there, and matches no tag. Raises `PreconditionFailedError`."""
        if not self.of_write().is_met(""):
            raise PreconditionFailedError

    def is_known(self, etag: str | None) -> bool:
        """Whether a reader has what would be answered; what has no ETag (None) matches no tag.

        Raises `PreconditionFailedError` if it is to be another.
        """
        wanted, known = self.if_match, self.if_none_match
        if (
            wanted is not None
            and not wanted.is_any
            and (etag is None or version_of(etag) not in wanted.strong_versions)
        ):
            raise PreconditionFailedError
        return known is not None and (known.is_any or etag in known.strong | known.weak)
