"""Pages of a browser, each with a profile of its own, and what the browser objects to in them."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.variants import HEIGHT, Variant

# Whatever takes longer than this on a busy machine does not come.
PATIENCE_MS = 120_000
SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens"


class Opener:
    """Call it for a page; `complaints` are breaches of a policy, scripts that failed, and requests to elsewhere."""

    def __init__(self, browser: Browser) -> None:
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __call__(self, variant: Variant) -> Page:
        context = self._browser.new_context(
            locale=variant.lang,
            color_scheme="dark" if variant.dark else "light",
            viewport={"width": variant.width, "height": HEIGHT},
            java_script_enabled=variant.scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"A script failed: {error}"))
        page.on("request", self._asked)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.hostname != "127.0.0.1" and asked.scheme not in {"data", "blob", "about", "file"}:
            self.complaints.append(f"It asked for {request.url}.")


def resized(page: Page, variant: Variant) -> None:
    """Show the page that is open to a reader with another window and another taste; its language stays."""
    page.emulate_media(color_scheme="dark" if variant.dark else "light")
    page.set_viewport_size({"width": variant.width, "height": HEIGHT})


def screenshot(page: Page, name: str, folder: Path = SCREENS) -> Path:
    """The whole page as a picture for people to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True, animations="disabled")
    return target
