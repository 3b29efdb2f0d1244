"""`make screens`: every page in its four looks, and in each language, as pictures in `build/screens`.

With `ARGS=--docs` those that the README shows are taken into `docs/screens`.
"""

import argparse
import logging
import shutil
import sys
from dataclasses import replace

from rich.console import Console
from rich.progress import track

from tests.browser.console_scenes import at_the_console
from tests.browser.pages import SCREENS, Opener, resized, screenshot
from tests.browser.scenes import at_the_door, scenes
from tests.browser.variants import LOOKS, Variant
from tests.support.chromium import NoBrowserError, chromium
from tests.support.site import served
from tests.support.world import SETTINGS, World

LANGUAGES = ("en", "de")
DOCS = SCREENS.parents[1] / "docs" / "screens"
SHOWN = ("home-en-1400-light", "event-en-1400-dark", "link-pending-de-390-light", "link-confirmed-en-390-dark")


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
                _take(opener, lang)
            opener.close()
    except NoBrowserError as missing:
        Console(stderr=True).print(f"No pictures: {missing}.")
        return 1
    if options.docs:
        DOCS.mkdir(exist_ok=True)
        for name in SHOWN:
            shutil.copy(SCREENS / f"{name}.png", DOCS)
    Console().print(f"{len(list(SCREENS.iterdir()))} pictures in {SCREENS}")
    return 0


def _take(opener: Opener, lang: str) -> None:
    """A world for each language: forms that are sent leave something behind."""
    page = opener(Variant(lang=lang))
    with World(replace(SETTINGS, public_url="")) as world:
        shown = [*scenes(world), *at_the_door(world), *at_the_console(world)]
        with served() as address:
            for scene in track(shown, f"Pages in {lang}", transient=True):
                scene.show(page, address)
                for look in LOOKS:
                    resized(page, look)
                    screenshot(page, f"{scene.name}-{replace(look, lang=lang).name}")


if __name__ == "__main__":
    sys.exit(main())
