"""The wheels of the zip, downloaded under the hashes of their lock: Chalice packs what is here, and nothing else.

Chalice asks pip for some packages by name and version alone, for the processor of Lambda; that would check nothing.
"""

import subprocess
from pathlib import Path

from devtools.package.errors import PackageError
from devtools.package.runtime import Runtime

GLIBCS = ("manylinux2014", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34")
PROCESSORS = {"arm64": "aarch64", "x86_64": "x86_64"}
_SHOWN = 12


def download(lock: Path, folder: Path, python: Path, runtime: Runtime) -> None:
    """Those of this machine, with which Chalice begins, and those of Lambda. Raises `PackageError`."""
    platforms = [f"{glibc}_{PROCESSORS[runtime.architecture]}" for glibc in GLIBCS]
    lambdas = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", runtime.version]
    lambdas += [word for platform in platforms for word in ("--platform", platform)]
    abis = (f"cp{runtime.version.replace('.', '')}", "abi3", "none")
    lambdas += [word for abi in abis for word in ("--abi", abi)]
    for options in ([], lambdas):
        _pip(lock, python, [*options, "--dest", str(folder)])


def only_from(folder: Path) -> dict[str, str]:
    """Variables with which pip knows no index, whoever calls it."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}


def _pip(lock: Path, python: Path, options: list[str]) -> None:
    command = [str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "-r", str(lock), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["pip printed nothing"]
        raise PackageError("The packages cannot be downloaded as they are locked:\n" + "\n".join(lines[-_SHOWN:]))
