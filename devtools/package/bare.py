"""Import the packaged code in a bare interpreter: the zip's content and the standard library, no network, no AWS."""

import json
import platform
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devtools.package.errors import PackageError
from devtools.package.runtime import python_of

PROJECT = Path(__file__).resolve().parents[2]

# Runs under `python -I -S`: the unpacked zip, then the standard library. Sockets, processes and writing end the import.
_PROBE = """
import sys, time, json
sys.path.insert(0, sys.argv[1])
def guard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        raise RuntimeError(f"import caused {event}")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise RuntimeError(f"import wrote {arguments[0]}")
sys.addaudithook(guard)
sys.dont_write_bytecode = True
bare = time.process_time()
exec(sys.argv[2])
print(json.dumps({"ms": (time.process_time() - bare) * 1000, "modules": sorted(sys.modules)}))
"""
# As Lambda starts it: `container.warm` reads the keys and builds the DynamoDB client. Credentials are given, or
# botocore would ask the machine's metadata address for some.
_LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "probe",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "KEY_RING": "probe:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
}
APP = "import app"
APP_WITH_CLIENT = f"import os; os.environ.update({_LAMBDA!r}); import app"
REFERENCE = "import botocore.session, pydantic, chalice"
MOST = 1.7  # times the reference: what a cold start may cost (docs/promises.md)
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A folder with the content of a zip, and the interpreter of the version that it is for."""

    folder: Path
    python: Path


@contextmanager
def unpacked(package: Path, python: Path) -> Iterator[Unpacked]:
    """The zip's content in a temporary folder, its extension modules replaced by this machine's where they differ."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with zipfile.ZipFile(package) as packed:
            packed.extractall(root)
        for extension in sorted(root.rglob("*.so")):
            if _machine_of(extension) != _MACHINES.get(platform.machine().lower()):
                _use_own(extension, root, python)
        yield Unpacked(root, python)


def python_for(package: Path) -> Path:
    """An interpreter of the version that the template beside the zip names."""
    found = re.search(r"Runtime: python(3\.\d+)", package.with_name("template.yaml").read_text(encoding="utf-8"))
    if found is None:
        raise PackageError(f"The template beside {package} names no runtime; run `make package`.")
    return python_of(PROJECT, found[1])


def _machine_of(extension: Path) -> str | None:
    # e_machine of the ELF header: 62 is x86-64, 183 is AArch64.
    code = int.from_bytes(extension.read_bytes()[18:20], "little")
    return {62: "x86_64", 183: "aarch64"}.get(code)


def _use_own(extension: Path, root: Path, python: Path) -> None:
    name = ".".join(extension.relative_to(root).with_name(extension.name.split(".", 1)[0]).parts)
    finds = f"import importlib.util as util; print(util.find_spec({name!r}).origin)"
    found = subprocess.run([python, "-c", finds], check=False, capture_output=True, text=True)
    if found.returncode:
        raise PackageError(f"{name} is not installed for {python}; run `make setup`.")
    extension.unlink()
    origin = found.stdout.strip()
    shutil.copy(origin, extension.with_name(Path(origin).name))


def probe(root: Unpacked, statement: str) -> dict[str, Any]:
    """Run `statement`; its CPU milliseconds and the modules loaded afterwards. Raises PackageError with the reason."""
    command = [str(root.python), "-I", "-S", "-c", _PROBE, str(root.folder), statement]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env={}, stdin=subprocess.DEVNULL, timeout=60
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise PackageError(f"`{statement}` fails with nothing but the zip on the path: {reason}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def figures(package: Path, rounds: int = 7) -> dict[str, float]:
    """Import cost as packaged, in CPU milliseconds, and against what it stands on.

    The least of several runs taken in turns: other load on the machine only ever adds, to both alike.
    """
    statements = {"app_ms": APP, "app_with_client_ms": APP_WITH_CLIENT, "reference_ms": REFERENCE}
    taken: dict[str, list[float]] = {name: [] for name in statements}
    with unpacked(package, python_for(package)) as root:
        for _ in range(rounds):
            for name, statement in statements.items():
                taken[name].append(probe(root, statement)["ms"])
        modules = len(probe(root, APP)["modules"])
    measured = {name: min(values) for name, values in taken.items()}
    return {
        **measured,
        "ratio": measured["app_with_client_ms"] / measured["reference_ms"],
        "modules": modules,
        "zip_mb": package.stat().st_size / 1e6,
    }
