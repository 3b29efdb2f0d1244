"""Query parameters that are lists: repeated, or with commas, it is the same list."""

from collections.abc import Sequence
from typing import Any, get_args

from pydantic.fields import FieldInfo


class ListValue:
    """Marks the type of a parameter that is a list (`Annotated[str, ..., ListValue()]`): text with commas between."""


def is_list(field: FieldInfo) -> bool:
    return any(isinstance(mark, ListValue) for mark in field.metadata) or _is_marked(field.annotation)


def _is_marked(annotation: Any) -> bool:
    """Whether the type, or one of a union, has the mark."""
    marks = getattr(annotation, "__metadata__", ())
    return any(isinstance(mark, ListValue) for mark in marks) or any(map(_is_marked, get_args(annotation)))


def joined(values: Sequence[str]) -> str:
    return ",".join(values)
