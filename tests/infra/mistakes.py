"""Mistakes in a template: what a person may write there by accident, one at a time."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from devtools.package.template import Template

Spoil = Callable[[Template], object]
Check = Callable[..., None]  # of a template, and for some also of its translation
Mistakes = Mapping[Check, Mapping[str, tuple[Spoil, str]]]


def cases(mistakes: Mistakes) -> list[Any]:
    """Parameters `check`, `spoil` and `named`: what the check has to say when it fails."""
    return [
        pytest.param(check, spoil, named, id=name)
        for check, some in mistakes.items()
        for name, (spoil, named) in some.items()
    ]


def found(template: Template, check: Check, spoil: Spoil) -> str:
    """What the check says of the mistake, which it must find, and of nothing but the mistake."""
    check(template)
    spoil(template)
    with pytest.raises(AssertionError) as failure:
        check(template)
    return str(failure.value)


def unproven(module: object, mistakes: Mistakes) -> set[str]:
    """The checks of a module that no mistake shows to find anything."""
    known = {getattr(check, "func", check) for check in mistakes}
    checks = {name: one for name, one in vars(module).items() if name.startswith("test_")}
    return {name for name, one in checks.items() if one not in known}


def resource(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resource(template, role)["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def allow(role: str, action: str, target: Any) -> Spoil:
    return lambda template: statements(template, role).append({"Effect": "Allow", "Action": action, "Resource": target})


def put(name: str, *path: Any, value: Any) -> Spoil:
    """A mistake: `value` at `path` below the properties of a resource."""

    def spoil(template: Template) -> None:
        place: Any = resource(template, name)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return spoil


def drop(*path: str) -> Spoil:
    """A mistake: something of the resources is missing."""

    def spoil(template: Template) -> None:
        place = template["Resources"]
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return spoil
