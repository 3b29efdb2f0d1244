"""Only changes of the code are noticed."""

import os
from pathlib import Path

import pytest

from devtools.local.reload import Watch


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (
        "chalicelib/api/routes.py",
        "devtools/local/serve.py",
        ".venv/lib/x.py",
        ".git/HEAD",
        ".local/state/a.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    (tmp_path / "app.py").write_text("1", encoding="utf-8")
    return tmp_path


def touch(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))


@pytest.mark.parametrize(
    "name", ["app.py", "chalicelib/api/routes.py", "chalicelib/new.py", "chalicelib/mail/body.html"]
)
def test_a_change_of_the_code_is_noticed_once_and_named(project: Path, name: str) -> None:
    watch = Watch(project)

    touch(project / name)

    assert watch.changed() == name
    assert watch.changed() is None


def test_a_removed_file_is_noticed(project: Path) -> None:
    watch = Watch(project)

    (project / "app.py").unlink()

    assert watch.changed() == "app.py"


@pytest.mark.parametrize(
    "name",
    [
        ".venv/lib/x.py",
        ".git/HEAD",
        ".local/state/a.json",
        "README.md",
        "chalicelib/__pycache__/routes.cpython-311.pyc",
        "chalicelib/.routes.py.swp",
        "chalicelib/routes.py~",
    ],
)
def test_nothing_else_is_noticed(project: Path, name: str) -> None:
    watch = Watch(project)

    touch(project / name)

    assert watch.changed() is None
