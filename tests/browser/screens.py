"""`make screens`: every page in its four looks, and in each language, as pictures in `build/screens`.

With `ARGS=--docs` those that the README shows are taken into `docs/screens`, as far as a window shows them, and small.
"""

import argparse
import base64
import logging
import shutil
import sys
from dataclasses import replace

from playwright.sync_api import Page
from rich.console import Console
from rich.progress import track

from tests.browser.console_scenes import at_the_console
from tests.browser.pages import SCREENS, Opener, resized, screenshot
from tests.browser.scenes import at_the_door, scenes
from tests.browser.variants import LOOKS, Variant
from tests.support.web.chromium import NoBrowserError, chromium
from tests.support.web.site import served
from tests.support.world import SETTINGS, World

LANGUAGES = ("en", "de")
DOCS = SCREENS.parents[1] / "docs" / "screens"
SHOWN = (
    "home-en-1400-light", "event-en-1400-dark", "console-activity-en-1400-light", "console-people-en-1400-dark",
    "link-confirmed-de-390-light", "check-in-welcome-en-390-dark",
)  # fmt: skip
QUALITY = 82


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screens", description=__doc__)
    parser.add_argument("--docs", action="store_true", help="renew the pictures of the README")
    options = parser.parse_args()
    logging.getLogger("turnout").addHandler(logging.NullHandler())  # what the application logs is no picture
    try:
        with chromium() as browser:
            shutil.rmtree(SCREENS, ignore_errors=True)
            opener = Opener(browser)
            for lang in LANGUAGES:
                _take(opener, lang, for_docs=options.docs)
            opener.close()
    except NoBrowserError as missing:
        Console(stderr=True).print(f"No pictures: {missing}.")
        return 1
    Console().print(f"{len(list(SCREENS.iterdir()))} pictures in {SCREENS}")
    return 0


def _take(opener: Opener, lang: str, *, for_docs: bool) -> None:
    """A world for each language: forms that are sent leave something behind."""
    page = opener(Variant(lang=lang))
    with World(replace(SETTINGS, public_url="")) as world, served() as address:
        for part in (scenes, at_the_door, at_the_console):  # each moves the clock, and the evening at the door ends
            for scene in track(part(world), f"Pages in {lang}", transient=True):
                scene.show(page, address)
                _picture(page, scene.name, lang, for_docs=for_docs)


def _picture(page: Page, scene: str, lang: str, *, for_docs: bool) -> None:
    """In all looks."""
    for look in LOOKS:
        resized(page, look)
        name = f"{scene}-{replace(look, lang=lang).name}"
        screenshot(page, name)
        if for_docs and name in SHOWN:
            _show(page, name)


def _show(page: Page, name: str) -> None:
    """As WebP, which takes a third of a PNG; Playwright itself has no such option."""
    page.evaluate("scrollTo(0, 0)")
    asked = {"format": "webp", "quality": QUALITY}
    picture = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    DOCS.mkdir(exist_ok=True)
    (DOCS / f"{name}.webp").write_bytes(base64.b64decode(picture["data"]))


if __name__ == "__main__":
    sys.exit(main())
