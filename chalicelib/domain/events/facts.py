"""Declaring a field of a thing once: its name in the store, what it may be, what documents say of it."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from types import UnionType
from typing import Any, get_args, get_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One field, as all that is made of it needs to know it."""

    name: str = ""
    kind: type = str  # without None
    is_optional: bool = False
    default: Any = field(default_factory=lambda: MISSING)  # MISSING: there has to be one
    stored: str | None = None  # its name on the card; None: it is stored elsewhere
    is_written: bool = True  # by the publisher
    about: str | None = None  # what it means, for bodies and answers alike
    note: str | None = None  # for bodies only
    least: int | None = None  # bounds of a number; the most characters of a text
    most: int | None = None
    example: Any = None  # in the documents, of a body; answers show the default where there is none


def fact(stored: str | None, **more: Any) -> dict[str, Fact]:
    """The metadata of a field that is declared."""
    return {"fact": Fact(stored=stored, **more)}


def facts_of(kind: Any) -> Mapping[str, Fact]:
    """Every field of a dataclass as it is declared, by name, in their order. Raises `KeyError` for one that is not."""
    found: dict[str, Fact] = {}
    for declaration in fields(kind):
        variants = get_args(declaration.type) if isinstance(declaration.type, UnionType) else (declaration.type,)
        [named] = [variant for variant in variants if variant is not type(None)]
        found[declaration.name] = replace(
            declaration.metadata["fact"],
            name=declaration.name,
            kind=get_origin(named) or named,
            is_optional=len(variants) > 1,
            default=declaration.default,
        )
    return found
