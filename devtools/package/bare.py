"""Import the packaged code in a bare interpreter: the zip's content and the standard library, no network, no AWS."""

import importlib.util
import json
import platform
import shutil
import statistics
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
# Credentials are given, or botocore would ask the machine's metadata address for some.
_CLIENT = (
    "from botocore.session import get_session; get_session().create_client('dynamodb', region_name='eu-west-1',"
    " aws_access_key_id='none', aws_secret_access_key='none')"
)
APP = "import app"
APP_WITH_CLIENT = f"import app; {_CLIENT}"
REFERENCE = "import botocore.session, pydantic, chalice"
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
    """Import cost as packaged, in CPU milliseconds (lower quartile, taken in turns) and against what it stands on."""
    statements = {"app_ms": APP, "app_with_client_ms": APP_WITH_CLIENT, "reference_ms": REFERENCE}
    taken: dict[str, list[float]] = {name: [] for name in statements}
    with unpacked(package) as root:
        for _ in range(rounds):
            for name, statement in statements.items():
                taken[name].append(probe(root, statement)["ms"])
        modules = len(probe(root, APP)["modules"])
    measured = {name: statistics.quantiles(values, n=4)[0] for name, values in taken.items()}
    return {
        **measured,
        "ratio": measured["app_with_client_ms"] / measured["reference_ms"],
        "modules": modules,
        "zip_mb": package.stat().st_size / 1e6,
    }
