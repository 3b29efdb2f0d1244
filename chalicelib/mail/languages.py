"""The languages of mails and pages: sentences by key from one catalogue each, and the language that a reader gets."""

import functools
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.domain.reference.languages import nearest
from chalicelib.mail.wording import Wording

TEXTS = Path(__file__).parent / "texts"
FALLBACK = "en"
# Every catalogue is a language: the file is all that a new one needs.
LANGUAGES = (FALLBACK, *sorted({path.stem for path in TEXTS.glob("*.toml")} - {FALLBACK}))


class TextError(LookupError):
    """A template asks for a sentence that there is not, or with other values than the sentence has places for."""


class Language(Wording):
    """One catalogue. `tag` is what documents in this language declare."""

    def __init__(self, tag: str, texts: Mapping[str, str]) -> None:
        self.tag = tag
        self.texts = texts

    def say(self, key: str, **values: object) -> str:
        """The sentence with its values. Raises `TextError` rather than to send half of one."""
        text = self.texts.get(key)
        if text is None:
            raise TextError(f"{self.tag} has no text {key}")
        if places(text) != values.keys():
            raise TextError(f"{self.tag} {key} takes {sorted(places(text))}, not {sorted(values)}")
        return text.format_map(values)


@functools.cache
def places(text: str) -> frozenset[str]:
    """The names of the values that a sentence takes."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def language_of(locale: str) -> Language:
    """The language of a BCP 47 tag, whatever the region: `de-AT` reads `de`; for everybody else English."""
    return language(nearest(locale, LANGUAGES) or FALLBACK)


@functools.cache
def language(tag: str) -> Language:
    import tomllib  # the first mail or page of a process needs it

    with (TEXTS / f"{tag}.toml").open("rb") as file:
        return Language(tag, dict(_flat(tomllib.load(file))))


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every text under its dotted key. Line breaks of the file are none of the text."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, " ".join(str(value).split())
