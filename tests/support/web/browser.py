"""A real browser without a window, where there is one: what it makes of a page."""

import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
)

needs_a_browser = pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome")


def rendered(url: str, profile: Path, *options: str) -> str:
    """What the page is after its scripts have run."""
    return opened(url, profile, "--virtual-time-budget=20000", "--dump-dom", *options).stdout


def opened(url: str, profile: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    assert BROWSER
    command = [BROWSER, *_FLAGS.split(), "--no-first-run", f"--user-data-dir={profile}", *options, url]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
