"""`python -m devtools.clients.surface [--check]`: write clients/surface.txt, what generated clients offer by name.

Clients are not committed. What a change of the document does to programs that use one is seen in this file: a line for
each operation with what it takes and answers, and one for each type with its fields; `?` is what may be left out.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devtools.clients import SOURCES, operations, read, resolved
from devtools.generated_files import keep

TARGET = SOURCES / "surface.txt"
_HEAD = "# What generated clients offer. Written by `make docs` from the OpenAPI document; change that.\n"


def render(document: dict[str, Any]) -> str:
    """The file of a document."""
    lines = sorted(_operation(document, one) for _, _, one in operations(document))
    types = sorted(_type(name, one) for name, one in document["components"]["schemas"].items())
    return "\n".join([_HEAD, *lines, "", *types]) + "\n"


def _operation(document: dict[str, Any], operation: dict[str, Any]) -> str:
    found = [resolved(document, one) for one in operation["parameters"]]
    takes = [_field(one["name"], required=one.get("required", False)) for one in found]
    body = operation.get("requestBody")
    if body is not None:
        takes.append(f"{_field('body', required=body.get('required', False))}: {_content(resolved(document, body))}")
    answers = [
        f"{status} {_content(resolved(document, one)) or 'nothing'}"
        for status, one in operation["responses"].items()
        if status.startswith("2")
    ]
    return f"{operation['operationId']}({', '.join(takes)}) -> {', '.join(answers)}"


def _field(name: str, *, required: bool) -> str:
    return name if required else f"{name}?"


def _content(spot: dict[str, Any]) -> str:
    return " | ".join(_named(media, one["schema"]) for media, one in spot.get("content", {}).items())


def _named(media: str, schema: dict[str, Any]) -> str:
    """The types that a schema refers to, else the kind of text that it is."""
    names = list(dict.fromkeys(_references(schema)))
    return " | ".join(names) or media


def _references(schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for key in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(key, ()):
            yield from _references(one)
    if isinstance(schema.get("items"), dict):
        yield from (f"{name}[]" for name in _references(schema["items"]))


def _type(name: str, schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"{name} = {' | '.join(map(str, schema['enum']))}"
    required = schema.get("required", ())
    fields = [
        ": ".join(filter(None, [_field(field, required=field in required), " | ".join(_references(one))]))
        for field, one in schema.get("properties", {}).items()
    ]
    return f"{name} {{{', '.join(fields)}}}"


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    return keep("devtools.clients.surface", __doc__, lambda: {target: render(read())}, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
