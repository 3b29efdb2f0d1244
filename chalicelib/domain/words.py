"""Text as it is compared and looked up: folded, split into words, cut into the keys of the index."""

import re
import unicodedata
from functools import lru_cache

PREFIX = 3  # letters of a word that name its bucket
GRAM = 3
PAIR = 2
SHORT = 3  # letters from which on a term is looked for anywhere in a word
LONGEST_WORD = 200  # characters of a word that count
TITLE_KEPT = 200  # characters of a folded title in its sort key
_BEFORE_A, _AFTER_W = "`", "x"
_PASSES = 3  # what folding leaves may fold again
_ASCII_WORD = re.compile("[a-z0-9]+")
_REMEMBERED = 300  # characters: titles and locations, not descriptions
_UNSPACED = (  # scripts that are written without spaces: each character and each pair of them is a word
    (0x1100, 0x11FF),  # parts of Hangul syllables
    (0x3040, 0x30FF),  # Hiragana and Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Chinese characters, extension A
    (0x4E00, 0x9FFF),  # Chinese characters
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x323AF),
)


def folded(text: str) -> str:
    """Without case and accents: München, munchen and MÜNCHEN are one, Straße is strasse. Spaces are single."""
    return _remembered(text) if len(text) <= _REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    for _ in range(_PASSES):
        apart = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFC", text).split())  # Korean syllables are whole again


_remembered = lru_cache(maxsize=4096)(_fold)


def split_words(text: str) -> list[str]:
    """The words of a text, folded, each once and in order: runs of letters and digits.

    Chinese, Japanese and Korean are not spaced: every character and every two neighbours are words.
    """
    plain = folded(text)
    if plain.isascii():
        return list(dict.fromkeys(_ASCII_WORD.findall(plain)))
    words: dict[str, None] = {}
    run = ""
    unspaced = ""
    for character in f"{plain} ":
        if is_unspaced(character):
            unspaced += character
        else:
            _add_characters(words, unspaced)
            unspaced = ""
        if character.isalnum() and not is_unspaced(character):
            run += character
        elif run:
            words[run] = None
            run = ""
    return list(words)


def _add_characters(words: dict[str, None], run: str) -> None:
    for number, character in enumerate(run):
        words[character] = None
        if number:
            words[run[number - 1 : number + 1]] = None


def is_unspaced(character: str) -> bool:
    return (
        character >= "\u1100"
        and character.isalnum()
        and any(first <= ord(character) <= last for first, last in _UNSPACED)
    )


def bucket_of(word: str) -> str:
    """The key under which a word is found: its first three letters, or all of it when it has fewer."""
    return word[:PREFIX]


def trigrams(text: str) -> list[str]:
    """Every three characters in a row of the folded text, each once."""
    whole = folded(text)
    return list(dict.fromkeys(whole[at : at + GRAM] for at in range(len(whole) - GRAM + 1)))


def title_key(title: str) -> str:
    """The folded title as far as it counts for the order."""
    return folded(title)[:TITLE_KEPT]


def title_bucket(key: str) -> str:
    """Which partition of the title order: by the first letter, a to w; what sorts before and after has one each.

    The names sort as the titles do, so that partitions can be walked one after another. Letters spread the writes; a
    page should not have to be put together from many that hold a few events.
    """
    return f"{ord(min(max(key[:1], _BEFORE_A), _AFTER_W)):02x}"


@lru_cache(maxsize=256)
def terms_of(given: tuple[str, ...]) -> tuple[str, ...]:
    """The terms of a query, folded and split like the text they are looked for in; what follows from another is out."""
    words = list(dict.fromkeys(word[:LONGEST_WORD] for text in given for word in split_words(text)))
    return tuple(word for word in words if not any(_follows(word, other) for other in words))


def _follows(word: str, other: str) -> bool:
    """A single character of a pair, or the beginning of a longer word: whoever has the other has this."""
    if word == other:
        return False
    if len(word) == 1 and len(other) == PAIR and is_unspaced(word) and is_unspaced(other[0]):
        return word in other
    return len(word) >= SHORT and other.startswith(word)


def contains(text: str, term: str) -> bool:
    """Case- and accent-insensitive substring; a term under three letters only where a word begins."""
    wanted = folded(term)
    if len(wanted) >= SHORT:
        return wanted in folded(text)
    return any(word.startswith(wanted) for word in split_words(text))


def has_words(words: frozenset[str] | set[str], terms: tuple[str, ...]) -> bool:
    """Whether every term of `q` begins one of the words; one or two letters are a whole word."""
    return all(any(is_word_for(word, term) for word in words) for term in terms)


def is_word_for(word: str, term: str) -> bool:
    return word.startswith(term) if len(term) >= SHORT else word == term
