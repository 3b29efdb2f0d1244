"""The tools of `requirements-infra.txt`, which cannot live beside the application: the SAM translator and cfn-lint."""

import json
import os
import subprocess
import tempfile
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package.errors import PackageError
from devtools.package.findings import Finding
from devtools.package.template import Template

_SCRIPT = Path(__file__).with_name("translate.py")
_SHOWN = 40  # lines of findings
_FOUND_SOMETHING = frozenset(range(16))  # the exit codes of cfn-lint are bits: what it found; higher ones, it failed


class Tools:
    """They are installed at the first use. Raises `PackageError` where that is impossible: nothing is skipped."""

    def __init__(self, project: Path) -> None:
        environment = project / ".venv-infra"
        try:
            bootstrap.ensure(environment, bootstrap.INFRA)
        except SetupError as error:
            raise PackageError(f"Nothing says whether AWS would take the template: {error}") from error
        self._programs = environment / "bin"

    def translate(self, source: Path, target: Path, parameters: Mapping[str, str] | None = None) -> None:
        """Write what CloudFormation makes of a SAM template; raises `PackageError` with why it refuses it.

        Parameters that are not given have their defaults.
        """
        given = json.dumps(dict(parameters or {}))
        self._run(["python", _SCRIPT, source, target, given], "The SAM translator refuses the template")

    def lint(self, template: Path) -> list[Finding]:
        """What cfn-lint finds. Raises `PackageError` when it cannot read the template at all."""
        refusal = f"cfn-lint cannot read {template.name}"
        done = self._run(["cfn-lint", "--format", "json", template], refusal, good=_FOUND_SOMETHING)
        try:
            return [_finding(one, template.name) for one in json.loads(done or "[]")]
        except (ValueError, KeyError, TypeError):
            raise PackageError(f"{refusal}: {done}") from None

    def translated(self, template: Template, parameters: Mapping[str, str] | None = None) -> Template:
        """What CloudFormation makes of a SAM template with those parameters."""
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "sam.json", Path(folder) / "cloudformation.json"
            source.write_text(json.dumps(template), encoding="utf-8")
            self.translate(source, target, parameters)
            made: Template = json.loads(target.read_text(encoding="utf-8"))
        return made

    def _run(self, command: list[str | Path], refusal: str, good: Container[int] = (0,)) -> str:
        # Neither tool calls AWS; the SDK underneath only wants to know a region.
        region = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1"}
        program, *arguments = command
        done = subprocess.run(
            [self._programs / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=region,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode not in good:
            raise PackageError("\n".join([f"{refusal}:", *(done.stdout + done.stderr).strip().splitlines()[-_SHOWN:]]))
        return done.stdout


def _finding(found: Mapping[str, Any], template: str) -> Finding:
    """The path begins with the section; the second part is whose the finding is."""
    path = [str(one) for one in found["Location"].get("Path") or ()]
    return Finding(found["Rule"]["Id"], (path[1:] or ["?"])[0], f"{found['Message']} ({'/'.join(path)})", template)
