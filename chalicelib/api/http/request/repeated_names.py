"""Names that stand twice in one JSON object: parsers differ in which one counts, so that none of them is right."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.errors import FieldError


class _Object(dict[str, Any]):
    """An object that remembers which of its names came again."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        made.repeated = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return made


def faults(raw: bytes) -> list[FieldError]:
    """By pointer. `raw` is JSON that another parser has read, which bounds its nesting; numbers are not looked at."""
    content = json.loads(raw, object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)
    return [fault_at(where) for where in _places(content, "")]


def fault_at(where: str) -> FieldError:
    return FieldError(where, "repeated_name", "stands there more than once: send each name once")


def _places(content: Any, where: str) -> Iterator[str]:
    if isinstance(content, _Object):
        yield from (pointer(where, name) for name in content.repeated)
        for name, value in content.items():
            yield from _places(value, pointer(where, name))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _places(value, pointer(where, number))


def pointer(where: str, step: str | int) -> str:
    """One step further (RFC 6901)."""
    return f"{where}/{str(step).replace('~', '~0').replace('/', '~1')}"
