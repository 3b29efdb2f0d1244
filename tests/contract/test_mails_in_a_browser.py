"""Every kind of mail in a real browser, on a narrow telephone and on a desk: nothing sticks out of the window.

By day a mail at its longest is looked at on the telephone only, where there is the least room; at night on both.
"""

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.mail.languages import LANGUAGES
from chalicelib.mail.render import TemplateRenderer
from chalicelib.services.notifications.contexts import EmailDraft
from devtools.mails.samples import at_its_longest, samples
from tests.support.web.browser import needs_a_browser, opened

WIDTHS = (360, 800)
RENDERER = TemplateRenderer("Turnout")
COLUMN = 560
# Frames of the same page may be measured; scripts run in the page around them only.
MEASURE = """\
<pre id="measured"></pre><script>
addEventListener("load", () => {
  const measured = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const width = frame.clientWidth, root = frame.contentDocument.documentElement;
    const outside = [...root.querySelectorAll("body *")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < -0.5 || box.right > width + 0.5 || one.scrollWidth > one.clientWidth + 1 && one.clientWidth;
    });
    const column = root.querySelector("table table").getBoundingClientRect();
    measured[frame.name] = {
      viewport: width, needed: root.scrollWidth, height: root.scrollHeight,
      outside: outside.map((one) => one.tagName + " " + one.textContent.trim().slice(0, 40)),
      column: column.width,
    };
  }
  document.getElementById("measured").textContent = JSON.stringify(measured);
});
</script>"""


def mails() -> dict[str, str]:
    """Every sample at its longest in every language, and the first of each kind as it usually is."""
    found = {}
    kinds = set()
    for sample in samples():
        contexts = {"longest": at_its_longest(sample.context)}
        if sample.kind not in kinds:
            kinds.add(sample.kind)
            contexts["usual"] = sample.context
        for length, context in contexts.items():
            for language in LANGUAGES:
                draft = EmailDraft(to="ada@example.org", locale=language, context=context)
                found[f"{sample.name} {length} {language}"] = RENDERER.render(sample.kind, draft, "reference").html
    return found


def widths(name: str, longest: Sequence[int]) -> Sequence[int]:
    return longest if " longest " in name else WIDTHS


def measured(pages: dict[str, str], longest: Sequence[int], folder: Path) -> dict[str, dict[str, Any]]:
    """What the browser makes of each page in windows of its widths."""
    frames = [
        f'<iframe name="{html.escape(name)} {width}" style="width:{width}px;height:640px;border:0" '
        f'srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages.items()
        for width in widths(name, longest)
    ]
    page = folder / "page.html"
    page.write_text('<!doctype html><meta charset="utf-8">' + "".join(frames) + MEASURE, encoding="utf-8")
    shown = opened(page.as_uri(), folder / "profile", "--dump-dom").stdout
    result = re.search(r'<pre id="measured">(.+?)</pre>', shown, re.DOTALL)
    assert result, "the browser has measured"
    return dict(json.loads(html.unescape(result.group(1))))


@needs_a_browser
@pytest.mark.parametrize(
    "longest",
    [pytest.param(WIDTHS[:1], id="longest-on-a-telephone"), pytest.param(WIDTHS, id="both", marks=pytest.mark.deep)],
)
def test_no_mail_is_wider_than_its_window(tmp_path: Path, longest: Sequence[int]) -> None:
    pages = {**mails(), "too wide": f"<table><tr><td><table><tr><td>{'w' * 400}</td></tr></table></td></tr></table>"}

    found = measured(pages, longest, tmp_path)

    assert found.keys() == {f"{name} {width}" for name in pages for width in widths(name, longest)}
    assert {one["viewport"] for one in found.values()} == set(WIDTHS)
    wide = [found.pop(f"too wide {width}") for width in WIDTHS]
    assert all(one["outside"] and one["needed"] > one["viewport"] for one in wide), "what sticks out is seen"
    assert {name: one["outside"] for name, one in found.items() if one["outside"]} == {}
    assert {name: one["needed"] for name, one in found.items() if one["needed"] > one["viewport"]} == {}
    assert {one["column"] for one in found.values() if one["viewport"] == WIDTHS[1]} == {COLUMN}
