"""What axe-core finds wrong with a page for people who use it by ear, by keyboard, or with eyes that see less."""

import functools

from playwright.sync_api import Page

from devtools import vendored

FILE = vendored.TESTS / "axe-4.14.1.js.gz"
_RUN = """rules => axe.run(
  document, {resultTypes: ["violations"], ...(rules.length ? {runOnly: {type: "rule", values: rules}} : {})}
).then(found => found.violations.flatMap(
  one => one.nodes.map(node => `${one.id}: ${one.help}: ${node.target.join(" ")} (${node.failureSummary})`)
))"""
# What another window or another taste can change. All else is the same, and is looked at once.
OF_LOOKS = ("color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "meta-viewport")


@functools.cache
def _script() -> str:
    return vendored.content(FILE).decode()


def axe(page: Page, *rules: str) -> list[str]:
    """Every violation, by these rules or by all. It comes in past the page's policy, which lets no script in."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_script())
    return [str(one) for one in page.evaluate(_RUN, list(rules))]
