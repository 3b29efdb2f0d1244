"""cfn-lint on the SAM template and on what CloudFormation makes of it, in an environment of their own."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from devtools.package.errors import PackageError

_SHOWN = 40  # lines of findings
SCRIPT = Path(__file__).with_name("translate.py")


def lint(template: Path, project: Path) -> str:
    """One line that says what was linted, or why it was skipped; raises PackageError with the findings."""
    environment = project / ".venv-infra"
    try:
        _install(environment, project / "requirements-infra.txt")
    except (OSError, subprocess.SubprocessError) as error:
        return f"lint skipped: requirements-infra.txt cannot be installed here ({_reason(error)})."
    translated = template.with_name("translated.json")
    _run([_python(environment), SCRIPT, template, translated], "The SAM translator refuses the template")
    for path in (template, translated):
        _run([_python(environment).with_name("cfn-lint"), path], f"cfn-lint refuses {path.name}")
    translated.unlink()
    return "lint: cfn-lint finds nothing in the SAM template nor in its translation."


def _install(environment: Path, requirements: Path) -> None:
    """Make the environment once; again when the requirements change."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = environment / "requirements.sha256"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    python = str(_python(environment))
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(environment)],
        [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            str(requirements),
        ],
    ):
        subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    stamp.write_text(digest, encoding="utf-8")


def _run(command: list[Path], refusal: str) -> None:
    # Neither tool calls AWS; the SDK underneath only wants to know a region.
    region = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=region, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise PackageError("\n".join([f"{refusal}:", *(done.stdout + done.stderr).strip().splitlines()[-_SHOWN:]]))


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def _reason(error: Exception) -> str:
    lines = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
