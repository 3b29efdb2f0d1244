"""A folder with what its package-lock.json names, outside of the sources."""

import shutil
from pathlib import Path

from devtools import clients


def installed(source: Path, target: Path) -> Path:
    """A copy of the folder in which its programs are installed."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules"))
    clients.run(target, "npm", "ci", "--no-audit", "--no-fund")
    return target
