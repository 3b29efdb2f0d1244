"""Attributes that are built, and imported, at their first use."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Made(Generic[T]):
    """Built once from its owner and kept there; assigning to the attribute replaces it, as tests do."""

    def __init__(self, build: Callable[[Any], T]) -> None:
        self._build = build

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._name = name

    def __get__(self, room: object, owner: type[object]) -> T:
        built = self._build(room)
        room.__dict__[self._name] = built
        return built
