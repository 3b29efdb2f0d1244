"""The tools of `requirements-infra.txt`, which cannot live beside the application: the SAM translator and cfn-lint."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package.errors import PackageError
from devtools.package.template import Template

_SCRIPT = Path(__file__).with_name("translate.py")
_SHOWN = 40  # lines of findings


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

    def lint(self, template: Path) -> None:
        """Raises `PackageError` with what cfn-lint finds."""
        self._run(["cfn-lint", template], f"cfn-lint refuses {template.name}")

    def translated(self, template: Template, parameters: Mapping[str, str] | None = None) -> Template:
        """What CloudFormation makes of a SAM template with those parameters."""
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "sam.json", Path(folder) / "cloudformation.json"
            source.write_text(json.dumps(template), encoding="utf-8")
            self.translate(source, target, parameters)
            made: Template = json.loads(target.read_text(encoding="utf-8"))
        return made

    def _run(self, command: list[str | Path], refusal: str) -> None:
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
        if done.returncode:
            raise PackageError("\n".join([f"{refusal}:", *(done.stdout + done.stderr).strip().splitlines()[-_SHOWN:]]))
