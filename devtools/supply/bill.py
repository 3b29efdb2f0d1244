"""The bill of materials of a package (CycloneDX 1.6): what is in the zip, from which files, under which licence."""

import hashlib
import json
import tomllib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devtools.supply.locked import PROJECT, Package, packages


def bill(archive: Path, shipped: Sequence[Package] | None = None) -> dict[str, Any]:
    """The document; the same zip gives the same."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": [_component(one) for one in (packages() if shipped is None else shipped)],
    }


def _component(package: Package) -> dict[str, Any]:
    reference = f"pkg:pypi/{package.name.lower()}@{package.version}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": package.name,
        "version": package.version,
        "purl": reference,
        "hashes": [{"alg": "SHA-256", "content": one} for one in package.hashes],
        "licenses": [{"expression": package.licence}],
    }


def write(archive: Path, shipped: Sequence[Package] | None = None) -> Path:
    """Beside the zip."""
    target = archive.with_name("sbom.json")
    target.write_text(json.dumps(bill(archive, shipped), indent=1) + "\n", encoding="utf-8")
    return target
