"""Text as it is compared and looked up: folded, split into words, cut into the keys of the index."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from zlib import crc32

from chalicelib.domain.search.spellings import OR, WHOLE, either, is_in, spelled_out, spellings
from chalicelib.domain.search.word_runs import JOINED, runs, stands_alone
from chalicelib.domain.shared.folding import fold, fold_as_before

PREFIX = 3  # letters of a word that name its list
_DIVIDED_BY = (4, 2)  # into how many parts the fourth and the fifth letter divide the list of three
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

    The next two letters tell the part. All of a word that has fewer than three.
    """
    if len(word) < PREFIX:
        return word
    return f"{word[:PREFIX]}#{''.join(_part_of(word, at) for at in range(len(_DIVIDED_BY)))}"


def _part_of(word: str, at: int) -> str:
    return str(crc32(word[PREFIX + at : PREFIX + at + 1].encode()) % _DIVIDED_BY[at])


def buckets_of(term: str) -> tuple[str, ...]:
    """The lists that together have every word that a term looks for, in each of its spellings.

    One for five letters or more and for whole words, two for four and eight for three. A joined word is looked for in
    the lists of its first part, too.
    """
    found = (bucket for one in term.split(OR) for part in _beginnings(one) for bucket in _buckets_of(part))
    return tuple(dict.fromkeys(found))


def _beginnings(term: str) -> tuple[str, ...]:
    """Of one of these is whatever leads to a term: the joined word, or its first part."""
    return (term.replace(JOINED, ""), term.split(JOINED, maxsplit=1)[0]) if JOINED in term else (term,)


def _buckets_of(term: str) -> Iterator[str]:
    word = term.removesuffix(WHOLE)
    if len(word) < PREFIX:
        yield word
        return
    known = len(_DIVIDED_BY) if is_whole_word(term) else len(word) - PREFIX
    digits = ([_part_of(word, at)] if at < known else map(str, range(into)) for at, into in enumerate(_DIVIDED_BY))
    yield from (f"{word[:PREFIX]}#{''.join(part)}" for part in product(*digits))


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
    terms = list(dict.fromkeys(term for text in given for term in _either_of(text)))
    return tuple(term for term in terms if not any(_follows(term, other) for other in terms))


def _either_of(text: str) -> Iterator[str]:
    """The terms of a text, each with its other spellings."""
    out = spelled_out(text)
    for run, other in zip(runs(folded(text)), runs(folded(out)), strict=True):
        for term, spelled in zip(run.terms(PREFIX), other.terms(PREFIX), strict=False):
            yield either(term[:LONGEST_WORD], spelled[:LONGEST_WORD])


def _follows(term: str, other: str) -> bool:
    """A single character of a pair, or the beginning of a longer word: whoever has the other has this."""
    if term == other or any(sign in one for one in (term, other) for sign in (JOINED, OR)):
        return False
    if len(term) == 1 and len(other) == PAIR and stands_alone(term) and stands_alone(other[0]):
        return term in other
    return len(term) >= SHORT and other.startswith(term)


def contains(text: str, term: str) -> bool:
    """Case- and accent-insensitive substring; a term under three letters only where a word begins."""
    wanted = folded(term)
    if len(wanted) < SHORT:
        return any(word.startswith(wanted) for word in split_words(text))
    plain = folded(text)
    return wanted in plain or any(is_in(plain, other) for other in parts_of(term)[1:])


@lru_cache(maxsize=256)
def parts_of(term: str) -> tuple[str, ...]:
    """A part of a text that is looked for anywhere in it, folded, and its other spellings."""
    plain = folded(term)
    return plain, *(one for one in spellings(plain, folded(spelled_out(term))) if len(one) >= SHORT)


def has_words(words: frozenset[str] | set[str], terms: tuple[str, ...]) -> bool:
    """Whether every term of `q` begins one of the words; one or two letters are a whole word."""
    return all(_is_met(words, term) for term in terms)


def _is_met(words: frozenset[str] | set[str], term: str) -> bool:
    return any(_has(words, one) for one in term.split(OR))


def _has(words: frozenset[str] | set[str], term: str) -> bool:
    if any(_is_begun(word, term.replace(JOINED, "")) for word in words):
        return True
    return JOINED in term and all(_has(words, part) for part in term.split(JOINED))


def joined_up(term: str) -> str:
    """A joined word as one."""
    return term.replace(JOINED, "").removesuffix(WHOLE)


def is_whole_word(term: str) -> bool:
    """Whether a term is met by itself only, and not by what begins with it."""
    return len(term) < SHORT or term.endswith(WHOLE)


def is_word_for(word: str, term: str) -> bool:
    """Whether a word is what a single term looks for, in one of its spellings."""
    return any(_is_begun(word, one) for one in term.split(OR))


def _is_begun(word: str, term: str) -> bool:
    return word == term.removesuffix(WHOLE) if is_whole_word(term) else word.startswith(term)


def may_be_for(word: str, term: str) -> bool:
    """Whether a word of the term's buckets leads to it: of a joined word the first part does, too."""
    return any(_is_begun(word, part) for one in term.split(OR) for part in _beginnings(one))
