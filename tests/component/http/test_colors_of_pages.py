"""What is read on pages and mails stands out by day and by night (WCAG 2.2, 1.4.3 and 1.4.11), whatever its color."""

import re
from itertools import product
from pathlib import Path

import pytest

from chalicelib.api.http.response import pages
from chalicelib.mail import tokens
from chalicelib.mail.render import TEMPLATES

PALETTES = dict(zip(("light", "dark"), tokens.palettes(), strict=True))
TEXTS = ("ink", "soft", "link", "good", "bad", "wait")  # each on each of the grounds
GROUNDS = ("paper", "ground")
PAIRS = [*product(TEXTS, GROUNDS), ("onblue", "blue"), ("ondeep", "deep")]
# Edges of fields, of states, and the ring around what has the focus.
MARKS = [*product(("soft", "good", "bad", "wait", "blue"), GROUNDS), ("ondeep", "deep")]
ONLY_DRAWN = {"line"}  # parts what is apart without it, too


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(scheme: str, one: str, other: str) -> float:
    lower, higher = sorted(luminance(PALETTES[scheme][name]) for name in (one, other))
    return (higher + 0.05) / (lower + 0.05)


def rules() -> list[str]:
    """What a page declares for a screen."""
    return re.findall(r"\{([^{}]*)\}", pages.style_sheet().split("@media print")[0])


def named(declared: str, kind: str) -> set[str]:
    return set(re.findall(rf"(?:^|[;\s]){kind}: var\(--(\w+)\)", declared))


def test_contrast_is_what_the_standard_says() -> None:
    assert luminance("#000000") == 0.0
    assert luminance("#ffffff") == pytest.approx(1.0)
    assert 1.05 / (luminance("#777777") + 0.05) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize(("text", "behind"), PAIRS)
def test_every_text_stands_out(scheme: str, text: str, behind: str) -> None:
    assert contrast(scheme, text, behind) >= 4.5


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize(("mark", "behind"), MARKS)
def test_every_mark_can_be_seen(scheme: str, mark: str, behind: str) -> None:
    assert contrast(scheme, mark, behind) >= 3


def test_no_page_has_a_color_besides_the_tokens_and_none_that_was_not_measured() -> None:
    texts = set().union(*(named(rule, "color") for rule in rules()))
    behind = set().union(*(named(rule, "background") for rule in rules()))
    both = {(text, on) for rule in rules() for text in named(rule, "color") for on in named(rule, "background")}

    assert texts == {text for text, _ in PAIRS} - {"good", "wait"}
    assert behind <= {on for _, on in PAIRS}
    assert both <= set(PAIRS), "of one rule, a pair that is measured"
    assert set(PALETTES["light"]) == {name for pair in PAIRS for name in pair} | ONLY_DRAWN
    own = (pages.SITE / "site.css").read_text(encoding="utf-8").split("@media print")[0]
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", own) == []


@pytest.mark.parametrize("folder", [pages.FOLDER, pages.SITE, TEMPLATES], ids=["links", "site", "mails"])
def test_no_template_has_a_color_of_its_own(folder: Path) -> None:
    templates = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    assert templates

    assert {
        path: found for path, text in templates.items() if (found := re.findall(r"#[0-9a-f]{3,8}[;\" ]", text))
    } == {}
    assert [path for path, text in templates.items() if folder != TEMPLATES and "style=" in text] == []


def test_in_mails_each_text_has_by_night_what_it_has_by_day() -> None:
    """A mail says its colors by day where they are used, and by night in one place: the same names in both."""
    templates = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    night = dict(re.findall(r"\.(\w+) \{ [\w-]+: \{\{ night\.(\w+)", templates))
    marked = re.findall(r'class="([\w ]+)"[^>]*? style="([^"]*)"', templates)
    assert night

    for classes, style in marked:
        said = re.findall(r"(?:background|color|border-top):(?:1px solid )?\{\{ day\.(\w+)", style)
        assert {night[name] for name in classes.split()} <= {*said, "ground"}, (classes, style)
    day_pairs = re.findall(r"background:\{\{ day\.(\w+) \}\};color:\{\{ day\.(\w+) \}\}", templates)
    assert {(text, on) for on, text in day_pairs} == {("onblue", "blue"), ("ondeep", "deep")} <= set(PAIRS)
