"""`python -m devtools.web.precache [--check]`: write which files the check-in keeps on a device, and their version.

The browser loads the worker anew when a byte of what it imports differs, and the worker loads all files of one version.
"""

import hashlib
import json
import sys
from pathlib import Path, PurePosixPath

from devtools.generated_files import keep
from devtools.web import files

TARGET = files.FOLDER / "check-in" / "files.js"
_HOME = PurePosixPath("check-in")
# What the app uses of the other folders; all of its own it uses.
SHARED = (
    "shared/app.css",
    "shared/format.js",
    "shared/icon-180.png",
    "shared/icon-192.png",
    "shared/icon-512.png",
    "shared/icon.svg",
    "shared/storage.js",
    "shared/texts.js",
    "shared/texts/de.js",
    "shared/texts/en.js",
    "shared/tokens.css",
    "shared/ui.js",
)
_OWN_WORKER = {"check-in/files.js", "check-in/worker.js"}


def names(folder: Path = files.FOLDER) -> list[str]:
    """By their paths in `web`: the app's own files, those of `SHARED`, and what is vendored."""
    own = [name for name in files.names(folder) if name.startswith("check-in/") and name not in _OWN_WORKER]
    vendored = [name for name in files.names(folder) if name.startswith("vendor/") and name.endswith(".js")]
    return sorted([*own, *SHARED, *vendored])


def written(folder: Path = files.FOLDER) -> str:
    """The script that the worker imports."""
    content = hashlib.sha256()
    for name in names(folder):
        file = files.read(name, folder)
        if file is None:
            raise LookupError(f"web/{name} is not there: correct SHARED in devtools/web/precache.py.")
        content.update(name.encode() + b"\0" + file.content + b"\0")
    found = [_address(name) for name in names(folder)]
    said = {"VERSION": content.hexdigest()[:16], "FILES": ["./", *found, f"../{files.CONFIG}"]}
    return f"// Written by `python -m devtools.web.precache`.\nObject.assign(self, {json.dumps(said, indent=2)});\n"


def _address(name: str) -> str:
    """As the worker beside the app's page names it; the page itself is its folder."""
    path = PurePosixPath(name)
    return path.relative_to(_HOME).as_posix() if path.is_relative_to(_HOME) else f"../{name}"


def main(arguments: list[str] | None = None) -> int:
    command = "python -m devtools.web.precache"
    return keep("devtools.web.precache", __doc__, lambda: {TARGET: written()}, arguments, command=command)


if __name__ == "__main__":
    sys.exit(main())
