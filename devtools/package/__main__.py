"""`python -m devtools.package [build|check|lint|figures]`: make the deployable package and prove what it is."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from devtools.package import bare, lint, stages
from devtools.package.build import PLAIN, WITH_WALLETS, Package, build, where
from devtools.package.errors import PackageError
from devtools.package.runtime import Runtime
from devtools.supply import bill
from devtools.supply.locked import packages

PROJECT = Path(__file__).resolve().parents[2]
CHECKS = "tests/infra/package"


def check(package: Package) -> None:
    """Run the tests of `tests/infra/package` on the two files; raise PackageError with what they say."""
    if not package.zip.is_file():
        raise PackageError(f"{package.zip} does not exist; run `make package` first.")
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-n", "0", CHECKS, f"--package={package.zip.parent}"]
    done = subprocess.run(command, check=False, cwd=PROJECT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise PackageError(f"The package must not be deployed:\n{done.stdout}{done.stderr}")
    print(f"checks: {done.stdout.strip().splitlines()[-1]}; template and zip hold what they must and nothing else.")


def show_figures(package: Package) -> None:
    """Print what the import costs, beside what the libraries below it cost. Raises `PackageError` for too much."""
    taken = bare.figures(package.zip)
    print(
        f"figures: zip {taken['zip_mb']:.1f} MB; CPU to import app {taken['app_ms']:.0f} ms "
        f"({taken['modules']:.0f} modules), with its DynamoDB client {taken['app_with_client_ms']:.0f} ms "
        f"= {taken['ratio']:.2f} x botocore + pydantic + chalice ({taken['reference_ms']:.0f} ms)."
    )
    if taken["ratio"] > bare.MOST:
        raise PackageError(
            f"A cold start costs more than {bare.MOST} x what it stands on: look at what is imported new."
        )


def run(command: str, stage: str, runtime: Runtime, lock: str = PLAIN) -> None:
    """One command, or all of them in order."""
    package = where(PROJECT)
    if command in {"all", "build"}:
        started = time.monotonic()
        values = stages.read(PROJECT, stage).values
        package = build(PROJECT, stage, runtime, lock)
        package.parameters.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        bill.write(package.zip, packages(PROJECT / lock))
        print(
            f"package: {package.template.parent} (stage {stage}, {runtime.name} on {runtime.architecture}, "
            f"{time.monotonic() - started:.0f} s)"
        )
    if command in {"all", "check"}:
        check(package)
    if command in {"all", "lint"}:
        print(lint.lint(package, PROJECT))
    if command in {"all", "figures"}:
        show_figures(package)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m devtools.package", description=__doc__)
    parser.add_argument("command", nargs="?", default="all", choices=["all", "build", "check", "lint", "figures"])
    parser.add_argument(
        "--stage", default="prod", help=f"a stage that has a file in {stages.PARAMS} and a name in .chalice/config.json"
    )
    parser.add_argument(
        "--runtime", default=Runtime().version, help="3.13, another version, or `host`: the one that runs this"
    )
    parser.add_argument("--arch", default=Runtime().architecture, help="arm64, x86_64, or `host`: that of this machine")
    parser.add_argument("--wallets", default="off", choices=["on", "off"], help="on: with what signs passes")
    chosen = parser.parse_args(arguments)
    lock = WITH_WALLETS if chosen.wallets == "on" else PLAIN
    try:
        run(chosen.command, chosen.stage, Runtime.parse(chosen.runtime, chosen.arch), lock)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
