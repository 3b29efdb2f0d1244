"""`python -m devtools.vendored [--check]`: fetch scripts from npm, pinned: of the documents, of `web`, and axe."""

import argparse
import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "chalicelib" / "api" / "documents" / "vendor"
WEB = PROJECT / "web" / "vendor"
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
    # By which name the scripts of other packages import a file of this one.
    modules: dict[str, str] = field(default_factory=dict)


# A new version: look both up with `npm view NAME version dist.integrity`, run this, and name the files in
# chalicelib/api/documents/routes.py, web/shared/ui.js or tests/browser/axe.py. The version is part of the name: what
# pages load is cached for ever.
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
        "preact",
        "11.2.0",
        "sha512-/HfHI/7N84e6GrWBJ3J280z3mLaRJiDcSvj/A+y/4AbLnND/1UlGHe1sR6oYuTGwId0nP7dqDU9OnLxMPZ7xBg==",
        {
            "preact-11.2.0.js": "dist/preact.mjs",
            "preact-hooks-11.2.0.js": "hooks/dist/hooks.mjs",
            "preact-LICENSE.txt": "LICENSE",
        },
        WEB,
        {"preact": "preact-11.2.0.js", "preact/hooks": "preact-hooks-11.2.0.js"},
    ),
    Package(
        "@preact/signals-core",
        "1.14.5",
        "sha512-vcRv7Ityz5JVmeiVqIluLFzT/PDS/AlhHUpw3/aUWqcVUs6bDGIPXE/6RSC4evBNWYvnniozg5Syfj33al3gkg==",
        {"signals-core-1.14.5.js": "dist/signals-core.mjs", "signals-core-LICENSE.txt": "LICENSE"},
        WEB,
        {"@preact/signals-core": "signals-core-1.14.5.js"},
    ),
    Package(
        "@preact/signals",
        "2.11.4",
        "sha512-Rb+5RPo9gWSaHtzJeauhHxiC8KP/IF2DEPkHPEOGOnuy2wnJzRqyeLRankUCYd6ADqtxS6GnWGv6Ie343d8aYw==",
        {"signals-2.11.4.js": "dist/signals.mjs", "signals-LICENSE.txt": "LICENSE"},
        WEB,
    ),
    Package(
        "htm",
        "3.1.1",
        "sha512-983Vyg8NwUE7JkZ6NmOqpCZ+sh1bKv2iYTlUkzlWmA5JD2acKoxd4KVxbMmxX/85mtfdnDmTFoNKcg5DGAvxNQ==",
        {"htm-3.1.1.js": "dist/htm.mjs", "htm-LICENSE.txt": "LICENSE"},
        WEB,
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


def beside(script: bytes, modules: dict[str, str]) -> bytes:
    """The script, importing its neighbours by their files: a browser knows names of packages from an import map only,
    and a policy without 'unsafe-inline' lets none in. Maps of the source are not vendored, so none is named.
    """
    text = re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", script.decode())
    for name, file in modules.items():
        text = re.sub(rf"""(?<=from)\s*["']{re.escape(name)}["']""", f'"./{file}"', text)
    return text.encode()


def fetch(package: Package) -> Iterator[tuple[str, dict[str, str]]]:
    """Write the package's files; yields each name with where it comes from."""
    wanted = f"{package.name}@{package.version}"
    modules = {name: file for one in PACKAGES if one.folder == package.folder for name, file in one.modules.items()}
    with tempfile.TemporaryDirectory() as place:
        archive = _download(wanted, Path(place))
        given = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if given != package.integrity:
            raise VendorError(f"{wanted} has the hash {given}; correct PACKAGES if that is meant.")
        with tarfile.open(archive) as packed:
            for name, member in package.files.items():
                source = packed.extractfile(f"package/{member}")
                assert source is not None
                data = beside(source.read(), modules) if name.endswith(".js") else source.read()
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
