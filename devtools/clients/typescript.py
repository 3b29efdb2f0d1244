"""The TypeScript client: @hey-api/openapi-ts makes sources of the document, and tsc and npm a package with types.

Generator and compiler are locked in clients/typescript/package-lock.json. Raises `ClientError` where one of them fails.
"""

import json
import shutil
from pathlib import Path

from devtools.clients import BUILD, DOCUMENT, SOURCES, ClientError, read, run

TARGET = BUILD / "typescript"
SOURCE = SOURCES / "typescript"
_NAME = "turnout-client"


def prepare(folder: Path) -> Path:
    """A copy of clients/typescript in which the programs of its lock are installed."""
    if shutil.which("npm") is None:
        raise ClientError("npm is not installed: no TypeScript client.")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("node_modules"))
    run(folder, "npm", "ci", "--no-audit", "--no-fund")
    return folder


def generate(workshop: Path, document: Path = DOCUMENT, target: Path = TARGET) -> Path:
    """Write the client as a package, compiled in strict mode, with the version of the API."""
    shutil.rmtree(target, ignore_errors=True)
    sources = workshop / "client"
    shutil.rmtree(sources, ignore_errors=True)
    npx = ("npx", "--no-install")
    run(workshop, *npx, "openapi-ts", "-i", document, "-o", sources, "-c", "@hey-api/client-fetch")
    run(workshop, *npx, "tsc", "--project", "tsconfig.client.json", "--outDir", target / "lib")
    package = {
        "name": _NAME,
        "version": read(document)["info"]["version"],
        "description": "The client of Turnout, generated from its OpenAPI document",
        "license": "MIT",
        "type": "commonjs",
        "engines": {"node": ">=18"},
        "files": ["lib"],
        "exports": {
            ".": {"types": "./lib/index.d.ts", "default": "./lib/index.js"},
            "./client": {"types": "./lib/client/index.d.ts", "default": "./lib/client/index.js"},
        },
    }
    (target / "package.json").write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    shutil.copy(SOURCE / "PACKAGE.md", target / "README.md")
    return target


def build(package: Path = TARGET) -> Path:
    """The archive that `npm install` takes."""
    return package / run(package, "npm", "pack", "--silent").split()[-1]
