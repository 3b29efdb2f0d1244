"""Walking lists as clients do: by their links alone."""

from typing import Any
from urllib.parse import urlsplit

from tests.support.world import World

MOST_PAGES = 200


def local(url: str) -> str:
    """Path and query of an absolute link."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def page(world: World, url: str, token: str | None = None) -> dict[str, Any]:
    answer = world.get(url, token)
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.json
    assert set(body) == {"count", "count_exact", "next", "previous", "results"}
    return body


def walk(world: World, url: str, token: str | None = None, *, link: str = "next") -> list[dict[str, Any]]:
    """All pages from `url` on, following one link until it is null."""
    pages: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        assert len(pages) < MOST_PAGES, "this walk does not end"
        pages.append(page(world, local(following) if "://" in following else following, token))
        following = pages[-1][link]
    return pages


def ids(pages: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for each in pages for one in each["results"]]


def earlier(world: World, pages: list[dict[str, Any]], token: str | None = None) -> list[str]:
    """What lies before the last page, walking back from it."""
    last = pages[-1]["previous"]
    return ids(walk(world, last, token, link="previous")[::-1]) if last else []
