"""The colors of our pages can be read by day and by night: contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

import re

import pytest

from chalicelib.api.http.pages import FOLDER

TEXTS = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("soft", "paper"),
    ("soft", "ground"),
    ("link", "paper"),
    ("bad", "paper"),
    ("link", "ground"),
    ("bad", "ground"),
    ("good", "paper"),
    ("onblue", "blue"),
    ("ondeep", "deep"),
]


def palettes() -> dict[str, dict[str, str]]:
    """The variables by day, and what the dark scheme makes of them."""
    day, night = re.findall(r":root \{(.*?)\}", (FOLDER / "tokens.css").read_text(encoding="utf-8"), re.DOTALL)
    colors = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in (day, night)]
    return {"light": colors[0], "dark": {**colors[0], **colors[1]}}


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "behind"), TEXTS)
def test_every_text_stands_out(scheme: str, text: str, behind: str) -> None:
    colors = palettes()[scheme]

    lower, higher = sorted(luminance(colors.get(name, name)) for name in (text, behind))

    assert (higher + 0.05) / (lower + 0.05) >= 4.5
