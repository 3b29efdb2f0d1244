"""Clients that are made of the committed document: Python, TypeScript, a Postman collection, and what they offer."""

import json
import subprocess
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = PROJECT / "chalicelib" / "api" / "documents" / "openapi.json"
SOURCES = PROJECT / "clients"
BUILD = PROJECT / "build" / "clients"
VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PATIENCE_SECONDS = 300


class ClientError(Exception):
    """No client was made, or a poor one; the message is what the generator said."""


def read(document: Path = DOCUMENT) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(document.read_text(encoding="utf-8"))
    return loaded


def resolved(document: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What a reference into the document stands for; whatever is none stays."""
    while "$ref" in found:
        target: Any = document
        for part in found["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found = target
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Verb, path and description of each operation, in the order of the document."""
    return [
        (verb, path, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in VERBS
    ]


def run(folder: Path, *command: str | Path, environ: dict[str, str] | None = None) -> str:
    """What the command says; raises `ClientError` with that when the command fails."""
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
    )
    if done.returncode:
        raise ClientError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}".strip())
    return done.stdout + done.stderr
