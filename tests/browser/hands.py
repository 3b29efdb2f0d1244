"""Two ways to use a page: with a pointer, and with nothing but the keyboard."""

from typing import Protocol

from playwright.sync_api import Locator, Page

STEPS = 80  # no way on our pages is longer
# Where the keyboard is has to be seen: a ring, or the browser's own.
_FOCUS = """one => {
  if (one !== document.activeElement) return "elsewhere";
  const style = getComputedStyle(one);
  return one.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    ? "seen" : "unseen";
}"""


class Hands(Protocol):
    def follow(self, words: str) -> None:
        """Follow the link that says so."""

    def press(self, words: str) -> None:
        """Press the button that says so, and wait for where it leads."""

    def unfold(self, words: str) -> None:
        """Open what stands behind these words."""

    def write(self, label: str, text: str) -> None:
        """Write into the field with the label, in place of what is there."""


class Pointer:
    def __init__(self, page: Page) -> None:
        self._page = page

    def follow(self, words: str) -> None:
        self._page.get_by_role("link", name=words, exact=True).first.click()

    def press(self, words: str) -> None:
        with self._page.expect_navigation():
            self._page.get_by_role("button", name=words, exact=True).click()

    def unfold(self, words: str) -> None:
        self._page.locator("summary", has_text=words).click()

    def write(self, label: str, text: str) -> None:
        self._page.get_by_label(label, exact=True).fill(text)


class Keyboard:
    """Tab until it is there, then Enter. What cannot be reached so, or not be seen when it is, fails."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def follow(self, words: str) -> None:
        self._reach(self._page.get_by_role("link", name=words, exact=True).first)
        self._enter()

    def press(self, words: str) -> None:
        self._reach(self._page.get_by_role("button", name=words, exact=True))
        self._enter()

    def unfold(self, words: str) -> None:
        self._reach(self._page.locator("summary", has_text=words))
        self._page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self._reach(self._page.get_by_label(label, exact=True))
        self._page.keyboard.press("Control+A")
        self._page.keyboard.type(text)

    def _enter(self) -> None:
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")

    def _reach(self, target: Locator) -> None:
        target.wait_for()
        focus = str(target.evaluate(_FOCUS))  # a page may put the keyboard where it is needed
        for _ in range(STEPS):
            if focus != "elsewhere":
                assert focus == "seen", f"{target} has the keyboard, and does not show it"
                return
            self._page.keyboard.press("Tab")
            focus = str(target.evaluate(_FOCUS))
        raise AssertionError(f"{target} is out of the keyboard's reach")
