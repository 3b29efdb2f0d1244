"""Languages: one canonical BCP 47 tag for what people write, a tag in any case or the English name of a language."""

import re
from collections.abc import Sequence
from functools import cache

from chalicelib.domain.reference.reference_data import THREE_LETTERS, TWO_LETTERS
from chalicelib.domain.shared.weights import weight_of

_REPLACED = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro"}  # withdrawn codes that old clients send
_EXTENDED = {"ar", "ms", "sgn", "zh"}  # `zh-yue` is an old spelling of `yue` (RFC 5646 section 4.5)

_LONGEST = 35  # RFC 5646 section 4.4.1: room for every tag that is in use
_LONGEST_HEADER = 1000  # nobody reads more languages than that
_ANY = "*"
_TAG = (  # compiled at its first use
    r"(?P<language>[a-z]{2,3})"
    r"(-(?P<extended>[a-z]{3}))?"
    r"(?P<rest>(-[a-z]{4})?"  # script
    r"(-([a-z]{2}|[0-9]{3}))?"  # region
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*)"
    r"(-x(-[a-z0-9]{1,8})+)?)"  # private use
)


def parse(text: str) -> str | None:
    """The canonical tag (`PT-br` is `pt-BR`, `eng` and `English` are `en`), or None when it names no known language."""
    lower = text.lower()
    if lower in _codes_by_name():
        return _codes_by_name()[lower]
    tag = re.fullmatch(_TAG, lower) if len(lower) <= _LONGEST else None
    if tag is None or _repeats(tag["variants"].split("-")[1:]) or _repeats(_singletons(tag["extensions"])):
        return None
    language = _language(tag["language"], tag["extended"])
    return language and language + _cased(tag["rest"])


def preferred(accept_language: str) -> str | None:
    """The tag that a browser's `Accept-Language` likes best (RFC 9110, the first of equals), or None."""
    return next((tag for tag, weight in _ranges(accept_language) if weight and tag != _ANY), None)


def best(accept_language: str, supported: Sequence[str]) -> str | None:
    """The tag of `Accept-Language` that is liked best of those that one of the supported languages serves.

    That is lookup (RFC 4647 section 3.4) by weight (RFC 9110 section 12.5.4): `de-AT` is served by `de`, a weight of 0
    rules a language out, `*` is any that is not named. None when the header leaves it to whoever asks.
    """
    ranges = _ranges(accept_language)
    ruled_out = [tag for tag, weight in ranges if not weight and tag != _ANY]
    left = [tag for tag in supported if not any(_covers(wide, tag) for wide in ruled_out)]
    named = {nearest(tag, supported) for tag, _ in ranges if tag != _ANY}
    for tag, weight in ranges:
        if tag == _ANY and weight and named - {None}:
            others = [one for one in left if one not in named]
            if others:
                return others[0]
        elif weight and nearest(tag, supported) in left:
            return tag
    return left[0] if left and len(left) < len(supported) else None


def nearest(tag: str, supported: Sequence[str]) -> str | None:
    """The supported language that serves a tag: itself, or itself without its last parts (RFC 4647 section 3.4)."""
    by_tag = {one.lower(): one for one in supported}
    subtags = tag.lower().split("-")
    while subtags:
        if "-".join(subtags) in by_tag:
            return by_tag["-".join(subtags)]
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()  # what begins with a single letter means nothing without its end
    return None


def _covers(wide: str, tag: str) -> bool:
    """Whether a tag is one of those that a range means (RFC 4647 section 3.3.1)."""
    return f"{tag.lower()}-".startswith(f"{wide.lower()}-")


def _ranges(accept_language: str) -> list[tuple[str, float]]:
    """What a header names, with its weights, the best liked first. What is no language or no weight is left out."""
    found = []
    for entry in accept_language[:_LONGEST_HEADER].split(","):
        text, _, weight = entry.partition(";")
        liked = weight_of(weight) if weight else 1.0
        tag = _ANY if text.strip() == _ANY else parse(text.strip())
        if tag and liked is not None:
            found.append((tag, liked))
    return sorted(found, key=lambda range_: -range_[1])


def _language(primary: str, extended: str | None) -> str | None:
    if extended is None:
        return _codes().get(primary)
    return _codes().get(extended) if primary in _EXTENDED else None


def _singletons(extensions: str) -> list[str]:
    return [subtag for subtag in extensions.split("-") if len(subtag) == 1]


def _repeats(subtags: list[str]) -> bool:
    return len(set(subtags)) < len(subtags)


def _cased(rest: str) -> str:
    """RFC 5646 section 2.1.1: regions in capitals, scripts with one, everything after a singleton small."""
    subtags = rest.split("-")
    first = next((place for place, subtag in enumerate(subtags) if len(subtag) == 1), len(subtags))
    case = {2: str.upper, 4: str.capitalize}
    return "-".join([case.get(len(subtag), str)(subtag) for subtag in subtags[:first]] + subtags[first:])


@cache
def _codes() -> dict[str, str]:
    """The canonical code of every known one, the shortest there is: `eng` and `en` are `en`."""
    codes = {code: code for code in THREE_LETTERS.split()} | _REPLACED
    for short, longs, _ in _two_letters():
        codes |= dict.fromkeys([short, *longs.split("/")], short)
    return codes


@cache
def _codes_by_name() -> dict[str, str]:
    return {name: short for short, _, names in _two_letters() for name in names.lower().split("/")}


def _two_letters() -> list[tuple[str, str, str]]:
    lines = (line.split(" ", 2) for line in TWO_LETTERS.splitlines())
    return [(short, longs, names) for short, longs, names in lines]
