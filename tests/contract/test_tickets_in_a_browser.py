"""The reader of docs/tickets.md does in a real browser what the document says."""

import html
import json
import re
from pathlib import Path

from tests.support.web.browser import needs_a_browser, rendered

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "tickets.md"
_PAGE = """<!doctype html><meta charset="utf-8"><pre id="said">nothing</pre><script>
{reader}
(async () => {{
  const {{keys, codes}} = {given}
  const said = []
  for (const code of codes) said.push(await readTicket(code, keys))
  document.getElementById('said').textContent = JSON.stringify(said)
}})()
</script>"""


@needs_a_browser
def test_a_browser_reads_the_worked_example_and_no_other_code(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    [reader] = re.findall(r"^```js\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    said = dict(re.findall(r"^(kid|x|event|id|generation|party|code)\s+= (.+)$", text, re.MULTILINE))
    [jwks] = re.findall(r'^\{"keys": .*\}$', text, re.MULTILINE)
    code = said["code"]
    others = [code[:-1], code[:40] + ("A" if code[40] != "A" else "B") + code[41:], code.lower(), "junk", ""]
    given = json.dumps({"keys": json.loads(jwks)["keys"], "codes": [code, *others]})
    page = tmp_path / "page.html"
    page.write_text(_PAGE.format(reader=reader, given=given), encoding="utf-8")

    shown = rendered(page.as_uri(), tmp_path / "profile")

    [found, *none] = json.loads(html.unescape(re.findall(r'<pre id="said">(.*?)</pre>', shown, re.DOTALL)[0]))
    assert none == [None] * len(others)
    assert [found["event"], str(found["generation"]), str(found["party"])] == [
        said[name] for name in ("event", "generation", "party")
    ]
    assert said["id"].startswith(found["idBegins"])
    assert len(found["idBegins"]) == 18
