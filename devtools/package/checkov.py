"""checkov on the templates: an environment of its own, since its pins agree with nobody else's.

Where that environment cannot be made, as behind an index without it, the check is skipped and says so in one line.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package.errors import PackageError
from devtools.package.findings import Accepted, Finding, judge

REQUIREMENTS = "requirements-checkov.txt"
_OPTIONS = ("--framework", "cloudformation", "--compact", "--quiet", "--skip-download", "--output", "json")
_SHOWN = 6


def check(project: Path, templates: Sequence[Path]) -> str:
    """One line that says what was checked. Raises `PackageError` with what is not accepted."""
    environment = project / ".venv-checkov"
    try:
        bootstrap.ensure(environment, REQUIREMENTS)
    except SetupError as error:
        return f"checkov skipped: {error}"
    found = judge("checkov", scan(environment / "bin" / "checkov", templates), Accepted.read(project, "checkov"))
    return f"checkov: nothing but the {found} findings that are accepted with a reason."


def scan(program: Path, templates: Sequence[Path]) -> list[Finding]:
    """Every failed check. Raises `PackageError` when the program does not answer."""
    with tempfile.TemporaryDirectory() as folder:
        for one in templates:
            shutil.copy(one, folder)
        environ = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LOG_LEVEL": "ERROR"}  # it keeps things at home
        done = subprocess.run(
            [program, "--directory", folder, *_OPTIONS],
            check=False,
            capture_output=True,
            text=True,
            env=environ,
            stdin=subprocess.DEVNULL,
        )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
        summary = answer["summary"]
        failed = answer["results"]["failed_checks"]
    except (ValueError, KeyError, TypeError):
        said = (done.stderr or done.stdout).strip().splitlines()[-_SHOWN:]
        raise PackageError("\n".join(["checkov did not answer:", *said])) from None
    if summary["parsing_errors"] or not summary["resource_count"]:
        raise PackageError(f"checkov could not read the templates: {summary}.")
    return [
        Finding(one["check_id"], one["resource"].rpartition(".")[2], one["check_name"], one["file_path"].lstrip("/"))
        for one in failed
    ]
