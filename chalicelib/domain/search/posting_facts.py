"""What a row of the index says of its event beside its place: enough to tell of most events that they do not fit.

Words of a short event are there as they are. Of a long one each word is two characters, so that a row stays small: what
they deny is not there, what they affirm is to be verified.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from chalicelib.domain.search.spellings import OR, WHOLE
from chalicelib.domain.search.word_runs import JOINED
from chalicelib.domain.search.words import LONGEST_WORD, SHORT, TITLE_KEPT, contains, is_whole_word, joined_up
from chalicelib.domain.shared.coordinates import Coordinates, unpacked

WORDS_AS_THEY_ARE = 200  # characters of all words of an event, up to which a row has them
MOST_MARKS = 400  # beyond that a row says nothing of words
_FIRST, _LETTERS = 33, 94  # the printable characters of ASCII
_GROUPS, _OF_GROUP = 9, 10
_MARKED = 5  # letters of a word that its mark depends on
_SIGNS = re.compile(r"^\.|[+#]")

Pattern = re.Pattern[str]


def word_mark(word: str) -> str:
    """Two characters: the first and the tens of the second follow from three letters, the rest from five."""
    begins = crc32((word if len(word) < SHORT else word[:SHORT]).encode())
    rest = crc32(word[:_MARKED].encode()) if len(word) >= SHORT else begins >> 24
    return _mark(begins, rest)


def label_mark(name: str) -> str:
    """The same of a property and its value."""
    number = crc32(f"={name}".encode())
    return _mark(number, number >> 24)


def _mark(begins: int, rest: int) -> str:
    group = begins // _LETTERS % _GROUPS
    return f"{chr(_FIRST + begins % _LETTERS)}{chr(_FIRST + group * _OF_GROUP + rest % _OF_GROUP)}"


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """The folded title, the words beyond it (None: see the marks), and marks of properties and of longer texts."""

    title: str
    words: str | None
    marks: str
    is_silent: bool = False  # there are more words than marks were made of
    packed: str = ""  # its coordinates, if it has any
    known: str = ""  # words of a longer text that are known, as those that brought it to its lists

    def meets(self, term: str) -> bool | None:
        """Whether a word of the event answers a term of `q`; None is not known."""
        if self.words is not None:
            return self._answers(term)
        if not self.is_silent and not any(pattern.match(self.marks) for pattern in _patterns(term)):
            return False
        return self._answers(term) or None

    def _answers(self, term: str) -> bool:
        """By the words that are there as they are."""
        return any(self._answers_in(one) for one in term.split(OR))

    def _answers_in(self, spelling: str) -> bool:
        if self._has(spelling.replace(JOINED, "")):
            return True
        return JOINED in spelling and all(self._has(part) for part in spelling.split(JOINED))

    def meets_all(self, terms: Iterable[str]) -> bool | None:
        known: bool | None = True
        for term in terms:
            answer = self.meets(term)
            if answer is False:
                return False
            known = known and answer
        return known

    def _has(self, term: str) -> bool:
        words = self.known if self.words is None else self.words
        text = f" {words} " if _SIGNS.search(term) else f" {self.title} {words} "
        return (f" {term.removesuffix(WHOLE)} " if is_whole_word(term) else f" {term}") in text

    def has_in_title(self, part: str) -> bool | None:
        """The title of a row ends where its place in the order of titles does."""
        return contains(self.title, part) or (None if len(self.title) >= TITLE_KEPT else False)

    @property
    def point(self) -> Coordinates | None:
        return unpacked(self.packed) if self.packed else None

    def may_be(self, label: str) -> bool:
        """Whether the event may have this property and value."""
        mark = label_mark(label)
        return any(self.marks[at : at + 2] == mark for at in range(0, len(self.marks), 2))


@lru_cache(maxsize=256)
def _patterns(term: str) -> tuple[Pattern, ...]:
    """One of them is met by the marks of every event that answers the term."""
    spelled = [one.removesuffix(WHOLE) for one in term.split(OR)]
    begins = dict.fromkeys(begin for one in spelled for begin in (joined_up(one), one.split(JOINED)[0]))
    return tuple(re.compile(rf"(?:..)*?{_like(one)}") for one in begins)


def _like(term: str) -> str:
    mark = word_mark(term)
    first, second = mark[0], mark[1]
    if len(term) < SHORT or len(term) >= _MARKED:
        return re.escape(first + second)
    low = (ord(second) - _FIRST) // _OF_GROUP * _OF_GROUP + _FIRST
    return f"{re.escape(first)}[{re.escape(chr(low))}-{re.escape(chr(low + _OF_GROUP - 1))}]"


def facts_of(title: str, words: Iterable[str], labels: Iterable[str], point: Coordinates | None = None) -> PostingFacts:
    """Of an event with a folded title, its words, its properties and its coordinates."""
    packed = point.packed() if point else ""
    every = sorted({word[:LONGEST_WORD] for word in words})
    shown = {token for token in title.split(" ") if token.isalnum()}
    beyond = " ".join(word for word in every if word not in shown)
    marks = "".join(sorted(map(label_mark, labels)))
    if len(beyond.encode()) <= WORDS_AS_THEY_ARE:
        return PostingFacts(title, beyond, marks, packed=packed)
    marked = sorted(set(map(word_mark, every)))
    if len(marked) > MOST_MARKS:
        return PostingFacts(title, None, marks, is_silent=True, packed=packed)
    return PostingFacts(title, None, f"{''.join(marked)}{marks}", packed=packed)
