"""Text as it is compared and looked up: folded, split into words, cut into the keys of the index."""

from functools import lru_cache
from zlib import crc32

from chalicelib.domain.search.word_runs import JOINED, runs, stands_alone
from chalicelib.domain.shared.folding import fold, fold_as_before

PREFIX = 3  # letters of a word that name its list
PARTS = 8  # of the list of three letters
GRAM = 3
PAIR = 2
SHORT = 3  # letters from which on a term is looked for anywhere in a word
LONGEST_WORD = 200  # characters of a word that count
TITLE_KEPT = 200  # characters of a folded title in its sort key
_BEFORE_A, _AFTER_W = "`", "x"
_REMEMBERED = 300  # characters: titles and locations, not descriptions


def folded(text: str) -> str:
    """Without case and accents: München, munchen and MÜNCHEN are one, Straße is strasse. Spaces are single."""
    return _remembered(text) if len(text) <= _REMEMBERED else fold(text)


_remembered = lru_cache(maxsize=4096)(fold)


def split_words(text: str) -> list[str]:
    """The words of a text, folded, each once and in order: runs of letters and digits, with the marks on them.

    Joined words are there in parts and as one (`node.js`: node, js, nodejs), signs that make a name stay on it beside
    the bare word (`c#`, `.net`). Scripts that are not spaced, and emoji: every character and every two neighbours are
    words.
    """
    words: dict[str, None] = {}
    for run in runs(folded(text)):
        words.update(dict.fromkeys(run.words))
    return list(words)


def bucket_of(word: str) -> str:
    """The posting list under which a word stands: its first three letters and which of the parts of that list.

    The fourth letter tells the part. All of a word that has fewer than three.
    """
    if len(word) < PREFIX:
        return word
    return f"{word[:PREFIX]}#{crc32(word[PREFIX : PREFIX + 1].encode()) % PARTS}"


def buckets_of(term: str) -> tuple[str, ...]:
    """The lists that together have every word that a term looks for: one, or all parts for a term of three letters."""
    text = joined_up(term)
    if len(text) != PREFIX and (JOINED not in term or len(term.split(JOINED, maxsplit=1)[0]) > PREFIX):
        return (bucket_of(text),)
    return tuple(f"{text[:PREFIX]}#{part}" for part in range(PARTS))


def trigrams(text: str) -> list[str]:
    """Every three characters in a row of the folded text, each once."""
    whole = folded(text)
    return list(dict.fromkeys(whole[at : at + GRAM] for at in range(len(whole) - GRAM + 1)))


def title_key(title: str) -> str:
    """The folded title as far as it counts for the order."""
    return folded(title)[:TITLE_KEPT]


def earlier_title_key(title: str) -> str:
    """As rows of the title order were written before letters without a decomposition were folded."""
    return " ".join(fold_as_before(title).split())[:TITLE_KEPT]


def title_bucket(key: str) -> str:
    """Which partition of the title order: by the first letter, a to w; what sorts before and after has one each.

    The names sort as the titles do, so that partitions can be walked one after another. Letters spread the writes; a
    page should not have to be put together from many that hold a few events.
    """
    return f"{ord(min(max(key[:1], _BEFORE_A), _AFTER_W)):02x}"


@lru_cache(maxsize=256)
def terms_of(given: tuple[str, ...]) -> tuple[str, ...]:
    """The terms of a query, folded and split like the text they are looked for in; what follows from another is out.

    The parts of a joined word are one term with `-` between them: found joined, or each of them.
    """
    found = [term[:LONGEST_WORD] for text in given for run in runs(folded(text)) for term in run.terms(PREFIX)]
    terms = list(dict.fromkeys(found))
    return tuple(term for term in terms if not any(_follows(term, other) for other in terms))


def _follows(term: str, other: str) -> bool:
    """A single character of a pair, or the beginning of a longer word: whoever has the other has this."""
    if term == other or JOINED in term or JOINED in other:
        return False
    if len(term) == 1 and len(other) == PAIR and stands_alone(term) and stands_alone(other[0]):
        return term in other
    return len(term) >= SHORT and other.startswith(term)


def contains(text: str, term: str) -> bool:
    """Case- and accent-insensitive substring; a term under three letters only where a word begins."""
    wanted = folded(term)
    if len(wanted) >= SHORT:
        return wanted in folded(text)
    return any(word.startswith(wanted) for word in split_words(text))


def has_words(words: frozenset[str] | set[str], terms: tuple[str, ...]) -> bool:
    """Whether every term of `q` begins one of the words; one or two letters are a whole word."""
    return all(_is_met(words, term) for term in terms)


def _is_met(words: frozenset[str] | set[str], term: str) -> bool:
    if any(is_word_for(word, joined_up(term)) for word in words):
        return True
    return JOINED in term and all(_is_met(words, part) for part in term.split(JOINED))


def joined_up(term: str) -> str:
    """A joined word as one."""
    return term.replace(JOINED, "")


def is_word_for(word: str, term: str) -> bool:
    """Whether a word is what a single term looks for."""
    return word.startswith(term) if len(term) >= SHORT else word == term


def may_be_for(word: str, term: str) -> bool:
    """Whether a word of the term's bucket leads to it: of a joined word the first part does, too."""
    first, *more = term.split(JOINED)
    return is_word_for(word, joined_up(term)) or (bool(more) and is_word_for(word, first))
