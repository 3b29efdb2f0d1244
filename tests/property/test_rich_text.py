"""Whatever people write: pages and descriptions have the tags and addresses that are ours to give, and no others."""

import time
from html.parser import HTMLParser
from string import ascii_lowercase, digits
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.events.rich_text import html_of, plain
from chalicelib.domain.events.slugs import MOST, slug
from tests.support.builders import a_person
from tests.support.mails.mailed import BROWSER
from tests.support.web.pages import Page, address
from tests.support.world import World

TAGS = {"p", "br", "h3", "ul", "ol", "li", "strong", "em", "code", "a"}
PIECES = st.sampled_from(
    ["<script>", "</p>",
     "javascript:alert(1)", "[x](", ")", "](", "https://a.b/", "http://", "*", "**", "`", "\n", "- ",
     "1. ", "# ", '"', "'", "&lt;", "&", " onclick=", "\\", "data:text/html,", "<!--", "]]>", "\u2028", "ä", " ", "x",
     'HTTPS://A.B/?q="><img src=x onerror=alert(1)>', '[a](https://x.y"onmouseover=alert(1))']
)  # fmt: skip
HOSTILE = st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join)


class Read(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.text += "\n"
        else:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


@given(HOSTILE)
def test_a_description_has_no_tag_and_no_address_but_ours(text: str) -> None:
    read = Read(html_of(text))

    assert {tag for tag, _ in read.tags} <= TAGS
    for tag, given_ in read.tags:
        assert set(given_) == ({"href", "rel"} if tag == "a" else set())
        if tag == "a":
            assert urlsplit(str(given_["href"])).scheme in {"http", "https"}


@given(st.text(ascii_lowercase + " \n.,:", max_size=200))
def test_plain_words_stay_what_they_are(text: str) -> None:
    assert Read(html_of(text)).text.split() == Read(html_of(" ".join(text.split()))).text.split() == text.split()


@pytest.mark.parametrize(
    "piece", ["*", "**a ", "[", "[a](", "`", "http://", "# ", "#", "- ", "a*", "https://a.b/(", "1. "]
)
def test_no_description_takes_long(piece: str) -> None:
    began = time.process_time()

    html_of(piece * (4096 // len(piece)))

    assert time.process_time() - began < 0.2


@given(HOSTILE, st.integers(1, 80))
def test_what_shows_a_page_elsewhere_is_short_and_one_line(text: str, most: int) -> None:
    short = plain(text, most)

    assert len(short) <= most + 1
    assert short.split() == short.split(" ") or not short


@given(st.text(max_size=200))
def test_a_slug_is_words_of_ascii(title: str) -> None:
    found = slug(title)

    assert len(found) <= MOST
    assert all(word and set(word) <= set(ascii_lowercase + digits) for word in found.split("-")) or not found
    assert slug(found) == found


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Grüße aus Łódź: it's PyCon 2026!", "gruesse-aus-lodz-its-pycon-2026"), ("活動", ""), ("Ä", "ae"),
        ("x" * 61, ""), ("a " * 40, "-".join("a" * 30)), ("C++ & C#", "c-c"), ("", ""),
    ],
)  # fmt: skip
def test_slugs_as_people_would_write_them(title: str, expected: str) -> None:
    assert slug(title) == expected


EVIL = [
    '"><script>alert(1)</script>', "</title><script>alert(1)</script>", "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}", "<!--", "' onmouseover='alert(1)", "&lt;b&gt;", "javascript:alert(1)",
    "<svg/onload=alert(1)>", "]]><x>",
]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_what_people_wrote_is_text_on_every_page(evil: str) -> None:
    with World() as world:
        olga = a_person(world, first_name=evil, last_name="O")
        event = world.an_event(
            olga.token, title=f"T {evil}", location=f"L {evil}", description=f"D {evil}", tags=[f"t {evil}"[:40]]
        )
        path = address(world, event)
        form = {"name": f"N {evil}", "email": evil}
        pages = [
            world.get(one, Accept=BROWSER) for one in ("/", path, f"/o/{olga.id}", f"{path}/mailed", "/search?q=T")
        ]
        pages.append(world.send("POST", path, form, headers={"Accept": BROWSER}))
        for answer in pages:
            page = Page(answer)
            scripts = [given_ for tag, given_ in page.tags if tag == "script"]
            assert scripts in ([], [{"type": "application/ld+json"}])
            assert not {"svg", "img", "b", "x"} & {tag for tag, _ in page.tags}
            assert not any(name.startswith("on") for _, given_ in page.tags for name in given_)
            assert not any(href.lower().startswith(("javascript", "data")) for href, _ in page.links)
            assert "49" not in page.title
        assert f"T {evil}".strip() in Page(pages[1]).title
        assert Page(pages[-1]).fields["name"]["value"] == f"N {evil}"
