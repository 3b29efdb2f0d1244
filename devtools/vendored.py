"""`python -m devtools.vendored [--check]`: fetch scripts from npm, pinned: of the documentation pages, and axe."""

import argparse
import base64
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "chalicelib" / "api" / "documents" / "vendor"
TESTS = PROJECT / "tests" / "browser" / "vendor"  # nothing of it is shipped
SOURCES = "sources.json"


class VendorError(Exception):
    """The message says which file or package is wrong, and the fix."""


@dataclass(frozen=True, slots=True)
class Package:
    """A release on npm: the registry's own hash of the archive, and its files by the name they get here."""

    name: str
    version: str
    integrity: str
    files: dict[str, str]
    folder: Path = FOLDER


# A new version: look both up with `npm view NAME version dist.integrity`, run this, and name the files in
# chalicelib/api/documents/routes.py or tests/browser/axe.py. The version is part of the name: what pages load is
# cached for ever.
PACKAGES = (
    Package(
        "swagger-ui-dist",
        "5.35.0",
        "sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        {
            "swagger-ui-5.35.0.js.gz": "swagger-ui-bundle.js",
            "swagger-ui-5.35.0.css.gz": "swagger-ui.css",
            "swagger-ui-LICENSE.txt": "LICENSE",
            "swagger-ui-NOTICE.txt": "NOTICE",
            "swagger-ui-NOTICE-bundled.txt": "swagger-ui-bundle.js.LICENSE.txt",
        },
    ),
    Package(
        "redoc",
        "2.5.4",
        "sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==",
        {
            "redoc-2.5.4.js.gz": "bundles/redoc.standalone.js",
            "redoc-LICENSE.txt": "LICENSE",
            "redoc-NOTICE-bundled.txt": "bundles/redoc.standalone.js.LICENSE.txt",
        },
    ),
    Package(
        "axe-core",
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        {
            "axe-4.14.1.js.gz": "axe.min.js",
            "axe-LICENSE.txt": "LICENSE",
            "axe-LICENSE-bundled.txt": "LICENSE-3RD-PARTY.txt",
        },
        TESTS,
    ),
)
FOLDERS = tuple(dict.fromkeys(package.folder for package in PACKAGES))


def content(path: Path) -> bytes:
    """What a vendored file holds, whether it is compressed or not."""
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def sha384(data: bytes) -> str:
    """The hash as a page's `integrity` attribute would write it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def complaints(folder: Path = FOLDER) -> list[str]:
    """Files that are missing, unknown, or not what was fetched."""
    recorded: dict[str, dict[str, str]] = json.loads((folder / SOURCES).read_text(encoding="utf-8"))
    present = {path.name: path for path in folder.iterdir() if path.name != SOURCES}
    found = [f"{name} is missing." for name in recorded.keys() - present.keys()]
    found += [f"{name} is not in {SOURCES}." for name in present.keys() - recorded.keys()]
    for name in sorted(recorded.keys() & present.keys()):
        if sha384(content(present[name])) != recorded[name]["sha384"]:
            found.append(f"{name} differs from what was published.")
    return sorted(found)


def fetch(package: Package) -> Iterator[tuple[str, dict[str, str]]]:
    """Write the package's files; yields each name with where it comes from."""
    wanted = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory() as place:
        archive = _download(wanted, Path(place))
        given = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if given != package.integrity:
            raise VendorError(f"{wanted} has the hash {given}; correct PACKAGES if that is meant.")
        with tarfile.open(archive) as packed:
            for name, member in package.files.items():
                source = packed.extractfile(f"package/{member}")
                assert source is not None
                data = source.read()
                # Level and time are fixed, so that the same release gives the same file.
                (package.folder / name).write_bytes(gzip.compress(data, 9, mtime=0) if name.endswith(".gz") else data)
                yield name, {"from": f"npm {wanted}", "file": member, "sha384": sha384(data)}


def _download(wanted: str, place: Path) -> Path:
    command = ["npm", "pack", wanted, "--silent", "--pack-destination", str(place)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise VendorError("npm is not installed; it is needed to fetch the scripts.") from error
    if done.returncode:
        raise VendorError(f"npm cannot fetch {wanted}: {done.stderr.strip().splitlines()[-1]}")
    return next(place.glob("*.tgz"))


def refresh() -> None:
    """Fetch everything again and record where it comes from."""
    for folder in FOLDERS:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        sources = dict(pair for package in PACKAGES if package.folder == folder for pair in fetch(package))
        (folder / SOURCES).write_text(json.dumps(sources, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.vendored", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fetch nothing; fail when a file was changed by hand")
    try:
        if not parser.parse_args().check:
            refresh()
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    wrong = [complaint for folder in FOLDERS for complaint in complaints(folder)]
    if wrong:
        print(f"{' '.join(wrong)} Run `python -m devtools.vendored`.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
