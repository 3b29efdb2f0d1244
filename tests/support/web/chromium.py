"""A real browser without a window, where there is one: Debian's Chromium or Chrome, driven by Playwright."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing is asked for at home, and a container's small /dev/shm is enough.
_FLAGS = ("--disable-dev-shm-usage", "--disable-gpu", "--disable-component-update", "--no-first-run")


class NoBrowserError(Exception):
    """The message says why there is none, in one line."""


def program() -> str:
    """Where the browser is. Raises `NoBrowserError`."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoBrowserError("neither Chromium nor Chrome is installed")
    return found


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """One for many pages; it keeps nothing. Raises `NoBrowserError`."""
    path = program()
    with tempfile.TemporaryDirectory(prefix="chromium-") as home, sync_playwright() as playwright:
        browser = _launched(playwright, path, home)
        try:
            yield browser
        finally:
            browser.close()


def _launched(playwright: Playwright, path: str, home: str) -> Browser:
    """With the sandbox, except for root, who cannot have it, and in containers that forbid it: our pages need none."""
    refused = ""
    for sandboxed in (True, False) if os.geteuid() else (False,):
        try:
            return playwright.chromium.launch(
                executable_path=path,
                args=_FLAGS,
                chromium_sandbox=sandboxed,
                env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
            )
        except Error as error:
            refused = error.message.strip().splitlines()[0]
    raise NoBrowserError(f"{path} does not start: {refused}")
