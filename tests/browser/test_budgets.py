"""What a reader has to load: every page with its style sheet is small, and runs nothing."""

import re
from urllib.parse import urlsplit

from tests.browser.scenes import scenes
from tests.support.mails.mailed import BROWSER
from tests.support.world import World

MOST = 30 * 1024
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPT = re.compile(r"<script(?! type=\"application/ld\+json\")| on[a-z]+=|javascript:", re.IGNORECASE)


def test_every_page_is_small_and_has_no_script(world: World) -> None:
    sizes, scripts, policies = {}, [], {}
    for scene in scenes(world):
        answer = world.get(scene.path, Accept=BROWSER)
        styles = [world.get(urlsplit(href).path).text for href in _STYLE.findall(answer.text)]
        assert styles or "<style>" in answer.text, f"{scene.name} has a look"
        sizes[scene.name] = sum(len(text.encode()) for text in (answer.text, *styles))
        policies[scene.name] = answer.headers["Content-Security-Policy"]
        if _SCRIPT.search(answer.text):
            scripts.append(scene.name)

    assert {name: size for name, size in sizes.items() if size > MOST} == {}
    assert scripts == []
    strict = [name for name, one in policies.items() if "default-src 'none'" in one and "script-src" not in one]
    assert strict == list(policies)
