"""Import the packaged code in a bare interpreter: the zip's content and the standard library, no network, no AWS."""

import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devtools.package.errors import PackageError

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


@contextmanager
def unpacked(package: Path) -> Iterator[Path]:
    """The zip's content in a temporary folder, its extension modules replaced by this machine's where they differ."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with zipfile.ZipFile(package) as packed:
            packed.extractall(root)
        for extension in sorted(root.rglob("*.so")):
            if _machine_of(extension) != _MACHINES.get(platform.machine().lower()):
                _use_own(extension, root)
        yield root


def _machine_of(extension: Path) -> str | None:
    # e_machine of the ELF header: 62 is x86-64, 183 is AArch64.
    code = int.from_bytes(extension.read_bytes()[18:20], "little")
    return {62: "x86_64", 183: "aarch64"}.get(code)


def _use_own(extension: Path, root: Path) -> None:
    module = extension.relative_to(root).with_name(extension.name.split(".", 1)[0])
    spec = importlib.util.find_spec(".".join(module.parts))
    if spec is None or spec.origin is None:
        raise PackageError(f"{'.'.join(module.parts)} is not installed here; run `make setup`.")
    extension.unlink()
    shutil.copy(spec.origin, extension.with_name(Path(spec.origin).name))


def probe(root: Path, statement: str) -> dict[str, Any]:
    """Run `statement`; its CPU milliseconds and the modules loaded afterwards. Raises PackageError with the reason."""
    command = [sys.executable, "-I", "-S", "-c", _PROBE, str(root), statement]
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
    with unpacked(package) as root:
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
