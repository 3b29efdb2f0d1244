"""What must be in the zip, what must never be, and that it imports by itself."""

import zipfile
from pathlib import Path, PurePosixPath

from devtools.package import bare, repack

LARGEST_BYTES = 8_000_000
OURS = ("app.py", "chalicelib/")
# Development tools, and what would only cost cold-start time.
FORBIDDEN_ROOTS = {
    "boto3",
    "build",
    "cffi",
    "devtools",
    "dns",
    "docs",
    "hypothesis",
    "inquirer",
    "ministack",
    "moto",
    "operations",
    "pip",
    "pycparser",
    "pytest",
    "setuptools",
    "template-infra",
    "tests",
    "wheel",
}
FORBIDDEN_NAMES = (".env", ".git", ".local", ".chalice", "Makefile")
# Functions other than the API must not pay for what only routes need.
NOT_FOR_WORKERS = ("chalice", "chalicelib.api", "app")
NEVER_IMPORTED = ("argon2", "email_validator", "pydantic_settings", "moto", "pip", "boto3", "segno")
ONLY_FOR_MAIL = "jinja2"
_REGIONS = ("eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1")
_ENDPOINTS = """
from botocore.session import get_session
session, found, keys = get_session(), {}, {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
for service in %r:
    for region in %r:
        found[service, region] = session.create_client(service, region, **keys).meta.endpoint_url
expected = %r
wrong = {pair: url for pair, url in found.items() if url != expected[pair]}
assert not wrong, wrong
"""


def complaints(package: Path, project: Path, handlers: list[str]) -> list[str]:
    """Everything wrong with the zip, one sentence each; `handlers` are the dotted names of the template's functions."""
    with zipfile.ZipFile(package) as packed:
        names = packed.namelist()
        found = [*unwanted(names), *_stale(packed, project)]
    found += _missing(names, project)
    if package.stat().st_size > LARGEST_BYTES:
        found.append(f"The zip has {package.stat().st_size:,} bytes; at most {LARGEST_BYTES:,} are allowed.")
    return found or import_complaints(package, handlers)


def unwanted(names: list[str]) -> list[str]:
    """Entries that must not be deployed."""
    found = []
    for name in names:
        path = PurePosixPath(name)
        ours = name.startswith(OURS)
        if (
            path.parts[0] in FORBIDDEN_ROOTS
            or any(part.startswith(FORBIDDEN_NAMES) for part in path.parts)
            or (path.parts[0] == "chalice" and path.stem not in {"__init__", "app"})
            or (path.suffix == ".py" and not ours)
            or ("__pycache__" in path.parts and not ours and not name.startswith("__pycache__/app."))
        ):
            found.append(f"{name} must not be in the zip.")
    services = {
        PurePosixPath(name).parts[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2
    }
    if services != set(repack.SERVICES):
        found.append(f"botocore/data holds {', '.join(sorted(services))} instead of {', '.join(repack.SERVICES)}.")
    return found


def our_files(project: Path) -> dict[str, Path]:
    """The application's own files, templates included, by their name in the zip."""
    files = [project / "app.py", *(project / "chalicelib").rglob("*")]
    return {
        path.relative_to(project).as_posix(): path
        for path in sorted(files)
        if path.is_file() and "__pycache__" not in path.parts
    }


def _missing(names: list[str], project: Path) -> list[str]:
    present = set(names)
    return [f"{name} is not in the zip." for name in our_files(project) if name not in present]


def _stale(packed: zipfile.ZipFile, project: Path) -> list[str]:
    present, ours = set(packed.namelist()), our_files(project)
    stale = [name for name, path in ours.items() if name in present and packed.read(name) != path.read_bytes()]
    extra = [name for name in present if name.startswith(OURS) and "__pycache__" not in name and name not in ours]
    return [
        *(f"{name} differs from the working tree; run `make package` again." for name in stale),
        *(f"{name} is in the zip and not in the working tree." for name in sorted(extra)),
    ]


def import_complaints(package: Path, handlers: list[str]) -> list[str]:
    """Import every handler from the zip alone; a handler that does not import ends the list with the reason."""
    found = []
    with bare.unpacked(package) as root:
        for dotted in handlers:
            module, _, function = dotted.rpartition(".")
            loaded = bare.probe(root, f"import {module} as m; assert callable(m.{function})")["modules"]
            found += [f"Importing {module} loads {name}." for name in banned(module) if name in loaded]
        bare.probe(root, "import argon2; argon2.PasswordHasher(time_cost=1, memory_cost=64).hash('packaged')")
        bare.probe(root, _ENDPOINTS % (repack.SERVICES, _REGIONS, _unpruned_endpoints()))
    return found


def banned(module: str) -> tuple[str, ...]:
    """Modules that importing a handler's module must not load."""
    names = NEVER_IMPORTED if module == "app" else (*NEVER_IMPORTED, *NOT_FOR_WORKERS)
    return names if module == "chalicelib.workers.mail" else (*names, ONLY_FOR_MAIL)


def _unpruned_endpoints() -> dict[tuple[str, str], str]:
    from botocore.session import get_session  # the command line starts without it

    session = get_session()
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    pairs = [(service, region) for service in repack.SERVICES for region in _REGIONS]
    return {pair: session.create_client(*pair, **keys).meta.endpoint_url for pair in pairs}
