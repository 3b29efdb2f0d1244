"""A real browser for the tests of this folder and those below it, and pages of it in every variant.

Whatever suite needs a browser stands below this folder: there is one for all of them, in the worker that has the local
stack. Tests take `page` (or `opened`, for several pages or a variant of their own) and, for what to look at, `site`
(the complete stack) or `world` and `address` (an application in memory, which costs next to nothing).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.browser.variants import Variant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.pages import Opener
    from tests.support.world import World


@pytest.hookimpl(tryfirst=True)  # xdist reads the group in its own hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.replace("/", ".").startswith(__package__):
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="package")
def browser() -> Iterator["Browser"]:
    """Without one everything that asks for it is skipped, which a single line says at the end.

    It ends with the folder: while Playwright runs, no other test of the process may have an event loop.
    """
    from tests.support.web.chromium import NoBrowserError, chromium  # imports of this folder stay here
    from tests.support.web.skips import NO_BROWSER

    try:
        with chromium() as started:
            yield started
    except NoBrowserError as missing:
        pytest.skip(f"{NO_BROWSER}{missing}")


@pytest.fixture
def variant() -> Variant:
    """How `page` is seen; parametrize it to see it otherwise."""
    return Variant()


@pytest.fixture
def opened(browser: "Browser") -> Iterator["Opener"]:
    """Opens empty pages, and looks afterwards at what went wrong on them."""
    from tests.browser.pages import Opener

    opener = Opener(browser)
    yield opener
    opener.close()
    assert opener.complaints == [], "what the browser objects to"


@pytest.fixture
def page(opened: "Opener", variant: Variant) -> "Page":
    return opened(variant)


@pytest.fixture
def world() -> Iterator["World"]:
    """An application in memory whose links lead to the address at which it is asked."""
    from tests.support.world import SETTINGS, World

    with World(replace(SETTINGS, public_url="")) as made:
        yield made


@pytest.fixture
def address(world: "World") -> Iterator[str]:
    """Where a browser reaches the world."""
    from tests.support.web.site import served

    with served() as found:
        yield found
