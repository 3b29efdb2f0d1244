"""Run `chalice package` on a clean tree, then complete its template and repack its zip."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from devtools.package import repack, template, wheels
from devtools.package.errors import PackageError

MERGED = Path("template-infra") / "resources.yaml"


@dataclass(frozen=True, slots=True)
class Package:
    """Where the two files are that a deployment needs."""

    template: Path
    zip: Path


def where(project: Path) -> Package:
    """The package of `project`, whether it exists or not."""
    folder = project / "build" / "package"
    return Package(template=folder / "template.yaml", zip=folder / "deployment.zip")


def build(project: Path, stage: str) -> Package:
    """Make the package anew; raises PackageError when Chalice refuses."""
    raw, made = project / "build" / "chalice", where(project)
    # Chalice reuses a zip whose requirements look the same, and sweeps stray bytecode into a new one.
    for stale in (raw, made.zip.parent, project / ".chalice" / "deployments"):
        shutil.rmtree(stale, ignore_errors=True)
    for cache in [project / "__pycache__", *(project / "chalicelib").rglob("__pycache__")]:
        shutil.rmtree(cache, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        wheels.download(project, Path(folder))
        _chalice(project, stage, raw, wheels.only_from(Path(folder)))
    repack.repack(raw / "deployment.zip", made.zip)
    completed = template.with_any_method(template.load(raw / "sam.yaml"))
    made.template.write_text(template.dump(completed), encoding="utf-8")
    shutil.rmtree(raw)
    return made


def _chalice(project: Path, stage: str, target: Path, pip: dict[str, str]) -> None:
    program = Path(sys.executable).with_name("chalice")
    if not program.is_file():
        raise PackageError("Chalice is not installed in this environment; run `make setup`.")
    command = [str(program), "package", "--stage", stage, "--template-format", "yaml"]
    command += ["--merge-template", str(project / MERGED), str(target)]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=project,
        stdin=subprocess.DEVNULL,
        env={**_clean_environment(), **pip, "PYTHONDONTWRITEBYTECODE": "1", "AWS_DEFAULT_REGION": "eu-west-1"},
    )
    if done.returncode or not (target / "sam.yaml").is_file():
        lines = (done.stdout + done.stderr).strip().splitlines() or ["it printed nothing"]
        raise PackageError("`chalice package` failed: " + "\n".join(lines[-12:]))


def _clean_environment() -> dict[str, str]:
    """The environment without AWS settings: packaging needs no credentials and must not find an emulator."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
