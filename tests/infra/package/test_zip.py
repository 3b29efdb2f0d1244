"""What must be in the zip, what must never be, and that it imports by itself."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from botocore.session import get_session

from devtools.package import bare, repack
from devtools.package.bare import Unpacked
from devtools.package.build import Package
from tests.infra.package.test_functions import WORKERS

LARGEST_BYTES = 8_000_000
LARGEST_WITH_WALLETS_BYTES = 12_000_000  # with cryptography, which nothing but a pass imports
OURS = ("app.py", "chalicelib/")
# Development tools, and what would only cost cold-start time.
FORBIDDEN_ROOTS = {
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
NEVER_IMPORTED = (
    "argon2",
    "email_validator",
    "pydantic_settings",
    "moto",
    "pip",
    "boto3",
    "segno",
    "nacl",
    "cryptography",
)
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


def entries(package: Package) -> list[str]:
    with zipfile.ZipFile(package.zip) as packed:
        return packed.namelist()


def our_files(project: Path) -> dict[str, Path]:
    """The application's own files, templates included, by their name in the zip."""
    files = [project / "app.py", *(project / "chalicelib").rglob("*")]
    return {
        path.relative_to(project).as_posix(): path
        for path in sorted(files)
        if path.is_file() and "__pycache__" not in path.parts
    }


def is_wanted(name: str) -> bool:
    """Whether an entry may be deployed."""
    path = PurePosixPath(name)
    ours = name.startswith(OURS)
    return not (
        path.parts[0] in FORBIDDEN_ROOTS
        or any(part.startswith(FORBIDDEN_NAMES) for part in path.parts)
        or (path.parts[0] == "chalice" and path.stem not in {"__init__", "app"})
        or (path.suffix == ".py" and not ours)
        or ("__pycache__" in path.parts and not ours and not name.startswith("__pycache__/app."))
    )


def banned(module: str) -> tuple[str, ...]:
    """Modules that importing a handler's module must not load."""
    names = NEVER_IMPORTED if module == "app" else (*NEVER_IMPORTED, *NOT_FOR_WORKERS)
    return names if module == "chalicelib.workers.mail" else (*names, ONLY_FOR_MAIL)


def test_the_zip_is_small(package: Package) -> None:
    has_wallets = any(name.startswith("cryptography/") for name in entries(package))
    assert package.zip.stat().st_size <= (LARGEST_WITH_WALLETS_BYTES if has_wallets else LARGEST_BYTES)


def test_the_zip_has_nothing_that_must_not_be_deployed(package: Package) -> None:
    assert [name for name in entries(package) if not is_wanted(name)] == []


def test_the_zip_has_the_data_of_the_services_in_use_and_no_other(package: Package) -> None:
    data = [PurePosixPath(name).parts for name in entries(package) if name.startswith("botocore/data/")]

    assert {parts[2] for parts in data if len(parts) > 3} == set(repack.SERVICES)


def test_the_zip_has_our_files_as_they_are_in_the_working_tree(package: Package, project: Path) -> None:
    """Where this fails after a change, `make package` builds it again."""
    ours = our_files(project)
    with zipfile.ZipFile(package.zip) as packed:
        present = {name for name in packed.namelist() if name.startswith(OURS) and "__pycache__" not in name}
        stale = [name for name in sorted(present & ours.keys()) if packed.read(name) != ours[name].read_bytes()]

    assert present ^ ours.keys() == set()
    assert stale == []


@pytest.fixture(scope="module")
def root(package: Package) -> Iterator[Unpacked]:
    """The zip's content, and nothing else, on the path of a bare interpreter."""
    with bare.unpacked(package.zip, bare.python_for(package.zip)) as folder:
        yield folder


@pytest.mark.parametrize("dotted", ["app.app", *WORKERS.values()])
def test_a_handler_imports_from_the_zip_alone_and_loads_no_more_than_it_needs(root: Unpacked, dotted: str) -> None:
    module, _, function = dotted.rpartition(".")

    loaded = bare.probe(root, f"import {module} as m; assert callable(m.{function})")["modules"]

    assert [name for name in banned(module) if name in loaded] == []


def test_a_password_is_hashed_with_the_zip_alone(root: Unpacked) -> None:
    bare.probe(root, "import argon2; argon2.PasswordHasher(time_cost=1, memory_cost=64).hash('packaged')")


def test_the_pruned_endpoints_are_those_of_botocore(root: Unpacked) -> None:
    bare.probe(root, _ENDPOINTS % (repack.SERVICES, _REGIONS, _unpruned_endpoints()))


def _unpruned_endpoints() -> dict[tuple[str, str], str]:
    session = get_session()
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    pairs = [(service, region) for service in repack.SERVICES for region in _REGIONS]
    return {pair: session.create_client(*pair, **keys).meta.endpoint_url for pair in pairs}
