"""axe-core finds nothing on any page, and all fits: in either language, by day and night, on telephones and desks.

Colours depend on the hour and places on the window, so that a telephone by day and a desk at night show all of either.
German has longer words: whether they fit a telephone is asked of every page. Every look in both languages comes with
the long version.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import OF_LOOKS, axe
from tests.browser.pages import Opener, resized
from tests.browser.scenes import scenes
from tests.browser.variants import LOOKS, NARROW, OPPOSITES, Variant
from tests.support.world import World

# What sticks out of the window, and what is too small for a finger.
_MISFITS = """() => {
  const width = document.documentElement.clientWidth;
  const outside = [...document.querySelectorAll("body *:not(.skip)")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.left < -0.5 || box.right > width + 0.5;
  });
  const pressed = "button, .button, input:not([type=checkbox]):not([type=radio]):not([type=hidden]), select, summary";
  const small = [...document.querySelectorAll(pressed)].filter(one => {
    const height = one.getBoundingClientRect().height;
    return height > 0 && height < 44;
  });
  const wider = document.documentElement.scrollWidth > width ? ["The page is wider than its window."] : [];
  return [...wider, ...outside.map(one => "outside: " + one.outerHTML.slice(0, 80)),
    ...small.map(one => "small: " + one.outerHTML.slice(0, 80))];
}"""


def misfits(page: Page) -> list[str]:
    return [str(one) for one in page.evaluate(_MISFITS)]


LOOKED_AT = [
    pytest.param("en", OPPOSITES, id="en"),
    pytest.param("en", LOOKS, id="en-in-every-look", marks=pytest.mark.deep),
    pytest.param("de", LOOKS, id="de-in-every-look", marks=pytest.mark.deep),
]


@pytest.mark.parametrize(("lang", "looks"), LOOKED_AT)
def test_no_page_keeps_anybody_out(
    world: World, address: str, opened: Opener, lang: str, looks: tuple[Variant, ...]
) -> None:
    page = opened(Variant(lang=lang, dark=LOOKS[0].dark, width=LOOKS[0].width))
    found = {}
    for scene in scenes(world):
        scene.show(page, address)
        for number, look in enumerate(looks):
            resized(page, look)
            found[scene.name, look.name] = [*axe(page, *(OF_LOOKS if number else ())), *misfits(page)]
        assert page.locator("html").get_attribute("lang") == (scene.only_in or lang), scene.name

    assert {name: violations for name, violations in found.items() if violations} == {}


def test_german_fits_a_telephone(world: World, address: str, opened: Opener) -> None:
    page, found = opened(Variant(lang="de", width=NARROW)), {}
    for scene in scenes(world):
        scene.show(page, address)
        found[scene.name] = misfits(page)
        assert page.locator("html").get_attribute("lang") == (scene.only_in or "de"), scene.name

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_on_paper_nothing_is_there_to_be_pressed(world: World, address: str, opened: Opener) -> None:
    page, found = opened(Variant(width=NARROW)), {}
    printed = {"event", "event-full", "event-wrong", "ticket", "link-confirmed"}
    for scene in scenes(world):
        if scene.name in printed:
            scene.show(page, address)
            page.emulate_media(media="print")
            shown = page.locator("button:visible, input:visible, select:visible, nav a:visible, .jump :visible")
            found[scene.name] = [*shown.all_inner_texts(), *page.locator(".button:visible").all_inner_texts()]
            page.emulate_media(media="screen")

    assert found.keys() == printed
    assert {name: buttons for name, buttons in found.items() if buttons} == {}


def test_fields_beside_each_other_stay_in_line_when_one_has_a_fault(world: World, address: str, opened: Opener) -> None:
    page = opened(Variant())
    page.goto(f"{address}/search?q=!")

    places = [page.locator(one).bounding_box() for one in ("#q", "#place", "#month", ".search button")]

    assert len({round(box["y"]) for box in places if box}) == 1


def test_what_does_not_fit_is_noticed(opened: Opener) -> None:
    page = opened(LOOKS[0])
    page.set_content(f"<meta name=viewport content='width=device-width'><p>{'w' * 400}</p><button>Press</button>")

    assert [one.partition(":")[0] for one in misfits(page)] == ["The page is wider than its window.", "small"]


def test_axe_notices_what_is_wrong(opened: Opener) -> None:
    page = opened(Variant())
    page.set_content("<title>Title</title><img src='data:,'><p style='color: #bbb; background: #fff'>Pale</p>")

    assert {one.partition(":")[0] for one in axe(page)} >= {"html-has-lang", "image-alt", "color-contrast"}
    assert {one.partition(":")[0] for one in axe(page, *OF_LOOKS)} == {"color-contrast"}
