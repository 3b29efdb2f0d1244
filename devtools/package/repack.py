"""Make Chalice's zip small, quick to import, and the same bytes for the same input."""

import gzip
import json
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from devtools.package import bytecode, extensions
from devtools.package.errors import PackageError

# The services that chalicelib makes clients of; `sts` is what botocore asks for credentials elsewhere than on Lambda.
SERVICES = ("dynamodb", "sesv2", "sqs", "ssm", "sts")
# What functions call of those that have hundreds of operations; of the others all of them stay.
OPERATIONS = {
    "sesv2": {"SendEmail"},
    "sqs": {"SendMessage", "SendMessageBatch"},
    "ssm": {"GetParameter"},
    "sts": {"AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"},
}
SERVICE_FILES = ("endpoint-rule-set-1.json.gz", "service-2.json.gz")
OPERATION_PARTS = ("input", "output", "errors")
SHAPE_PARTS = ("members", "member", "key", "value")
# pydantic asks for the version of this one; nothing else reads metadata.
METADATA_OF = ("email_validator",)
METADATA_FIELDS = ("Metadata-Version:", "Name:", "Version:")
# Not imported at run time: addresses are not looked up in the DNS, and argon2 needs cffi's extension module only.
# Of pydantic its first version, what is deprecated or only tried, and a plugin for mypy; of boto3 its resources and
# what it adds to other services than those we make clients of; of urllib3 what runs in a browser or with another TLS;
# of jinja2, segno and PyNaCl what is not used here; and the zones once more, beside those zoneinfo reads, with their
# tables of countries.
UNUSED_PACKAGES = (
    "boto3/data",
    "boto3/dynamodb",
    "boto3/ec2",
    "boto3/examples",
    "boto3/s3",
    "cffi",
    "dns",
    "nacl/pwhash",
    "pycparser",
    "pydantic/v1",
    "urllib3/contrib/emscripten",
)
UNUSED_FILES = (
    "boto3/crt.py",
    "botocore/stub.py",
    "dateutil/rrule.py",
    "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
    "jinja2/ext.py",
    "jinja2/meta.py",
    "jinja2/nativetypes.py",
    "jinja2/sandbox.py",
    "nacl/hash.py",
    "nacl/hashlib.py",
    "nacl/secret.py",
    "pydantic/color.py",
    "pydantic/deprecated/decorator.py",
    "pydantic/deprecated/json.py",
    "pydantic/experimental/pipeline.py",
    "pydantic/mypy.py",
    "s3transfer/crt.py",
    "s3transfer/processpool.py",
    "segno/cli.py",
    "segno/helpers.py",
    "tzdata/zoneinfo/iso3166.tab",
    "tzdata/zoneinfo/leapseconds",
    "tzdata/zoneinfo/tzdata.zi",
    "tzdata/zoneinfo/zone.tab",
    "tzdata/zoneinfo/zone1970.tab",
    "tzdata/zoneinfo/zonenow.tab",
    "urllib3/contrib/pyopenssl.py",
    "urllib3/contrib/socks.py",
)
UNUSED_SUFFIXES = {".c", ".cfg", ".h", ".html", ".js", ".pyi", ".typed"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def repack(chalice_zip: Path, target: Path, python: Path) -> None:
    """Write `target` from what Chalice packed; `python` is of the version that will run it."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with zipfile.ZipFile(chalice_zip) as packed:
            packed.extractall(root)
        prune(root)
        _strip(root)
        _compile(root, python)
        write_zip(root, target)


def prune(root: Path) -> None:
    """Delete what no function imports or reads. Our own files are never touched, except stray bytecode."""
    for package in UNUSED_PACKAGES:
        shutil.rmtree(root / package, ignore_errors=True)
    for file in UNUSED_FILES:
        (root / file).unlink(missing_ok=True)
    for folder in [*root.glob("*.dist-info"), *root.glob("*.data")]:
        _prune_metadata(folder)
    for folder in sorted(root.rglob("__pycache__")):
        shutil.rmtree(folder)
    for path in root.rglob("*"):
        if path.is_file() and path.suffix in UNUSED_SUFFIXES and path.relative_to(root).parts[0] not in bytecode.OURS:
            path.unlink()
    _prune_service_data(root / "botocore" / "data")


def _prune_metadata(folder: Path) -> None:
    if not folder.name.startswith(tuple(f"{package}-" for package in METADATA_OF)):
        shutil.rmtree(folder)
        return
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.name != "METADATA":
            path.rmdir() if path.is_dir() else path.unlink()
            continue
        fields = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(one for one in fields if one.startswith(METADATA_FIELDS)), encoding="utf-8")


def _prune_service_data(data: Path) -> None:
    if not data.is_dir():
        raise PackageError("Chalice's zip has no botocore/data; requirements.txt must pin botocore.")
    missing = [service for service in SERVICES if not (data / service).is_dir()]
    if missing:
        raise PackageError(
            f"botocore has no service {', '.join(missing)}; correct SERVICES in devtools/package/repack.py."
        )
    for service in [path for path in data.iterdir() if path.is_dir()]:
        if service.name not in SERVICES:
            shutil.rmtree(service)
            continue
        versions = sorted(path for path in service.iterdir() if path.is_dir())
        for version in versions[:-1]:  # botocore takes the newest
            shutil.rmtree(version)
        for path in versions[-1].iterdir():
            if path.name not in SERVICE_FILES:
                path.unlink()
        _prune_model(versions[-1] / SERVICE_FILES[1], OPERATIONS.get(service.name))
    _prune_endpoints(data)


def _prune_model(file: Path, wanted: set[str] | None) -> None:
    """The model of a service without its documentation and, where only some operations are `wanted`, the others."""
    model = _undocumented(json.loads(gzip.decompress(file.read_bytes())))
    operations = model["operations"]
    missing = (wanted or set()) - operations.keys()
    if missing:
        raise PackageError(f"{file.parts[-3]} has no operation {', '.join(sorted(missing))}; correct OPERATIONS.")
    model["operations"] = {name: operations[name] for name in operations if wanted is None or name in wanted}
    used = _reachable(model)
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in used}
    file.write_bytes(gzip.compress(json.dumps(model, separators=(",", ":")).encode(), mtime=0))


def _undocumented(part: Any) -> Any:
    """Texts are dropped; a member of that name, which is no text, stays."""
    if isinstance(part, list):
        return [_undocumented(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {name: item for name, item in part.items() if name != "documentation" or not isinstance(item, str)}
    return {name: _undocumented(item) for name, item in kept.items()}


def _reachable(model: dict[str, Any]) -> set[str]:
    """The shapes that operations name, and all that these name."""
    found: set[str] = set()
    left = [shape for operation in model["operations"].values() for shape in _named(operation, OPERATION_PARTS)]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _named(model["shapes"][name], SHAPE_PARTS)
    return found


def _named(part: dict[str, Any], where: tuple[str, ...]) -> list[str]:
    """The names of shapes under these keys: one, a list of them, or one a member."""
    found: list[str] = []
    for key in where:
        value = part.get(key, [])
        several = value if isinstance(value, list) else list(value.values()) if key == "members" else [value]
        found += [item["shape"] for item in several]
    return found


def _prune_endpoints(data: Path) -> None:
    """Parsing the endpoints of all of AWS would be a fifth of the import; the partitions and their defaults stay."""
    models = [json.loads(gzip.decompress(path.read_bytes())) for path in data.rglob("service-2.json.gz")]
    prefixes = {model["metadata"]["endpointPrefix"] for model in models}
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    (data / "endpoints.json").write_text(json.dumps(endpoints, separators=(",", ":")), encoding="utf-8")


def _strip(root: Path) -> None:
    for file in sorted(root.rglob("*.so")):
        file.write_bytes(extensions.stripped(file.read_bytes(), file.relative_to(root).as_posix()))


def _compile(root: Path, python: Path) -> None:
    command = [str(python), "-X", "no_debug_ranges", "-I", "-S", bytecode.__file__, str(root)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PYTHONHASHSEED": "0"})
    if done.returncode:
        raise PackageError(f"A packaged module does not compile: {done.stderr.strip().splitlines()[-1]}")


def write_zip(root: Path, target: Path) -> None:
    """Every file in one order, with one time stamp and mode, so that equal content is an equal zip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, also where a developer packages on Windows
            entry.external_attr = (0o755 if name.endswith(".so") else 0o644) << 16
            packed.writestr(entry, (root / name).read_bytes(), compresslevel=9)
