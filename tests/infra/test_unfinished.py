"""Notes about work that somebody should do later are refused in every language that people write here."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
NOTES = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")


def run(*command: str, folder: Path = PROJECT, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A working tree with our Makefile, and nothing in it that could be refused."""
    (tmp_path / "Makefile").write_bytes((PROJECT / "Makefile").read_bytes())
    (tmp_path / "page.html").write_text("<p>todos, hacks and fixed mistakes\n", encoding="utf-8")
    run("git", "init", "-q", folder=tmp_path)
    run("git", "add", "Makefile", "page.html", folder=tmp_path)
    return tmp_path


@pytest.mark.parametrize("note", NOTES)
def test_ruff_refuses_a_note_in_python(note: str) -> None:
    ruff = (sys.executable, "-m", "ruff", "check", "--stdin-filename", "chalicelib/sample.py", "-")

    assert run(*ruff, text='"""A sample."""\n').returncode == 0
    assert "FIX00" in run(*ruff, text=f'"""A sample."""\n\n# {note}: later\n').stdout


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("name", ["docs/a.md", "resources.yaml", "body.txt.j2", ".ci/run", "Makefile"])
def test_make_lint_refuses_a_note_in_everything_else(tree: Path, name: str, note: str) -> None:
    assert run("make", "notes", folder=tree).returncode == 0

    (tree / name).parent.mkdir(exist_ok=True)
    with (tree / name).open("a", encoding="utf-8") as file:
        file.write(f"# {note}: later\n")
    run("git", "add", name, folder=tree)
    refused = run("make", "notes", folder=tree)

    assert refused.returncode != 0
    assert f"# {note}: later" in refused.stdout
    assert "write an issue" in refused.stderr
