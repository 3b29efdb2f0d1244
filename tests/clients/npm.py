"""A folder with what its package-lock.json names, outside of the sources."""

import shutil
import subprocess
from pathlib import Path

PATIENCE_SECONDS = 300


def installed(source: Path, target: Path) -> Path:
    """A copy of the folder in which its programs are installed."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules"))
    run(target, "npm", "ci", "--no-audit", "--no-fund")
    return target


def run(folder: Path, *command: str) -> str:
    """What the command says; fails with that when the command does."""
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr
