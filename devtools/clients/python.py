"""The Python client: openapi-python-client makes a package of the document, and poetry-core a wheel of the package.

Both are locked in requirements-clients.txt and live in an environment of their own, .venv-clients. What they make is
not committed: it is a megabyte that nobody writes, and the document that it is made of is.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from devtools.clients import BUILD, DOCUMENT, PROJECT, SOURCES, operations, read, resolved, run
from devtools.local import bootstrap

SETTINGS = SOURCES / "python" / "generator.yaml"
STORY = SOURCES / "python" / "story.py"
TARGET = BUILD / "python"
REQUIREMENTS = "requirements-clients.txt"
_ENVIRONMENT = PROJECT / ".venv-clients"
_FILES = ("text/csv",)  # generator.yaml calls them octets; the schema has to say so, too


def prepare() -> Path:
    """The folder of the programs of the generator's environment; raises `SetupError` where it cannot be made."""
    bootstrap.ensure(_ENVIRONMENT, REQUIREMENTS)
    return _ENVIRONMENT / "bin"


def generate(programs: Path, document: Path = DOCUMENT, target: Path = TARGET) -> Path:
    """Write the client as a package that can be installed.

    Raises `ClientError` also for what the generator only warns of: then an operation or an answer is missing.
    """
    shutil.rmtree(target, ignore_errors=True)  # what the document has no more must not stay
    target.parent.mkdir(parents=True, exist_ok=True)
    understood = target.with_name(f"{target.name}.json")
    understood.write_text(json.dumps(_with_files(read(document))), encoding="utf-8")
    run(
        target.parent,
        programs / "openapi-python-client",
        "generate",
        *("--path", understood),
        *("--output-path", target),
        *("--config", SETTINGS),
        "--fail-on-warning",
        environ={"PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    understood.unlink()
    return target


def build(programs: Path, package: Path = TARGET) -> Path:
    """The wheel of a generated package, with the version of the API."""
    wheels = package / "dist"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir()
    program = "import sys; from poetry.core.masonry.api import build_wheel; print(build_wheel(sys.argv[1]))"
    name = run(package, programs / "python", "-c", program, wheels).split()[-1]
    return wheels / name


def tell_story(programs: Path, client: Path, api_url: str, mailbox_url: str) -> None:
    """Run the long story with the client against a running stack; raises `ClientError` with where it went wrong."""
    run(PROJECT, programs / "python", "-I", STORY, client, api_url, mailbox_url)


def _with_files(document: dict[str, Any]) -> dict[str, Any]:
    """The document in which tables are files: for the generator text that is sent as such is nothing."""
    for _, _, operation in operations(document):
        spots = [operation.get("requestBody", {}), *operation["responses"].values()]
        for spot in spots:
            content = resolved(document, spot).get("content", {})
            for media in _FILES:
                if media in content:
                    content[media]["schema"] = {"type": "string", "format": "binary"}
    return document
