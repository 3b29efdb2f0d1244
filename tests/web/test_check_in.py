"""The check-in: its rules, run by Node.js where it is there, its size, and what of it a device keeps."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from devtools.web import precache
from devtools.web.files import FOLDER, read
from tests.web.scripts import own_scripts

RULES = Path(__file__).resolve().parent / "node" / "check_in.test.mjs"
MOST = 80_000


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed: the check-in's rules were not run")
def test_what_a_code_means_and_what_is_left_to_do() -> None:
    done = subprocess.run(["node", "--test", RULES], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-500:]
    assert re.search(r"^# pass (2[5-9]|[3-9]\d)$", done.stdout, re.MULTILINE), done.stdout[-500:]


def test_the_check_in_takes_80_kilobytes() -> None:
    """Both languages, and the reader of codes that not every browser needs."""
    loaded = [read(name) for name in (*precache.names(), "check-in/files.js", "check-in/worker.js")]
    assert all(loaded)
    assert sum(len(gzip.compress(file.content, 9, mtime=0)) for file in loaded if file) <= MOST


def test_a_device_keeps_the_files_of_today() -> None:
    assert precache.TARGET.read_text(encoding="utf-8") == precache.written(), "run python -m devtools.web.precache"


def test_a_device_keeps_every_file_that_the_app_loads() -> None:
    kept = set(precache.names())
    scripts = own_scripts()
    for name in (one for one in kept if one in scripts):
        imported = re.findall(r'(?:from|import) "(\.[^"]+)"', scripts[name])
        for address in imported:
            path = (FOLDER / name).parent.joinpath(address).resolve().relative_to(FOLDER.resolve())
            assert path.as_posix() in kept, f"{name} imports {address}"


def test_a_changed_file_is_another_version(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "web")
    before = precache.written(tmp_path / "web")
    with (tmp_path / "web" / "check-in" / "verdict.js").open("a", encoding="utf-8") as script:
        script.write("export const more = 1;\n")

    assert precache.written(tmp_path / "web") != before
    assert before == precache.written()
