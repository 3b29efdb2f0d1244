"""`python -m devtools.clients`: generate the Python client from the committed document into build/clients/python.

The generator is locked in requirements-clients.txt and lives in an environment of its own, .venv-clients. What it makes
is not committed: it is a megabyte that nobody writes, and the document that it is made of is.
"""

import os
import subprocess
import sys
from pathlib import Path

from devtools.local import bootstrap
from devtools.local.installers import SetupError

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENT = PROJECT / "chalicelib" / "api" / "documents" / "openapi.json"
SETTINGS = PROJECT / "clients" / "python" / "generator.yaml"
STORY = PROJECT / "clients" / "python" / "story.py"
TARGET = PROJECT / "build" / "clients" / "python"
REQUIREMENTS = "requirements-clients.txt"
_ENVIRONMENT = PROJECT / ".venv-clients"


class ClientError(Exception):
    """No client was made, or a poor one; the message is what the generator said."""


def prepare() -> Path:
    """The folder of the programs of the generator's environment; raises `SetupError` where it cannot be made."""
    bootstrap.ensure(_ENVIRONMENT, REQUIREMENTS)
    return _ENVIRONMENT / "bin"


def generate(programs: Path, document: Path = DOCUMENT, target: Path = TARGET) -> Path:
    """Write the client as a package that can be installed.

    Raises `ClientError` also for what the generator only warns of: then an operation or an answer is missing.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        programs / "openapi-python-client",
        "generate",
        "--path",
        document,
        "--output-path",
        target,
    ]
    environ = {"PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [*command, "--config", SETTINGS, "--overwrite", "--fail-on-warning"],
        check=False,
        capture_output=True,
        text=True,
        env=environ,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise ClientError(f"{done.stdout}{done.stderr}".strip())
    return target


def tell_story(programs: Path, client: Path, api_url: str, mailbox_url: str) -> None:
    """Run the long story with the client against a running stack; raises `ClientError` with where it went wrong."""
    done = subprocess.run(
        [programs / "python", "-I", STORY, client, api_url, mailbox_url],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise ClientError(f"{done.stdout}{done.stderr}".strip())


def main() -> int:
    try:
        made = generate(prepare())
    except (ClientError, SetupError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"wrote {made.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
