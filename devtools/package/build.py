"""Run `chalice package` on a clean copy, then complete its template and repack its zip."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from devtools.package import operators, repack, template, wheels
from devtools.package.errors import PackageError
from devtools.package.runtime import Runtime, python_of

PLAIN, WITH_WALLETS = "requirements.txt", "requirements-wallets.txt"  # with what signs passes for wallets
MERGED = Path("template-infra") / "resources.yaml"


@dataclass(frozen=True, slots=True)
class Package:
    """Where the files are that a deployment needs."""

    template: Path
    zip: Path

    @property
    def parameters(self) -> Path:
        """The values of the template's parameters, by name; of the stage that was packaged last."""
        return self.template.with_name("parameters.json")


def where(project: Path) -> Package:
    """The package of `project`, whether it exists or not."""
    folder = project / "build" / "package"
    return Package(template=folder / "template.yaml", zip=folder / "deployment.zip")


def build(project: Path, stage: str, runtime: Runtime, lock: str = PLAIN) -> Package:
    """Make the package anew of what a lock names.

    Raises PackageError when Chalice refuses, or when it packs for another runtime.
    """
    raw, made = project / "build" / "chalice", where(project)
    python = python_of(project, runtime.version)
    # Chalice reuses a zip whose requirements look the same, and sweeps whatever lies around into a new one.
    for stale in (raw, made.zip.parent):
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        wheels.download(project / lock, Path(folder), python, runtime)
        pip = wheels.only_from(Path(folder))
        _chalice(_copy(project, raw / "project", runtime, lock), python, stage, project / MERGED, raw / "out", pip)
    packed = template.load(raw / "out" / "sam.yaml")
    _must_be_for(packed, runtime)
    repack.repack(raw / "out" / "deployment.zip", made.zip, python)
    made.template.write_text(template.dump(operators.with_operators(template.completed(packed))), encoding="utf-8")
    shutil.rmtree(raw)
    return made


def _copy(project: Path, folder: Path, runtime: Runtime, lock: str = PLAIN) -> Path:
    """What Chalice is to see, with the machine in its configuration: it has no option for that."""
    folder.mkdir(parents=True)
    shutil.copytree(project / "chalicelib", folder / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(project / "app.py", folder / "app.py")
    shutil.copy(project / lock, folder / "requirements.txt")
    shutil.copytree(project / ".chalice", folder / ".chalice", ignore=shutil.ignore_patterns("deploy*"))
    file = folder / ".chalice" / "config.json"
    settings = json.loads(file.read_text(encoding="utf-8")) | {"lambda_architecture": runtime.architecture}
    file.write_text(json.dumps(settings), encoding="utf-8")
    return folder


def _must_be_for(packed: template.Template, runtime: Runtime) -> None:
    functions = template.of_type(packed, "AWS::Serverless::Function")
    wanted = (runtime.name, [runtime.architecture])
    wrong = {name for name, one in functions.items() if (one.get("Runtime"), one.get("Architectures")) != wanted}
    if wrong:
        raise PackageError(f"Chalice packed {', '.join(sorted(wrong))} for something else than {wanted}.")


def _chalice(folder: Path, python: Path, stage: str, merged: Path, target: Path, pip: dict[str, str]) -> None:
    program = python.with_name("chalice")
    if not program.is_file():
        raise PackageError("Chalice is not installed in this environment; run `make setup`.")
    command = [str(program), "package", "--stage", stage, "--template-format", "yaml"]
    command += ["--merge-template", str(merged), str(target)]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env={**_clean_environment(), **pip, "PYTHONDONTWRITEBYTECODE": "1", "AWS_DEFAULT_REGION": "eu-west-1"},
    )
    if done.returncode or not (target / "sam.yaml").is_file():
        lines = (done.stdout + done.stderr).strip().splitlines() or ["it printed nothing"]
        raise PackageError("`chalice package` failed: " + "\n".join(lines[-12:]))


def _clean_environment() -> dict[str, str]:
    """The environment without AWS settings: packaging needs no credentials and must not find an emulator."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
