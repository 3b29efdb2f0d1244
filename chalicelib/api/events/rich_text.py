"""Descriptions as HTML: a small part of Markdown, in which nothing that somebody wrote can be markup.

Paragraphs, line breaks, headings, lists, **bold**, *italic*, `code`, [links](https://example.org) and bare addresses.
There is no way to HTML, pictures, styles or other kinds of addresses. What is no mark is text as it stands: every
character that goes out was escaped, or is one of the tags below.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

_URL = r"https?://[^\s<>\"'`\\^{|}]{1,500}"
_INLINE = re.compile(
    rf"`(?P<code>[^`\n]{{1,500}})`"
    rf"|\[(?P<label>[^\[\]\n]{{1,200}})\]\((?P<target>{_URL}?)\)"
    rf"|(?P<url>{_URL})"
    r"|\*\*(?=\S)(?P<strong>[^*\n]{1,500})(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=\S)(?P<em>[^*\n]{1,500})(?<=\S)\*(?![\w*])"
)
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>[^#\s].*)")
_BULLET = re.compile(r"[ \t]{0,3}[-*+•][ \t]+(?P<text>\S.*)")
_NUMBER = re.compile(r"[ \t]{0,3}\d{1,3}[.)][ \t]+(?P<text>\S.*)")
_ITEMS = {"ul": _BULLET, "ol": _NUMBER}
_ENDS = ".,;:!?"  # of the sentence around an address
_REL = 'rel="nofollow ugc noreferrer"'  # whoever wrote it vouches for it, and not we


def html_of(text: str) -> str:
    """The description as HTML; the same text always gives the same."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(block for kind, group in groupby(lines, _kind) if (block := _block(kind, list(group))))


def plain(text: str, most: int) -> str:
    """The beginning in one line and without marks, for what shows a page elsewhere."""
    words = " ".join(re.sub(r"[*`#]+|\]\([^)\s]*\)|\[", " ", text).split())
    if len(words) <= most:
        return words
    return words[:most].rpartition(" ")[0].rstrip(_ENDS) + "\u2026" if " " in words[:most] else words[:most] + "\u2026"


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    if _HEADING.fullmatch(line.strip()):
        return "heading"
    return next((tag for tag, item in _ITEMS.items() if item.fullmatch(line)), "p")


def _block(kind: str, lines: list[str]) -> str:
    if kind == "heading":
        return "\n".join(f"<h3>{_inline(_text(_HEADING, line.strip()).rstrip('# '))}</h3>" for line in lines)
    if kind in _ITEMS:
        items = "".join(f"<li>{_inline(_text(_ITEMS[kind], line))}</li>" for line in lines)
        return f"<{kind}>{items}</{kind}>"
    return f"<p>{'<br>'.join(_inline(line.strip()) for line in lines)}</p>" if kind else ""


def _text(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.fullmatch(line)
    return found["text"] if found else line


def _inline(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for found in _INLINE.finditer(text):
        yield escape(text[at : found.start()])
        at = found.end()
        if found["code"]:
            yield f"<code>{escape(found['code'])}</code>"
        elif found["target"]:
            yield _link(found["target"], found["label"])
        elif found["url"]:
            url = _whole(found["url"])
            yield _link(url, url) + escape(found["url"][len(url) :])
        else:
            tag = "strong" if found["strong"] else "em"
            yield f"<{tag}>{_inline(found[tag])}</{tag}>"
    yield escape(text[at:])


def _whole(url: str) -> str:
    """The address without the end of the sentence, or of the brackets, in which it stands."""
    url = url.rstrip(_ENDS)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_ENDS)
    return url


def _link(url: str, label: str) -> str:
    return f'<a href="{escape(url)}" {_REL}>{escape(label)}</a>'
