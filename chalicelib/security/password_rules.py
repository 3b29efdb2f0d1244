"""Which passwords are refused: NIST SP 800-63B's rules (length and a blocklist, no composition).

Everything is looked at as it is hashed: after NFKC, where full-width letters are plain ones and a ligature may be many.
"""

import itertools
import re
import string
import unicodedata
from collections.abc import Collection, Iterator, Sequence

SHORTEST_WORD = 4  # shorter ones are parts of too many words
_FREE = 8  # characters beside a word that everybody knows, which counts as one
_FEWEST_TURNS = 5  # `12345678!` has two runs, `aabbccdd` one
_LOOKS_LIKE = str.maketrans(
    {"@": "a", "4": "a", "8": "b", "3": "e", "1": "i", "!": "i", "|": "i", "0": "o", "5": "s", "$": "s", "7": "t"}
)
_TAILS = (string.digits, string.digits + "!?.", string.digits + string.punctuation + " ")
COMMON = "this password is among the most common ones; choose another"
PERSONAL = "do not use your name or e-mail address in your password"


def normal(password: str) -> str:
    """NIST SP 800-63B section 3.1.1.2: the same password typed on two keyboards is the same."""
    return unicodedata.normalize("NFKC", password)


def plain(text: str) -> str:
    """Without case, accents, and what nobody sees: `À` is an `a` to whoever guesses."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (letter for letter in apart if unicodedata.category(letter) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFKC", "".join(kept))


def cores(text: str) -> Iterator[tuple[str, int]]:
    """What is left of a plain text without the digits and signs around it and within it; how many characters that took.

    `p@ssw0rd2026!` and `$ummer2026` are built around `password` and `summer`.
    """
    for tail in _TAILS:
        word = text.strip(tail) if tail == _TAILS[-1] else text.lstrip(string.digits).rstrip(tail)
        yield word.translate(_LOOKS_LIKE).strip(_TAILS[-1]), len(word)


def weakness(
    password: str,
    *,
    shortest: int,
    longest: int,
    words: Collection[str],
    service: Sequence[str],
    own: Sequence[str],
) -> str | None:
    """Why the password is refused, as a sentence, or None.

    `words` are plain ones that everybody knows, `service` how this service calls itself, `own` what is the person's.
    """
    seen = [letter for letter in normal(password) if unicodedata.category(letter) != "Cf"]
    if min(len(seen), len(password)) < shortest:  # a ligature is one letter to whoever types it, and one to guess
        return f"use at least {shortest} characters"
    if len(seen) > longest:
        return f"use at most {longest} characters"
    text = plain(password)
    units = (*_units(text), *_units(joined := _joined(text)))
    if any(is_common(form, words) for form in {text, joined}) or any(_is_built_around(one, words) for one in units):
        return COMMON
    if _is_named(text, service):
        return COMMON
    personal = [part for part in map(plain, own) if len(part) >= SHORTEST_WORD]
    if any(part in form for part in personal for form in (text, text.translate(_LOOKS_LIKE))):
        return PERSONAL
    return None


def is_common(text: str, words: Collection[str]) -> bool:
    """Whether a plain text is one of the words, or little more than one of them."""
    if text in words or len(set(text)) <= 2 or _turns(text) < _FEWEST_TURNS:  # noqa: PLR2004 - letters repeated
        return True
    if any(unit in words for unit in _units(text)):
        return True
    if len(parts := set(filter(None, re.split(r"[\W_]+", text)))) == 1 and next(iter(parts)) in words:
        return True
    return _is_built_around(text, words)


def _is_built_around(text: str, words: Collection[str]) -> bool:
    return any(core in words and len(text) - taken + 1 < _FREE for core, taken in cores(text))


def _joined(text: str) -> str:
    """`p a s s w o r d` and `pass-word-123` without the one sign between their letters; all else as it is."""
    letters = _letters(text)
    return letters if len(set(text) - set(letters)) == 1 and len(letters) * 2 >= len(text) else text


def _is_named(text: str, service: Sequence[str]) -> bool:
    """`MyTurnout2026`: little beside the name of the service."""
    names = [name for name in (_letters(plain(one)) for one in service) if len(name) >= SHORTEST_WORD]
    forms = (_letters(text), _letters(text.translate(_LOOKS_LIKE)))
    return any(name in form and len(form.replace(name, "-")) < _FREE for name in names for form in forms)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _turns(text: str) -> int:
    """How many runs of the same letter, or of letters that follow each other, the text has."""
    steps = [ord(after) - ord(before) for before, after in itertools.pairwise(text)]
    return 1 + sum(step not in {-1, 0, 1} for step in steps)


def _units(text: str) -> Iterator[str]:
    """What the text is, over and over."""
    for size in range(SHORTEST_WORD, len(text) // 2 + 1):
        if len(text) % size == 0 and text == text[:size] * (len(text) // size):
            yield text[:size]
