"""The packages that a lock names, with their hashes and licences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "requirements.txt"
# What packages say in other words than those of SPDX.
_SAID = {
    "Apache License 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "The Unlicense (Unlicense)": "Unlicense",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned package; `hashes` are of its files, any of which may be installed."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def licence(self) -> str:
        """In the words of SPDX; empty when it says none. Of the installed version: raises when there is none."""
        about = metadata.metadata(self.name)
        classified = [
            one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License")
        ]
        said = (about["License-Expression"] or about["License"] or next(iter(classified), "")).strip()
        short = said if "\n" not in said and said else next(iter(classified), "")
        return _SAID.get(short, short)


def packages(lock: Path = SHIPPED) -> Sequence[Package]:
    """In the order of the lock."""
    found = []
    for entry in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        pinned = re.match(r"([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", entry)
        if pinned:
            found.append(Package(pinned[1], pinned[2], tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))))
    return found
