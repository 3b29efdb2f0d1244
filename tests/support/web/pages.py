"""Pages of the site as their readers see and use them."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER
from tests.support.world import World

VOID = frozenset({"meta", "link", "input", "br", "img"})


class Page(HTMLParser):
    """What a page says and links to, its form, and what stands beside the fields. Every tag must be closed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.rels: dict[str, str] = {}
        self.fields: dict[str, dict[str, str]] = {}
        self.faults: dict[str, str] = {}
        self.labels: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self.data = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self.status, self.html = answer.status, answer.text
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8", answer.text
        self.feed(answer.text)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "a":
            self.links.append((given["href"], ""))
        if tag in {"link", "a"} and "rel" in given:
            self.rels[given["rel"]] = given["href"]
        if tag in {"input", "select"}:
            self.fields[given["name"]] = given
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        tag, given = self._open[-1]
        if tag == "title":
            self.title = text
        elif tag == "script":
            self.data = data
        else:
            self.words.append(text)
        if given.get("class") == "fault":
            self.faults[given["id"].removesuffix("-fault")] = text
        if tag == "a":
            self.links[-1] = (self.links[-1][0], text)

    @property
    def text(self) -> str:
        return "\n".join(self.words)

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        return next(href for href, text in self.links if text == words)


def seen(world: World, path: str, **headers: str) -> Page:
    return Page(world.get(path, **{"Accept": BROWSER, **headers}))


def address(world: World, event: dict[str, Any]) -> str:
    """The present address of an event's page, to which its id leads."""
    answer = world.get(f"/e/{event['id']}", Accept=BROWSER)
    return str(answer.headers["Location"]) if answer.status == 301 else f"/e/{event['id']}"


def sent(world: World, path: str, accept: str = BROWSER, **fields: str) -> Answer:
    """What a browser sends for the form of a page."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    return world.send("POST", path, raw=urlencode(fields), headers=headers)
