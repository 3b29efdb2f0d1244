"""What is served at /app/ is small, whole, and nothing that its policy would stop."""

import gzip
import re
from pathlib import Path, PurePosixPath

import pytest

from devtools.vendored import PACKAGES, WEB
from devtools.web.files import FOLDER, FOREVER, MEDIA, names, read
from tests.web.scripts import own_scripts, plain_texts_over_lines

PAGES = Path(__file__).resolve().parents[2] / "chalicelib"
CONSOLE = 60_000


def compressed(wanted: list[str]) -> int:
    files = [read(name) for name in wanted]
    return sum(len(gzip.compress(file.content, 9, mtime=0)) for file in files if file)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_whole_console_takes_60_kilobytes(language: str) -> None:
    """All its screens in one language, which is what a browser can come to load."""
    others = ("check-in/", "vendor/qr-scanner", "shared/icon-512")  # which the manifest of the check-in names
    served = [name for name in names() if not name.startswith(others) and not name.endswith(".txt")]
    other = [name for name in served if "/texts/" in name and not name.endswith(f"/{language}.js")]
    assert compressed([name for name in served if name not in other]) <= CONSOLE


def test_scripts_are_served_without_comments_and_indentation_and_are_the_same_otherwise() -> None:
    for name, text in own_scripts().items():
        file = read(name)
        assert file
        served = file.content.decode()
        assert not re.search(r"/\*\*|^\s*//|^[ \t]", served, re.MULTILINE), name
        said = [re.sub(r"/\*.*?\*/", "", line).strip() for line in text.split("\n")]
        pairs = zip(served.split("\n"), said, strict=True)
        assert [line for line, whole in pairs if line.rstrip() != whole and (line or whole[:1] not in "*/")] == [], name
        assert plain_texts_over_lines(text) == [], f"{name} has a text over lines, which would lose its indentation"
        for line in re.findall(r"^(.*)/\*\*", text, re.MULTILINE):
            assert all(line.count(quote) % 2 == 0 for quote in "\"'"), f"{name} has a comment in a text: {line}"


def test_a_text_over_lines_is_noticed() -> None:
    script = "const a = html`<p>\n  ${ones.map((one) => `${one}\n  b`)}\n  </p>`;\nconst c = { d: `e\n  f` };"
    assert plain_texts_over_lines(script) == [3, 6]


def test_colours_and_icon_are_those_of_the_pages() -> None:
    for ours, theirs in (("tokens.css", "mail/tokens.css"), ("icon.svg", "api/pages/templates/icon.svg")):
        same = (FOLDER / "shared" / ours).read_bytes() == (PAGES / theirs).read_bytes()
        assert same, f"copy chalicelib/{theirs} to web/shared/{ours}"


def test_pages_load_their_own_files_only_and_have_nothing_inline() -> None:
    for path in FOLDER.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page) == [], path
        for address in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert not address.startswith(("http", "//", "/")), f"{path} loads {address}"
            assert (path.parent / address).exists(), f"{path} loads {address}"


def test_scripts_import_by_relative_addresses_that_lead_to_files() -> None:
    for name in (one for one in names() if one.endswith(".js")):
        text = (FOLDER / name).read_text(encoding="utf-8")
        addresses = re.findall(r"""^(?:import|\} from|export .* from)\b[^"'\n]*["']([^"']+)["']""", text, re.MULTILINE)
        addresses += re.findall(r'\bfrom"([^"]+)"', text)
        for address in addresses:
            assert address.startswith("."), f"{name} imports {address}"
            assert (FOLDER / name).parent.joinpath(address).is_file(), f"{name} imports {address}"


def test_only_one_module_names_vendored_files() -> None:
    naming = [
        name for name, text in own_scripts().items() if re.search(r'from "[^"]*vendor/|import "[^"]*vendor/', text)
    ]
    assert set(naming) <= {"shared/ui.js"}
    present = {path.name for path in (FOLDER / "vendor").glob("*.js")}
    assert present == {
        name for package in PACKAGES if package.folder == WEB for name in package.files if name.endswith(".js")
    }


def test_html_of_the_api_is_shown_in_one_place_and_nothing_is_evaluated() -> None:
    raw = [name for name, text in own_scripts().items() for _ in re.findall(r"dangerouslySetInnerHTML", text)]
    assert raw == ["console/editor.js"]  # `description_html`, which the API makes of escaped text
    for name, text in own_scripts().items():
        assert not re.search(r"\binnerHTML\b|\beval\(|new Function|document\.write|javascript:|style=\"", text), name


@pytest.mark.parametrize(
    "name", ["../Makefile", "vendor/sources.json", "types.d.ts", "console", "none.js", "%2e%2e/Makefile"]
)
def test_nothing_else_is_given_out(name: str) -> None:
    assert read(name) is None


def test_a_folder_is_its_page_and_a_vendored_file_is_kept_for_ever() -> None:
    page, script = read(""), read("vendor/preact-11.2.0.js")
    assert page
    assert page.name == "index.html"
    assert page.cache == "no-cache"
    assert script
    assert script.cache == FOREVER
    assert {PurePosixPath(name).suffix for name in names()} <= MEDIA.keys()
