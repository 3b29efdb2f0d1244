"""What Lighthouse asked of an app that can be installed, up to its version 11, asked of the check-in.

What needs a browser stands in tests/browser/test_check_in.py: that it opens without a network, and fits its screen.
"""

import json
import re
import struct
import zlib
from typing import Any
from urllib.parse import urljoin

import pytest

from chalicelib.api.pages.sign import drawn
from devtools.web import precache
from devtools.web.files import PREFIX, read
from devtools.web.icons import SIZES, name_of

PAGE = f"https://apps.example{PREFIX}check-in/"
MANIFEST = urljoin(PAGE, "manifest.webmanifest")


def content(address: str) -> bytes:
    """Of what is served at it."""
    file = read(address.removeprefix(f"https://apps.example{PREFIX}"))
    assert file is not None, address
    return file.content


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content(MANIFEST))
    return found


@pytest.fixture(scope="module")
def page() -> str:
    return content(PAGE).decode()


def tagged(page: str, tag: str, **given: str) -> dict[str, str]:
    """The attributes of the one element that has these."""
    found = [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) for one in re.findall(rf"<{tag}\b[^>]*>", page)]
    [one] = [one for one in found if given.items() <= one.items()]
    return one


def picture(png: bytes) -> tuple[int, int, bytes, bytes]:
    """Width, height, palette and squares: how they are packed is a matter of the library."""
    chunks, at = {}, 8
    while at < len(png):
        length, name = struct.unpack(">L4s", png[at : at + 8])
        chunks[name] = png[at + 8 : at + 8 + length]
        at += length + 12
    width, height = struct.unpack(">LL", chunks[b"IHDR"][:8])
    return width, height, chunks[b"PLTE"], zlib.decompress(chunks[b"IDAT"])


def test_the_manifest_says_what_an_installation_needs(page: str, manifest: dict[str, Any]) -> None:
    assert urljoin(PAGE, tagged(page, "link", rel="manifest")["href"]) == MANIFEST
    assert manifest["name"]
    assert 0 < len(manifest["short_name"]) <= 12, "more is cut off below an icon"
    assert manifest["display"] in {"standalone", "fullscreen", "minimal-ui"}
    scope = urljoin(MANIFEST, manifest["scope"])
    assert urljoin(MANIFEST, manifest["start_url"]).startswith(scope)
    assert scope == PAGE, "which is where its worker lies, and so what that controls"
    for shade in ("background_color", "theme_color"):
        assert re.fullmatch(r"#[0-9a-f]{6}", manifest[shade])


def test_its_icons_are_there_in_the_sizes_that_they_say(manifest: dict[str, Any]) -> None:
    found = {}
    for icon in manifest["icons"]:
        file = content(urljoin(MANIFEST, icon["src"]))
        if icon["type"] == "image/png":
            width, height, _, _ = picture(file)
            assert icon["sizes"] == f"{width}x{height}"
            found[icon["sizes"], icon["purpose"]] = file

    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= found.keys()


def test_the_page_has_a_title_a_viewport_a_color_and_an_icon_for_ios(page: str, manifest: dict[str, Any]) -> None:
    assert re.search(r"<title>[^<]+</title>", page)
    assert "width=device-width" in tagged(page, "meta", name="viewport")["content"]
    assert tagged(page, "meta", name="theme-color")["content"] == manifest["theme_color"]
    icon = picture(content(urljoin(PAGE, tagged(page, "link", rel="apple-touch-icon")["href"])))
    assert icon[:2] == (180, 180)


def test_the_first_page_and_its_icons_are_kept_for_a_day_without_a_network(manifest: dict[str, Any]) -> None:
    kept = {
        urljoin(PAGE, name.removeprefix("check-in/") if "check-in/" in name else f"../{name}")
        for name in precache.names()
    }

    assert "./" in precache.written()
    assert {urljoin(MANIFEST, icon["src"]) for icon in manifest["icons"]} <= kept


@pytest.mark.parametrize("size", SIZES)
def test_the_icons_are_those_that_are_drawn(size: int) -> None:
    file = read(name_of(size))
    assert file
    assert picture(file.content) == picture(drawn(size)), "run python -m devtools.web.icons"
