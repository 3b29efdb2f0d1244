"""The site in a real browser: the way of a guest from the front page to the ticket, and how its pages look."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.api.pages import frame
from tests.support.browser import needs_a_browser, opened, rendered
from tests.support.builders import a_person, enrolled
from tests.support.mailed import BROWSER, link_of
from tests.support.pages import address as address_of
from tests.support.site import filled, photographed, served
from tests.support.world import SETTINGS, World

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens"
WIDTHS = (390, 1400)


@pytest.fixture
def world() -> Iterator[World]:
    with World(replace(SETTINGS, public_url="")) as made:
        yield made


def pressed(folder: Path, address: str, method: str, fields: dict[str, str]) -> str:
    """What a browser shows after a form with these fields was sent; our pages have no script that could do it."""
    inputs = "".join(f'<input name="{name}" value="{html.escape(value)}">' for name, value in fields.items())
    press = folder / "press.html"
    form = f'<form method="{method}" action="{address}">{inputs}</form><script>document.forms[0].submit()</script>'
    press.write_text(f'<!doctype html><meta charset="utf-8">{form}', encoding="utf-8")
    return rendered(press.as_uri(), folder / "profile", "--lang=en")


def link_in(shown: str, words: str) -> str:
    found = re.search(rf'<a href="([^"]+)"[^>]*>{re.escape(words)}</a>', shown)
    assert found, f"there is a link {words!r}"
    return html.unescape(found[1])


@needs_a_browser
def test_a_guest_goes_from_the_front_page_to_the_ticket(world: World, tmp_path: Path) -> None:
    filled(world)
    with served() as site:
        front = opened(f"{site}/", tmp_path, "--lang=en", "--enable-logging=stderr", "--dump-dom")
        assert "Content Security Policy" not in front.stderr
        assert 'action="/search"' in front.stdout
        found = pressed(tmp_path, f"{site}/search", "get", {"q": "workshop", "place": "", "month": ""})
        page = link_in(found, "Python Workshop")

        wrong = {"name": "Grace Hopper", "email": "grace", "party_size": "2"}
        refused = pressed(tmp_path, f"{site}{page}", "post", wrong)
        assert 'value="Grace Hopper"' in refused
        assert "This is not an e-mail address that we can write to." in refused
        guest = {"name": "Grace Hopper", "email": "grace@example.org", "party_size": "2"}
        done = pressed(tmp_path, f"{site}{page}", "post", guest)
        assert "Check your inbox" in done

        world.work()
        [mail] = world.mailer.to("grace@example.org")
        link = re.search(r"/g/[\w.-]+", mail.text)
        assert link
        ticket = pressed(tmp_path, f"{site}{link[0]}", "post", {"action": "confirm"})

    assert "Your place is confirmed." in ticket
    assert "<svg" in ticket
    assert "Grace Hopper" in ticket


MEASURE = """\
<pre id="measured"></pre><script>
addEventListener("load", () => {
  const measured = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const width = frame.clientWidth, root = frame.contentDocument.documentElement;
    const outside = [...root.querySelectorAll("body *:not(.skip)")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < -0.5 || box.right > width + 0.5;
    });
    const small = [...root.querySelectorAll("button, .button, input:not([type=checkbox]):not([type=hidden]), select")]
      .filter((one) => one.getBoundingClientRect().height < 44 && one.getBoundingClientRect().height > 0);
    measured[frame.name] = [root.scrollWidth - width, [...outside, ...small].map((one) => one.outerHTML.slice(0, 80))];
  }
  document.getElementById("measured").textContent = JSON.stringify(measured);
});
</script>"""


@needs_a_browser
def test_no_page_is_wider_than_its_window_and_every_button_can_be_hit(world: World, tmp_path: Path) -> None:
    olga, events = filled(world)
    long = world.an_event(olga.token, title="w" * 200, location="l" * 200, url=f"https://a.b/{'u' * 480}",
                          description="d" * 4000, tags=["t" * 40])  # fmt: skip
    paths = ["/", address_of(world, events[0]), address_of(world, long), "/search?q=!", "/months/2026-07",
             f"/o/{olga.id}", f"{address_of(world, events[0])}/mailed", "/e/x"]  # fmt: skip
    style = f"<style>{frame.asset('css')}</style></head>"
    frames = []
    for path in paths:
        text = world.get(path, Accept=BROWSER).text.replace("</head>", style)
        frames += [
            f'<iframe name="{html.escape(path)} {width}" style="width:{width}px;height:900px;border:0" '
            f'srcdoc="{html.escape(text)}"></iframe>'
            for width in WIDTHS
        ]
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><meta charset="utf-8">' + "".join(frames) + MEASURE, encoding="utf-8")

    shown = opened(page.as_uri(), tmp_path / "profile", "--dump-dom").stdout

    result = re.search(r'<pre id="measured">(.+?)</pre>', shown, re.DOTALL)
    assert result, "the browser has measured"
    found = json.loads(html.unescape(result.group(1)))
    assert len(found) == len(frames)
    assert {name: one for name, one in found.items() if one[0] > 0 or one[1]} == {}


@pytest.mark.deep
@needs_a_browser
def test_pictures_of_every_page_by_day_and_by_night(world: World, tmp_path: Path) -> None:
    """They are for people to look at: `build/screens`."""
    olga, events = filled(world)
    ticket = link_of(world, enrolled(world, events[0], a_person(world, first_name="Ada", last_name="Lovelace")))
    paths = {
        "home": "/",
        "event": address_of(world, events[0]),
        "full": f"{address_of(world, events[1])}?lang=de",
        "search": "/search?q=conference",
        "month": "/months/2026-07?lang=de",
        "organizer": f"/o/{olga.id}",
        "mailed": f"{address_of(world, events[0])}/mailed",
        "missing": "/e/x",
        "ticket": f"/g/{ticket}",
    }
    SCREENS.mkdir(parents=True, exist_ok=True)
    with served() as site:
        for name, path in paths.items():
            for width in WIDTHS:
                for dark in (False, True):
                    target = SCREENS / f"{name}-{width}-{'dark' if dark else 'light'}.png"
                    photographed(f"{site}{path}", target, tmp_path, width=width, dark=dark)
                    assert target.read_bytes().startswith(b"\x89PNG")
