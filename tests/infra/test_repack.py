"""The zip: small, complete, the same bytes for the same input, and honest when something is wrong."""

import gzip
import importlib.machinery
import importlib.util
import json
import marshal
import os
import sys
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devtools.package import bare, bytecode, repack
from devtools.package.build import Package
from devtools.package.errors import PackageError
from tests.infra.package import test_zip as checks

PYTHON = Path(sys.executable)
PREFIXES = {"dynamodb": "dynamodb", "sesv2": "email", "sqs": "sqs", "ssm": "ssm", "sts": "sts", "s3": "s3"}
# Compiling a source is an audit event; the cached bytecode makes none for our modules.
_COMPILES = """
def refuse(event, arguments):
    if event == "compile" and "chalicelib" in str(arguments[1]):
        raise RuntimeError(arguments)
sys.addaudithook(refuse)
import chalicelib.work
"""
TEMPLATE = "chalicelib/mail/templates/otp/body.txt"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An application of two modules and a mail template."""
    files = {
        "app.py": '"""App."""\n\nimport library\n\napp = library.VALUE\n',
        "chalicelib/__init__.py": "",
        "chalicelib/work.py": "def handle(event, context):\n    raise LookupError\n",
        TEMPLATE: "{{ otp }}\n",
    }
    for name, text in files.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text, encoding="utf-8")
    return tmp_path / "project"


@pytest.fixture
def chalice_zip(project: Path, tmp_path: Path) -> Path:
    """What Chalice would pack for it, with a library, the heavy parts of botocore, and rubbish."""
    path = tmp_path / "chalice.zip"
    services: dict[str, dict[str, str]] = {prefix: {} for prefix in PREFIXES.values()}
    endpoints = {"partitions": [{"partition": "aws", "defaults": {"hostname": "{service}"}, "services": services}]}
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(project.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(project))
        packed.writestr("library/__init__.py", "VALUE = {'a', 'b'} and frozenset(['x', 'y'])\n")
        for rubbish in ("library/py.typed", "library/fast.c", "dns/resolver.py", "cffi/api.py", "pycparser/c.py"):
            packed.writestr(rubbish, "")
        for heavy in ("pydantic/v1/main.py", *repack.UNUSED_FILES):
            packed.writestr(heavy, "")
        packed.writestr("library/__pycache__/__init__.cpython-311.pyc", b"stale")
        packed.writestr("library-1.dist-info/METADATA", "")
        packed.writestr("email_validator-2.dist-info/METADATA", "Version: 2\n\nWhat it is for\n")
        packed.writestr("email_validator-2.dist-info/licenses/LICENSE", "")
        packed.writestr("botocore/data/endpoints.json", json.dumps(endpoints))
        for service, prefix in PREFIXES.items():
            model = gzip.compress(json.dumps(_model(service, prefix)).encode())
            for version in ("2011-01-01", "2012-02-02"):
                packed.writestr(f"botocore/data/{service}/{version}/service-2.json.gz", model)
                packed.writestr(f"botocore/data/{service}/{version}/examples-1.json", "{}")
    return path


def _model(service: str, prefix: str) -> dict[str, Any]:
    """Of the operations that are called, and of one that nobody calls; each has a shape that names another."""
    named = [*repack.OPERATIONS.get(service, ["Query"]), "Forgotten"]
    return {
        "metadata": {"endpointPrefix": prefix},
        "documentation": "<p>A service.</p>",
        "operations": {
            name: {"name": name, "input": {"shape": f"{name}In"}, "errors": [{"shape": "Broken"}]} for name in named
        },
        "shapes": {
            **{f"{name}In": {"type": "structure", "members": {"documentation": {"shape": "Text"}}} for name in named},
            "Text": {"type": "string", "documentation": "<p>What is said.</p>"},
            "Broken": {"type": "structure", "members": {}, "exception": True},
            "Alone": {"type": "string"},
        },
    }


@pytest.fixture
def package(chalice_zip: Path, tmp_path: Path) -> Path:
    repack.repack(chalice_zip, tmp_path / "deployment.zip", PYTHON)
    return tmp_path / "deployment.zip"


@pytest.fixture
def built(package: Path, tmp_path: Path) -> Package:
    """As the checks of what is deployed see it."""
    return Package(tmp_path / "template.yaml", package)


def names(package: Path) -> set[str]:
    with zipfile.ZipFile(package) as packed:
        return set(packed.namelist())


def test_the_same_input_gives_the_same_bytes(chalice_zip: Path, package: Path, tmp_path: Path) -> None:
    repack.repack(chalice_zip, tmp_path / "again.zip", PYTHON)

    assert (tmp_path / "again.zip").read_bytes() == package.read_bytes()


def test_libraries_are_bytecode_only_and_our_modules_keep_their_source(package: Path) -> None:
    present = names(package)

    assert {"library/__init__.pyc", "app.py", "chalicelib/work.py", TEMPLATE} <= present
    assert {name for name in present if name.endswith(".py")} == {
        "app.py",
        "chalicelib/__init__.py",
        "chalicelib/work.py",
    }
    assert len([name for name in present if name.startswith("chalicelib/__pycache__/work.")]) == 1


_DOCUMENTED = b'''"""Module."""
from __future__ import annotations

class Counter:
    """Class."""

def count(seats):
    """Function."""
    "Not one, and gone with it."
    assert seats >= 0, "seats"
    return seats
'''


def test_libraries_lose_their_docstrings_and_keep_their_assertions_and_lines(tmp_path: Path) -> None:
    (tmp_path / "documented.pyc").write_bytes(bytecode.undocumented(_DOCUMENTED, "documented.py"))
    loader = importlib.machinery.SourcelessFileLoader("documented", str(tmp_path / "documented.pyc"))
    module = types.ModuleType("documented")
    loader.exec_module(module)

    assert [part.__doc__ for part in (module, module.Counter, module.count)] == [None, None, None]
    assert module.count(3) == 3
    with pytest.raises(AssertionError, match="seats") as caught:
        module.count(-1)
    assert caught.traceback[-1].lineno == 9


def test_bytecode_knows_lines_and_no_columns(package: Path) -> None:
    with zipfile.ZipFile(package) as packed:
        files = [packed.read(name) for name in packed.namelist() if name.endswith(".pyc")]
    codes = [marshal.loads(file[16:]) for file in files]  # noqa: S302 - made by the test
    places = {place for code in codes for place in code.co_positions()}

    assert len(files) == 4
    assert {(start, end) for _, _, start, end in places} == {(None, None)}
    assert {3, 5} <= {line for line, *_ in places}


# Signs with two extension modules of the zip, as PyNaCl does: libsodium, and what cffi needs below it.
_SIGNS = """
import _sodium
sodium, ffi = _sodium.lib, _sodium.ffi
assert sodium.sodium_init() >= 0
public, secret, signed = (ffi.new("unsigned char[]", size) for size in (32, 64, 64 + 4))
assert sodium.crypto_sign_seed_keypair(public, secret, bytes(32)) == 0
assert sodium.crypto_sign(signed, ffi.NULL, b"seat", 4, secret) == 0
assert sodium.crypto_sign_open(ffi.new("unsigned char[]", 68), ffi.NULL, signed, 68, public) == 0
assert bytes(ffi.buffer(public))[:4].hex() == "3b6a27bc", "of the seed of 32 zeros, whoever computes it"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="loads the libraries of Lambda's system")
def test_extension_modules_lose_what_a_debugger_reads_and_still_sign(chalice_zip: Path, tmp_path: Path) -> None:
    found = [importlib.util.find_spec(name) for name in ("nacl._sodium", "_cffi_backend")]
    libraries = [Path(spec.origin) for spec in found if spec and spec.origin]
    with zipfile.ZipFile(chalice_zip, "a") as packed:
        for library in libraries:
            packed.write(library, library.name)
    repack.repack(chalice_zip, tmp_path / "deployment.zip", PYTHON)

    with bare.unpacked(tmp_path / "deployment.zip", PYTHON) as root:
        bare.probe(root, _SIGNS)
        left = {library.name: (root.folder / library.name).read_bytes() for library in libraries}

    assert len(left) == 2
    assert all(len(left[library.name]) < library.stat().st_size for library in libraries)
    assert [name for name, content in left.items() if b".symtab" in content] == []


def test_what_no_function_reads_is_gone(package: Path) -> None:
    present = names(package)

    assert not {name for name in present if name.startswith(("dns/", "cffi/", "pycparser/", "pydantic/", "library-1"))}
    assert not present & set(repack.UNUSED_FILES)
    assert not {name for name in present if name.endswith((".c", ".typed", "LICENSE"))}
    assert "email_validator-2.dist-info/METADATA" in present
    with zipfile.ZipFile(package) as packed:
        assert packed.read("email_validator-2.dist-info/METADATA") == b"Version: 2\n"


def test_botocore_keeps_the_newest_model_of_the_services_in_use_and_their_endpoints(package: Path) -> None:
    with zipfile.ZipFile(package) as packed:
        data = {name for name in packed.namelist() if name.startswith("botocore/data/")}
        endpoints = json.loads(packed.read("botocore/data/endpoints.json"))

    assert data == {
        "botocore/data/endpoints.json",
        *(f"botocore/data/{service}/2012-02-02/service-2.json.gz" for service in repack.SERVICES),
    }
    assert endpoints["partitions"][0]["services"].keys() == {"dynamodb", "email", "sqs", "ssm", "sts"}
    assert endpoints["partitions"][0]["defaults"] == {"hostname": "{service}"}


@pytest.mark.parametrize(("service", "kept"), [("ssm", {"GetParameter"}), ("dynamodb", {"Query", "Forgotten"})])
def test_a_model_has_the_operations_that_are_called_with_all_that_they_name(
    package: Path, service: str, kept: set[str]
) -> None:
    with zipfile.ZipFile(package) as packed:
        model = json.loads(gzip.decompress(packed.read(f"botocore/data/{service}/2012-02-02/service-2.json.gz")))

    assert model["operations"].keys() == kept
    assert model["shapes"].keys() == {*(f"{name}In" for name in kept), "Text", "Broken"}
    assert "documentation" not in model
    assert model["shapes"]["Text"] == {"type": "string"}
    assert all(model["shapes"][f"{name}In"]["members"] == {"documentation": {"shape": "Text"}} for name in kept)


def test_an_operation_that_botocore_lost_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "ssm" / "2012-02-02" / "service-2.json.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(b'{"operations": {}, "shapes": {}}'))

    with pytest.raises(PackageError, match="ssm has no operation GetParameter"):
        repack._prune_model(file, {"GetParameter"})


def test_a_service_that_botocore_lost_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "botocore" / "data" / "sqs").mkdir(parents=True)

    with pytest.raises(PackageError, match="botocore has no service dynamodb, sesv2, ssm, sts; correct SERVICES"):
        repack.prune(tmp_path)


def test_a_module_that_does_not_compile_is_one_sentence(tmp_path: Path, chalice_zip: Path) -> None:
    with zipfile.ZipFile(chalice_zip, "a") as packed:
        packed.writestr("chalicelib/broken.py", "def")

    with pytest.raises(PackageError, match="A packaged module does not compile: SyntaxError"):
        repack.repack(chalice_zip, tmp_path / "deployment.zip", PYTHON)


def test_bytecode_is_used_although_unpacking_changed_every_time_stamp(package: Path) -> None:
    with bare.unpacked(package, PYTHON) as root:
        os.utime(root.folder / "chalicelib" / "work.py", (0, 0))

        loaded = bare.probe(root, _COMPILES)

    assert "chalicelib.work" in loaded["modules"]


def test_a_traceback_shows_the_lines_of_our_source(package: Path) -> None:
    statement = (
        "import traceback, chalicelib.work as w\n"
        "try: w.handle(None, None)\n"
        "except LookupError: assert 'raise LookupError' in traceback.format_exc()"
    )

    with bare.unpacked(package, PYTHON) as root:
        bare.probe(root, statement)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "import caused socket"),
        ("open(sys.argv[1] + '/state', 'w')", "import wrote"),
        ("import subprocess; subprocess.run(['true'])", "import caused subprocess.Popen"),
        ("import pytest", "No module named 'pytest'"),
    ],
    ids=["network", "files", "processes", "what is not packaged"],
)
def test_an_import_with_side_effects_is_refused(package: Path, statement: str, reason: str) -> None:
    with bare.unpacked(package, PYTHON) as root, pytest.raises(PackageError, match=reason):
        bare.probe(root, statement)


@pytest.mark.parametrize(
    "name",
    [
        "devtools/simdb/engine.py",
        "operations/target.py",
        "tests/test_a.py",
        "moto/core.pyc",
        "pip/__init__.pyc",
        "chalice/cli/factory.pyc",
        "chalice/local.pyc",
        "chalicelib/.env",
        ".chalice/config.json",
        "library/__init__.py",
        "library/__pycache__/a.cpython-311.pyc",
    ],
)
def test_what_must_not_be_deployed_is_refused(name: str) -> None:
    wanted = ["app.py", "__pycache__/app.cpython-311.pyc", "chalicelib/a.py", "chalice/app.pyc", "library/a.pyc"]

    assert [one for one in [*wanted, name] if not checks.is_wanted(one)] == [name]


def test_an_entry_that_must_not_be_deployed_is_named(built: Package) -> None:
    with zipfile.ZipFile(built.zip, "a") as packed:
        packed.writestr("tests/test_a.py", "")

    with pytest.raises(AssertionError, match=r"tests/test_a\.py"):
        checks.test_the_zip_has_nothing_that_must_not_be_deployed(built)


def test_a_zip_that_grew_is_refused(built: Package) -> None:
    with zipfile.ZipFile(built.zip, "a") as packed:
        packed.writestr("library/big.bin", bytes(checks.LARGEST_BYTES))

    with pytest.raises(AssertionError):
        checks.test_the_zip_is_small(built)


def test_another_service_of_botocore_is_named(built: Package) -> None:
    checks.test_the_zip_has_the_data_of_the_services_in_use_and_no_other(built)
    with zipfile.ZipFile(built.zip, "a") as packed:
        packed.writestr("botocore/data/ec2/1/service-2.json.gz", "")

    with pytest.raises(AssertionError, match="ec2"):
        checks.test_the_zip_has_the_data_of_the_services_in_use_and_no_other(built)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda project: (project / TEMPLATE).write_text("changed", encoding="utf-8"), TEMPLATE),
        (lambda project: (project / "chalicelib" / "work.py").unlink(), "chalicelib/work.py"),
        (lambda project: (project / "chalicelib" / "new.html").write_text("<p>", encoding="utf-8"), "new.html"),
    ],
    ids=["outdated", "deleted", "new"],
)
def test_a_zip_that_lacks_or_outdates_our_files_is_refused(
    built: Package, project: Path, change: Callable[[Path], object], named: str
) -> None:
    checks.test_the_zip_has_our_files_as_they_are_in_the_working_tree(built, project)
    change(project)

    with pytest.raises(AssertionError, match=named):
        checks.test_the_zip_has_our_files_as_they_are_in_the_working_tree(built, project)


def test_a_handler_that_loads_too_much_is_named(built: Package) -> None:
    with zipfile.ZipFile(built.zip, "a") as packed:
        packed.writestr("chalicelib/workers/tick.py", "import sys\nsys.modules['jinja2'] = sys\nhandle = print\n")
        packed.writestr("chalicelib/workers/__init__.py", "")
    check = checks.test_a_handler_imports_from_the_zip_alone_and_loads_no_more_than_it_needs

    with bare.unpacked(built.zip, PYTHON) as root:
        check(root, "chalicelib.work.handle")
        with pytest.raises(PackageError, match="AttributeError"):
            check(root, "chalicelib.work.absent")
        with pytest.raises(AssertionError, match="jinja2"):
            check(root, "chalicelib.workers.tick.handle")
