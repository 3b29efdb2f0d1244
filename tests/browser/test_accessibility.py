"""axe-core finds nothing on any page, in either language, by day and by night, on a telephone and on a desk."""

import pytest

from tests.browser.axe import OF_LOOKS, axe
from tests.browser.pages import Opener, resized
from tests.browser.scenes import scenes
from tests.browser.variants import LOOKS, Variant
from tests.support.world import World


@pytest.mark.parametrize("lang", ["en", "de"])
def test_no_page_keeps_anybody_out(world: World, address: str, opened: Opener, lang: str) -> None:
    page = opened(Variant(lang=lang, dark=LOOKS[0].dark, width=LOOKS[0].width))
    found = {}
    for scene in scenes(world):
        scene.show(page, address)
        for number, look in enumerate(LOOKS):
            resized(page, look)
            found[scene.name, look.name] = axe(page, *(OF_LOOKS if number else ()))
        assert page.locator("html").get_attribute("lang") == lang, scene.name

    assert {name: violations for name, violations in found.items() if violations} == {}


def test_axe_notices_what_is_wrong(opened: Opener) -> None:
    page = opened(Variant())
    page.set_content("<title>Title</title><img src='data:,'><p style='color: #bbb; background: #fff'>Pale</p>")

    assert {one.partition(":")[0] for one in axe(page)} >= {"html-has-lang", "image-alt", "color-contrast"}
    assert {one.partition(":")[0] for one in axe(page, *OF_LOOKS)} == {"color-contrast"}
