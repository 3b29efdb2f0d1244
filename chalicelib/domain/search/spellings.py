"""Other spellings of what is asked for: vowels with two dots are written with an e where a keyboard has none.

`zuerich` finds Zürich and `Zürich` finds Zuerich. The index knows of it nothing: a question asks for both.
"""

import re
import unicodedata

OR = "\n"  # between the spellings of one term or part, of which no folded text has any
WHOLE = "$"  # behind one that is looked for as a whole word: so short it would begin too many others
_PREFIXES = 6  # letters from which on another spelling may be the beginning of a word
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)
# Not behind a vowel or a q (`neue`, `quer`); at the end of a word (`blue`) only `oe` is one letter, as in Malmö.
_SPELLED = re.compile(r"(?<![aeiouyq])(?:[au]e(?=[^\W\d_])|oe|aa(?=[^\W\d_aeiouy]))")


def spelled_out(text: str) -> str:
    """As it is written without such letters."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_SPELLED_OUT)


def contracted(plain: str) -> str:
    """What a folded text is when its vowels with an e behind them had dots."""
    return _SPELLED.sub(lambda found: found[0][0], plain)


def spellings(plain: str, out: str) -> list[str]:
    """The others of a folded text, which spelled out is `out`."""
    return [one for one in dict.fromkeys((out, contracted(plain))) if one != plain]


def either(term: str, out: str) -> str:
    """A term, and with it its other spellings."""
    others = (one if len(one) >= _PREFIXES else f"{one}{WHOLE}" for one in spellings(term, out))
    return OR.join((term, *others))


def is_in(plain: str, part: str) -> bool:
    """Whether a text has another spelling of a part; a short one as a whole word."""
    if len(part) >= _PREFIXES:
        return part in plain
    return part in plain and re.search(rf"\b{re.escape(part)}\b", plain) is not None
