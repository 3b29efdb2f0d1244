"""The documentation pages in a real browser, served over HTTP by the application."""

import html
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import app
from chalicelib.api.middleware import standalone
from devtools.local.chalice_api import ChaliceApi
from devtools.local.http_server import Server
from tests.support.documented import document, operations
from tests.support.world import SETTINGS, World

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture
def address() -> Iterator[str]:
    with World(replace(SETTINGS, public_url="")):
        server = Server("127.0.0.1", 0, ChaliceApi(app, standalone), quiet=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        server.server_close()


def rendered(url: str, profile: Path) -> str:
    """What the page is after its scripts have run."""
    assert BROWSER
    flags = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    command = [BROWSER, *flags.split(), "--disable-sync", "--no-first-run", "--virtual-time-budget=20000"]
    command += [f"--user-data-dir={profile}", "--dump-dom", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    return done.stdout


@pytest.mark.deep
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome")
@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_a_browser_shows_every_operation(address: str, path: str, tmp_path: Path) -> None:
    shown = html.unescape(rendered(f"{address}{path}", tmp_path)).replace("\u2019", "'")  # Redoc sets its own quotes

    assert [one["summary"] for _, _, one in operations() if one["summary"] not in shown] == []
    assert document()["info"]["version"] in shown
