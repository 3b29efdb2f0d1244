"""`python -m devtools.web.types`: check the JSDoc types of `web` against the document, where Node.js is there."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PINNED = Path(__file__).resolve().parent / "node"
PLACE = PROJECT / "build" / "web-types"
DOCUMENT = PROJECT / "chalicelib" / "api" / "documents" / "openapi.json"
# Whose types stand for which vendored file. The files themselves have none.
VENDORED = {
    "preact-*.js": "preact",
    "preact-hooks-*.js": "preact/hooks",
    "signals-core-*.js": "@preact/signals-core",
    "signals-[0-9]*.js": "@preact/signals",
    "htm-*.js": "htm",
}


class TypesError(Exception):
    """The message says what could not be installed or made."""


def install() -> None:
    """The pinned tools with the hashes of the lock file; nothing while they are there in these versions."""
    stamp, lock = PLACE / "installed.json", PINNED / "package-lock.json"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", lock.name):
        shutil.copy(PINNED / name, PLACE / name)
    _run(["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"])
    shutil.copy(lock, stamp)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, cwd=PLACE, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise TypesError(f"{' '.join(command[:2])} failed:\n{done.stdout}{done.stderr}")


def prepare() -> Path:
    """A copy of `web` beside the tools, each vendored file with the types of its package; the path of its settings."""
    _run(["node_modules/.bin/openapi-typescript", str(DOCUMENT), "-o", "turnout-api.d.ts"])
    web = PLACE / "web"
    shutil.rmtree(web, ignore_errors=True)
    shutil.copytree(PROJECT / "web", web)
    for pattern, package in VENDORED.items():
        for path in (web / "vendor").glob(pattern):
            if pattern == "preact-*.js" and "hooks" in path.name:
                continue
            default = f'export {{ default }} from "{package}";\n' if package == "htm" else ""
            path.with_suffix(".d.ts").write_text(f'{default}export * from "{package}";\n', encoding="utf-8")
    settings = json.loads((PINNED / "tsconfig.json").read_text(encoding="utf-8"))
    settings["compilerOptions"]["paths"] = {"turnout-api": ["./turnout-api.d.ts"]}
    settings["include"] = ["web/**/*.js", "web/**/*.d.ts"]
    settings["exclude"] = ["web/vendor/*.js"]
    target = PLACE / "tsconfig.json"
    target.write_text(json.dumps(settings, indent=2), encoding="utf-8")
    return target


def check() -> int:
    """The exit code of the type checker, which says what is wrong, by the files of this project."""
    install()
    settings = prepare()
    command = ["node_modules/.bin/tsc", "--project", settings.name, "--pretty", "false"]
    done = subprocess.run(command, check=False, cwd=PLACE, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    sys.stdout.write(done.stdout)
    return done.returncode


def main() -> int:
    if shutil.which("node") is None or shutil.which("npm") is None:
        sys.stdout.write("The types of web/ were not checked: that needs Node.js, which is not here.\n")
        return 0
    try:
        return check()
    except TypesError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
