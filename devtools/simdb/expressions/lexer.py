"""The words of an expression, and the syntax errors that name them."""

import re
from dataclasses import dataclass

from devtools.simdb.errors import InvalidError

_TOKEN = re.compile(
    r"\s+|(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<name>\#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<number>\d+)|(?P<sign><>|<=|>=|[=<>(),.\[\]+\-])|(?P<stranger>.)",
    re.DOTALL,
)
END = "<EOF>"
KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # word, keyword, name, value, number, sign, stranger or end
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """All words, closed by one of kind `end`; keywords are folded to upper case."""
    found = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup
        if kind is None:
            continue
        text = match[0]
        if kind == "word" and text.upper() in KEYWORDS:
            kind, text = "keyword", text.upper()
        found.append(Token(kind, text, match.start(), match.end()))
    found.append(Token("end", END, len(source), len(source)))
    return found


class Reader:
    """Walks over the words of one expression."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.words = tokens(source)
        self.at = 0

    @property
    def next(self) -> Token:
        return self.words[self.at]

    def peek(self, offset: int) -> Token:
        return self.words[min(self.at + offset, len(self.words) - 1)]

    def take(self) -> Token:
        word = self.words[self.at]
        if word.kind in {"end", "stranger"}:
            raise self.error()
        self.at += 1
        return word

    def skip(self, text: str) -> bool:
        """Takes the next word if it is this sign or keyword."""
        if self.next.text == text and self.next.kind in {"sign", "keyword"}:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.skip(text):
            raise self.error()

    def finish(self) -> None:
        if self.next.kind != "end":
            raise self.error()

    def error(self) -> InvalidError:
        """Names the next word as the one that does not fit, and its neighbours."""
        word = self.next
        start = self.words[self.at - 1].start if self.at else word.start
        end = word.end if word.kind == "end" else self.peek(1).end
        return InvalidError(f'Syntax error; token: "{word.text}", near: "{self.source[start:end].strip()}"')
