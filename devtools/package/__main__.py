"""`python -m devtools.package [build|check|lint|figures]`: make the deployable package and prove what it is."""

import argparse
import sys
import time
from pathlib import Path

from devtools.package import bare, function_checks, lint, template, template_checks, zip_checks
from devtools.package.build import Package, build, where
from devtools.package.errors import PackageError

PROJECT = Path(__file__).resolve().parents[2]


def check(package: Package, project: Path) -> None:
    """Raise PackageError with every complaint about the template and the zip."""
    packaged = template.load(package.template)
    found = template_checks.complaints(packaged, project)
    found += zip_checks.complaints(package.zip, project, function_checks.handlers(packaged))
    if found:
        raise PackageError("The package must not be deployed:\n" + "\n".join(f"- {sentence}" for sentence in found))
    print("checks: template and zip hold what they must and nothing else.")


def show_figures(package: Package) -> None:
    """Print what the import costs, beside what the libraries below it cost."""
    taken = bare.figures(package.zip)
    print(
        f"figures: zip {taken['zip_mb']:.1f} MB; CPU to import app {taken['app_ms']:.0f} ms "
        f"({taken['modules']:.0f} modules), with its DynamoDB client {taken['app_with_client_ms']:.0f} ms "
        f"= {taken['ratio']:.2f} x botocore + pydantic + chalice ({taken['reference_ms']:.0f} ms)."
    )


def run(command: str, project: Path, stage: str) -> None:
    """One command, or all of them in order."""
    package = where(project)
    if command in {"all", "build"}:
        started = time.monotonic()
        package = build(project, stage)
        print(f"package: {package.template.parent} (stage {stage}, {time.monotonic() - started:.0f} s)")
    if command in {"all", "check"}:
        check(package, project)
    if command in {"all", "lint"}:
        print(lint.lint(package.template, project))
    if command in {"all", "figures"}:
        show_figures(package)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.package", description=__doc__)
    parser.add_argument("command", nargs="?", default="all", choices=["all", "build", "check", "lint", "figures"])
    parser.add_argument("--stage", default="prod", help="a stage of .chalice/config.json")
    parser.add_argument("--project", type=Path, default=PROJECT, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    try:
        run(chosen.command, chosen.project.resolve(), chosen.stage)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
