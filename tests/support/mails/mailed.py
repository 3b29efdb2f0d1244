"""Mailed links as their readers use them."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from tests.support.builders import Person
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.world import World

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def link_of(world: World, row: dict[str, Any]) -> str:
    """The token of the enrollment's link."""
    key = key_named(row["id"])
    assert key is not None
    return world.container.security.links.token(key)


def link_for(world: World, event: dict[str, Any], person: Person) -> str:
    """The token for somebody who may have no enrollment there."""
    found = world.container.store.events.with_seats(event["id"])
    assert found is not None
    return world.container.security.links.token(EnrollmentKey.of(event["id"], found[0].buckets, person.id))


def opened(world: World, token: str, accept: str = BROWSER) -> Answer:
    return world.get(f"/g/{token}", Accept=accept)


def pressed(world: World, token: str, action: str, accept: str = BROWSER, **fields: Any) -> Answer:
    """What a browser sends for a button, and the page that it is sent back to."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    answer = world.send("POST", f"/g/{token}", raw=urlencode({"action": action, **fields}), headers=headers)
    if answer.status != 303:
        return answer
    assert answer.headers["Location"] == f"/g/{token}"
    return opened(world, token)


class Shown(HTMLParser):
    """What a page says, which buttons it has, and what it would load."""

    VOID = frozenset({"meta", "input", "path"})

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.words: list[str] = []
        self.actions: list[str] = []
        self.buttons: list[str] = []
        self.sizes: list[str] = []
        self.forms: list[str] = []
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self._open: list[str] = []
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8", answer.text
        self.feed(answer.text)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.loads += [str(given[name]) for name in ("src", "data", "srcset", "style", "onclick") if name in given]
        if tag == "form" and "action" in given:
            self.forms.append(str(given["action"]))
        if tag == "input" and given.get("name") == "action":
            self.actions.append(str(given["value"]))
        if tag == "input" and given.get("name") == "party_size":
            self.sizes.append(str(given["value"]))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or {"style", "svg"} & set(self._open) or self._open[-1] == "title":
            return
        (self.buttons if self._open[-1] == "button" else self.words).append(text)

    @property
    def text(self) -> str:
        return "\n".join(self.words)
