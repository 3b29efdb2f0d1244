"""The wheels of the zip, downloaded under the hashes of requirements.txt: Chalice packs what is here, and nothing else.

Chalice asks pip for some packages by name and version alone, for the processor of Lambda; that would check nothing.
"""

import subprocess
import sys
from pathlib import Path

from devtools.package.errors import PackageError

PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64", "manylinux_2_34_aarch64")
_SHOWN = 12


def download(project: Path, folder: Path) -> None:
    """Those of this machine, with which Chalice begins, and those of Lambda. Raises `PackageError`."""
    abi = f"cp{sys.version_info.major}{sys.version_info.minor}"
    lambdas = ["--only-binary", ":all:", "--implementation", "cp"]
    lambdas += [word for platform in PLATFORMS for word in ("--platform", platform)]
    lambdas += [word for one in (abi, "abi3", "none") for word in ("--abi", one)]
    for options in ([], lambdas):
        _pip(project, [*options, "--dest", str(folder)])


def only_from(folder: Path) -> dict[str, str]:
    """Variables with which pip knows no index, whoever calls it."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}


def _pip(project: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "-r", str(project / "requirements.txt"), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["pip printed nothing"]
        raise PackageError("The packages cannot be downloaded as they are locked:\n" + "\n".join(lines[-_SHOWN:]))
