"""For which Python and which machine the package is: what is asked for, or an error, and never something else."""

import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from os import environ, pathsep
from pathlib import Path

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package.errors import PackageError

HOST = "host"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")  # that Lambda has and the application runs on
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
PYTHON_VARIABLE = "PACKAGE_PYTHON"
_OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Runtime:
    """As Lambda names them: `python3.13` on `arm64`."""

    version: str = "3.13"
    architecture: str = "arm64"

    @classmethod
    def parse(cls, version: str, architecture: str) -> "Runtime":
        """`host` stands for the Python that runs this, and for this machine. Raises `PackageError`."""
        found = _OWN if version == HOST else version.removeprefix("python")
        if found not in VERSIONS:
            raise PackageError(f"RUNTIME={version} is none of {', '.join(VERSIONS)} and `{HOST}`.")
        machine = MACHINES.get(platform.machine().lower() if architecture == HOST else architecture)
        if machine is None:
            raise PackageError(f"ARCH={architecture} is none of arm64, x86_64 and `{HOST}`.")
        return cls(found, machine)

    @property
    def name(self) -> str:
        return f"python{self.version}"


def python_of(project: Path, version: str) -> Path:
    """The interpreter of that version that has what the application needs; it is set up at the first use.

    Raises `PackageError` when there is none: bytecode of another Python would not run on Lambda.
    """
    if version == _OWN:
        return Path(sys.executable)
    environment = project / f".venv-package-{version}"
    try:
        bootstrap.ensure(environment, bootstrap.RUN, str(_installed(version)))
    except SetupError as error:
        raise PackageError(f"There is no Python {version} to package with: {error}") from error
    return environment / "bin" / "python"


def _installed(version: str) -> Path:
    for candidate in _candidates(version):
        ran = subprocess.run([candidate, "-c", _TELLS_ITS_VERSION], check=False, capture_output=True, text=True)
        if (ran.returncode, ran.stdout.strip()) == (0, version):
            return candidate
    raise PackageError(
        f"Packaging for Python {version} needs python{version}: install it, name it in {PYTHON_VARIABLE}, or choose "
        f"another one with RUNTIME= (`RUNTIME={HOST}` is the {_OWN} that runs this)."
    )


_TELLS_ITS_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def _candidates(version: str) -> Iterator[Path]:
    """Where interpreters are; on the path there may be shims that only sometimes work."""
    named = environ.get(PYTHON_VARIABLE)
    folders = [Path(folder) for folder in environ.get("PATH", "").split(pathsep) if folder]
    every = [Path(named)] if named else []
    every += [folder / f"python{version}" for folder in folders]
    every += sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    yield from (one for one in every if one.is_file())
