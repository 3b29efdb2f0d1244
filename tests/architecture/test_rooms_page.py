"""ARCHITECTURE.md shows the rooms as the import contracts have them."""

import re
import tomllib
from typing import Any

from tests.support.citations import PROJECT

PAGE = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRACTS: list[dict[str, Any]] = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]


def layers_of(name: str) -> list[set[str]]:
    [found] = [one for one in CONTRACTS if one["name"] == name]
    return [set(layer.split(" | ")) for layer in found["layers"]]


def test_the_layers_stand_in_their_order() -> None:
    [line] = re.findall(r"^ *(workers \| api .*)$", PAGE, re.MULTILINE)

    assert [set(part.strip().split(" | ")) for part in line.split(">")] == layers_of("layers")


def test_the_capabilities_stand_in_their_order() -> None:
    block = PAGE.split("Inside `services` the capabilities import downwards only:\n\n```\n")[1].split("```")[0]
    rows = [re.split(r"\s{2,}", line)[0] for line in block.splitlines()]

    assert [set(row.split(" | ")) for row in rows] == layers_of("capabilities of the services, from the top down")


def test_every_folder_at_the_top_and_in_the_application_is_explained() -> None:
    block = PAGE.split("## Rooms\n")[1].split("\n## ")[0]
    named = set(re.findall(r"^(?: {4})?([\w.-]+?)/? {2,}", block, re.MULTILINE))
    folders = {path.parent.name for path in (PROJECT / "chalicelib").glob("*/__init__.py")}

    assert {"app.py", "chalicelib", "devtools", "operations", "template-infra", "tests"} | folders <= named
