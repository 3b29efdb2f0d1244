"""What is vendored is what was published, with its licence, and small."""

import shutil
from pathlib import Path

from chalicelib.api.documents.routes import ASSETS, FOLDER
from devtools import vendored


def test_the_vendored_files_are_what_was_published_in_the_versions_that_the_pages_name() -> None:
    assert [vendored.complaints(folder) for folder in vendored.FOLDERS] == [[], [], []]
    shipped = [package for package in vendored.PACKAGES if package.folder == FOLDER / "vendor"]
    fetched = {name for package in shipped for name in package.files if name.endswith(".gz")}
    assert {Path(asset.file).name for asset in ASSETS.values() if asset.file.startswith("vendor/")} == fetched
    for package in vendored.PACKAGES:
        assert [name for name in package.files if name.endswith((".gz", ".js")) and package.version not in name] == []
        assert any("LICENSE" in name for name in package.files)


def test_a_vendored_file_that_was_changed_is_noticed(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(vendored.FOLDER, tmp_path / "vendor"))
    (folder / "redoc-LICENSE.txt").write_text("mine", encoding="utf-8")
    (folder / "extra.js").write_text("", encoding="utf-8")

    assert vendored.complaints(folder) == [
        "extra.js is not in sources.json.",
        "redoc-LICENSE.txt differs from what was published.",
    ]


def test_every_file_of_the_folder_is_used() -> None:
    files = (path for path in FOLDER.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
    present = {path.relative_to(FOLDER).as_posix() for path in files}
    own = {asset.file for asset in ASSETS.values() if asset.folder == FOLDER}
    used = own | {"openapi.json", "swagger.html", "redoc.html", "problem.html"}

    assert used <= present
    assert all(name.startswith(("vendor/", "pages/")) for name in present - used)  # pages has tests of its own


def test_the_files_take_less_than_a_megabyte_of_the_package() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("vendor/*")) < 1_000_000
