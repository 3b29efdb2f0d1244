"""How one part of the document names another."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"


def references(node: Any) -> set[str]:
    """Every part of the document that is named in this one."""
    return set(_named(node))


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _named(item)
